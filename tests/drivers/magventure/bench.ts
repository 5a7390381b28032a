/** A driver on a fake device and a virtual clock, with everything it says written down. */
import { driver as module } from "../../../drivers/magventure/index.ts";
import type { Dose, DoseShape } from "../../../src/contract/dose.ts";
import type {
  Delivery,
  DeviceModel,
  Stimulator,
  StimulatorConfig,
  StimulatorEvent,
  StimulatorStatus,
} from "../../../src/contract/stimulator.ts";
import type { TriggerPath } from "../../../src/contract/trigger.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";
import { createFakePro, type FakePro, PERMIT } from "./fakePro.ts";

export const CONFIG: StimulatorConfig = {
  driver: "magpro-x100-option",
  mains: null,
  softwareVersion: null,
  options: {},
};

export interface Bench {
  readonly clock: VirtualClock;
  readonly fake: FakePro;
  readonly driver: Stimulator;
  readonly model: DeviceModel;
  readonly events: StimulatorEvent[];
  readonly statuses: StimulatorStatus[];
}

export interface BenchOptions {
  readonly config?: Partial<StimulatorConfig>;
  readonly trigger?: (clock: VirtualClock, fake: FakePro) => TriggerPath;
}

/** Runs `work` in virtual time on a fresh driver that is not connected yet. */
export async function onBench(
  work: (bench: Bench) => Promise<void>,
  options: BenchOptions = {},
): Promise<void> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const fake = createFakePro(clock);
  const config = { ...CONFIG, ...options.config };
  const model = module.describe(config);
  if (!model.ok) throw new Error(model.error);
  const trigger = options.trigger?.(clock, fake) ?? null;
  const driver = module.create({ config, clock, port: fake.port, unlockCode: null, trigger });
  const events: StimulatorEvent[] = [];
  const statuses: StimulatorStatus[] = [];
  driver.events$.subscribe((event) => events.push(event));
  driver.status$.subscribe((status) => statuses.push(status));
  await clock.run(() => work({ clock, fake, driver, model: model.value, events, statuses }));
}

export function doseOf(shape: DoseShape, intensityPctMso: readonly number[] = [50]): Dose {
  return {
    index: 0,
    dueMs: 0,
    shape,
    intensityPctMso,
    request: { value: null, base: "%MSO", threshold: null },
    place: { block: 0, train: 1, trains: 1, condition: null },
    hostTrain: null,
    lateLimitMs: 5,
  };
}

export const PULSE: Dose = doseOf({ kind: "pulse" });
export const PAIR: Dose = doseOf({ kind: "pair", isiMs: 3 }, [40, 60]);
export const BURST: Dose = doseOf({ kind: "burst", pulses: 3, isiMs: 20 });
export const TRAIN: Dose = doseOf({ kind: "train", pulses: 40, frequencyHz: 20 });
export const ITBS: Dose = doseOf({
  kind: "burst-train",
  bursts: 10,
  burstHz: 5,
  pulsesPerBurst: 3,
  isiMs: 20,
});

export const windowOf = (by: "trigger" | "stored-protocol"): Dose =>
  doseOf({ kind: "external", maxPulses: 10, minIntervalMs: 500, windowMs: 10_000, by });

/** Connected, set for the dose, armed and ready. */
export async function readyFor({ driver, model }: Bench, dose: Dose): Promise<StimulatorStatus> {
  await driver.connect();
  const status = await driver.prepare(model.settingsFor(dose), PERMIT);
  await driver.arm(PERMIT);
  return status;
}

/** With a status before it, as the engine does, so that no question is on the line. */
export async function fire({ driver }: Bench, dose: Dose): Promise<Delivery> {
  await driver.readStatus();
  return driver.deliver(dose, PERMIT).done;
}

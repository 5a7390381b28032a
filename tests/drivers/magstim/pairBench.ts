/** A driver of a 200² or a BiStim² on a scripted device and a virtual clock. */
import { driver as module } from "../../../drivers/magstim/index.ts";
import type { Dose } from "../../../src/contract/dose.ts";
import type {
  DeviceModel,
  Stimulator,
  StimulatorConfig,
  StimulatorEvent,
} from "../../../src/contract/stimulator.ts";
import type { TriggerPath } from "../../../src/contract/trigger.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";
import { doseOf } from "./bench.ts";
import { createFakePair, type FakePair } from "./fakePair.ts";
import { PERMIT } from "./fakePort.ts";

export interface PairBench {
  readonly clock: VirtualClock;
  readonly fake: FakePair;
  readonly driver: Stimulator;
  readonly model: DeviceModel;
  readonly events: StimulatorEvent[];
}

export interface PairBenchOptions {
  readonly model?: "200" | "bistim";
  /** What the rig file says, where it is not what is there. */
  readonly config?: Partial<StimulatorConfig>;
  readonly trigger?: (bench: Pick<PairBench, "clock">) => TriggerPath;
}

export function modelOf(config: Partial<StimulatorConfig>): DeviceModel {
  const whole = { driver: "magstim-bistim", mains: null, softwareVersion: null, options: {} };
  const described = module.describe({ ...whole, ...config });
  if (!described.ok) throw new Error(described.error);
  return described.value;
}

/** Runs `work` in virtual time on a fresh driver that is not connected yet. */
export async function onPair(
  work: (bench: PairBench) => Promise<void>,
  options: PairBenchOptions = {},
): Promise<void> {
  const { model = "bistim" } = options;
  const clock = createVirtualClock({ startUtcMs: 0 });
  const fake = createFakePair(clock, model);
  const config: StimulatorConfig = {
    driver: `magstim-${model}`,
    mains: null,
    softwareVersion: null,
    options: {},
    ...options.config,
  };
  const trigger = options.trigger?.({ clock }) ?? null;
  const driver = module.create({ config, clock, port: fake.port, unlockCode: null, trigger });
  const events: StimulatorEvent[] = [];
  driver.events$.subscribe((event) => events.push(event));
  await clock.run(() => work({ clock, fake, driver, model: modelOf(config), events }));
}

/** Sets and arms the device for a dose, as the engine does. */
export async function armFor({ driver, model }: PairBench, dose: Dose): Promise<void> {
  await driver.prepare(model.settingsFor(dose), PERMIT);
  await driver.arm(PERMIT);
}

export const PAIR: Dose = doseOf({ kind: "pair", isiMs: 3 }, [40, 60]);
export const TEST_ALONE: Dose = doseOf({ kind: "pulse" }, [60]);
/** A window of a minute for pulses of somebody else at 50 %. */
export const WINDOW: Dose = doseOf(
  { kind: "external", maxPulses: 10, minIntervalMs: 5000, windowMs: 60_000, by: "trigger" },
  [50],
);

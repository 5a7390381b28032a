/** A driver on a fake device and a virtual clock, with everything it says written down. */
import { createRapid, type RapidStimulator } from "../../../drivers/magstim/rapid/driver.ts";
import type { Dose, DoseShape } from "../../../src/contract/dose.ts";
import type {
  StimulatorConfig,
  StimulatorEvent,
  StimulatorStatus,
} from "../../../src/contract/stimulator.ts";
import type { TriggerPath } from "../../../src/contract/trigger.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";
import { createFakeRapid, type FakeRapid, PERMIT } from "./fakeRapid.ts";

export const CONFIG: StimulatorConfig = {
  driver: "magstim-super-rapid2",
  mains: 240,
  softwareVersion: null,
  options: {},
};

export interface Bench {
  readonly clock: VirtualClock;
  readonly fake: FakeRapid;
  readonly driver: RapidStimulator;
  readonly events: StimulatorEvent[];
  readonly statuses: StimulatorStatus[];
}

export interface BenchOptions {
  readonly config?: Partial<StimulatorConfig>;
  readonly unlockCode?: string;
  readonly deviceCode?: string;
  readonly version?: string;
  readonly trigger?: (bench: Pick<Bench, "clock">) => TriggerPath;
}

/** Runs `work` in virtual time on a fresh driver that is not connected yet. */
export async function onBench(
  work: (bench: Bench) => Promise<void>,
  options: BenchOptions = {},
): Promise<void> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const fake = createFakeRapid(clock, options.deviceCode ?? null);
  if (options.version !== undefined) fake.body.version = options.version;
  const config = { ...CONFIG, ...options.config };
  const driver = createRapid({
    config,
    clock,
    port: fake.port,
    unlockCode: options.unlockCode ?? null,
    trigger: options.trigger?.({ clock }) ?? null,
  });
  const events: StimulatorEvent[] = [];
  const statuses: StimulatorStatus[] = [];
  driver.events$.subscribe((event) => events.push(event));
  driver.status$.subscribe((status) => statuses.push(status));
  await clock.run(() => work({ clock, fake, driver, events, statuses }));
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
export const TRAIN: Dose = doseOf({ kind: "train", pulses: 40, frequencyHz: 20 });

/** Connected, set for a single pulse at 50 %, armed and ready. */
export async function readyForPulse({ driver }: Bench): Promise<void> {
  await driver.connect();
  await driver.prepare({ intensityPctMso: [50], train: null, isiMs: null }, PERMIT);
  await driver.arm(PERMIT);
}

/** Connected, set for 40 pulses at 20 Hz and 50 %, armed and ready. */
export async function readyForTrain({ driver }: Bench): Promise<void> {
  await driver.connect();
  await driver.prepare(
    { intensityPctMso: [50], train: { frequencyHz: 20, pulses: 40, durationS: 2 }, isiMs: null },
    PERMIT,
  );
  await driver.arm(PERMIT);
}

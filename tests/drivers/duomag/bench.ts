/** A driver on a fake device and a virtual clock, with everything it says written down. */
import { driver as module } from "../../../drivers/duomag/index.ts";
import type { Dose, DoseShape } from "../../../src/contract/dose.ts";
import type {
  DriverContext,
  Stimulator,
  StimulatorEvent,
  StimulatorSettings,
} from "../../../src/contract/stimulator.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";
import { createFakeDuomag, type FakeDuomag, PERMIT } from "./fakeDuomag.ts";

export interface Bench {
  readonly clock: VirtualClock;
  readonly fake: FakeDuomag;
  readonly driver: Stimulator;
  readonly events: StimulatorEvent[];
}

export interface BenchOptions {
  readonly options?: Readonly<Record<string, unknown>>;
  readonly trigger?: (clock: VirtualClock, fake: FakeDuomag) => DriverContext["trigger"];
}

export const configOf = (
  options: Readonly<Record<string, unknown>> = { variant: "xt" },
): DriverContext["config"] => ({
  driver: "duomag",
  mains: null,
  softwareVersion: null,
  options,
});

/** Runs `work` in virtual time on a fresh driver that is not connected yet. */
export async function onBench(
  work: (bench: Bench) => Promise<void>,
  { options, trigger }: BenchOptions = {},
): Promise<void> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const fake = createFakeDuomag(clock);
  const driver = module.create({
    config: configOf(options),
    clock,
    port: fake.port,
    unlockCode: null,
    trigger: trigger?.(clock, fake) ?? null,
  });
  const events: StimulatorEvent[] = [];
  driver.events$.subscribe((event) => events.push(event));
  await clock.run(() => work({ clock, fake, driver, events }));
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
export const SETTINGS: StimulatorSettings = { intensityPctMso: [50], train: null, isiMs: null };
export const WINDOW: Dose = doseOf({
  kind: "external",
  maxPulses: 5,
  minIntervalMs: 1000,
  windowMs: 10_000,
  by: "trigger",
});

/** Connected, set to 50 %, armed and ready; what was written until then is forgotten. */
export async function ready({ driver, fake }: Bench): Promise<void> {
  await driver.connect();
  await driver.prepare(SETTINGS, PERMIT);
  await driver.arm(PERMIT);
  fake.written.length = 0;
}

/** The code that `work` fails with. */
export async function codeOf(work: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof work === "function" ? work() : work);
    return "no error";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

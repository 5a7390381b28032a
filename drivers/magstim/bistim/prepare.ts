/**
 * How a BiStim is set. A pair: both powers, resolution, interval. A single pulse: the first unit at
 * 0 %, so that one start gives what the second unit is set to, and an interval that is never 0, at which
 * both units would discharge at once.
 */
import type { StimulatorSettings, StimulatorStatus } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { SINGLE_INTERVAL_MS } from "../device/figures.ts";
import { differing, type SettingPlan, type SettingStep } from "../device/prepare.ts";
import type { DeviceState } from "../device/state.ts";
import { type BistimOptions, RESOLUTION_SETTLES_MS } from "./capabilities.ts";
import { type IntervalSetting, intervalSetting } from "./interval.ts";

/** Throws for settings that this device cannot take. `state` is asked when the steps are made. */
export function planSettings(
  settings: StimulatorSettings,
  options: BistimOptions,
  state: () => DeviceState,
): SettingPlan {
  const wanted = requirePossible(settings, options);
  return {
    steps: () => settingSteps(wanted, state()),
    alsoAsk: state().systemModeAtMs === null ? [] : [{ command: "getSystemMode" }],
    differences: (seen) => differencesOf(wanted, state(), seen),
    longestWaitMs: () => 0,
  };
}

export interface Wanted {
  readonly first: number;
  readonly second: number;
  readonly interval: IntervalSetting;
  /** What one start gives, as the status tells it: null for one pulse. */
  readonly isiMs: number | null;
}

function requirePossible(
  { intensityPctMso, train, isiMs }: StimulatorSettings,
  { simultaneous }: BistimOptions,
): Wanted {
  const refuse = (detail: string): PulsetrainError =>
    new PulsetrainError("DEVICE_INVALID_DATA", detail);
  const [first, second, ...more] = intensityPctMso;
  if (train !== null) throw refuse("this device makes no trains");
  if (first === undefined || second === undefined || more.length > 0)
    throw refuse("two powers, of which the first is 0 for a single pulse");
  const isPair = isiMs !== null;
  if (!isPair && first !== 0)
    throw refuse(`a single pulse is the second unit's, and the first would be at ${first} %`);
  const least = isPair ? 1 : 0;
  const wrong = [first, second].find((pct) => !Number.isInteger(pct) || pct < least || pct > 100);
  if (wrong !== undefined) throw refuse(`${wrong} % is no whole percent from ${least} to 100`);
  const interval = intervalSetting(isiMs ?? SINGLE_INTERVAL_MS);
  if (interval === null || (isiMs === 0 && !simultaneous))
    throw refuse(`${isiMs} ms is no interval between two pulses that this device may be set to`);
  return { first, second, interval, isiMs };
}

/**
 * The powers first, so that a capacitor sinks while the rest is set. A change of the resolution sets an
 * interval of its own, so the interval follows it. Sent always where the device does not tell its mode,
 * since nobody else knows it then.
 */
export function settingSteps(
  { first, second, interval }: Pick<Wanted, "first" | "second" | "interval">,
  { highResolution, systemMode }: Pick<DeviceState, "highResolution" | "systemMode">,
): readonly SettingStep[] {
  // The mode of a simultaneous discharge says nothing of the resolution.
  const told = systemMode === null || systemMode === "1" ? null : highResolution;
  return [
    {
      command: { command: "setPower", power: first },
      words: `setting the power of the first unit to ${first} %`,
    },
    {
      command: { command: "setPowerB", power: second },
      words: `setting the power of the second unit to ${second} %`,
    },
    ...intervalSteps(interval, told),
  ];
}

function intervalSteps(
  { highResolution, intervalMs }: IntervalSetting,
  told: boolean | null,
): readonly SettingStep[] {
  const interval: SettingStep = {
    command: { command: "setPulseInterval", highResolution, intervalMs },
    words: `setting the interval to ${intervalMs} ms`,
  };
  if (told === highResolution) return [interval];
  const resolution: SettingStep = {
    command: { command: "highResolution", enable: highResolution },
    words: `changing to ${highResolution ? "high" : "low"} resolution`,
    settleMs: RESOLUTION_SETTLES_MS,
  };
  return [resolution, interval];
}

/** The digits of the interval mean what the resolution says that the device tells or was set to. */
function differencesOf(
  { first, second, interval, isiMs }: Wanted,
  { highResolution, pair, systemMode }: DeviceState,
  seen: StimulatorStatus,
): readonly string[] {
  const isTold = systemMode !== null && interval.intervalMs > 0;
  return differing([
    ["power % of the first unit", first, seen.intensityPctMso?.[0] ?? null],
    ["power % of the second unit", second, seen.intensityPctMso?.[1] ?? null],
    ["digits of the interval", interval.raw, pair?.ppOffset ?? null],
    ["interval ms", isiMs, seen.isiMs ?? null],
    ...(isTold ? [["high resolution", interval.highResolution, highResolution] as const] : []),
  ]);
}

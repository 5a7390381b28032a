/**
 * How a BiStim is set. A pair: resolution, interval, both powers. A single pulse: the second unit at
 * 0 %, so that one start gives what the first unit is set to, and any interval but 0, at which both
 * units would discharge at once.
 */
import type { StimulatorSettings, StimulatorStatus } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { differing, type SettingPlan, type SettingStep } from "../device/prepare.ts";
import type { DeviceState } from "../device/state.ts";
import { type BistimOptions, RESOLUTION_SETTLES_MS, SINGLE_INTERVAL_MS } from "./capabilities.ts";
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
  /** Null: one start gives one pulse. */
  readonly interval: IntervalSetting | null;
}

function requirePossible(
  { intensityPctMso, train, isiMs }: StimulatorSettings,
  { simultaneous }: BistimOptions,
): Wanted {
  const refuse = (detail: string): PulsetrainError =>
    new PulsetrainError("DEVICE_INVALID_DATA", detail);
  const [first, second, ...more] = intensityPctMso;
  if (train !== null) throw refuse("this device makes no trains");
  const isPair = isiMs !== null;
  if (first === undefined || more.length > 0 || (second !== undefined) !== isPair)
    throw refuse("two intensities for a pair, one for a single pulse");
  const powers = second === undefined ? [first] : [first, second];
  const least = isPair ? 1 : 0;
  const wrong = powers.find((pct) => !Number.isInteger(pct) || pct < least || pct > 100);
  if (wrong !== undefined) throw refuse(`${wrong} % is no whole percent from ${least} to 100`);
  if (isiMs === null) return { first, second: 0, interval: null };
  const interval = intervalSetting(isiMs);
  if (interval === null || (isiMs === 0 && !simultaneous))
    throw refuse(`${isiMs} ms is no interval between two pulses that this device may be set to`);
  return { first, second: second ?? 0, interval };
}

/**
 * A change of the resolution sets an interval of its own, so the interval follows it. Sent always
 * where the device does not tell its mode, since nobody else knows it then.
 */
export function settingSteps(
  { first, second, interval }: Wanted,
  { pair, highResolution, systemMode }: Pick<DeviceState, "pair" | "highResolution" | "systemMode">,
): readonly SettingStep[] {
  const isApart = pair !== null && pair.ppOffset > 0 && systemMode !== "1";
  // The mode of a simultaneous discharge says nothing of the resolution.
  const told = systemMode === null || systemMode === "1" ? null : highResolution;
  const asked = interval ?? (isApart ? null : intervalSetting(SINGLE_INTERVAL_MS));
  return [
    ...(asked === null ? [] : intervalSteps(asked, told)),
    {
      command: { command: "setPower", power: first },
      words: `setting the power of the first unit to ${first} %`,
    },
    {
      command: { command: "setPowerB", power: second },
      words: `setting the power of the second unit to ${second} %`,
    },
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

/** The interval of a pair is the one the device tells in the resolution that it tells or was set to. */
function differencesOf(
  { first, second, interval }: Wanted,
  { highResolution, systemMode }: DeviceState,
  { intensityPctMso, isiMs }: StimulatorStatus,
): readonly string[] {
  const isTold = systemMode !== null && interval !== null && interval.intervalMs > 0;
  return differing([
    ["power % of the first unit", first, intensityPctMso?.[0] ?? null],
    ["power % of the second unit", second, intensityPctMso?.[1] ?? null],
    ["interval ms", interval?.intervalMs ?? null, isiMs ?? null],
    ...(isTold ? [["high resolution", interval.highResolution, highResolution] as const] : []),
  ]);
}

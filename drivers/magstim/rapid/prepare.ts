/** How a Rapid or a Horizon is set. */
import type { StimulatorSettings, StimulatorStatus } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { differing, type SettingPlan, type SettingStep } from "../device/prepare.ts";
import type { Command } from "../wire/commands.ts";
import { ENTER_RTMS_LEAST_TENTHS, ENTER_RTMS_TENTHS } from "./capabilities.ts";
import { MIN_WAIT_S, minWaitS } from "./limits.ts";
import { judgeTrain, type TrainFacts } from "./trains.ts";

/** Throws for settings that this device, with its own version, cannot take. */
export function planSettings(settings: StimulatorSettings, facts: TrainFacts): SettingPlan {
  const power = requirePossible(settings, facts);
  return {
    steps: (before) => {
      if (before.enhancedPower === true && facts.type === "horizon") {
        throw new PulsetrainError(
          "DEVICE_CONFLICT",
          "the device says that enhanced power is on, and no command is known by which a Horizon leaves it",
        );
      }
      return settingSteps(power, settings, before);
    },
    alsoAsk: [],
    differences: (seen) => differencesOf(power, settings, seen),
    longestWaitMs,
  };
}

/** What the wait may take beyond the energy rule, ms. */
const WAIT_SLACK_MS = 1000;

function longestWaitMs({ intensityPctMso, train }: StimulatorStatus): number {
  const waitS =
    train === null
      ? MIN_WAIT_S
      : minWaitS(intensityPctMso?.[0] ?? 0, train.frequencyHz, train.pulses);
  return WAIT_SLACK_MS + 1000 * (Number.isFinite(waitS) ? waitS : MIN_WAIT_S);
}

/** The power, when the device can take all of the settings. */
function requirePossible(
  { intensityPctMso, train, isiMs }: StimulatorSettings,
  facts: TrainFacts,
): number {
  const [power, ...more] = intensityPctMso;
  const refuse = (detail: string): PulsetrainError =>
    new PulsetrainError("DEVICE_INVALID_DATA", detail);
  if (power === undefined || more.length > 0 || isiMs !== null)
    throw refuse("one intensity and no interval, since this device makes no pairs");
  if (!Number.isInteger(power) || power < 0 || power > 100)
    throw refuse(`${power} % is no whole percent from 0 to 100`);
  const problems = train === null ? [] : judgeTrain(train, power, facts);
  if (problems.length > 0) throw refuse(problems.map(({ detail }) => detail).join("; "));
  return power;
}

/**
 * What is to be sent, in the order of `nigelrogasch/MAGIC`: mode, power, frequency, duration,
 * pulses. The duration is the mode switch too; frequency, duration and pulses of a train are sent
 * even when they seem to be right, since a new power can lower the frequency.
 */
export function settingSteps(
  power: number,
  { train }: Pick<StimulatorSettings, "train">,
  before: Pick<StimulatorStatus, "mode" | "enhancedPower">,
): readonly SettingStep[] {
  const steps: SettingStep[] = [];
  const add = (command: Command, words: string, orElse?: Command): void => {
    steps.push({ command, words, ...(orElse === undefined ? {} : { orElse }) });
  };
  if (before.enhancedPower === true)
    add({ command: "enhancedPower", enable: false }, "leaving enhanced power");
  if (train === null && before.mode === "train")
    add({ command: "setDuration", durationS: 0 }, "leaving rTMS mode");
  if (train !== null && before.mode !== "train") {
    add(enterRtms(ENTER_RTMS_TENTHS), "entering rTMS mode", enterRtms(ENTER_RTMS_LEAST_TENTHS));
  }
  add({ command: "setPower", power }, `setting the power to ${power} %`);
  if (train === null) return steps;
  add(
    { command: "setFrequency", frequencyHz: train.frequencyHz },
    `setting the frequency to ${train.frequencyHz} Hz`,
  );
  add(
    { command: "setDuration", durationS: train.durationS },
    `setting the duration to ${train.durationS} s`,
  );
  add({ command: "setPulses", pulses: train.pulses }, `setting ${train.pulses} pulses`);
  return steps;
}

const enterRtms = (tenths: number): Command => ({
  command: "setDuration",
  durationS: tenths / 10,
});

/** What is not as it was asked, in words; a change by less than a step of the device cannot be. */
export function differencesOf(
  power: number,
  { train }: Pick<StimulatorSettings, "train">,
  seen: StimulatorStatus,
): readonly string[] {
  return differing([
    ["power %", power, seen.intensityPctMso?.[0] ?? null],
    ["enhanced power", false, seen.enhancedPower],
    ["mode", train === null ? "single" : "train", seen.mode],
    ["frequency Hz", train?.frequencyHz ?? null, seen.train?.frequencyHz ?? null],
    ["duration s", train?.durationS ?? null, seen.train?.durationS ?? null],
    ["pulses", train?.pulses ?? null, seen.train?.pulses ?? null],
  ]);
}

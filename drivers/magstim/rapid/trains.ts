/** Which trains a Rapid of a given software version or a Horizon can make, and why not. Pure. */
import type { DeviceProblem, TrainSettings } from "../../../src/contract/stimulator.ts";
import { UNLOCK_MAJOR } from "../wire/dialect.ts";
import { toTenths } from "../wire/frame.ts";
import {
  joulesPerPulse,
  type Mains,
  maxFrequencyHz,
  maxOnTimeS,
  type RapidType,
} from "./limits.ts";

/** What decides about a train besides the train. */
export interface TrainFacts {
  readonly mains: Mains;
  readonly type: RapidType;
  readonly major: number;
}

export const TRAIN_SOURCE = "nicolasmcnair/magpy; nigelrogasch/MAGIC";
/** From version 9 tenths of a hertz and of a second exist up to here only, then whole ones. */
export const TENTHS_UP_TO = 30;

export interface TrainRanges {
  readonly pulses: number;
  readonly durationTenths: number;
  readonly hasCoarseSteps: boolean;
}

/**
 * Below version 9 the shorter of two published durations (MAGIC 10 s, MagPy 99.9 s), from 9 on the
 * 0.1 to 600 s of the Horizon client and MagPy.
 */
export function rangesOf({ type, major }: Pick<TrainFacts, "type" | "major">): TrainRanges {
  return type === "horizon" || major >= UNLOCK_MAJOR
    ? { pulses: 6000, durationTenths: 6000, hasCoarseSteps: true }
    : { pulses: 1000, durationTenths: 100, hasCoarseSteps: false };
}

const problem = (rule: DeviceProblem["rule"], detail: string): DeviceProblem => ({
  rule,
  detail,
  source: TRAIN_SOURCE,
});

/** Duration of a train in tenths of a second when the device has that step; null otherwise. */
function durationStep(pulses: number, frequencyTenths: number, ranges: TrainRanges): number | null {
  const tenths = (pulses * 100) / frequencyTenths;
  if (!Number.isInteger(tenths)) return null;
  return ranges.hasCoarseSteps && tenths > TENTHS_UP_TO * 10 && tenths % 10 !== 0 ? null : tenths;
}

/** The counts of pulses next to `pulses` that end on a step of the duration. */
function fittingPulses(
  pulses: number,
  frequencyTenths: number,
  ranges: TrainRanges,
): readonly number[] {
  const fits = (count: number): boolean => {
    const step = durationStep(count, frequencyTenths, ranges);
    return step !== null && step >= 1 && step <= ranges.durationTenths;
  };
  const found: number[] = [];
  for (const direction of [-1, 1]) {
    for (let count = pulses + direction; count >= 1 && count <= ranges.pulses; count += direction) {
      if (!fits(count)) continue;
      found.push(count);
      break;
    }
  }
  return found;
}

/** Empty when the device can make the train at this power. */
export function judgeTrain(
  train: TrainSettings,
  powerPct: number,
  facts: TrainFacts,
): readonly DeviceProblem[] {
  const ranges = rangesOf(facts);
  const shape = judgeShape(train, ranges, facts.major);
  return [...shape, ...judgePower(train, powerPct, facts)];
}

function judgeShape(
  { frequencyHz, pulses, durationS }: TrainSettings,
  ranges: TrainRanges,
  major: number,
): readonly DeviceProblem[] {
  const frequencyTenths = toTenths(frequencyHz);
  if (frequencyTenths === null || frequencyTenths < 1) {
    return [problem("DEV-01", `${frequencyHz} Hz is not on the device's steps of 0.1 Hz`)];
  }
  if (ranges.hasCoarseSteps && frequencyTenths > TENTHS_UP_TO * 10 && frequencyTenths % 10 !== 0) {
    return [
      problem(
        "DEV-01",
        `${frequencyHz} Hz: above ${TENTHS_UP_TO} Hz the device has whole hertz only`,
      ),
    ];
  }
  if (!Number.isInteger(pulses) || pulses < 1 || pulses > ranges.pulses) {
    return [
      problem(
        "DEV-01",
        `${pulses} pulses: a train of software version ${major} has 1 to ${ranges.pulses}`,
      ),
    ];
  }
  const step = durationStep(pulses, frequencyTenths, ranges);
  if (step === null) {
    const fits = fittingPulses(pulses, frequencyTenths, ranges);
    const advice =
      fits.length === 0 ? "no other count fits either" : `these counts fit: ${fits.join(" and ")}`;
    const seconds = `${Number((pulses / frequencyHz).toFixed(4))} s`;
    return [
      problem(
        "DEV-01",
        `${pulses} pulses at ${frequencyHz} Hz last ${seconds}, which is no step of the device's duration; ${advice}`,
      ),
    ];
  }
  if (step < 1 || step > ranges.durationTenths) {
    const most = ranges.durationTenths / 10;
    return [
      problem(
        "DEV-01",
        `a train of ${step / 10} s: software version ${major} allows 0.1 to ${most} s`,
      ),
    ];
  }
  if (Math.abs(durationS * 10 - step) > 1e-6) {
    return [
      problem(
        "DEV-01",
        `${pulses} pulses at ${frequencyHz} Hz last ${step / 10} s, not ${durationS} s`,
      ),
    ];
  }
  return [];
}

function judgePower(
  { frequencyHz, durationS }: TrainSettings,
  powerPct: number,
  facts: TrainFacts,
): readonly DeviceProblem[] {
  const problems: DeviceProblem[] = [];
  const most = maxFrequencyHz(facts.mains, facts.type, powerPct);
  if (most === null || joulesPerPulse(powerPct) === null) {
    return [problem("INT-03", `no limits are known for trains at ${powerPct} %`)];
  }
  if (frequencyHz > most) {
    problems.push(
      problem(
        "INT-03",
        `${frequencyHz} Hz at ${powerPct} %: this device refills up to ${most} Hz on ${facts.mains} V`,
      ),
    );
  }
  const onTimeS = maxOnTimeS(powerPct, frequencyHz);
  if (Math.min(durationS, 60) > onTimeS) {
    problems.push(
      problem(
        "ITI-03",
        `${durationS} s at ${frequencyHz} Hz and ${powerPct} %: the energy rule allows ${onTimeS.toFixed(1)} s on in a minute`,
      ),
    );
  }
  return problems;
}

/** Every measure by its name, so that a stored result can be computed again from what it was made of. */
import { preStimulusRms } from "./before.ts";
import { blockMean, conditionRatio } from "./blocks.ts";
import { clippedSamples, flatStretch, mainsHum } from "./checks.ts";
import { latencyDeviation, latencyLevel, latencySlope } from "./latency.ts";
import type { Measure, MeasureInputs, MeasureResult } from "./measure.ts";
import { recruitmentCurve } from "./recruitmentCurve.ts";
import { sepN20, stimulusArtefact } from "./sep.ts";
import { silentPeriod, silentPeriodMean } from "./silentPeriod.ts";
import { area, peakToPeak } from "./size.ts";
import { tepPeak } from "./tep.ts";

export type AnyMeasure = {
  readonly [Takes in keyof MeasureInputs]: Measure<Takes>;
}[keyof MeasureInputs];

const ALL: readonly AnyMeasure[] = [
  peakToPeak,
  area,
  latencyDeviation,
  latencyLevel,
  latencySlope,
  preStimulusRms,
  clippedSamples,
  flatStretch,
  mainsHum,
  silentPeriod,
  silentPeriodMean,
  blockMean,
  conditionRatio,
  recruitmentCurve,
  tepPeak,
  stimulusArtefact,
  sepN20,
];

export const MEASURES: Readonly<Record<string, AnyMeasure>> = Object.fromEntries(
  ALL.map((measure) => [measure.name, measure]),
);

/** What a result was made of, with the kind that its measure takes. */
export type MeasureSource = {
  readonly [Takes in keyof MeasureInputs]: {
    readonly takes: Takes;
    readonly input: MeasureInputs[Takes];
  };
}[keyof MeasureInputs];

export type RemeasuredResult =
  | { readonly ok: true; readonly value: MeasureResult }
  | { readonly ok: false; readonly why: "unknown-measure" | "other-input" };

/** The same measure with the same parameters over the stored samples. */
export function measureAgain(
  stored: Pick<MeasureResult, "measure" | "version" | "parameters">,
  source: MeasureSource,
): RemeasuredResult {
  const measure = MEASURES[stored.measure];
  if (measure === undefined || measure.version !== stored.version) {
    return { ok: false, why: "unknown-measure" };
  }
  if (measure.takes !== source.takes) return { ok: false, why: "other-input" };
  // The line above has paired them; the compiler cannot follow a pair of unions.
  const run = measure.run as (input: MeasureSource["input"], parameters: object) => MeasureResult;
  return { ok: true, value: run(source.input, stored.parameters) };
}

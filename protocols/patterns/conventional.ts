import { err, ok } from "../../src/base/result.ts";
import type { Rounding } from "../../src/contract/dose.ts";
import type { ExpandProblem } from "../context.ts";
import type { ConventionalPattern } from "../types.ts";
import {
  checkTotal,
  inconsistent,
  levelsByTrain,
  missingOf,
  type PatternContext,
  type PatternResult,
  tooMany,
} from "./shared.ts";
import { type EvenTrain, layTrain, whoTimes } from "./trainTiming.ts";

interface TrainFigures {
  readonly train: EvenTrain;
  readonly trains: number;
  /** Pulses / frequency, or the stated duration where that is longer. */
  readonly trainMs: number;
  /** Start of a train to start of the next. */
  readonly periodMs: number;
  readonly rounding: Rounding | null;
}

/** Trains at one frequency with an off time between them. */
export function layConventional(
  pattern: ConventionalPattern,
  context: PatternContext,
): PatternResult {
  const problems = missingFigures(pattern, context);
  const figures = readFigures(pattern, context, problems);
  const levels = levelsByTrain(context, figures?.trains ?? 1);
  if (!levels.ok) problems.push(...levels.error);
  if (figures === null || !levels.ok || problems.length > 0) return err(problems);

  const { trains, periodMs, trainMs, rounding } = figures;
  const timed = whoTimes(context, figures.train, levels.value.all);
  if (!timed.ok) return err([timed.error]);
  const { who, train, roundings } = timed.value;
  const doses = Array.from({ length: trains }, (_, i) =>
    layTrain(i * periodMs, train, levels.value.of(i + 1), who, { train: i + 1, trains }),
  ).flat();
  return ok({
    doses,
    endMs: (trains - 1) * periodMs + trainMs,
    roundings: [...levels.value.roundings, ...(rounding === null ? [] : [rounding]), ...roundings],
  });
}

/** Pulses per train: stated, or what frequency and duration come to. */
function pulsesPerTrain(pattern: ConventionalPattern): number | null {
  const { pulsesPerTrain: stated, frequencyHz, trainDurationS } = pattern;
  if (stated !== null || frequencyHz === null || trainDurationS === null) return stated;
  return Math.round(frequencyHz * trainDurationS);
}

function missingFigures(pattern: ConventionalPattern, context: PatternContext): ExpandProblem[] {
  const { frequencyHz, trains, interTrainIntervalS } = pattern;
  const offTime = trains === 1 ? 0 : interTrainIntervalS;
  return missingOf(context, [
    ["frequencyHz", frequencyHz, "the frequency"],
    ["trains", trains, "the number of trains"],
    ["interTrainIntervalS", offTime, "the off time between trains"],
    ["pulsesPerTrain", pulsesPerTrain(pattern), "pulses per train, or the train's duration"],
  ]);
}

/** Figures that agree with each other; what does not is added to `problems`. */
function readFigures(
  pattern: ConventionalPattern,
  context: PatternContext,
  problems: ExpandProblem[],
): TrainFigures | null {
  const { frequencyHz, trainDurationS, trains } = pattern;
  const pulses = pulsesPerTrain(pattern);
  if (frequencyHz === null || trains === null || pulses === null) return null;
  const exactS = pulses / frequencyHz;
  // Where pulses do not divide the stated duration, the longer one holds: the off time never shrinks.
  const statedS = trainDurationS ?? exactS;
  if (pulses < 1 || Math.abs(pulses - frequencyHz * statedS) >= 0.5) {
    const detail = `${pulses} pulses at ${frequencyHz} Hz take ${round3(exactS)} s, not ${statedS} s`;
    problems.push(inconsistent(context, "trainDurationS", detail));
  }
  const total = pulses * trains;
  problems.push(
    ...checkTotal(context, pattern.totalPulses, total, `${trains} trains of ${pulses} pulses`),
    ...tooMany(context, total),
  );
  const trainMs = Math.max(exactS, statedS) * 1000;
  return {
    train: { pulses, frequencyHz },
    trains,
    trainMs,
    periodMs: trainMs + (pattern.interTrainIntervalS ?? 0) * 1000,
    rounding:
      Math.abs(exactS - statedS) < 1e-9
        ? null
        : { what: "train duration", asked: statedS, planned: round3(exactS), unit: "s" },
  };
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}

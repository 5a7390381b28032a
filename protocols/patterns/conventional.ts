import { err, ok } from "../../src/base/result.ts";
import type { Rounding } from "../../src/contract/dose.ts";
import type { ExpandProblem } from "../context.ts";
import type { ConventionalPattern } from "../types.ts";
import { checkTotal, inconsistent, levelsByTrain, MAX_DOSES, missing, type PatternContext, type PatternResult } from "./shared.ts";
import { type EvenTrain, layTrain, whoTimes } from "./trainTiming.ts";

interface TrainFigures {
  readonly train: EvenTrain;
  readonly trains: number;
  /** Start of a train to start of the next. */
  readonly periodMs: number;
  readonly trainMs: number;
  readonly rounding: Rounding | null;
}

/** Trains at one frequency with an off time between them. */
export function layConventional(pattern: ConventionalPattern, context: PatternContext): PatternResult {
  const problems: ExpandProblem[] = [];
  const figures = readFigures(pattern, context, problems);
  const levels = levelsByTrain(context, figures?.trains ?? 1);
  if (!levels.ok) problems.push(...levels.error);
  if (figures === null || !levels.ok || problems.length > 0) return err(problems);

  const { train, trains, periodMs, trainMs } = figures;
  const used = Array.from({ length: Math.min(trains, context.intensity.ramp?.trains ?? 1) }, (_, i) => levels.value.of(i + 1));
  const who = whoTimes(context, train, used);
  if (!who.ok) return err([who.error]);
  const doses = Array.from({ length: trains }, (_, i) =>
    layTrain(i * periodMs, train, levels.value.of(i + 1), who.value, { train: i + 1, trains }),
  ).flat();
  return ok({
    doses,
    endMs: (trains - 1) * periodMs + trainMs,
    roundings: figures.rounding === null ? levels.value.roundings : [...levels.value.roundings, figures.rounding],
  });
}

/** Pulses, duration and frequency of a train: any two give the third, all three must agree. */
function readFigures(pattern: ConventionalPattern, context: PatternContext, problems: ExpandProblem[]): TrainFigures | null {
  const { frequencyHz, trainDurationS, interTrainIntervalS, trains } = pattern;
  if (frequencyHz === null) problems.push(missing(context, "frequencyHz", "the frequency"));
  if (trains === null) problems.push(missing(context, "trains", "the number of trains"));
  if (interTrainIntervalS === null && trains !== 1) {
    problems.push(missing(context, "interTrainIntervalS", "the off time between trains"));
  }
  const derived = frequencyHz === null || trainDurationS === null ? null : Math.round(frequencyHz * trainDurationS);
  const pulses = pattern.pulsesPerTrain ?? derived;
  if (pulses === null) {
    problems.push(missing(context, "pulsesPerTrain", "pulses per train, or the train's duration"));
  }
  if (frequencyHz === null || trains === null || pulses === null) return null;
  if (pulses < 1) {
    problems.push(inconsistent(context, "trainDurationS", `${trainDurationS} s at ${frequencyHz} Hz hold no pulse`));
    return null;
  }
  const exactS = pulses / frequencyHz;
  if (trainDurationS !== null && Math.abs(pulses - frequencyHz * trainDurationS) >= 0.5) {
    const detail = `${pulses} pulses at ${frequencyHz} Hz take ${round3(exactS)} s, not ${trainDurationS} s`;
    problems.push(inconsistent(context, "trainDurationS", detail));
  }
  problems.push(...checkTotal(context, pattern.totalPulses, pulses * trains, `${trains} trains of ${pulses} pulses`));
  if (pulses * trains > MAX_DOSES) problems.push(inconsistent(context, "trains", `more than ${MAX_DOSES} pulses`));
  // Where pulses do not divide the stated duration, the longer one holds: the off time never shrinks.
  const trainS = Math.max(exactS, trainDurationS ?? 0);
  const rounded = trainDurationS !== null && Math.abs(exactS - trainDurationS) > 1e-9;
  return {
    train: { pulses, frequencyHz },
    trains,
    periodMs: (trainS + (interTrainIntervalS ?? 0)) * 1000,
    trainMs: trainS * 1000,
    rounding: rounded ? { what: "train duration", asked: trainDurationS, planned: round3(exactS), unit: "s" } : null,
  };
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}

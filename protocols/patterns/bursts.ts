import { err, ok, type Result } from "../../src/base/result.ts";
import type { DoseShape } from "../../src/contract/dose.ts";
import type { DoseDraft, ExpandProblem } from "../context.ts";
import type { ResolvedLevel } from "../intensity.ts";
import type { QuadripulsePattern, ThetaBurstPattern } from "../types.ts";
import {
  checkTotal,
  deviceCannot,
  draft,
  inconsistent,
  lateLimitMs,
  levelsByTrain,
  MAX_DOSES,
  missing,
  type PatternContext,
  type PatternResult,
} from "./shared.ts";
import { hostLimit, judge, probeDose } from "./trainTiming.ts";

/** Bursts at equal spacing inside trains at equal spacing. */
interface BurstFigures {
  readonly pulsesPerBurst: number;
  readonly isiMs: number;
  readonly burstPeriodMs: number;
  readonly burstsPerTrain: number;
  readonly trains: number;
  readonly trainPeriodMs: number;
  readonly endMs: number;
}

/** iTBS, cTBS and imTBS (Huang 2005) and their variants. */
export function layThetaBurst(pattern: ThetaBurstPattern, context: PatternContext): PatternResult {
  const problems: ExpandProblem[] = [];
  const figures = readThetaBurst(pattern, context, problems);
  return layBursts(figures, context, problems);
}

/** Quadripulse stimulation (Hamada 2008): every burst stands alone, so each counts as a train. */
export function layQuadripulse(pattern: QuadripulsePattern, context: PatternContext): PatternResult {
  const problems: ExpandProblem[] = [];
  const { pulsesPerBurst, isiMs, burstIntervalS, bursts } = pattern;
  if (pulsesPerBurst === null) problems.push(missing(context, "pulsesPerBurst", "pulses per burst"));
  if (isiMs === null) problems.push(missing(context, "isiMs", "the interval inside a burst"));
  if (burstIntervalS === null) problems.push(missing(context, "burstIntervalS", "the interval between bursts"));
  if (bursts === null) problems.push(missing(context, "bursts", "the number of bursts"));
  if (pulsesPerBurst === null || isiMs === null || burstIntervalS === null || bursts === null) {
    return layBursts(null, context, problems);
  }
  const endMs = bursts * burstIntervalS * 1000;
  if (pattern.trainDurationS !== null && Math.abs(pattern.trainDurationS * 1000 - endMs) > 0.5) {
    const detail = `${bursts} bursts every ${burstIntervalS} s take ${endMs / 1000} s, not ${pattern.trainDurationS} s`;
    problems.push(inconsistent(context, "trainDurationS", detail));
  }
  problems.push(...checkTotal(context, pattern.totalPulses, bursts * pulsesPerBurst, `${bursts} bursts of ${pulsesPerBurst}`));
  const burstPeriodMs = burstIntervalS * 1000;
  const figures = { pulsesPerBurst, isiMs, burstPeriodMs, burstsPerTrain: 1, trains: bursts, trainPeriodMs: burstPeriodMs, endMs };
  return layBursts(figures, context, problems);
}

function readThetaBurst(pattern: ThetaBurstPattern, context: PatternContext, problems: ExpandProblem[]): BurstFigures | null {
  const { pulsesPerBurst, intraBurstHz, burstHz, trainDurationS, interTrainIntervalS, trains } = pattern;
  const need = (value: number | null, key: string, what: string): void => {
    if (value === null) problems.push(missing(context, key, what));
  };
  need(pulsesPerBurst, "pulsesPerBurst", "pulses per burst");
  need(intraBurstHz, "intraBurstHz", "the frequency inside a burst");
  need(burstHz, "burstHz", "the frequency of bursts");
  need(trains, "trains", "the number of trains");
  if (trains !== 1) need(interTrainIntervalS, "interTrainIntervalS", "the off time between trains");
  const derived = burstHz === null || trainDurationS === null ? null : Math.round(burstHz * trainDurationS);
  const burstsPerTrain = pattern.burstsPerTrain ?? derived;
  need(burstsPerTrain, "burstsPerTrain", "bursts per train, or the train's duration");
  if (pulsesPerBurst === null || intraBurstHz === null || burstHz === null || trains === null || burstsPerTrain === null) {
    return null;
  }
  const trainS = burstsPerTrain / burstHz;
  if (burstsPerTrain < 1 || (trainDurationS !== null && Math.abs(burstsPerTrain - burstHz * trainDurationS) >= 0.5)) {
    const detail = `${burstsPerTrain} bursts at ${burstHz} Hz take ${trainS} s, not ${trainDurationS} s`;
    problems.push(inconsistent(context, "trainDurationS", detail));
  }
  const total = trains * burstsPerTrain * pulsesPerBurst;
  const how = `${trains} trains of ${burstsPerTrain} bursts of ${pulsesPerBurst}`;
  problems.push(...checkTotal(context, pattern.totalPulses, total, how));
  const trainPeriodMs = (Math.max(trainS, trainDurationS ?? 0) + (interTrainIntervalS ?? 0)) * 1000;
  return {
    pulsesPerBurst,
    isiMs: 1000 / intraBurstHz,
    burstPeriodMs: 1000 / burstHz,
    burstsPerTrain,
    trains,
    trainPeriodMs,
    endMs: (trains - 1) * trainPeriodMs + trainS * 1000,
  };
}

function layBursts(figures: BurstFigures | null, context: PatternContext, problems: ExpandProblem[]): PatternResult {
  const levels = levelsByTrain(context, figures?.trains ?? 1);
  if (!levels.ok) problems.push(...levels.error);
  if (figures !== null && (figures.pulsesPerBurst - 1) * figures.isiMs >= figures.burstPeriodMs) {
    problems.push(inconsistent(context, "pulsesPerBurst", "a burst is longer than the interval between bursts"));
  }
  if (figures !== null && figures.trains * figures.burstsPerTrain * figures.pulsesPerBurst > MAX_DOSES) {
    problems.push(inconsistent(context, "trains", `more than ${MAX_DOSES} pulses`));
  }
  if (figures === null || !levels.ok || problems.length > 0) return err(problems);
  const maker = burstMaker(figures, context, levels.value.of(figures.trains));
  if (!maker.ok) return err([maker.error]);
  const doses: DoseDraft[] = [];
  for (let train = 1; train <= figures.trains; train++) {
    for (let burst = 0; burst < figures.burstsPerTrain; burst++) {
      const dueMs = (train - 1) * figures.trainPeriodMs + burst * figures.burstPeriodMs;
      const place = { train, trains: figures.trains };
      doses.push(...maker.value(dueMs, levels.value.of(train), burst, place));
    }
  }
  return ok({ doses, endMs: figures.endMs, roundings: levels.value.roundings });
}

type BurstMaker = (
  dueMs: number,
  level: ResolvedLevel,
  burst: number,
  place: { readonly train: number; readonly trains: number },
) => readonly DoseDraft[];

/** How this device gives one burst: by itself, as a short train of its own, or pulse by pulse. */
function burstMaker(figures: BurstFigures, context: PatternContext, level: ResolvedLevel): Result<BurstMaker, ExpandProblem> {
  const { pulsesPerBurst, isiMs, burstPeriodMs, burstsPerTrain } = figures;
  const { deviceTimed, hostMinIntervalMs } = context.expand.capabilities;
  const started = (shape: DoseShape): BurstMaker => (dueMs, of, burst, place) => [
    draft(dueMs, shape, of, {
      ...place,
      hostTrain: burstsPerTrain === 1 ? null : { position: burst + 1, count: burstsPerTrain },
      lateLimitMs: lateLimitMs(burstPeriodMs),
    }),
  ];
  if (deviceTimed.burst && burstPeriodMs >= hostMinIntervalMs) {
    return ok(started(pulsesPerBurst === 1 ? { kind: "pulse" } : { kind: "burst", pulses: pulsesPerBurst, isiMs }));
  }
  const asTrain: DoseShape = { kind: "train", pulses: pulsesPerBurst, frequencyHz: 1000 / isiMs };
  if (deviceTimed.train && pulsesPerBurst > 1 && fitsAsTrain(asTrain, figures, context, level)) return ok(started(asTrain));
  if (isiMs >= hostMinIntervalMs && burstPeriodMs - (pulsesPerBurst - 1) * isiMs >= hostMinIntervalMs) {
    return ok((dueMs, of, burst, place) =>
      Array.from({ length: pulsesPerBurst }, (_, i) =>
        draft(dueMs + i * isiMs, { kind: "pulse" }, of, {
          ...place,
          hostTrain: { position: burst * pulsesPerBurst + i + 1, count: burstsPerTrain * pulsesPerBurst },
          lateLimitMs: lateLimitMs(isiMs),
        }),
      ),
    );
  }
  const needs = deviceTimed.burst ? `it starts bursts ${burstPeriodMs} ms apart` : "it makes no bursts by itself";
  const detail = `${needs}, and ${hostLimit(deviceTimed.burst ? burstPeriodMs : isiMs, hostMinIntervalMs)}`;
  return err(deviceCannot(context, `${detail}; a stimulator with bursts, such as magpro-x100, can`));
}

/** Is a burst slow enough for this device's train generator, with the rest that it needs after each? */
function fitsAsTrain(shape: DoseShape, figures: BurstFigures, context: PatternContext, level: ResolvedLevel): boolean {
  const restMs = figures.burstPeriodMs - (figures.pulsesPerBurst - 1) * figures.isiMs;
  if (figures.burstPeriodMs < context.expand.capabilities.hostMinIntervalMs) return false;
  if (judge(context, shape, [level.pctMso], level).length > 0) return false;
  return context.expand.model.minRestAfterMs(probeDose(shape, [level.pctMso], level)) <= restMs;
}

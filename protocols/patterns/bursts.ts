import { err, ok, type Result } from "../../src/base/result.ts";
import type { DoseShape } from "../../src/contract/dose.ts";
import type { DoseDraft, ExpandProblem } from "../context.ts";
import type { ResolvedLevel } from "../intensity.ts";
import type { QuadripulsePattern, ThetaBurstPattern } from "../types.ts";
import { type BurstFigures, quadripulseFigures, thetaBurstFigures } from "./burstFigures.ts";
import {
  deviceCannot,
  draft,
  hostLimit,
  lateLimitMs,
  levelsByTrain,
  type PatternContext,
  type PatternResult,
} from "./shared.ts";
import { cannotRepresent, judge, probeDose } from "./trainTiming.ts";

/** iTBS, cTBS and imTBS (Huang 2005) and their variants. */
export function layThetaBurst(pattern: ThetaBurstPattern, context: PatternContext): PatternResult {
  const problems: ExpandProblem[] = [];
  return layBursts(thetaBurstFigures(pattern, context, problems), context, problems);
}

/** Quadripulse stimulation (Hamada 2008). */
export function layQuadripulse(
  pattern: QuadripulsePattern,
  context: PatternContext,
): PatternResult {
  const problems: ExpandProblem[] = [];
  return layBursts(quadripulseFigures(pattern, context, problems), context, problems);
}

function layBursts(
  figures: BurstFigures | null,
  context: PatternContext,
  problems: ExpandProblem[],
): PatternResult {
  const levels = levelsByTrain(context, figures?.trains ?? 1);
  if (!levels.ok) problems.push(...levels.error);
  if (figures === null || !levels.ok || problems.length > 0) return err(problems);
  const layer = burstLayer(figures, context, levels.value.all);
  if (!layer.ok) return err([layer.error]);
  const doses: DoseDraft[] = [];
  for (let train = 1; train <= figures.trains; train++) {
    for (let burst = 0; burst < figures.burstsPerTrain; burst++) {
      const dueMs = (train - 1) * figures.trainPeriodMs + burst * figures.burstPeriodMs;
      doses.push(...layer.value(dueMs, levels.value.of(train), train, burst));
    }
  }
  return ok({ doses, endMs: figures.endMs, roundings: levels.value.roundings });
}

/** Lays burst `burst` (from 0) of train `train` (from 1). */
type BurstLayer = (
  dueMs: number,
  level: ResolvedLevel,
  train: number,
  burst: number,
) => readonly DoseDraft[];

/** How this device gives one burst: by itself, as a short train of its own, or pulse by pulse. */
function burstLayer(
  figures: BurstFigures,
  context: PatternContext,
  levels: readonly ResolvedLevel[],
): Result<BurstLayer, ExpandProblem> {
  const { pulsesPerBurst, isiMs, burstPeriodMs } = figures;
  const { deviceTimed, hostMinIntervalMs } = context.expand.capabilities;
  const startsFit = burstPeriodMs >= hostMinIntervalMs;
  if (pulsesPerBurst === 1 && startsFit) return ok(oneStart(figures, { kind: "pulse" }));
  if (deviceTimed.burst && startsFit) {
    const shape: DoseShape = { kind: "burst", pulses: pulsesPerBurst, isiMs };
    const refusal = cannotRepresent(context, judge(context, shape, levels));
    return refusal === null ? ok(oneStart(figures, shape)) : err(refusal);
  }
  const train: DoseShape = { kind: "train", pulses: pulsesPerBurst, frequencyHz: 1000 / isiMs };
  if (deviceTimed.train && startsFit && fitsAsTrain(train, figures, context, levels)) {
    return ok(oneStart(figures, train));
  }
  const restMs = burstPeriodMs - (pulsesPerBurst - 1) * isiMs;
  if (Math.min(isiMs, restMs) >= hostMinIntervalMs) return ok(pulseByPulse(figures));
  const [what, neededMs] = deviceTimed.burst
    ? [`it starts bursts ${burstPeriodMs} ms apart`, burstPeriodMs]
    : ["it makes no bursts by itself", Math.min(isiMs, restMs)];
  const detail = `${what}, and ${hostLimit(neededMs, hostMinIntervalMs)}`;
  return err(
    deviceCannot(context, `${detail}; a stimulator with bursts, such as magpro-x100, can`),
  );
}

/** One start a burst. A burst that is missed takes the rest of its train with it. */
function oneStart(figures: BurstFigures, shape: DoseShape): BurstLayer {
  const { burstsPerTrain, burstPeriodMs, trains } = figures;
  return (dueMs, level, train, burst) => [
    draft(dueMs, shape, level, {
      train,
      trains,
      hostTrain: burstsPerTrain === 1 ? null : { position: burst + 1, count: burstsPerTrain },
      lateLimitMs: lateLimitMs(burstPeriodMs),
    }),
  ];
}

function pulseByPulse(figures: BurstFigures): BurstLayer {
  const { pulsesPerBurst, isiMs, burstsPerTrain, trains } = figures;
  const count = burstsPerTrain * pulsesPerBurst;
  return (dueMs, level, train, burst) =>
    Array.from({ length: pulsesPerBurst }, (_, i) =>
      draft(dueMs + i * isiMs, { kind: "pulse" }, level, {
        train,
        trains,
        hostTrain: { position: burst * pulsesPerBurst + i + 1, count },
        lateLimitMs: lateLimitMs(isiMs),
      }),
    );
}

/** Is a burst slow enough for this device's train generator, with the rest that it needs after each? */
function fitsAsTrain(
  shape: DoseShape,
  figures: BurstFigures,
  context: PatternContext,
  levels: readonly ResolvedLevel[],
): boolean {
  const restMs = figures.burstPeriodMs - (figures.pulsesPerBurst - 1) * figures.isiMs;
  if (judge(context, shape, levels).length > 0) return false;
  return levels.every(
    ({ pctMso }) => context.expand.model.minRestAfterMs(probeDose(shape, [pctMso])) <= restMs,
  );
}

import { err, ok, type Result } from "../../src/base/result.ts";
import type { DoseShape, Rounding } from "../../src/contract/dose.ts";
import type { DoseDraft, ExpandProblem } from "../context.ts";
import type { ResolvedLevel } from "../intensity.ts";
import type { QuadripulsePattern, ThetaBurstPattern } from "../types.ts";
import { type BurstFigures, quadripulseFigures, thetaBurstFigures } from "./burstFigures.ts";
import { onSteps } from "./onSteps.ts";
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
  const { starts, lay, roundings } = layer.value;
  const doses: DoseDraft[] = [];
  for (let train = 1; train <= figures.trains; train++) {
    for (let start = 0; start < starts; start++) {
      const dueMs = (train - 1) * figures.trainPeriodMs + start * figures.burstPeriodMs;
      doses.push(...lay(dueMs, levels.value.of(train), train, start));
    }
  }
  return ok({ doses, endMs: figures.endMs, roundings: [...levels.value.roundings, ...roundings] });
}

/** Starts of a train, from 0: each burst, or the first alone where the device times the whole train. */
interface BurstLayer {
  readonly starts: number;
  readonly lay: (
    dueMs: number,
    level: ResolvedLevel,
    train: number,
    start: number,
  ) => readonly DoseDraft[];
  readonly roundings: readonly Rounding[];
}

/** How this device gives its bursts: as trains of them, one by one, as short trains, or pulse by pulse. */
function burstLayer(
  figures: BurstFigures,
  context: PatternContext,
  levels: readonly ResolvedLevel[],
): Result<BurstLayer, ExpandProblem> {
  const { pulsesPerBurst, isiMs, burstPeriodMs } = figures;
  const { deviceTimed, hostMinIntervalMs } = context.expand.capabilities;
  const whole = wholeTrain(figures, context, levels);
  if (whole !== null) return ok(whole);
  const startsFit = burstPeriodMs >= hostMinIntervalMs;
  if (pulsesPerBurst === 1 && startsFit) return ok(oneStart(figures, { kind: "pulse" }, []));
  if (deviceTimed.burst && startsFit) {
    const stepped = onSteps(context, { kind: "burst", pulses: pulsesPerBurst, isiMs });
    if (!stepped.ok) return stepped;
    const { shape, roundings } = stepped.value;
    const refusal = cannotRepresent(context, judge(context, shape, levels));
    return refusal === null ? ok(oneStart(figures, shape, roundings)) : err(refusal);
  }
  const train: DoseShape = { kind: "train", pulses: pulsesPerBurst, frequencyHz: 1000 / isiMs };
  if (deviceTimed.train && startsFit && fitsAsTrain(train, figures, context, levels)) {
    return ok(oneStart(figures, train, []));
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

/** A train of bursts from one start; null where the device does not make this one. */
function wholeTrain(
  figures: BurstFigures,
  context: PatternContext,
  levels: readonly ResolvedLevel[],
): BurstLayer | null {
  const { pulsesPerBurst, isiMs, burstPeriodMs, burstsPerTrain, trains } = figures;
  if (!context.expand.capabilities.deviceTimed.burstTrain) return null;
  if (burstsPerTrain === 1 || pulsesPerBurst === 1) return null;
  const stepped = onSteps(context, {
    kind: "burst-train",
    bursts: burstsPerTrain,
    burstHz: 1000 / burstPeriodMs,
    pulsesPerBurst,
    isiMs,
  });
  if (!stepped.ok) return null;
  const { shape, roundings } = stepped.value;
  if (cannotRepresent(context, judge(context, shape, levels)) !== null) return null;
  return {
    starts: 1,
    roundings,
    // The device keeps the spacing inside; the neighbour of its start is the next train, far off.
    lay: (dueMs, level, train) => [
      draft(dueMs, shape, level, {
        train,
        trains,
        lateLimitMs: lateLimitMs(Number.POSITIVE_INFINITY),
      }),
    ],
  };
}

/** One start a burst. A burst that is missed takes the rest of its train with it. */
function oneStart(
  figures: BurstFigures,
  shape: DoseShape,
  roundings: readonly Rounding[],
): BurstLayer {
  const { burstsPerTrain, burstPeriodMs, trains } = figures;
  return {
    starts: burstsPerTrain,
    roundings,
    lay: (dueMs, level, train, burst) => [
      draft(dueMs, shape, level, {
        train,
        trains,
        hostTrain: burstsPerTrain === 1 ? null : { position: burst + 1, count: burstsPerTrain },
        lateLimitMs: lateLimitMs(burstPeriodMs),
      }),
    ],
  };
}

function pulseByPulse(figures: BurstFigures): BurstLayer {
  const { pulsesPerBurst, isiMs, burstsPerTrain, trains } = figures;
  const count = burstsPerTrain * pulsesPerBurst;
  return {
    starts: burstsPerTrain,
    roundings: [],
    lay: (dueMs, level, train, burst) =>
      Array.from({ length: pulsesPerBurst }, (_, i) =>
        draft(dueMs + i * isiMs, { kind: "pulse" }, level, {
          train,
          trains,
          hostTrain: { position: burst * pulsesPerBurst + i + 1, count },
          lateLimitMs: lateLimitMs(isiMs),
        }),
      ),
  };
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

import { err, ok } from "../../src/base/result.ts";
import type { DoseDraft, ExpandProblem } from "../context.ts";
import type { ResolvedLevel } from "../intensity.ts";
import type { CustomPattern } from "../types.ts";
import {
  checkTotal,
  deviceCannot,
  draft,
  hostLimit,
  inconsistent,
  lateLimitMs,
  levelsByTrain,
  missing,
  type PatternContext,
  type PatternResult,
  tooMany,
} from "./shared.ts";
import { type EvenTrain, layTrain, whoTimes } from "./trainTiming.ts";

/** Lays one train that starts at `startMs`. */
type TrainLayer = (startMs: number, train: number, level: ResolvedLevel) => readonly DoseDraft[];

/** Pulses at stated times. Equal spacing may be timed by the device, everything else by the host. */
export function layCustom(pattern: CustomPattern, context: PatternContext): PatternResult {
  const { pulseTimesMs, trains, interTrainIntervalS } = pattern;
  const problems = figureProblems(pattern, context);
  const levels = levelsByTrain(context, trains);
  if (!levels.ok) problems.push(...levels.error);
  if (!levels.ok || problems.length > 0) return err(problems);

  const even = evenTrain(pulseTimesMs);
  const layer =
    even === null
      ? freeLayer(pattern, context)
      : evenLayer(even, trains, context, levels.value.all);
  if (!layer.ok) return err([layer.error]);
  const lastMs = pulseTimesMs.at(-1) ?? 0;
  const periodMs = lastMs + (interTrainIntervalS ?? 0) * 1000;
  const doses = Array.from({ length: trains }, (_, i) =>
    layer.value(i * periodMs, i + 1, levels.value.of(i + 1)),
  ).flat();
  return ok({
    doses,
    endMs: (trains - 1) * periodMs + lastMs,
    roundings: levels.value.roundings,
  });
}

function figureProblems(pattern: CustomPattern, context: PatternContext): ExpandProblem[] {
  const { pulseTimesMs, trains, interTrainIntervalS, totalPulses } = pattern;
  const pulses = pulseTimesMs.length;
  const problems = [
    ...checkTotal(context, totalPulses, pulses * trains, `${trains} trains of ${pulses} pulses`),
    ...tooMany(context, pulses * trains),
  ];
  if (trains > 1 && interTrainIntervalS === null) {
    problems.push(missing(context, "interTrainIntervalS", "the off time between trains"));
  }
  if (trains > 1 && interTrainIntervalS === 0) {
    const detail = "two trains would meet in one instant";
    problems.push(inconsistent(context, "interTrainIntervalS", detail));
  }
  return problems;
}

type LayerResult =
  | { readonly ok: true; readonly value: TrainLayer }
  | { readonly ok: false; readonly error: ExpandProblem };

function evenLayer(
  even: EvenTrain,
  trains: number,
  context: PatternContext,
  levels: readonly ResolvedLevel[],
): LayerResult {
  const timed = whoTimes(context, even, levels);
  if (!timed.ok) return timed;
  const { who, roundings } = timed.value;
  const [moved] = roundings;
  // Somebody who writes down instants means these instants.
  if (moved !== undefined) {
    const detail = `its steps would move ${moved.what} from ${moved.asked} to ${moved.planned} ${moved.unit}, and explicit times are not moved`;
    return err(deviceCannot(context, detail));
  }
  return ok((startMs, train, level) => layTrain(startMs, even, level, who, { train, trains }));
}

/** Every pulse a start of its own: the shortest interval must be one that the host can keep. */
function freeLayer(pattern: CustomPattern, context: PatternContext): LayerResult {
  const { pulseTimesMs, trains, interTrainIntervalS } = pattern;
  const betweenTrainsMs = trains > 1 ? (interTrainIntervalS ?? 0) * 1000 : Infinity;
  const shortestMs = Math.min(betweenTrainsMs, ...intervals(pulseTimesMs));
  const { hostMinIntervalMs } = context.expand.capabilities;
  if (shortestMs < hostMinIntervalMs) {
    const limit = hostLimit(shortestMs, hostMinIntervalMs);
    return err(deviceCannot(context, `pulses at free times are timed by the host, and ${limit}`));
  }
  const count = pulseTimesMs.length;
  return ok((startMs, train, level) =>
    pulseTimesMs.map((timeMs, i) =>
      draft(startMs + timeMs, { kind: "pulse" }, level, {
        train,
        trains,
        hostTrain: count === 1 ? null : { position: i + 1, count },
        lateLimitMs: lateLimitMs(shortestMs),
      }),
    ),
  );
}

function intervals(timesMs: readonly number[]): readonly number[] {
  return timesMs.slice(1).map((time, i) => time - (timesMs[i] ?? 0));
}

/** The train that these times are when all intervals are equal (to a microsecond). */
function evenTrain(timesMs: readonly number[]): EvenTrain | null {
  const [first, ...others] = intervals(timesMs);
  if (first === undefined || others.some((interval) => Math.abs(interval - first) > 1e-3)) {
    return null;
  }
  return { pulses: timesMs.length, frequencyHz: 1000 / first };
}

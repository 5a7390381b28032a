import { err, ok } from "../../src/base/result.ts";
import type { DoseDraft, ExpandProblem } from "../context.ts";
import type { CustomPattern } from "../types.ts";
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
import { type EvenTrain, hostLimit, layTrain, whoTimes } from "./trainTiming.ts";

/** Pulses at stated times. Equal spacing may be timed by the device, everything else by the host. */
export function layCustom(pattern: CustomPattern, context: PatternContext): PatternResult {
  const { pulseTimesMs, trains, interTrainIntervalS } = pattern;
  const problems: ExpandProblem[] = [];
  const pulses = pulseTimesMs.length;
  const lastMs = pulseTimesMs.at(-1) ?? 0;
  if (interTrainIntervalS === null && trains > 1) {
    problems.push(missing(context, "interTrainIntervalS", "the off time between trains"));
  }
  problems.push(...checkTotal(context, pattern.totalPulses, pulses * trains, `${trains} trains of ${pulses} pulses`));
  if (pulses * trains > MAX_DOSES) problems.push(inconsistent(context, "trains", `more than ${MAX_DOSES} pulses`));
  const gapMs = trains > 1 ? (interTrainIntervalS ?? 0) * 1000 : Number.POSITIVE_INFINITY;
  if (trains > 1 && interTrainIntervalS !== null && gapMs <= 0) {
    problems.push(inconsistent(context, "interTrainIntervalS", "two trains would meet in one instant"));
  }
  const levels = levelsByTrain(context, trains);
  if (!levels.ok) problems.push(...levels.error);
  if (!levels.ok || problems.length > 0) return err(problems);

  const periodMs = lastMs + (Number.isFinite(gapMs) ? gapMs : 0);
  const even = evenTrain(pulseTimesMs);
  if (even !== null) {
    const who = whoTimes(context, even, [levels.value.of(trains)]);
    if (who.ok) {
      const doses = Array.from({ length: trains }, (_, i) =>
        layTrain(i * periodMs, even, levels.value.of(i + 1), who.value, { train: i + 1, trains }),
      ).flat();
      return ok({ doses, endMs: (trains - 1) * periodMs + lastMs, roundings: levels.value.roundings });
    }
    return err([who.error]);
  }
  const shortestMs = Math.min(gapMs, ...intervals(pulseTimesMs));
  const { hostMinIntervalMs } = context.expand.capabilities;
  if (shortestMs < hostMinIntervalMs) {
    return err([deviceCannot(context, `pulses at free times are timed by the host, and ${hostLimit(shortestMs, hostMinIntervalMs)}`)]);
  }
  const doses: DoseDraft[] = [];
  for (let train = 1; train <= trains; train++) {
    for (const [i, timeMs] of pulseTimesMs.entries()) {
      const hostTrain = pulses === 1 ? null : { position: i + 1, count: pulses };
      const rest = { train, trains, hostTrain, lateLimitMs: lateLimitMs(shortestMs) };
      doses.push(draft((train - 1) * periodMs + timeMs, { kind: "pulse" }, levels.value.of(train), rest));
    }
  }
  return ok({ doses, endMs: (trains - 1) * periodMs + lastMs, roundings: levels.value.roundings });
}

function intervals(timesMs: readonly number[]): readonly number[] {
  return timesMs.slice(1).map((time, i) => time - (timesMs[i] ?? 0));
}

/** The train that these times are when all intervals are equal (to a microsecond). */
function evenTrain(timesMs: readonly number[]): EvenTrain | null {
  const [first, ...others] = intervals(timesMs);
  if (first === undefined || others.some((interval) => Math.abs(interval - first) > 1e-3)) return null;
  return { pulses: timesMs.length, frequencyHz: 1000 / first };
}

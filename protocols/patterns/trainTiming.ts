import { err, ok, type Result } from "../../src/base/result.ts";
import type { Dose, DoseShape } from "../../src/contract/dose.ts";
import type { DeviceProblem } from "../../src/contract/stimulator.ts";
import type { DoseDraft, ExpandProblem } from "../context.ts";
import type { ResolvedLevel } from "../intensity.ts";
import { deviceCannot, draft, lateLimitMs, type PatternContext } from "./shared.ts";

/** Pulses at equal spacing. */
export interface EvenTrain {
  readonly pulses: number;
  readonly frequencyHz: number;
}

/**
 * The host may time a train in place of the device only with this much room above the device's
 * shortest honest interval: at the bare interval a little jitter would make the device refuse.
 */
const HOST_ROOM = 1.05;

/** A dose as if it stood alone in a plan, to ask the device model about. */
export function probeDose(shape: DoseShape, intensityPctMso: readonly number[], level: ResolvedLevel): Dose {
  const place = { block: 0, train: 1, trains: 1, condition: null };
  return { index: 0, dueMs: 0, shape, intensityPctMso, request: level.request, place, hostTrain: null, lateLimitMs: 5 };
}

/** What the device says about such a dose. */
export function judge(
  context: PatternContext,
  shape: DoseShape,
  intensityPctMso: readonly number[],
  level: ResolvedLevel,
): readonly DeviceProblem[] {
  return context.expand.model.judgeDose(probeDose(shape, intensityPctMso, level));
}

/**
 * Who times the pulses of a train: the device where it can, else the host where the interval is
 * long enough. What a device cannot do for want of power or energy alone is still planned, so that
 * the gate can refuse it with its rule.
 */
export function whoTimes(
  context: PatternContext,
  train: EvenTrain,
  levels: readonly ResolvedLevel[],
): Result<"device" | "host", ExpandProblem> {
  const { deviceTimed, hostMinIntervalMs } = context.expand.capabilities;
  const intervalMs = 1000 / train.frequencyHz;
  if (!deviceTimed.train) {
    if (intervalMs >= hostMinIntervalMs) return ok("host");
    return err(deviceCannot(context, `it makes no trains by itself, and ${hostLimit(intervalMs, hostMinIntervalMs)}`));
  }
  const problems = (shape: DoseShape): readonly DeviceProblem[] =>
    levels.flatMap((level) => judge(context, shape, [level.pctMso], level));
  const found = problems({ kind: "train", ...train });
  if (found.length === 0) return ok("device");
  if (intervalMs >= hostMinIntervalMs * HOST_ROOM && problems({ kind: "pulse" }).length === 0) return ok("host");
  const [impossible] = found.filter((problem) => problem.rule === "DEV-01");
  if (impossible === undefined) return ok("device");
  const detail = `${impossible.detail}; ${hostLimit(intervalMs, hostMinIntervalMs)}`;
  return err({ ...deviceCannot(context, detail), rule: impossible.rule });
}

export function hostLimit(intervalMs: number, hostMinIntervalMs: number): string {
  return `the host times starts no closer than ${hostMinIntervalMs} ms (needed: ${Math.round(intervalMs * 100) / 100} ms)`;
}

/** The doses of one train that starts at `startMs`. */
export function layTrain(
  startMs: number,
  train: EvenTrain,
  level: ResolvedLevel,
  who: "device" | "host",
  place: { readonly train: number; readonly trains: number },
): readonly DoseDraft[] {
  const intervalMs = 1000 / train.frequencyHz;
  if (train.pulses === 1) return [draft(startMs, { kind: "pulse" }, level, { ...place, lateLimitMs: lateLimitMs(intervalMs) })];
  if (who === "device") {
    // The device keeps the spacing inside; the neighbour of its start is the next train, far off.
    return [draft(startMs, { kind: "train", ...train }, level, { ...place, lateLimitMs: lateLimitMs(Number.POSITIVE_INFINITY) })];
  }
  return Array.from({ length: train.pulses }, (_, i) =>
    draft(startMs + i * intervalMs, { kind: "pulse" }, level, {
      ...place,
      hostTrain: { position: i + 1, count: train.pulses },
      lateLimitMs: lateLimitMs(intervalMs),
    }),
  );
}

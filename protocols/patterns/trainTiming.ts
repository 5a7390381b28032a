import { err, ok, type Result } from "../../src/base/result.ts";
import type { Dose, DoseShape, Rounding } from "../../src/contract/dose.ts";
import type { DeviceProblem } from "../../src/contract/stimulator.ts";
import type { DoseDraft, ExpandProblem } from "../context.ts";
import type { ResolvedLevel } from "../intensity.ts";
import { onSteps } from "./onSteps.ts";
import { deviceCannot, draft, hostLimit, lateLimitMs, type PatternContext } from "./shared.ts";

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

type TrainShape = Extract<DoseShape, { readonly kind: "train" }>;

/** A train with who times it, on the steps of the device where the device does. */
export interface TimedTrain {
  readonly who: "device" | "host";
  readonly train: EvenTrain;
  readonly roundings: readonly Rounding[];
}

const ALONE = { block: 0, train: 1, trains: 1, condition: null };

/** A dose as if it stood alone in a plan, to ask the device model about. */
export function probeOf({ train: _, trains: __, condition: ___, ...dose }: DoseDraft): Dose {
  return { ...dose, index: 0, place: ALONE };
}

/** The same of a shape and its intensities. */
export function probeDose(shape: DoseShape, intensityPctMso: readonly number[]): Dose {
  const request = { value: intensityPctMso[0] ?? null, base: "%MSO", threshold: null };
  const timing = { index: 0, dueMs: 0, hostTrain: null, lateLimitMs: 5 };
  return { ...timing, shape, intensityPctMso, request, place: ALONE };
}

/** Why this device cannot give such a dose at one of these levels; empty when it can. */
export function judge(
  context: PatternContext,
  shape: DoseShape,
  levels: readonly ResolvedLevel[],
): readonly DeviceProblem[] {
  const { model } = context.expand;
  return levels.flatMap((level) => model.judgeDose(probeDose(shape, [level.pctMso])));
}

/** What this device cannot make at all, whatever the power: a want of power is left to the gate. */
export function cannotRepresent(
  context: PatternContext,
  problems: readonly DeviceProblem[],
): ExpandProblem | null {
  const found = problems.find((problem) => problem.rule === "DEV-01");
  return found === undefined ? null : { ...deviceCannot(context, found.detail), rule: found.rule };
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
): Result<TimedTrain, ExpandProblem> {
  const { deviceTimed, hostMinIntervalMs } = context.expand.capabilities;
  const intervalMs = 1000 / train.frequencyHz;
  const limit = hostLimit(intervalMs, hostMinIntervalMs);
  const byHost: TimedTrain = { who: "host", train, roundings: [] };
  if (!deviceTimed.train) {
    if (intervalMs >= hostMinIntervalMs) return ok(byHost);
    return err(deviceCannot(context, `it makes no trains by itself, and ${limit}`));
  }
  const hostHasRoom = intervalMs >= hostMinIntervalMs * HOST_ROOM;
  const stepped = onSteps<TrainShape>(context, { kind: "train", ...train });
  if (!stepped.ok) {
    return hostHasRoom ? ok(byHost) : err(alsoTheHost(stepped.error, limit));
  }
  const { pulses, frequencyHz } = stepped.value.shape;
  const { roundings } = stepped.value;
  const byDevice: TimedTrain = { who: "device", train: { pulses, frequencyHz }, roundings };
  const found = judge(context, stepped.value.shape, levels);
  if (found.length === 0) return ok(byDevice);
  if (hostHasRoom && judge(context, { kind: "pulse" }, levels).length === 0) return ok(byHost);
  const refusal = cannotRepresent(context, found);
  return refusal === null ? ok(byDevice) : err(alsoTheHost(refusal, limit));
}

function alsoTheHost(refusal: ExpandProblem, limit: string): ExpandProblem {
  return { ...refusal, detail: `${refusal.detail}; ${limit}` };
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
  if (who === "device" && train.pulses > 1) {
    // The device keeps the spacing inside; the neighbour of its start is the next train, far off.
    const limitMs = lateLimitMs(Number.POSITIVE_INFINITY);
    return [draft(startMs, { kind: "train", ...train }, level, { ...place, lateLimitMs: limitMs })];
  }
  return Array.from({ length: train.pulses }, (_, i) =>
    draft(startMs + i * intervalMs, { kind: "pulse" }, level, {
      ...place,
      hostTrain: train.pulses === 1 ? null : { position: i + 1, count: train.pulses },
      lateLimitMs: lateLimitMs(intervalMs),
    }),
  );
}

import type { Random } from "../../src/base/random.ts";
import { err, ok, type Result } from "../../src/base/result.ts";
import type { DoseShape, Rounding } from "../../src/contract/dose.ts";
import type { DoseDraft, ExpandContext, ExpandProblem, LaidBlock } from "../context.ts";
import { type ResolvedLevel, resolveIntensity } from "../intensity.ts";
import type { Figure, Intensity, IntervalRange, Ramp } from "../types.ts";

/** What a pattern needs beside its own figures. */
export interface PatternContext {
  readonly expand: ExpandContext;
  /** Path of the block in its file, with a dot at the end, or empty. */
  readonly at: string;
  readonly intensity: Intensity;
  /** One stream of draws for the whole plan each, so that blocks do not repeat each other's jitter. */
  readonly jitter: Random;
  readonly order: Random;
}

export type PatternResult = Result<LaidBlock, readonly ExpandProblem[]>;

/** More doses than this in one block is a slip of the keyboard, not a session. */
export const MAX_DOSES = 100_000;

export function missing(context: PatternContext, key: string, what: string): ExpandProblem {
  return {
    kind: "missing-figure",
    field: `${context.at}pattern.${key}`,
    detail: `the source does not give ${what}`,
  };
}

/** A problem for each figure that is null: `[key, value, what it is]`. */
export function missingOf(
  context: PatternContext,
  figures: readonly (readonly [key: string, value: unknown, what: string])[],
): ExpandProblem[] {
  return figures.flatMap(([key, value, what]) =>
    value === null ? [missing(context, key, what)] : [],
  );
}

export function inconsistent(context: PatternContext, key: string, detail: string): ExpandProblem {
  return { kind: "inconsistent", field: `${context.at}pattern.${key}`, detail };
}

export function deviceCannot(context: PatternContext, detail: string): ExpandProblem {
  const { model } = context.expand.capabilities;
  const field = `${context.at}pattern`;
  return { kind: "device-cannot", field, detail: `${model}: ${detail}`, rule: "DEV-01" };
}

/** Something that no stimulator can do by itself. */
export function needsMore(context: PatternContext, detail: string): ExpandProblem {
  return { kind: "device-cannot", field: `${context.at}pattern`, detail, rule: "DEV-01" };
}

/** Published totals that do not equal the figures they are made of. */
export function checkTotal(
  context: PatternContext,
  total: Figure,
  counted: number,
  how: string,
): readonly ExpandProblem[] {
  if (total === null || total === counted) return [];
  return [
    inconsistent(context, "totalPulses", `${total} pulses in total, but ${how} is ${counted}`),
  ];
}

/** Refuses starts closer than the host can time them honestly on this device. */
export function tooClose(context: PatternContext, shortestMs: number): ExpandProblem[] {
  const { hostMinIntervalMs } = context.expand.capabilities;
  if (shortestMs >= hostMinIntervalMs) return [];
  return [deviceCannot(context, hostLimit(shortestMs, hostMinIntervalMs))];
}

export function hostLimit(intervalMs: number, hostMinIntervalMs: number): string {
  return `the host times starts no closer than ${hostMinIntervalMs} ms (needed: ${Math.round(intervalMs * 100) / 100} ms)`;
}

/** Refuses a count that no session holds before it is laid out in memory. */
export function tooMany(context: PatternContext, pulses: number): ExpandProblem[] {
  if (pulses <= MAX_DOSES) return [];
  const detail = `${pulses} pulses: a block has at most ${MAX_DOSES}`;
  return [{ kind: "inconsistent", field: `${context.at}pattern`, detail }];
}

/** Later than this a dose is skipped: 5 ms, or half the interval to its neighbour if that is shorter. */
export function lateLimitMs(intervalMs: number): number {
  return Math.min(5, intervalMs / 2);
}

/** Percent of the block's intensity in train `train` (from 1). */
export function rampPct(ramp: Ramp | null, train: number): number {
  if (ramp === null || train >= ramp.trains) return ramp?.toPct ?? 100;
  return ramp.fromPct + ((ramp.toPct - ramp.fromPct) * (train - 1)) / (ramp.trains - 1);
}

/** Outputs of the trains of a block. */
export interface TrainLevels {
  /** Output of train `train`, from 1. */
  readonly of: (train: number) => ResolvedLevel;
  /** Every output that occurs: one, or one a train while a ramp lasts. */
  readonly all: readonly ResolvedLevel[];
  readonly roundings: readonly Rounding[];
}

/** The output of every train of a block. Without a ramp all trains share one level. */
export function levelsByTrain(
  context: PatternContext,
  trains: number,
): Result<TrainLevels, readonly ExpandProblem[]> {
  const { intensity } = context;
  const field = `${context.at}intensity`;
  if (intensity.values !== null) {
    const detail = "levels in random order make sense for single pulses only";
    return err([{ kind: "inconsistent", field: `${field}.values`, detail }]);
  }
  const levels: ResolvedLevel[] = [];
  for (let train = 1; train <= Math.min(trains, intensity.ramp?.trains ?? 1); train++) {
    const percent = rampPct(intensity.ramp, train);
    const level = resolveIntensity(intensity, percent, field, context.expand);
    if (!level.ok) return err([level.error]);
    levels.push(level.value);
  }
  const last = levels.at(-1);
  if (last === undefined) return err([inconsistent(context, "trains", "no trains")]);
  const of = (train: number): ResolvedLevel => levels[train - 1] ?? last;
  return ok({ of, all: levels, roundings: roundingsOf(levels) });
}

/** Each different rounding once. */
export function roundingsOf(levels: readonly ResolvedLevel[]): readonly Rounding[] {
  const seen = new Map<string, Rounding>();
  for (const { rounding } of levels) if (rounding !== null) seen.set(rounding.what, rounding);
  return [...seen.values()];
}

/** The next start after one at `dueMs`, on whole milliseconds inside the published range. */
export function drawNextMs(dueMs: number, [lowS, highS]: IntervalRange, jitter: Random): number {
  const drawn = Math.round(jitter.between(lowS * 1000, highS * 1000));
  return dueMs + Math.min(Math.max(drawn, lowS * 1000), highS * 1000);
}

/** A draft of one dose. */
export function draft(
  dueMs: number,
  shape: DoseShape,
  level: ResolvedLevel,
  rest: Pick<DoseDraft, "train" | "trains" | "lateLimitMs"> &
    Partial<Pick<DoseDraft, "condition" | "hostTrain" | "phase">>,
): DoseDraft {
  return {
    dueMs,
    shape,
    intensityPctMso: [level.pctMso],
    request: level.request,
    condition: null,
    hostTrain: null,
    ...rest,
  };
}

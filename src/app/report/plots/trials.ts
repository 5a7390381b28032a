/** Trials of a result under the names of their conditions, and their traces on one grid of time. */
import { z } from "zod";
import { AS_RECORDED, type Preparation, prepare } from "../../../analysis/mep/prepare.ts";
import { BEFORE_PULSE } from "../../../analysis/mep/windows.ts";
import { type Epoch, timeMsOf, type WindowMs } from "../../../analysis/signal/epoch.ts";
import { meanOf } from "../../../analysis/signal/statistics.ts";
import { fromDocument } from "../../measure/epochDocument.ts";
import type { ResultBody, StoredMeasure } from "../measureEvents.ts";
import type { Point } from "../pictures/panel.ts";
import type { SessionRecord, TrialRecord } from "../record.ts";
import type { Documents } from "./named.ts";

export interface LabelledTrial {
  readonly label: string;
  readonly trial: TrialRecord;
}

/** In the order in which the conditions came first. */
export function trialsOf(record: SessionRecord, result: ResultBody): readonly LabelledTrial[] {
  const segments = new Set(result.segments);
  const trials = record.trials.filter(({ segment }) => segments.has(segment));
  const first = trials.filter(({ segment }) => segment === result.segments[0]);
  const known = new Map(first.map((trial) => [likeness(trial), labelOf(trial, result)]));
  return trials.map((trial) => {
    // Trials that are given again stand in a segment of their own, whose conditions have other names.
    const isRepeat = trial.segment !== result.segments[0];
    const label = isRepeat ? known.get(likeness(trial)) : undefined;
    return { label: label ?? labelOf(trial, result), trial };
  });
}

function likeness({ conditioner, intensityPctMso, isiMs, nerveLeadMs }: TrialRecord): string {
  return JSON.stringify([intensityPctMso, isiMs, nerveLeadMs, conditioner]);
}

function labelOf(
  { block, condition, intensityPctMso }: TrialRecord,
  { labels }: ResultBody,
): string {
  const named = block === null ? null : labels[block];
  return named ?? condition ?? `${intensityPctMso.join("/")} %MSO`;
}

export function byLabel(
  trials: readonly LabelledTrial[],
): readonly (readonly [label: string, trials: readonly TrialRecord[]])[] {
  const groups = new Map<string, TrialRecord[]>();
  for (const { label, trial } of trials) {
    const group = groups.get(label);
    if (group === undefined) groups.set(label, [trial]);
    else group.push(trial);
  }
  return [...groups];
}

/** What the others are compared with. */
export const TEST_ALONE = "test alone";

/** What an item's place among the others hangs on. */
export interface Ordered {
  readonly label: string;
  /** From the conditioning stimulus to the pulse, ms. */
  readonly intervalMs: number | null;
}

/**
 * Trials come in random order: blocks stand in that of their protocol, conditions by their interval, then by the numbers in
 * their names, the test alone before them all.
 */
export function inOrder<T>(
  items: readonly T[],
  ordered: (item: T) => Ordered,
  { labels, what }: Pick<ResultBody, "labels" | "what">,
): readonly T[] {
  // Sites and tracks have an order of their own.
  if (what === "hotspot" || what === "tracking") return items;
  const place = (label: string): number => {
    const at = labels.indexOf(label);
    return label === TEST_ALONE ? -1 : at < 0 ? labels.length : at;
  };
  return [...items].sort((a, b) => {
    const [one, other] = [ordered(a), ordered(b)];
    return (
      place(one.label) - place(other.label) ||
      (one.intervalMs ?? 0) - (other.intervalMs ?? 0) ||
      one.label.localeCompare(other.label, "en", { numeric: true })
    );
  });
}

export function measureOf(
  { measures }: Pick<TrialRecord, "measures">,
  name: string,
): StoredMeasure | null {
  return measures.find(({ measure }) => measure === name) ?? null;
}

const windowMs = z.object({ fromMs: z.number(), toMs: z.number() });
const filter = z.discriminatedUnion("kind", [
  z.object({
    kind: z.enum(["highpass", "lowpass"]),
    cutoffHz: z.number(),
    order: z.number(),
    phase: z.enum(["causal", "zero"]),
  }),
  z.object({
    kind: z.literal("notch"),
    cutoffHz: z.number(),
    quality: z.number(),
    phase: z.enum(["causal", "zero"]),
  }),
]);
const preparation: z.ZodType<Preparation> = z.object({
  blank: windowMs.nullable(),
  filters: z.array(filter),
  baseline: windowMs.nullable(),
});

/** The window of a measure, as its parameters hold it. */
export function windowOf(measure: StoredMeasure | null): readonly [number, number] | null {
  const read = windowMs.safeParse(measure?.parameters["window"]);
  return read.success ? [read.data.fromMs, read.data.toMs] : null;
}

/** The samples as the measure saw them, less their mean before the pulse; null: there are none. */
export function preparedEpoch(
  documents: Documents,
  trial: Pick<TrialRecord, "epoch" | "measures">,
  measure: StoredMeasure | null,
): Epoch | null {
  const epoch = storedEpoch(documents, trial.epoch);
  if (epoch === null) return null;
  // Where the measure looked for activity there is no artefact of a conditioning stimulus.
  const [fromMs, toMs] = windowOf(measureOf(trial, "pre-stimulus-rms")) ?? [
    BEFORE_PULSE.fromMs,
    BEFORE_PULSE.toMs,
  ];
  const asked = preparation.safeParse(measure?.parameters["preparation"]);
  const prepared = prepare(epoch, asked.success ? asked.data : AS_RECORDED);
  return levelled(prepared.ok ? prepared.value.epoch : epoch, { fromMs, toMs });
}

/** Throws JOURNAL_BROKEN_CHAIN for a document that is not what was written. */
export function storedEpoch(documents: Documents, hash: string | null): Epoch | null {
  if (hash === null) return null;
  const read = fromDocument(documents.document(hash));
  if (!read.ok || read.value.samples.length === 0) return null;
  return read.value.samples.every(Number.isFinite) ? read.value : null;
}

function levelled(epoch: Epoch, { fromMs, toMs }: WindowMs): Epoch {
  const from = Math.max(0, Math.ceil(indexOf(epoch, fromMs)));
  const to = Math.floor(indexOf(epoch, toMs));
  if (to <= from) return epoch;
  const mean = meanOf(epoch.samples.subarray(from, to));
  return { ...epoch, samples: Float64Array.from(epoch.samples, (value) => value - mean) };
}

function indexOf({ pulseIndex, rateHz }: Epoch, ms: number): number {
  return pulseIndex + (ms * rateHz) / 1000;
}

/** Between two samples by a straight line; null outside. */
export function valueAt(epoch: Epoch, ms: number): number | null {
  const at = indexOf(epoch, ms);
  const below = epoch.samples[Math.floor(at + 1e-9)];
  const above = epoch.samples[Math.ceil(at - 1e-9)];
  if (below === undefined || above === undefined) return null;
  return below + (above - below) * (at - Math.floor(at + 1e-9));
}

/** Instants at which all traces of a picture are read: each sample, or fewer where nobody could see them. */
export function timeGrid(
  epochs: readonly Epoch[],
  [fromMs, toMs]: readonly [number, number],
  mostPoints: number,
): readonly number[] {
  const [first] = epochs;
  if (first === undefined) return [];
  const low = Math.max(fromMs, ...epochs.map((epoch) => timeMsOf(epoch, 0)));
  const high = Math.min(toMs, ...epochs.map((epoch) => timeMsOf(epoch, epoch.samples.length - 1)));
  const stepMs = Math.max(1000 / first.rateHz, (high - low) / mostPoints);
  const points = Math.floor((high - low) / stepMs + 1e-9) + 1;
  return points < 2 ? [] : Array.from({ length: points }, (_, i) => low + i * stepMs);
}

export function traceOn(grid: readonly number[], epoch: Epoch): readonly Point[] {
  return grid.flatMap((ms): readonly Point[] => {
    const value = valueAt(epoch, ms);
    return value === null ? [] : [[ms, value]];
  });
}

export function meanTrace(grid: readonly number[], epochs: readonly Epoch[]): readonly Point[] {
  return grid.map((ms): Point => {
    const values = epochs.flatMap((epoch) => valueAt(epoch, ms) ?? []);
    return [ms, meanOf(values)];
  });
}

/** Spread over the whole list, so that the first and the last are among them. */
export function some<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from(
    { length: most },
    (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))],
  ).filter((item) => item !== undefined);
}

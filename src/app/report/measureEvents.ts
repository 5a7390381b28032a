/**
 * What the bodies of `measure` events hold. They are checked here, since another version may have written them: a body that
 * is not understood is counted and named in the report, and costs nothing else.
 */
import { z } from "zod";

export interface StoredMeasure {
  readonly measure: string;
  readonly version: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly value: number | null;
  readonly unit: string;
  readonly verdict: "good" | "doubtful" | "rejected" | "impossible";
  readonly why: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;
}

const measureResult: z.ZodType<StoredMeasure> = z.object({
  measure: z.string(),
  version: z.number(),
  parameters: z.record(z.string(), z.unknown()),
  value: z.number().nullable(),
  unit: z.string(),
  verdict: z.enum(["good", "doubtful", "rejected", "impossible"]),
  why: z.array(z.string()),
  details: z.record(z.string(), z.unknown()),
});

/** One pulse with its response in one channel. */
export interface TrialBody {
  readonly segment: number;
  readonly dose: number;
  /** Number of the dose's block in its protocol, from 0; null: not said. */
  readonly block: number | null;
  /** Sequence number of the dose's intent. */
  readonly intent: number;
  readonly condition: string | null;
  readonly intensityPctMso: readonly number[];
  readonly isiMs: number | null;
  readonly nerveLeadMs: number | null;
  /** The pulse of a second stimulator before it; null: none. */
  readonly conditioner: { readonly leadMs: number; readonly pctMso: number } | null;
  readonly site: string | null;
  /** By a mark on the amplifier's own clock, or by the clock of the host; null: not at all. */
  readonly aligned: "mark" | "host" | null;
  readonly channel: string;
  /** Hash of the document with the samples; null: there are none. */
  readonly epoch: string | null;
  /** Null where it could not be measured. */
  readonly peakToPeakUv: number | null;
  readonly rejected: boolean;
  readonly why: readonly string[];
  readonly measures: readonly StoredMeasure[];
}

const storedTrial = z.object({
  segment: z.number(),
  dose: z.number(),
  block: z.number().nullable().default(null),
  intent: z.number(),
  condition: z.string().nullable(),
  intensityPctMso: z.array(z.number()),
  isiMs: z.number().nullable(),
  nerveLeadMs: z.number().nullable(),
  conditioner: z.object({ leadMs: z.number(), pctMso: z.number() }).nullable().default(null),
  site: z.string().nullable(),
  aligned: z.enum(["mark", "host"]).nullable(),
  channel: z.string(),
  epoch: z.string().nullable(),
  peakToPeakUv: z.number().nullable().optional(),
  rejected: z.boolean(),
  why: z.array(z.string()),
  measures: z.array(measureResult),
});

const trial: z.ZodType<TrialBody> = storedTrial.transform((body) => ({
  ...body,
  peakToPeakUv:
    body.peakToPeakUv ??
    body.measures.find(({ measure }) => measure === "mep-peak-to-peak")?.value ??
    null,
}));

export interface StoredEntry {
  readonly track: string;
  readonly wantedPctMso: number;
  readonly askedPctMso: number;
  readonly bounds: readonly string[];
  readonly hit: boolean | null;
}

export type StoredThresholdOutcome =
  | {
      readonly kind: "found";
      readonly thresholdPctMso: number;
      readonly intervalPctMso: readonly [number, number] | null;
      readonly intervalMeans: string | null;
    }
  | { readonly kind: "not-obtainable"; readonly abovePctMso: number; readonly why: string }
  | { readonly kind: "gave-up"; readonly why: string };

export interface StoredThreshold {
  readonly method: string;
  readonly version: number;
  readonly settings: { readonly target: { readonly targetUv: number } };
  readonly outcome: StoredThresholdOutcome;
  readonly trace: readonly StoredEntry[];
}

export interface ThresholdBody {
  readonly kind: string;
  readonly result: StoredThreshold;
  readonly percentMso: number | null;
}

const entry: z.ZodType<StoredEntry> = z.object({
  track: z.string(),
  wantedPctMso: z.number(),
  askedPctMso: z.number(),
  bounds: z.array(z.string()),
  hit: z.boolean().nullable(),
});

const outcome: z.ZodType<StoredThresholdOutcome> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("found"),
    thresholdPctMso: z.number(),
    intervalPctMso: z.tuple([z.number(), z.number()]).nullable(),
    intervalMeans: z.string().nullable(),
  }),
  z.object({ kind: z.literal("not-obtainable"), abovePctMso: z.number(), why: z.string() }),
  z.object({ kind: z.literal("gave-up"), why: z.string() }),
]);

const thresholdResult: z.ZodType<StoredThreshold> = z.object({
  method: z.string(),
  version: z.number(),
  settings: z.object({ target: z.object({ targetUv: z.number() }) }),
  outcome,
  trace: z.array(entry),
});

const threshold: z.ZodType<ThresholdBody> = z.object({
  kind: z.string(),
  result: thresholdResult,
  percentMso: z.number().nullable(),
});

/** Thresholds tracked side by side. */
export interface StoredHunt {
  readonly tracks: readonly { readonly name: string; readonly result: StoredThreshold }[];
  readonly shifts: readonly { readonly condition: string; readonly shiftPct: number | null }[];
  readonly trace: readonly StoredEntry[];
}

const hunt: z.ZodType<StoredHunt> = z.object({
  tracks: z.array(z.object({ name: z.string(), result: thresholdResult })),
  shifts: z.array(z.object({ condition: z.string(), shiftPct: z.number().nullable() })),
  trace: z.array(entry),
});

export interface StoredGroup {
  readonly condition: string | null;
  readonly peakToPeakUv: readonly number[];
  readonly n: number;
  readonly rejected: number;
  /** From the conditioning stimulus to the pulse; null: none, or not said. */
  readonly isiMs: number | null;
  /** What the condition comes to; null: not said. */
  readonly measure: StoredMeasure | null;
}

const group: z.ZodType<StoredGroup> = z.object({
  condition: z.string().nullable(),
  peakToPeakUv: z.array(z.number()),
  n: z.number(),
  rejected: z.number(),
  isiMs: z.number().nullable().default(null),
  measure: measureResult.nullable().default(null),
});

const WHAT = [
  "mep",
  "ratio",
  "recruitment",
  "silent-period",
  "tep",
  "after-effect",
  "tracking",
  "hotspot",
  "mep-by-phase",
] as const;

/** What a protocol was run to find. */
export interface ResultBody {
  readonly what: (typeof WHAT)[number];
  readonly protocol: string | null;
  readonly label: string | null;
  readonly segments: readonly number[];
  readonly measures: readonly StoredMeasure[];
  readonly groups: readonly StoredGroup[];
  /** Of a tracking: the thresholds with every trial. */
  readonly hunt: StoredHunt | null;
  /** Of a hotspot search: the site that was chosen, where it is said. */
  readonly site: string | null;
  /** Of a TEP: hash of the average of each channel, by its name. */
  readonly averages: Readonly<Record<string, string>>;
  /** Of an after-effect: labels of the blocks by their number, and of the one before. */
  readonly labels: readonly (string | null)[];
  readonly baseline: string | null;
}

const segments = z.union([z.number().transform((one) => [one]), z.array(z.number())]);
const result: z.ZodType<ResultBody> = z
  .object({
    what: z.enum(WHAT),
    protocol: z.string().nullish(),
    label: z.string().nullish(),
    segment: segments.optional(),
    segments: segments.optional(),
    measures: z.array(measureResult).default([]),
    groups: z.array(group).default([]),
    result: hunt.optional().catch(undefined),
    site: z.string().nullish().catch(undefined),
    averages: z.record(z.string(), z.string()).optional().catch(undefined),
    labels: z.array(z.string().nullable()).optional().catch(undefined),
    baseline: z.string().nullish().catch(undefined),
  })
  .transform((body) => ({
    what: body.what,
    protocol: body.protocol ?? null,
    label: body.label ?? null,
    segments: body.segments ?? body.segment ?? [],
    measures: body.measures,
    groups: body.groups,
    hunt: body.result ?? null,
    site: body.site ?? null,
    averages: body.averages ?? {},
    labels: body.labels ?? [],
    baseline: body.baseline ?? null,
  }));

/** A latency of the evoked potential of a nerve, from an average. */
export interface LatencyBody {
  readonly sweeps: number;
  readonly rejected: number;
  readonly n20Ms: number | null;
  readonly amplitudeUv: number | null;
  readonly why: string | null;
  readonly epoch: string | null;
}

const latency: z.ZodType<LatencyBody> = z.object({
  sweeps: z.number(),
  rejected: z.number(),
  n20Ms: z.number().nullable(),
  amplitudeUv: z.number().nullable(),
  why: z.string().nullable(),
  epoch: z.string().nullable(),
});

export type MeasureEvent =
  | { readonly kind: "trial"; readonly body: TrialBody }
  | { readonly kind: "threshold"; readonly body: ThresholdBody }
  | { readonly kind: "result"; readonly body: ResultBody }
  | { readonly kind: "n20"; readonly body: LatencyBody }
  /** One of the four, and not as it should be. */
  | { readonly kind: "unread"; readonly name: string; readonly why: string }
  | { readonly kind: "other" };

export function measureEventOf(name: string, body: unknown): MeasureEvent {
  switch (name) {
    case "trial":
      return read(name, trial, body, (value) => ({ kind: "trial", body: value }));
    case "threshold":
      return read(name, threshold, body, (value) => ({ kind: "threshold", body: value }));
    case "result":
      return read(name, result, body, (value) => ({ kind: "result", body: value }));
    case "n20":
      return read(name, latency, body, (value) => ({ kind: "n20", body: value }));
    default:
      return { kind: "other" };
  }
}

function read<T>(
  name: string,
  schema: z.ZodType<T>,
  body: unknown,
  known: (value: T) => MeasureEvent,
): MeasureEvent {
  const parsed = schema.safeParse(body);
  if (parsed.success) return known(parsed.data);
  const [issue] = parsed.error.issues;
  return { kind: "unread", name, why: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}` };
}

/**
 * The border between the process that owns the journal and the one beside the port. What crosses
 * it is read here and nowhere else: either side may be of another version, or broken.
 */
import { z } from "zod";
import { err, ok } from "../../base/result.ts";
import type { Plan } from "../../contract/dose.ts";
import type { EventKind, JournalEvent } from "../../contract/events.ts";
import type { Result } from "../../contract/result.ts";
import type { FromRig, ToRig } from "../../engine/messages.ts";
import { CODES, type ErrorCode } from "../../errors/codes.ts";
import { thresholdSchema } from "./readConfigure.ts";

const instant = z.number();
const count = z.int().nonnegative();
const index = count;

const intensityRequest = z.strictObject({
  value: z.number().nullable(),
  base: z.string(),
  threshold: z
    .strictObject({ kind: z.enum(["RMT", "AMT", "1mV", "RMT-other"]), percentMso: z.number() })
    .nullable(),
});

const shape = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("pulse") }),
  z.strictObject({ kind: z.literal("pair"), isiMs: z.number() }),
  z.strictObject({ kind: z.literal("burst"), pulses: count, isiMs: z.number() }),
  z.strictObject({ kind: z.literal("train"), pulses: count, frequencyHz: z.number() }),
  z.strictObject({
    kind: z.literal("burst-train"),
    bursts: count,
    burstHz: z.number(),
    pulsesPerBurst: count,
    isiMs: z.number(),
  }),
  z.strictObject({
    kind: z.literal("external"),
    maxPulses: count,
    minIntervalMs: z.number(),
    windowMs: z.number(),
    by: z.enum(["trigger", "stored-protocol"]),
  }),
]);

const dose = z.strictObject({
  index,
  dueMs: instant,
  shape,
  intensityPctMso: z.array(z.number()),
  request: intensityRequest,
  place: z.strictObject({
    block: index,
    train: count,
    trains: count,
    condition: z.string().nullable(),
  }),
  hostTrain: z.strictObject({ position: count, count }).nullable(),
  nerve: z.strictObject({ leadMs: z.number().positive() }).exactOptional(),
  phase: z
    .strictObject({
      bandHz: z.tuple([z.number().positive(), z.number().positive()]),
      targetRad: z.number(),
      longestWaitMs: z.number().nonnegative(),
    })
    .exactOptional(),
  conditioner: z
    .strictObject({
      leadMs: z.number().positive(),
      pctMso: z.number(),
      request: intensityRequest,
    })
    .exactOptional(),
  lateLimitMs: z.number(),
});

const plan: z.ZodType<Plan> = z.strictObject({
  protocol: z.strictObject({ id: z.string(), name: z.string(), hash: z.string() }),
  species: z.enum(["human", "rodent"]),
  blocks: z.array(
    z.strictObject({
      index,
      label: z.string(),
      pattern: z.enum([
        "conventional",
        "iTBS",
        "cTBS",
        "imTBS",
        "QPS",
        "single",
        "paired",
        "pas",
        "threshold-tracking",
        "closed-loop-burst",
        "closed-loop-single",
        "external",
        "custom",
      ]),
      target: z.string().nullable(),
    }),
  ),
  doses: z.array(dose),
  durationMs: z.number(),
  pulses: count,
  roundings: z.array(
    z.strictObject({
      what: z.string(),
      asked: z.number(),
      planned: z.number(),
      unit: z.string(),
    }),
  ),
  holds: z.array(z.strictObject({ beforeDose: index, text: z.string() })),
  interSessionMin: z.number().nullable(),
});

const by = z.string();
const toRig: z.ZodType<ToRig> = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("segment"),
    segment: count,
    plan,
    startAtMs: z.number().nullable(),
  }),
  z.strictObject({ type: z.literal("thresholds"), thresholds: z.array(thresholdSchema) }),
  z.strictObject({
    type: z.literal("nerve-train"),
    stimuli: z.int().positive(),
    intervalMs: z.number().positive(),
  }),
  z.strictObject({ type: z.literal("coil-at"), site: z.string() }),
  z.strictObject({ type: z.literal("contract"), part: z.number().min(0).max(1) }),
  z.strictObject({ type: z.literal("stored"), batch: count, seqs: z.array(count) }),
  z.strictObject({ type: z.literal("heartbeat") }),
  z.strictObject({ type: z.literal("stop"), by }),
  z.strictObject({ type: z.literal("pause"), by }),
  z.strictObject({ type: z.literal("resume"), by }),
  z.strictObject({ type: z.literal("end") }),
]);

/** Every kind of event once; the compiler misses none. */
const KINDS: Readonly<Record<EventKind, true>> = {
  "run.start": true,
  segment: true,
  check: true,
  override: true,
  device: true,
  set: true,
  arm: true,
  disarm: true,
  intent: true,
  permit: true,
  refused: true,
  written: true,
  outcome: true,
  measure: true,
  fault: true,
  equipment: true,
  pause: true,
  resume: true,
  stop: true,
  wire: true,
  note: true,
  "limits.accepted": true,
  resolve: true,
  "run.stop": true,
};

/** An event goes into the journal as it is; kind and instant are what the journal's side acts on. */
const event = z.custom<JournalEvent>((value) => {
  if (typeof value !== "object" || value === null) return false;
  if (!("kind" in value && "tMs" in value)) return false;
  const { kind, tMs } = value;
  return typeof kind === "string" && Object.hasOwn(KINDS, kind) && Number.isFinite(tMs);
}, "expected an event with a kind and an instant");

/** Samples are looked at as a whole: a check of each would cost more than all else. */
const block = z.strictObject({
  firstIndex: count,
  frames: count,
  channels: z.array(z.instanceof(Float32Array)),
  triggers: z.array(z.strictObject({ offset: count, code: z.number(), source: z.string() })),
  arrivedMs: z.number(),
  lostBefore: count,
  deviceMs: z.number().nullable(),
});

const code = z
  .custom<ErrorCode>((value) => typeof value === "string" && Object.hasOwn(CODES, value))
  .nullable();

const fromRig: z.ZodType<FromRig> = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("events"),
    batch: count,
    durable: z.boolean(),
    events: z.array(event),
  }),
  z.strictObject({ type: z.literal("samples"), block }),
  z.strictObject({
    type: z.literal("nerve-train-end"),
    writtenMs: z.array(z.number()),
    refused: z.string().nullable(),
  }),
  z.strictObject({ type: z.literal("alive") }),
  z.strictObject({ type: z.literal("hold"), text: z.string() }),
  z.strictObject({
    type: z.literal("progress"),
    state: z.string(),
    train: z.number(),
    trains: z.number(),
    pulses: z.number(),
    plannedPulses: z.number(),
    leftMs: z.number(),
    intensityPctMso: z.number(),
    condition: z.string().nullable(),
  }),
  z.strictObject({
    type: z.literal("segment-end"),
    segment: z.int(),
    status: z.enum(["completed", "refused", "stopped", "faulted"]),
    counts: z.strictObject({
      planned: z.number(),
      delivered: z.number(),
      unknown: z.number(),
      skipped: z.number(),
    }),
    code,
    detail: z.string(),
  }),
  z.strictObject({
    type: z.literal("ended"),
    disarmConfirmed: z.boolean(),
    detail: z.string(),
  }),
]);

/** In words what is wrong; never what stands there, which may be anything. */
function read<T>(schema: z.ZodType<T>, message: unknown): Result<T, string> {
  const parsed = schema.safeParse(message);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  const place = issue?.path.join(".") ?? "";
  return err(`${place === "" ? "the message" : place}: ${issue?.message ?? "not understood"}`);
}

/** A message of the process that owns the journal, read beside the port. */
export function readToRig(message: unknown): Result<ToRig, string> {
  return read(toRig, message);
}

/** A message of the process beside the port, read where the journal is. */
export function readFromRig(message: unknown): Result<FromRig, string> {
  return read(fromRig, message);
}

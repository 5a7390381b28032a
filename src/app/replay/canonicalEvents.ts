import { canonicalJson } from "../../base/canonical.ts";
import type { JournalEvent, StoredEvent } from "../../contract/events.ts";

/**
 * `exact`: the session ran on the virtual clock, so every instant must come again.
 * `order`: it ran in real time, whose instants no replay can meet; what happened, in which order
 * and with which figures must come again.
 */
export type Strictness = "exact" | "order";

/** Kinds that say how a run was carried out and not what happened in it. */
const LEFT_OUT: ReadonlySet<string> = new Set(["run.start", "segment", "wire", "resolve", "note"]);
/**
 * Written by whoever measures, from samples that a replay does not take again: what they led to is in the
 * segments. `journal recompute` is what judges them.
 */
const OF_SAMPLES: ReadonlySet<string> = new Set([
  "trial",
  "threshold",
  "result",
  "n20",
  "recording",
  "nerve-train",
]);
/** Instants and readings that a real clock moves. */
const MEASURED: ReadonlySet<string> = new Set([
  "tMs",
  "t",
  "utc",
  "plannedMs",
  "permittedMs",
  "writtenMs",
  "drainedMs",
  "acknowledgedMs",
  "deviceReportedMs",
  "notBeforeMs",
  "notAfterMs",
  "atMs",
  "shiftedMs",
  "coilTemperatureC",
  "coilTemperatureAtMs",
  "detail",
]);
/** Never comparable: places in a file and hashes over them. */
const PLACES: ReadonlySet<string> = new Set([
  "seq",
  "prev",
  "hash",
  "session",
  "utc",
  "t",
  "permit",
]);
const MICRO = 1e6;

/** An event as it is compared, with the text that a person is shown. */
export interface ComparedEvent {
  readonly kind: string;
  readonly text: string;
}

type Loose = (JournalEvent | StoredEvent) & { readonly seq?: number };

/** The comparable stream of a session. References to intents become their order. */
export function comparable(
  events: readonly Loose[],
  strictness: Strictness,
): readonly ComparedEvent[] {
  const intents = new Map<number, number>();
  const out: ComparedEvent[] = [];
  for (const event of events) {
    if (event.kind === "intent" && event.seq !== undefined)
      intents.set(event.seq, intents.size + 1);
    if (LEFT_OUT.has(event.kind) || isOfSamples(event) || isOfAmplifier(event)) continue;
    // A status that says "running" or names a person is compared as it is.
    out.push({ kind: event.kind, text: canonicalJson(strip(event, strictness, intents)) });
  }
  return out;
}

/** Written by whoever measures, beside the run. */
export function isOfSamples(event: Loose): boolean {
  return event.kind === "measure" && OF_SAMPLES.has(event.name);
}

function isOfAmplifier(event: Loose): boolean {
  return event.kind === "measure" && event.name.startsWith("amplifier");
}

function strip(
  value: unknown,
  strictness: Strictness,
  intents: ReadonlyMap<number, number>,
  key = "",
): unknown {
  if (key === "intent" && typeof value === "number") return `#${intents.get(value) ?? "?"}`;
  if (typeof value === "number") return Math.round(value * MICRO) / MICRO;
  if (Array.isArray(value)) return value.map((item) => strip(item, strictness, intents));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !PLACES.has(name) && !(strictness === "order" && MEASURED.has(name)))
      .map(([name, item]) => [name, strip(item, strictness, intents, name)]),
  );
}

/** The first place where two streams differ; null when they are equal. */
export interface Difference {
  readonly position: number;
  readonly recorded: string | null;
  readonly replayed: string | null;
}

export function firstDifference(
  recorded: readonly string[],
  replayed: readonly string[],
): Difference | null {
  const length = Math.max(recorded.length, replayed.length);
  for (let i = 0; i < length; i += 1) {
    if (recorded[i] !== replayed[i]) {
      return { position: i + 1, recorded: recorded[i] ?? null, replayed: replayed[i] ?? null };
    }
  }
  return null;
}

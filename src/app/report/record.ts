/** A session as a report needs it, gathered in one walk over its events. */
import { z } from "zod";
import type { EventBody, StoredEvent } from "../../contract/events.ts";
import type { JournalReader, SessionLine } from "../../journal/read.ts";
import {
  type LatencyBody,
  measureEventOf,
  type ResultBody,
  type ThresholdBody,
  type TrialBody,
} from "./measureEvents.ts";
import { namesOf, type Redact, redactorOf } from "./names.ts";
import { type StartFacts, startFactsOf } from "./startFacts.ts";

export type Of<K extends EventBody["kind"]> = Extract<StoredEvent, { readonly kind: K }>;

/** One dose: what was meant and what came of it. */
export interface DoseRecord {
  readonly intent: Of<"intent">;
  readonly outcome: Of<"outcome"> | null;
  readonly writtenMs: number | null;
}

export interface TrialRecord extends TrialBody {
  readonly seq: number;
  /** Seconds since the session's start, of the pulse. */
  readonly t: number;
}

export interface AmplifierNews {
  readonly t: number;
  /** `amplifier-loss` and its like. */
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a protocol calls itself, and whose it is. */
export interface ProtocolWords {
  readonly name: string;
  readonly citation: string | null;
}

/** What happened besides doses, in order. */
export type Moment =
  | Of<"disarm">
  | Of<"fault">
  | Of<"equipment">
  | Of<"pause">
  | Of<"resume">
  | Of<"stop">
  | Of<"note">
  | Of<"resolve">
  | Of<"refused">;

export interface SessionRecord {
  readonly line: SessionLine;
  /** By the hash of its document, as far as the journal has it. */
  readonly protocols: ReadonlyMap<string, ProtocolWords>;
  readonly start: StartFacts;
  readonly segments: readonly Of<"segment">[];
  readonly checks: readonly Of<"check">[];
  readonly overrides: readonly Of<"override">[];
  readonly devices: readonly Of<"device">[];
  readonly arms: readonly Of<"arm">[];
  readonly highestCoilC: number | null;
  readonly doses: readonly DoseRecord[];
  readonly trials: readonly TrialRecord[];
  readonly thresholds: readonly (ThresholdBody & { readonly t: number })[];
  readonly results: readonly (ResultBody & { readonly t: number })[];
  readonly latencies: readonly (LatencyBody & { readonly t: number })[];
  readonly unread: readonly { readonly seq: number; readonly name: string; readonly why: string }[];
  readonly amplifier: readonly AmplifierNews[];
  readonly moments: readonly Moment[];
  readonly end: Of<"run.stop"> | null;
  readonly lastT: number;
  readonly redact: Redact;
}

/** Grown in place: a session may hold very many events. */
interface Gathered {
  readonly events: StoredEvent[];
  readonly intents: Map<number, Of<"intent">>;
  readonly outcomes: Map<number, Of<"outcome">>;
  readonly written: Map<number, number>;
  lastT: number;
}

/** Raw traffic is most of a session and nothing of a report; permits are told by the doses. */
const PASSED_OVER: ReadonlySet<StoredEvent["kind"]> = new Set(["wire", "permit"]);

function recordOf(
  events: Iterable<StoredEvent>,
  line: SessionLine,
  document: (hash: string) => unknown,
): SessionRecord {
  const gathered = gather(events);
  const of = <K extends EventBody["kind"]>(...kinds: readonly K[]): readonly Of<K>[] =>
    gathered.events.filter((event): event is Of<K> =>
      (kinds as readonly string[]).includes(event.kind),
    );
  const [first] = of("run.start");
  const start = startFactsOf(first?.body);
  const doses = [...gathered.intents.values()].map((intent): DoseRecord => {
    const outcome = gathered.outcomes.get(intent.seq) ?? null;
    const writtenMs = outcome?.writtenMs ?? gathered.written.get(intent.seq) ?? null;
    return { intent, outcome, writtenMs };
  });
  const segments = of("segment");
  return {
    line,
    protocols: protocolsOf(segments, document),
    start,
    segments,
    checks: of("check"),
    overrides: of("override"),
    devices: of("device"),
    arms: of("arm"),
    highestCoilC: highestCoilC(of("arm", "set")),
    doses,
    ...measuresOf(of("measure"), gathered.intents, start.clockStartMs),
    moments: of(
      "disarm",
      "fault",
      "equipment",
      "pause",
      "resume",
      "stop",
      "note",
      "resolve",
      "refused",
    ),
    end: of("run.stop").at(-1) ?? null,
    lastT: gathered.lastT,
    redact: redactorOf(namesOf(start, gathered.events)),
  };
}

/** The record of one session. Throws JOURNAL_NO_SESSION. */
export function readRecord(
  journal: Pick<JournalReader, "each" | "list" | "document">,
  session: string,
): SessionRecord {
  const events = journal.each(session);
  const line = journal.list().find((candidate) => candidate.session === session);
  const unknown: SessionLine = {
    session,
    startedUtc: "",
    status: "interrupted",
    protocol: null,
    subject: null,
    simulated: false,
  };
  return recordOf(events, line ?? unknown, (hash) => journal.document(hash));
}

const protocolDocument = z.object({
  name: z.string(),
  citation: z
    .object({
      authors: z.string(),
      year: z.number().nullable(),
      journal: z.string().nullable(),
      doi: z.string().nullable(),
    })
    .nullable()
    .catch(null),
});

/** Hash of the protocol that a segment names; null: it names none. */
export function protocolHashOf({ body }: Of<"segment">): string | null {
  const documents: unknown = body["documents"];
  if (typeof documents !== "object" || documents === null) return null;
  const { protocol } = documents as Readonly<Record<string, unknown>>;
  return typeof protocol === "string" ? protocol : null;
}

function protocolsOf(
  segments: readonly Of<"segment">[],
  document: (hash: string) => unknown,
): ReadonlyMap<string, ProtocolWords> {
  const hashes = new Set(segments.map(protocolHashOf).filter((hash) => hash !== null));
  const known = new Map<string, ProtocolWords>();
  for (const hash of hashes) {
    const read = protocolDocument.safeParse(document(hash));
    if (!read.success) continue;
    const { name, citation } = read.data;
    known.set(hash, { name, citation: citation === null ? null : citationWords(citation) });
  }
  return known;
}

function citationWords(citation: {
  readonly authors: string;
  readonly year: number | null;
  readonly journal: string | null;
  readonly doi: string | null;
}): string {
  const { authors, year, journal, doi } = citation;
  const link = doi === null ? null : `doi:${doi}`;
  return [authors, year, journal, link].filter((part) => part !== null).join(", ");
}

function gather(events: Iterable<StoredEvent>): Gathered {
  const gathered: Gathered = {
    events: [],
    intents: new Map(),
    outcomes: new Map(),
    written: new Map(),
    lastT: 0,
  };
  for (const event of events) {
    gathered.lastT = Math.max(gathered.lastT, event.t);
    if (event.kind === "intent") gathered.intents.set(event.seq, event);
    else if (event.kind === "written") gathered.written.set(event.intent, event.writtenMs);
    else if (event.kind === "outcome") {
      if (!gathered.outcomes.has(event.intent)) gathered.outcomes.set(event.intent, event);
    } else if (!PASSED_OVER.has(event.kind)) gathered.events.push(event);
  }
  return gathered;
}

function highestCoilC(events: readonly Of<"arm" | "set">[]): number | null {
  const readings = events
    .map((event) => (event.kind === "arm" ? event.status : event.readBack).coilTemperatureC)
    .filter((reading) => reading !== null);
  return readings.length === 0 ? null : readings.reduce((a, b) => Math.max(a, b));
}

type Measures = Pick<
  SessionRecord,
  "trials" | "thresholds" | "results" | "latencies" | "unread" | "amplifier"
>;

function measuresOf(
  events: readonly Of<"measure">[],
  intents: ReadonlyMap<number, Of<"intent">>,
  clockStartMs: number,
): Measures {
  const trials: TrialRecord[] = [];
  const thresholds: SessionRecord["thresholds"][number][] = [];
  const results: SessionRecord["results"][number][] = [];
  const latencies: SessionRecord["latencies"][number][] = [];
  const unread: SessionRecord["unread"][number][] = [];
  const amplifier: AmplifierNews[] = [];
  for (const { seq, t, name, body } of events) {
    if (name.startsWith("amplifier-")) amplifier.push({ t, name, body });
    const read = measureEventOf(name, body);
    switch (read.kind) {
      case "trial": {
        const plannedMs = intents.get(read.body.intent)?.plannedMs;
        const at = plannedMs === undefined ? t : (plannedMs - clockStartMs) / 1000;
        trials.push({ ...read.body, seq, t: at });
        break;
      }
      case "threshold":
        thresholds.push({ ...read.body, t });
        break;
      case "result":
        results.push({ ...read.body, t });
        break;
      case "n20":
        latencies.push({ ...read.body, t });
        break;
      case "unread":
        unread.push({ seq, name: read.name, why: read.why });
        break;
      case "other":
        break;
    }
  }
  return { trials, thresholds, results, latencies, unread, amplifier };
}

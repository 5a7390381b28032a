import type { StoredEvent } from "../contract/events.ts";
import { isPulsetrainError } from "../errors/pulsetrainError.ts";
import { type EventRow, eventHash, NO_EVENT_HASH } from "./chain.ts";
import { eventOf } from "./rows.ts";

/** What a proof of the chain found. `firstBad`: the first sequence number that does not hold. */
export type Verdict =
  | { readonly ok: true; readonly events: number; readonly head: string }
  | { readonly ok: false; readonly firstBad: number; readonly why: string };

export interface Bad {
  readonly firstBad: number;
  readonly why: string;
}

/** What is known of a session while walking. Grown in place: a file may hold millions of events. */
interface SessionState {
  prev: string;
  readonly intents: Set<number>;
  readonly settled: Set<number>;
  ended: boolean;
}

/** The walk so far. */
export interface Walk {
  events: number;
  lastSeq: number;
  head: string;
  readonly sessions: Map<string, SessionState>;
  /** Hashes of documents that events name, with the first event that does. */
  readonly documents: Map<string, number>;
}

export function startWalk(): Walk {
  return { events: 0, lastSeq: 0, head: NO_EVENT_HASH, sessions: new Map(), documents: new Map() };
}

/** One row further. Null: it holds; else the first number that does not, and why. */
export function walkRow(walk: Walk, row: EventRow): Bad | null {
  if (row.seq !== walk.lastSeq + 1) {
    return { firstBad: walk.lastSeq + 1, why: missingWords(walk.lastSeq + 1, row.seq - 1) };
  }
  const known = walk.sessions.get(row.session);
  const session = known ?? {
    prev: walk.head,
    intents: new Set<number>(),
    settled: new Set<number>(),
    ended: false,
  };
  const why =
    brokenLink(session, known === undefined, row) ?? senseless(session, row, walk.documents);
  if (why !== null) return { firstBad: row.seq, why };
  session.prev = row.hash;
  walk.sessions.set(row.session, session);
  walk.events += 1;
  walk.lastSeq = row.seq;
  walk.head = row.hash;
  return null;
}

function missingWords(first: number, last: number): string {
  return first === last ? "it is missing" : `events ${first} to ${last} are missing`;
}

function brokenLink(session: SessionState, isFirst: boolean, row: EventRow): string | null {
  if (row.prev !== session.prev) {
    const before = isFirst ? "the last event of the file" : "the event before it in its session";
    return `it does not follow ${before}`;
  }
  if (eventHash(row) !== row.hash) return "its hash is not that of its content";
  if (isFirst && row.kind !== "run.start") return "its session has no start";
  if (!isFirst && row.kind === "run.start") return "its session starts twice";
  return null;
}

/** Why an event makes no sense after those before it in its session; null when it does. */
function senseless(
  session: SessionState,
  row: EventRow,
  documents: Map<string, number>,
): string | null {
  let event: StoredEvent;
  try {
    event = eventOf(row);
  } catch (error) {
    if (isPulsetrainError(error)) return error.detail;
    throw error;
  }
  switch (event.kind) {
    case "run.start":
    case "segment":
    case "measure":
      for (const hash of documentsOf(event.body)) {
        documents.set(hash, documents.get(hash) ?? event.seq);
      }
      return null;
    case "intent":
      session.intents.add(event.seq);
      return session.ended ? "an intent after the end of its session" : null;
    case "permit":
    case "written":
      return strangeIntent(session, event.intent) ?? settledIntent(session, event.intent);
    case "refused":
      return event.intent === null ? null : strangeIntent(session, event.intent);
    case "outcome":
      return afterOutcome(session, event.intent);
    case "resolve":
      return event.intents.map((intent) => strangeIntent(session, intent)).find(isText) ?? null;
    case "run.stop":
      return afterEnd(session);
    default:
      return null;
  }
}

function strangeIntent(session: SessionState, intent: number): string | null {
  if (session.intents.has(intent)) return null;
  return `it names ${intent}, which is no intent before it in its session`;
}

function settledIntent(session: SessionState, intent: number): string | null {
  return session.settled.has(intent) ? `intent ${intent} has its outcome already` : null;
}

function afterOutcome(session: SessionState, intent: number): string | null {
  const why = strangeIntent(session, intent) ?? settledIntent(session, intent);
  session.settled.add(intent);
  return why;
}

function afterEnd(session: SessionState): string | null {
  if (session.ended) return "its session ends twice";
  session.ended = true;
  const open = [...session.intents].find((intent) => !session.settled.has(intent));
  return open === undefined ? null : `its session ends and intent ${open} has no outcome`;
}

function isText(value: string | null): value is string {
  return value !== null;
}

/** Hashes under `documents`: a record of name to hash. Measures name what they were taken from as `epoch` or `averages`. */
function documentsOf(body: Readonly<Record<string, unknown>>): readonly string[] {
  const { averages, documents, epoch } = body;
  return [documents, averages, { epoch }].flatMap((named) =>
    typeof named === "object" && named !== null
      ? Object.values(named).filter((hash): hash is string => typeof hash === "string")
      : [],
  );
}

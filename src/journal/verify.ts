import type { StoredEvent } from "../contract/events.ts";
import { isPulsetrainError } from "../errors/pulsetrainError.ts";
import { type EventRow, eventHash, NO_EVENT_HASH } from "./chain.ts";
import { eventOf } from "./rows.ts";

/** What a proof of the chain found. `firstBad`: the first sequence number that does not hold. */
export type Verdict =
  | { readonly ok: true; readonly events: number; readonly head: string }
  | { readonly ok: false; readonly firstBad: number; readonly why: string };

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

/** One row further. Null: it holds; else why not. */
export function walkRow(
  walk: Walk,
  row: EventRow,
): { readonly firstBad: number; readonly why: string } | null {
  const bad = (why: string, firstBad: number = row.seq): { firstBad: number; why: string } => ({
    firstBad,
    why,
  });
  if (row.seq !== walk.lastSeq + 1)
    return bad(missingWords(walk.lastSeq + 1, row.seq - 1), walk.lastSeq + 1);
  const known = walk.sessions.get(row.session);
  if (row.prev !== (known?.prev ?? walk.head)) {
    return bad(
      known === undefined
        ? "it does not follow the last event of the file"
        : "it does not follow the event before it in its session",
    );
  }
  if (eventHash(row) !== row.hash) return bad("its hash is not that of its content");
  if ((known === undefined) !== (row.kind === "run.start")) {
    return bad(known === undefined ? "its session has no start" : "its session starts twice");
  }
  const session: SessionState = known ?? {
    prev: row.prev,
    intents: new Set(),
    settled: new Set(),
    ended: false,
  };
  const why = sense(session, row, walk.documents);
  if (why !== null) return bad(why);
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

/** Does the event make sense after those before it in its session? Null when it does. */
function sense(
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
  const knows = (intent: number): string | null =>
    session.intents.has(intent)
      ? null
      : `it names ${intent}, which is no intent before it in its session`;
  switch (event.kind) {
    case "run.start":
    case "segment":
      for (const hash of documentsOf(event.body))
        documents.set(hash, documents.get(hash) ?? event.seq);
      return null;
    case "intent":
      session.intents.add(event.seq);
      return session.ended ? "an intent after the end of its session" : null;
    case "permit":
    case "written":
      return (
        knows(event.intent) ??
        (session.settled.has(event.intent) ? `intent ${event.intent} had its outcome before` : null)
      );
    case "refused":
      return event.intent === null ? null : knows(event.intent);
    case "outcome": {
      const why =
        knows(event.intent) ??
        (session.settled.has(event.intent) ? `a second outcome of intent ${event.intent}` : null);
      session.settled.add(event.intent);
      return why;
    }
    case "resolve":
      return event.intents.map(knows).find((why) => why !== null) ?? null;
    case "run.stop": {
      if (session.ended) return "its session ends twice";
      session.ended = true;
      const open = [...session.intents].filter((intent) => !session.settled.has(intent));
      return open.length === 0 ? null : `its session ends and intent ${open[0]} has no outcome`;
    }
    default:
      return null;
  }
}

/** Hashes under `documents` of a start or segment: a record of name to hash. */
function documentsOf(body: Readonly<Record<string, unknown>>): readonly string[] {
  const named = body["documents"];
  if (typeof named !== "object" || named === null) return [];
  return Object.values(named).filter((hash) => typeof hash === "string");
}

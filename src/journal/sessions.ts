import type { EventBody, StoredEvent } from "../contract/events.ts";
import { eventOf, parseRow } from "./rows.ts";
import type { Sqlite } from "./sqlite.ts";

type Of<K extends EventBody["kind"]> = Extract<StoredEvent, { readonly kind: K }>;

/** Where a session begins and ends. */
export interface SessionBorders {
  /** `run.start`; in a salvaged journal it may be lost, and then this is the first event left. */
  readonly first: StoredEvent;
  readonly start: Of<"run.start"> | null;
  readonly end: Of<"run.stop"> | null;
}

/** All sessions, oldest first. */
export function sessionBorders(db: Sqlite): readonly SessionBorders[] {
  const sessions = new Map<string, SessionBorders>();
  for (const event of landmarks(db)) {
    const known = sessions.get(event.session);
    const borders = known ?? { first: event, start: null, end: null };
    if (event.kind === "run.start" && borders.start === null) {
      sessions.set(event.session, { ...borders, start: event });
    }
    if (event.kind === "run.stop" && borders.end === null) {
      sessions.set(event.session, { ...borders, end: event });
    }
  }
  for (const session of sessionIds(db)) {
    const known = sessions.get(session);
    if (known !== undefined && known.start !== null) continue;
    sessions.set(session, { start: null, end: known?.end ?? null, first: firstEvent(db, session) });
  }
  return [...sessions.values()].sort((a, b) => a.first.seq - b.first.seq);
}

/** The condition is that of an index, letter by letter, so that the index serves it. */
function landmarks(db: Sqlite): readonly StoredEvent[] {
  const rows = db.prepare(
    "SELECT * FROM event WHERE kind IN ('run.start', 'run.stop') ORDER BY seq",
  );
  return rows.all().map((raw) => eventOf(parseRow(raw)));
}

/** Jumps from id to id in the index: a DISTINCT would read every entry of it. */
function sessionIds(db: Sqlite): readonly string[] {
  const ids = db.prepare(`
    WITH RECURSIVE next (id) AS (
      SELECT min(session) FROM event
      UNION ALL
      SELECT (SELECT min(session) FROM event WHERE session > id) FROM next WHERE id IS NOT NULL
    )
    SELECT id FROM next WHERE id IS NOT NULL`);
  return ids.pluck().all().map(String);
}

function firstEvent(db: Sqlite, session: string): StoredEvent {
  const row = db.prepare("SELECT * FROM event WHERE session = ? ORDER BY seq LIMIT 1").get(session);
  return eventOf(parseRow(row));
}

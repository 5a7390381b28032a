import type { EventRow } from "./chain.ts";
import { parseRow } from "./rows.ts";
import { type Sqlite, translated } from "./sqlite.ts";

/** Rows that one query fetches: bounds memory, and a reader never holds the file for long. */
const ROWS_AT_ONCE = 500;

/** All rows in order, or those of one session. */
export function* eventRows(db: Sqlite, file: string, session?: string): Generator<EventRow> {
  const ofSession = session === undefined ? "" : "session = @session AND ";
  const page = translated(file, "read", () =>
    db.prepare(
      `SELECT * FROM event WHERE ${ofSession}seq > @after ORDER BY seq LIMIT ${ROWS_AT_ONCE}`,
    ),
  );
  for (let after = 0; ; ) {
    const rows = translated(file, "read", () =>
      page.all(session === undefined ? { after } : { after, session }).map(parseRow),
    );
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_AT_ONCE) return;
    after = last.seq;
  }
}

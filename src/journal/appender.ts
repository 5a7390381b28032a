import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { type EventRow, eventHash, NO_EVENT_HASH } from "./chain.ts";
import { parseRow } from "./rows.ts";
import { codeOf, type Sqlite, translated } from "./sqlite.ts";

/** An event on its way into the file: all but its place in the chain. */
export type NewRow = Pick<EventRow, "t" | "utc" | "kind" | "body">;

/** Puts rows at the end of the chain, each call in one transaction: all of it or nothing. */
export interface Appender {
  /** Sequence numbers in the order of the rows. `durable`: on the disk before this returns. */
  append(session: string, rows: readonly NewRow[], durable: boolean): readonly number[];
  /** Other work in a transaction under the same lease. */
  write<T>(durable: boolean, work: () => T): T;
}

/**
 * Throws JOURNAL_WRITE_FAILED, JOURNAL_LOCKED (the lease was taken by another process) or
 * JOURNAL_BROKEN_CHAIN (the last event of the file does not prove itself).
 *
 * A commit that is not durable survives the death of this process, and not that of the machine.
 * The next durable commit syncs the same log and so takes it along: the order is always kept.
 */
export function createAppender(db: Sqlite, file: string, nonce: string): Appender {
  const insert = db.prepare(
    "INSERT INTO event (seq, session, t, utc, kind, body, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const lastOfSession = db
    .prepare("SELECT hash FROM event WHERE session = ? ORDER BY seq DESC LIMIT 1")
    .pluck();
  const leaseNonce = db.prepare("SELECT nonce FROM lease WHERE id = 1").pluck();
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  const rollback = db.prepare("ROLLBACK");

  let head = provenHead(db, file);
  const heads = new Map<string, string>();
  let synced = true;
  let unsafe: PulsetrainError | null = null;

  const setSync = (durable: boolean): void => {
    if (durable === synced) return;
    db.pragma(`synchronous = ${durable ? "FULL" : "NORMAL"}`);
    synced = durable;
  };

  const write = <T>(durable: boolean, work: () => T): T => {
    // After a failed sync the system may have dropped pages that it reports as written: nothing
    // later can be called durable. See fsync(2) and "fsyncgate" in PostgreSQL, 2018.
    if (durable && unsafe !== null) throw unsafe;
    try {
      return translated(file, "write", () => {
        setSync(durable);
        begin.run();
        try {
          if (leaseNonce.get() !== nonce) {
            throw new PulsetrainError(
              "JOURNAL_LOCKED",
              `${file} was taken over by another process`,
            );
          }
          const result = work();
          commit.run();
          return result;
        } catch (error) {
          if (db.inTransaction) rollback.run();
          throw error;
        }
      });
    } catch (error) {
      const cause = error instanceof PulsetrainError ? codeOf(error.cause) : null;
      if (cause?.startsWith("SQLITE_IOERR") && error instanceof PulsetrainError) unsafe = error;
      throw error;
    }
  };

  return {
    write,
    append(session, newRows, durable) {
      if (newRows.length === 0) return [];
      const rows: EventRow[] = [];
      let prev = heads.get(session) ?? String(lastOfSession.get(session) ?? head.hash);
      newRows.forEach((row, position) => {
        const placed = { ...row, seq: head.seq + 1 + position, session, prev };
        prev = eventHash(placed);
        rows.push({ ...placed, hash: prev });
      });
      write(durable, () => {
        for (const { seq, t, utc, kind, body, prev: before, hash } of rows) {
          insert.run(seq, session, t, utc, kind, body, before, hash);
        }
      });
      head = { seq: head.seq + rows.length, hash: prev };
      heads.set(session, prev);
      return rows.map(({ seq }) => seq);
    },
  };
}

/** The end of the chain, which must prove itself before anything is hung on it. */
function provenHead(db: Sqlite, file: string): { readonly seq: number; readonly hash: string } {
  const raw = db.prepare("SELECT * FROM event ORDER BY seq DESC LIMIT 1").get();
  if (raw === undefined) return { seq: 0, hash: NO_EVENT_HASH };
  const row = parseRow(raw);
  if (eventHash(row) === row.hash) return row;
  throw new PulsetrainError(
    "JOURNAL_BROKEN_CHAIN",
    `${file}: its last event, ${row.seq}, is not what was written; nothing is appended to it`,
  );
}

import { randomUUID } from "node:crypto";
import { canonicalJson, sha256Hex } from "../base/canonical.ts";
import type { JournalEvent, PulseCounts, RunStatus } from "../contract/events.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { accountOf, closingEvents, countsOf, openMatter, type SessionAccount } from "./account.ts";
import { type Appender, createAppender, type NewRow } from "./appender.ts";
import { takeLease } from "./lease.ts";
import { type JournalReader, readerOf } from "./reader.ts";
import { SCHEMA_VERSION, TABLES, TRIGGERS } from "./schema.ts";
import { requireSchema, schemaOf } from "./schemaCheck.ts";
import { LOG_PAGES, openForWriting, type Sqlite, translated } from "./sqlite.ts";

export interface SessionStart {
  /** Never used before in this file. */
  readonly session: string;
  /** Instant of the start on the run's clock; `t` of every event counts from here. */
  readonly tMs: number;
  /** `LabClock.toUtcIso` of the run's clock. */
  readonly toUtcIso: (atMs: number) => string;
  /**
   * What a replay needs. `protocol` (id), `subject` and `simulated` are shown by lists; hashes
   * under `documents` are proven to be in the file by `verify`.
   */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface SessionWriter {
  readonly session: string;
  /** Sequence number of `run.start`. */
  readonly firstSeq: number;
  /**
   * Appends in order, all or nothing, and returns the sequence numbers. `durable`: synced to the
   * disk before this returns. Throws JOURNAL_WRITE_FAILED or JOURNAL_LOCKED; then nothing of it is
   * in the journal.
   */
  append(events: readonly JournalEvent[], how: { readonly durable: boolean }): readonly number[];
  /**
   * Ends a session whose run cannot end it any more: every open intent gets an unknown outcome,
   * then `run.stop` with the counts, which it returns. Durable.
   */
  breakOff(end: {
    readonly tMs: number;
    readonly status: RunStatus | "interrupted";
    readonly why: string;
  }): PulseCounts;
}

/** The one writer of a journal file. */
export interface Journal {
  readonly file: string;
  /** Sessions whose process had died and that were closed when this journal was opened. */
  readonly recovered: readonly string[];
  readonly read: JournalReader;
  /** Durable. */
  startSession(start: SessionStart): SessionWriter;
  /** Keeps a value under the hash of its canonical JSON and returns the hash. Durable with the next durable event. */
  putDocument(value: unknown): string;
  /**
   * Acknowledges what an interrupted or faulted session left open: durable. Returns the intents that
   * it covers, null when there is nothing to acknowledge. Throws JOURNAL_NO_SESSION, and
   * JOURNAL_BAD_CALL without a name or a note or while the session runs.
   */
  resolve(session: string, by: string, note: string, nowUtc: string): readonly number[] | null;
  /** Makes everything appended so far durable. */
  flush(): void;
  /** Gives the lease back. Nothing is lost without it: the next writer takes a dead one's lease. */
  close(): void;
}

const DIED = "the process ended before the outcome was known";

/**
 * Opens FILE for writing; makes it when there is none. Sessions of a dead writer are closed first,
 * their open doses as unknown. `nowUtc`: ISO 8601. Throws JOURNAL_LOCKED naming the process that
 * writes, JOURNAL_UNREADABLE, JOURNAL_SCHEMA, JOURNAL_BROKEN_CHAIN or JOURNAL_WRITE_FAILED.
 */
export function openJournal(file: string, nowUtc: string): Journal {
  const nonce = randomUUID();
  const db = openLeased(file, nonce);
  try {
    const appender = translated(file, "write", () => createAppender(db, file, nonce));
    lengthenLog(appender, db);
    const read = readerOf(db, file);
    const recovered = recover(read, appender, nowUtc);
    return journalOf({ db, file, nonce, appender, read, recovered });
  } catch (error) {
    leave(db, nonce);
    throw error;
  }
}

/** The file with its tables, and the lease on it. */
function openLeased(file: string, nonce: string): Sqlite {
  const db = openForWriting(file, (unchanged) => void foundEmpty(unchanged, file));
  const enter = db.transaction(() => {
    if (foundEmpty(db, file)) createTables(db);
    takeLease(db, file, nonce);
  });
  try {
    translated(file, "write", () => enter.immediate());
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A write that means nothing. It counts, because SQLite leaves out a change that changes nothing. */
function touch(db: Sqlite): void {
  db.prepare("UPDATE lease SET writes = writes + 1 WHERE id = 1").run();
}

/**
 * Writes the log to its full length, over and over the same page, so that the first durable events
 * of a run are as fast as the later ones.
 */
function lengthenLog(appender: Appender, db: Sqlite): void {
  for (let page = 0; page < LOG_PAGES; page++) appender.write(false, () => touch(db));
  // The next event begins at the start of the log; where a reader holds it, the log goes on.
  db.pragma("wal_checkpoint(RESTART)");
}

/** Gives the lease back as far as that can still be written, and closes. */
function leave(db: Sqlite, nonce: string): void {
  try {
    db.prepare("DELETE FROM lease WHERE id = 1 AND nonce = ?").run(nonce);
  } catch {
    // A full or damaged disk: the lease ends with this process instead.
  } finally {
    db.close();
  }
}

/** False: it is a journal of this version. Throws for anything else. */
function foundEmpty(db: Sqlite, file: string): boolean {
  const found = schemaOf(db);
  if (found !== "empty") requireSchema(found, file);
  return found === "empty";
}

function createTables(db: Sqlite): void {
  db.exec(TABLES);
  db.exec(TRIGGERS);
  db.prepare("INSERT INTO meta (key, value) VALUES ('schema', ?)").run(String(SCHEMA_VERSION));
}

/** Closes what a dead writer left open. */
function recover(read: JournalReader, appender: Appender, nowUtc: string): readonly string[] {
  const open = read.unfinished();
  for (const session of open) {
    const account = accountOf(session, read.each(session));
    const tMs = account.lastT * 1_000;
    const events = closingEvents(account, { tMs, status: "interrupted", why: DIED });
    appender.append(session, rowsAfterwards(events, account.lastT, nowUtc), true);
  }
  return open;
}

interface Parts {
  readonly db: Sqlite;
  readonly file: string;
  readonly nonce: string;
  readonly appender: Appender;
  readonly read: JournalReader;
  readonly recovered: readonly string[];
}

function journalOf({ db, file, nonce, appender, read, recovered }: Parts): Journal {
  const running = new Set<string>();
  return {
    file,
    recovered,
    read,
    startSession(start) {
      if (read.has(start.session)) {
        throw new PulsetrainError("JOURNAL_SESSION_TWICE", start.session);
      }
      running.add(start.session);
      return sessionWriter(start, read, appender);
    },
    putDocument: (value) => putDocument(db, file, appender, value),
    resolve(session, by, note, nowUtc) {
      if (by.trim() === "" || note.trim() === "") {
        throw new PulsetrainError("JOURNAL_BAD_CALL", "an acknowledgement needs a name and a note");
      }
      const account = accountOf(session, read.each(session));
      if (account.end === null && running.has(session)) {
        throw new PulsetrainError("JOURNAL_BAD_CALL", `session ${session} is still running`);
      }
      const intents = openMatter(account)?.intents ?? (wasCutOff(account) ? [] : null);
      if (intents === null) return null;
      const event: JournalEvent = { tMs: 0, kind: "resolve", by, note, intents };
      appender.append(session, rowsAfterwards([event], account.lastT, nowUtc), true);
      return intents;
    },
    flush() {
      // A commit without a change syncs nothing.
      appender.write(true, () => touch(db));
    },
    close: () => leave(db, nonce),
  };
}

/** An end that a person has to look into, and has not yet. */
function wasCutOff({ end, resolved }: SessionAccount): boolean {
  return resolved.length === 0 && (end?.status === "interrupted" || end?.status === "faulted");
}

function sessionWriter(
  start: SessionStart,
  read: JournalReader,
  appender: Appender,
): SessionWriter {
  const { session, toUtcIso } = start;
  const append: SessionWriter["append"] = (events, { durable }) => {
    const rows = rowsOf(events, (tMs) => (tMs - start.tMs) / 1_000, toUtcIso);
    return appender.append(session, rows, durable);
  };
  const [firstSeq = 0] = append([{ tMs: start.tMs, kind: "run.start", body: start.body }], {
    durable: true,
  });
  return {
    session,
    firstSeq,
    append,
    breakOff(end) {
      const account = accountOf(session, read.each(session));
      append(closingEvents(account, end), { durable: true });
      return countsOf(account);
    },
  };
}

function rowsOf(
  events: readonly JournalEvent[],
  toT: (tMs: number) => number,
  toUtc: (tMs: number) => string,
): readonly NewRow[] {
  return events.map(({ kind, tMs, ...body }) => ({
    t: toT(tMs),
    utc: toUtc(tMs),
    kind,
    body: canonicalJson(body),
  }));
}

/** Rows of a run whose clock is gone: `t` stays where it last stood, and `utc` says when it was. */
function rowsAfterwards(
  events: readonly JournalEvent[],
  lastT: number,
  utc: string,
): readonly NewRow[] {
  const toT = (): number => lastT;
  const toUtc = (): string => utc;
  return rowsOf(events, toT, toUtc);
}

function putDocument(db: Sqlite, file: string, appender: Appender, value: unknown): string {
  const json = canonicalJson(value);
  const hash = sha256Hex(json);
  const kept = db.prepare("SELECT json FROM document WHERE hash = ?").pluck().get(hash);
  if (kept === json) return hash;
  if (kept !== undefined) {
    throw new PulsetrainError(
      "JOURNAL_BROKEN_CHAIN",
      `${file}: document ${hash} is not what was written`,
    );
  }
  appender.write(false, () =>
    db.prepare("INSERT INTO document (hash, json) VALUES (?, ?)").run(hash, json),
  );
  return hash;
}

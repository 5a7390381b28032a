import { sha256Hex } from "../base/canonical.ts";
import type { RunStatus, StoredEvent } from "../contract/events.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { accountOf, type OpenMatter, openMatter, subjectOf } from "./account.ts";
import { eventRows } from "./eventRows.ts";
import { liveHolder } from "./lease.ts";
import { verifyFile, verifySession } from "./proof.ts";
import { eventOf } from "./rows.ts";
import { type SessionBorders, sessionBorders } from "./sessions.ts";
import { type Sqlite, translated } from "./sqlite.ts";
import type { Verdict } from "./verify.ts";

/** One line of `journal list`; the field names are relied on from outside. */
export interface SessionLine {
  readonly session: string;
  readonly startedUtc: string;
  /** `interrupted`: it has no end and no living process writes the journal. */
  readonly status: RunStatus | "interrupted" | "running";
  readonly protocol: string | null;
  readonly subject: string | null;
  readonly simulated: boolean;
}

/** Everything throws JOURNAL_UNREADABLE for a damaged file and JOURNAL_LOCKED when it is held. */
export interface JournalReader {
  readonly file: string;
  has(session: string): boolean;
  /** Oldest first. */
  list(): readonly SessionLine[];
  /** All events of a session in order. Throws JOURNAL_NO_SESSION. */
  events(session: string): readonly StoredEvent[];
  /** The same one after the other, for what is too long to gather. Throws JOURNAL_NO_SESSION. */
  each(session: string): Iterable<StoredEvent>;
  /** Proves the chain of the file, or of one session. Throws JOURNAL_NO_SESSION. */
  verify(session?: string): Verdict;
  /** Sessions without an end. */
  unfinished(): readonly string[];
  /**
   * What a person must acknowledge before a real rig runs again, of one subject or of all. Simulated
   * and running sessions leave nothing; a session that names no subject concerns every one.
   */
  unresolved(subject?: string): readonly OpenMatter[];
  /** A document by its hash, proven by it; null when there is none. Throws JOURNAL_BROKEN_CHAIN. */
  document(hash: string): unknown;
}

const LEFT_OPEN: ReadonlySet<SessionLine["status"]> = new Set(["interrupted", "faulted"]);

/** A reader on an open connection. */
export function readerOf(db: Sqlite, file: string): JournalReader {
  const reading = <T>(work: () => T): T => translated(file, "read", work);
  const has = (session: string): boolean =>
    reading(
      () => db.prepare("SELECT 1 FROM event WHERE session = ? LIMIT 1").get(session) !== undefined,
    );
  const requireSession = (session: string): void => {
    if (has(session)) return;
    throw new PulsetrainError("JOURNAL_NO_SESSION", `${session} is not in ${file}`);
  };
  const each = (session: string): Iterable<StoredEvent> => {
    requireSession(session);
    return storedEvents(db, file, session);
  };
  const borders = (): readonly SessionBorders[] => reading(() => sessionBorders(db));
  const list = (): readonly SessionLine[] => {
    const open = reading(() => (liveHolder(db) === null ? "interrupted" : "running"));
    return borders().map(({ first, start, end }) => ({
      session: first.session,
      startedUtc: first.utc,
      status: end?.status ?? open,
      protocol: textOrNull(start?.body["protocol"]),
      ...subjectOf({ start }),
    }));
  };
  return {
    file,
    has,
    list,
    events: (session) => [...each(session)],
    each,
    verify(session) {
      if (session === undefined) return verifyFile(db, file);
      requireSession(session);
      return verifySession(db, file, session);
    },
    unfinished: () => borders().flatMap(({ first, end }) => (end === null ? [first.session] : [])),
    unresolved: (subject) =>
      list()
        .filter(({ status, simulated }) => !simulated && LEFT_OPEN.has(status))
        .filter((line) => [undefined, line.subject].includes(subject) || line.subject === null)
        .map(({ session }) => openMatter(accountOf(session, each(session))))
        .filter((matter) => matter !== null),
    document: (hash) => reading(() => readDocument(db, file, hash)),
  };
}

function* storedEvents(db: Sqlite, file: string, session: string): Generator<StoredEvent> {
  for (const row of eventRows(db, file, session)) yield eventOf(row);
}

function readDocument(db: Sqlite, file: string, hash: string): unknown {
  const json = db.prepare("SELECT json FROM document WHERE hash = ?").pluck().get(hash);
  if (json === undefined) return null;
  if (typeof json === "string" && sha256Hex(json) === hash) return JSON.parse(json);
  throw new PulsetrainError(
    "JOURNAL_BROKEN_CHAIN",
    `${file}: document ${hash} is not what was written`,
  );
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

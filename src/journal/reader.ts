import { sha256Hex } from "../base/canonical.ts";
import type { EventBody, RunStatus, StoredEvent } from "../contract/events.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { accountOf, type OpenMatter, openMatter, subjectOf } from "./account.ts";
import { eventRows } from "./eventRows.ts";
import { liveHolder } from "./lease.ts";
import { verifyFile, verifySession } from "./proof.ts";
import { eventOf, parseRow } from "./rows.ts";
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
  /** What a person must acknowledge, of one subject or of all; a running session has nothing yet. */
  unresolved(subject?: string): readonly OpenMatter[];
  /** A document by its hash, proven by it; null when there is none. Throws JOURNAL_BROKEN_CHAIN. */
  document(hash: string): unknown;
}

/** A reader on an open connection. */
export function readerOf(db: Sqlite, file: string): JournalReader {
  const reading = <T>(work: () => T): T => translated(file, "read", work);
  const has = (session: string): boolean =>
    reading(
      () => db.prepare("SELECT 1 FROM event WHERE session = ? LIMIT 1").get(session) !== undefined,
    );
  const each = (session: string): Iterable<StoredEvent> => {
    if (!has(session))
      throw new PulsetrainError("JOURNAL_NO_SESSION", `${session} is not in ${file}`);
    return storedEvents(db, file, session);
  };
  const borders = (): readonly Borders[] => reading(() => sessionBorders(db));
  const list = (): readonly SessionLine[] => {
    const open = reading(() => (liveHolder(db) === null ? "interrupted" : "running"));
    return borders().map(({ start, end }) => ({
      session: start.session,
      startedUtc: start.utc,
      status: end?.status ?? open,
      protocol: textOrNull(start.body["protocol"]),
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
      if (!has(session))
        throw new PulsetrainError("JOURNAL_NO_SESSION", `${session} is not in ${file}`);
      return verifySession(db, file, session);
    },
    unfinished: () => borders().flatMap(({ start, end }) => (end === null ? [start.session] : [])),
    unresolved: (subject) =>
      list()
        .filter(({ status }) => status === "interrupted" || status === "faulted")
        .filter((line) => subject === undefined || line.subject === subject)
        .map(({ session }) => openMatter(accountOf(session, each(session))))
        .filter((matter) => matter !== null),
    document: (hash) => reading(() => readDocument(db, file, hash)),
  };
}

function* storedEvents(db: Sqlite, file: string, session: string): Generator<StoredEvent> {
  for (const row of eventRows(db, file, session)) yield eventOf(row);
}

type Of<K extends EventBody["kind"]> = Extract<StoredEvent, { readonly kind: K }>;

interface Borders {
  readonly start: Of<"run.start">;
  readonly end: Of<"run.stop"> | null;
}

/** First and last event of every session, oldest first. The condition is that of an index. */
function sessionBorders(db: Sqlite): readonly Borders[] {
  const sessions = new Map<string, Borders>();
  const rows = db
    .prepare("SELECT * FROM event WHERE kind IN ('run.start', 'run.stop') ORDER BY seq")
    .all();
  for (const raw of rows) {
    const event = eventOf(parseRow(raw));
    const known = sessions.get(event.session);
    if (event.kind === "run.start" && known === undefined)
      sessions.set(event.session, { start: event, end: null });
    if (event.kind === "run.stop" && known?.end === null)
      sessions.set(event.session, { ...known, end: event });
  }
  return [...sessions.values()];
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

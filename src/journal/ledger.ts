import { existsSync } from "node:fs";
import { z } from "zod";
import type { OutcomeKind } from "../contract/events.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { openForWriting, type Sqlite, translated } from "./sqlite.ts";

/** A dose that is about to be delivered on a real rig. */
export interface LedgerIntent {
  readonly session: string;
  /** Sequence number of the intent in its journal. */
  readonly intent: number;
  readonly subject: string;
  /** End of the dose as planned; ISO 8601 UTC with milliseconds, as `LabClock.toUtcIso` gives it. */
  readonly utc: string;
  readonly pulses: number;
  /** Part of a train or burst: only such doses count for the interval between sessions. */
  readonly repetitive: boolean;
}

export interface LedgerOutcome {
  readonly session: string;
  readonly intent: number;
  readonly outcome: OutcomeKind;
}

/** What a subject got or may have got. Only `refused-by-device` and `skipped-late` count as nothing. */
export interface LedgerRecord extends LedgerIntent {
  /** Null: no outcome yet, or never known; counts as delivered. */
  readonly outcome: OutcomeKind | null;
  /** Always false: simulated pulses never enter. Lets one sum treat all records alike. */
  readonly simulated: false;
}

/**
 * The dose ledger of real rigs, one per machine, shared by every journal and process on it. It only
 * grows. Everything throws JOURNAL_WRITE_FAILED, JOURNAL_LOCKED or JOURNAL_UNREADABLE: without the
 * ledger nothing may be delivered.
 */
export interface Ledger {
  /** Durable when it returns; before the intents are permitted. */
  intents(entries: readonly LedgerIntent[]): void;
  /** Durable. An outcome of a dose that was never entered, or a second one, throws. */
  outcomes(entries: readonly LedgerOutcome[]): void;
  /** Records of a subject from `sinceUtc` (inclusive) on, oldest first. */
  records(subject: string, sinceUtc: string): readonly LedgerRecord[];
  /** A session that has entered doses for the subject from `sinceUtc` (inclusive) on, besides this one. */
  otherSession(subject: string, sinceUtc: string, session: string): string | null;
  /** Does the ledger know the subject at all? */
  knows(subject: string): boolean;
  close(): void;
}

const SCHEMA_VERSION = 1;
const TABLES = `
  CREATE TABLE dose (
    n INTEGER PRIMARY KEY,
    session TEXT NOT NULL,
    intent INTEGER NOT NULL,
    subject TEXT NOT NULL,
    utc TEXT NOT NULL,
    pulses INTEGER NOT NULL CHECK (pulses >= 0),
    repetitive INTEGER NOT NULL CHECK (repetitive IN (0, 1)),
    UNIQUE (session, intent)
  ) STRICT;
  CREATE TABLE outcome (
    session TEXT NOT NULL,
    intent INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (session, intent),
    FOREIGN KEY (session, intent) REFERENCES dose (session, intent)
  ) STRICT;
  CREATE INDEX dose_of_subject ON dose (subject, utc);
  CREATE TRIGGER dose_no_update BEFORE UPDATE ON dose BEGIN SELECT RAISE(ABORT, 'append-only'); END;
  CREATE TRIGGER dose_no_delete BEFORE DELETE ON dose BEGIN SELECT RAISE(ABORT, 'append-only'); END;
  CREATE TRIGGER outcome_no_update BEFORE UPDATE ON outcome BEGIN SELECT RAISE(ABORT, 'append-only'); END;
  CREATE TRIGGER outcome_no_delete BEFORE DELETE ON outcome BEGIN SELECT RAISE(ABORT, 'append-only'); END;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

const recordSchema = z.object({
  session: z.string(),
  intent: z.int(),
  subject: z.string(),
  utc: z.string(),
  pulses: z.number().nonnegative(),
  repetitive: z.union([z.literal(0), z.literal(1)]).transform((flag) => flag === 1),
  outcome: z.enum(["delivered", "refused-by-device", "skipped-late", "unknown"]).nullable(),
});

const otherSchema = z.object({ session: z.string() });

/** `LabClock.toUtcIso`: text of one form only, so that later is greater. */
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const BEGINNING = "1970-01-01T00:00:00.000Z";

/** Opens or makes the ledger. Several processes may have it open at the same time. */
export function openLedger(file: string): Ledger {
  const db = openForWriting(file, (unchanged) => void foundEmpty(unchanged, file));
  try {
    db.pragma("foreign_keys = ON");
    translated(file, "write", () =>
      db
        .transaction(() => {
          if (foundEmpty(db, file)) db.exec(TABLES);
        })
        .immediate(),
    );
    return ledgerOf(db, file);
  } catch (error) {
    db.close();
    throw error;
  }
}

/** All records of a subject, oldest first; none when there is no ledger yet. Throws as `Ledger`. */
export function readLedger(file: string, subject: string): readonly LedgerRecord[] {
  if (!existsSync(file)) return [];
  const ledger = openLedger(file);
  try {
    return ledger.records(subject, BEGINNING);
  } finally {
    ledger.close();
  }
}

/** False: it is a ledger of this version. Throws for anything else. */
function foundEmpty(db: Sqlite, file: string): boolean {
  const version = db.pragma("user_version", { simple: true });
  if (version === SCHEMA_VERSION) return false;
  if (version !== 0) {
    throw new PulsetrainError("JOURNAL_SCHEMA", `${file} is a dose ledger of schema ${version}`);
  }
  if (db.prepare("SELECT 1 FROM sqlite_schema").get() === undefined) return true;
  throw new PulsetrainError("JOURNAL_UNREADABLE", `${file} is no dose ledger`);
}

function ledgerOf(db: Sqlite, file: string): Ledger {
  const addIntent = db.prepare(
    "INSERT INTO dose (session, intent, subject, utc, pulses, repetitive) VALUES (@session, @intent, @subject, @utc, @pulses, @repetitive)",
  );
  const addOutcome = db.prepare(
    "INSERT INTO outcome (session, intent, outcome) VALUES (@session, @intent, @outcome)",
  );
  const ofSubject = db.prepare(
    `SELECT dose.session, dose.intent, subject, utc, pulses, repetitive, outcome
     FROM dose LEFT JOIN outcome USING (session, intent)
     WHERE subject = ? AND utc >= ? ORDER BY utc, n`,
  );
  const ofOthers = db.prepare(
    "SELECT session FROM dose WHERE subject = ? AND utc >= ? AND session <> ? LIMIT 1",
  );
  const any = db.prepare("SELECT 1 FROM dose WHERE subject = ? LIMIT 1");
  const inOne = (work: () => void): void => {
    translated(file, "write", () => db.transaction(work).immediate());
  };
  return {
    intents(entries) {
      for (const { utc } of entries) requireUtc(utc);
      inOne(() =>
        entries.forEach(
          (entry) => void addIntent.run({ ...entry, repetitive: entry.repetitive ? 1 : 0 }),
        ),
      );
    },
    outcomes: (entries) =>
      inOne(() => entries.forEach((entry) => void addOutcome.run({ ...entry }))),
    records(subject, sinceUtc) {
      requireUtc(sinceUtc);
      const rows = translated(file, "read", () => ofSubject.all(subject, sinceUtc));
      return rows.map((row) => parseRecord(row, file));
    },
    otherSession(subject, sinceUtc, session) {
      requireUtc(sinceUtc);
      const row = translated(file, "read", () => ofOthers.get(subject, sinceUtc, session));
      return row === undefined ? null : otherSchema.parse(row).session;
    },
    knows: (subject) => translated(file, "read", () => any.get(subject) !== undefined),
    close: () => void db.close(),
  };
}

function requireUtc(utc: string): void {
  if (!UTC.test(utc))
    throw new PulsetrainError("CLI_BUG", `no instant in UTC with milliseconds: ${utc}`);
}

function parseRecord(row: unknown, file: string): LedgerRecord {
  const record = recordSchema.safeParse(row);
  if (record.success) return { ...record.data, simulated: false };
  throw new PulsetrainError("JOURNAL_UNREADABLE", `${file}: ${z.prettifyError(record.error)}`);
}

import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { PAGE_SIZE_BYTES } from "./schema.ts";

/** An open SQLite file. */
export type Sqlite = Database.Database;

/** How long a call waits for somebody else's lock before it gives up. */
const BUSY_MS = 1_000;

/**
 * Length to which the write-ahead log is written when a journal is opened: writing over a log is
 * faster to sync than making it longer. This much (12 MB) holds a thousand durable events or more.
 */
export const LOG_PAGES = 3_000;

/**
 * Length after which SQLite by itself moves the log into the file, in the middle of a run. The move
 * syncs twice and was seen to take more than a second on a busy disk, in which the process that owns
 * the journal is silent and rule WDG-01 disarms. So it waits for the opening and the closing of a
 * journal; a log of this length (64 MiB) is far beyond any session.
 */
const LONGEST_LOG_PAGES = 16_384;

/** Codes of SQLite that say: the content is not what it should be. */
const DAMAGED =
  /^SQLITE_(NOTADB|CORRUPT|FORMAT|ERROR|SCHEMA|MISMATCH|IOERR_SHORT_READ|IOERR_CORRUPTFS)/;
const LOCKED = /^SQLITE_(BUSY|LOCKED|PROTOCOL)/;

/**
 * Opens for writing, makes the folder and an empty file when there is none, and turns the
 * write-ahead log on. `check` looks at the file before that changes it, and throws when it is
 * somebody else's. Throws coded errors.
 */
export function openForWriting(file: string, check: (db: Sqlite) => void): Sqlite {
  return translated(file, "write", () => {
    mkdirSync(dirname(file), { recursive: true });
    const db = new Database(file, { timeout: BUSY_MS });
    try {
      check(db);
      db.pragma(`page_size = ${PAGE_SIZE_BYTES}`);
      db.pragma("journal_mode = WAL");
      db.pragma("synchronous = FULL");
      db.pragma(`wal_autocheckpoint = ${LONGEST_LOG_PAGES}`);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/** Opens for reading only. Throws SQLite's own errors: the caller knows what to make of them. */
export function openForReading(file: string): Sqlite {
  if (!existsSync(file)) throw new PulsetrainError("JOURNAL_NOT_FOUND", `there is no file ${file}`);
  return new Database(file, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
}

/** Runs `work`; what SQLite or the file system throws comes out with a code of the one table. */
export function translated<T>(file: string, doing: "read" | "write", work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw journalError(error, file, doing);
  }
}

/** SQLite's extended code, or the file system's; null for anything else. */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

function journalError(error: unknown, file: string, doing: "read" | "write"): unknown {
  if (error instanceof PulsetrainError) return error;
  const code = codeOf(error);
  if (code === null || !(error instanceof Error)) return error;
  const because = { cause: error };
  const words = `${file}: ${error.message} (${code})`;
  if (LOCKED.test(code)) {
    return new PulsetrainError(
      "JOURNAL_LOCKED",
      `${words}; another process holds the file`,
      because,
    );
  }
  if (DAMAGED.test(code)) return new PulsetrainError("JOURNAL_UNREADABLE", words, because);
  if (code.startsWith("SQLITE_CONSTRAINT")) {
    return new PulsetrainError("JOURNAL_BROKEN_CHAIN", words, because);
  }
  return new PulsetrainError(
    doing === "write" ? "JOURNAL_WRITE_FAILED" : "JOURNAL_UNREADABLE",
    words,
    because,
  );
}

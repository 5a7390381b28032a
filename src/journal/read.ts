import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JournalReader, readerOf } from "./reader.ts";
import { requireSchema, schemaOf } from "./schemaCheck.ts";
import { codeOf, openForReading, type Sqlite, translated } from "./sqlite.ts";

/** A reader with a connection of its own. */
export interface OpenJournal extends JournalReader {
  close(): void;
}

/**
 * Opens FILE for reading; works beside a writer and never blocks it. Throws JOURNAL_NOT_FOUND,
 * JOURNAL_UNREADABLE, JOURNAL_SCHEMA, or JOURNAL_LOCKED when somebody holds the file exclusively.
 */
export function readJournal(file: string): OpenJournal {
  return translated(file, "read", () => {
    try {
      return checked(openForReading(file), file, () => undefined);
    } catch (error) {
      if (!/^SQLITE_(CANTOPEN|READONLY)/.test(codeOf(error) ?? "")) throw error;
      return openCopy(file);
    }
  });
}

/**
 * A journal with a write-ahead log cannot be opened where nothing can be written, because readers
 * share a small index file beside it (sqlite.org/wal.html, "Read-Only Databases"). On such media
 * nobody writes either, so a copy says the same.
 */
function openCopy(file: string): OpenJournal {
  const folder = mkdtempSync(join(tmpdir(), "pulsetrain-read-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, "copy.db");
    for (const suffix of ["", "-wal"]) {
      if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
    }
    return checked(openForReading(copy), file, remove);
  } catch (error) {
    remove();
    throw error;
  }
}

function checked(db: Sqlite, file: string, afterClose: () => void): OpenJournal {
  const close = (): void => {
    db.close();
    afterClose();
  };
  try {
    requireSchema(schemaOf(db), file);
    return { ...readerOf(db, file), close };
  } catch (error) {
    db.close();
    throw error;
  }
}

export type { JournalReader, SessionLine } from "./reader.ts";

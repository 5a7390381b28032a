import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { SCHEMA_VERSION } from "./schema.ts";
import type { Sqlite } from "./sqlite.ts";

/** What a SQLite file is: no table at all, somebody else's tables, or a journal of some version. */
export type FoundSchema = "empty" | "foreign" | { readonly version: string };

export function schemaOf(db: Sqlite): FoundSchema {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  if (tables.length === 0) return "empty";
  if (!tables.includes("meta") || !tables.includes("event")) return "foreign";
  const version = db.prepare("SELECT value FROM meta WHERE key = 'schema'").pluck().get();
  return typeof version === "string" ? { version } : "foreign";
}

/** Throws JOURNAL_UNREADABLE for what is no journal and JOURNAL_SCHEMA for another version. */
export function requireSchema(found: FoundSchema, file: string): void {
  if (found === "empty") throw new PulsetrainError("JOURNAL_UNREADABLE", `${file} holds nothing`);
  if (found === "foreign") {
    throw new PulsetrainError("JOURNAL_UNREADABLE", `${file} is a database, but no journal`);
  }
  if (found.version === String(SCHEMA_VERSION)) return;
  throw new PulsetrainError(
    "JOURNAL_SCHEMA",
    `${file} has schema ${found.version}; this version reads and writes ${SCHEMA_VERSION}`,
  );
}

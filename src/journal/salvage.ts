import { existsSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { sha256Hex } from "../base/canonical.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { type FoundRecord, foundRecords } from "./cellScan.ts";
import { type EventRow, eventHash } from "./chain.ts";
import { verifyFile } from "./proof.ts";
import { SCHEMA_VERSION, TABLES, TRIGGERS } from "./schema.ts";
import { openForWriting, type Sqlite, translated } from "./sqlite.ts";
import type { Verdict } from "./verify.ts";

/** What could be read, and what is known to be lost. */
export interface SalvageReport {
  /** The new journal. */
  readonly file: string;
  readonly events: number;
  readonly sessions: number;
  readonly documents: number;
  /** Last event that could be read; if anything stood behind it, it is lost without a trace. */
  readonly lastSeq: number;
  /** Gaps before it. */
  readonly missing: readonly { readonly first: number; readonly last: number }[];
  /** What `verify` says of the new journal: with a gap it cannot hold as a whole. */
  readonly verdict: Verdict;
}

/**
 * Copies every event of a damaged journal that still proves itself by its own hash into
 * `FILE.salvaged.db`, unchanged and under its own number; FILE is only read. Also reads the
 * write-ahead log beside it and pages that no tree leads to. Throws JOURNAL_NOT_FOUND,
 * JOURNAL_UNREADABLE when no whole event is left, JOURNAL_BAD_CALL when the new file exists.
 */
export function salvage(file: string): SalvageReport {
  if (!existsSync(file)) throw new PulsetrainError("JOURNAL_NOT_FOUND", `there is no file ${file}`);
  const target = `${file}.salvaged.db`;
  if (existsSync(target)) {
    throw new PulsetrainError("JOURNAL_BAD_CALL", `${target} exists; move it away first`);
  }
  const { rows, documents } = translated(file, "read", () => provenContent(file));
  if (rows.length === 0) {
    throw new PulsetrainError("JOURNAL_UNREADABLE", `${file} holds no whole event of a journal`);
  }
  try {
    const verdict = writeCopy(target, file, rows, documents);
    return {
      file: target,
      events: rows.length,
      sessions: new Set(rows.map(({ session }) => session)).size,
      documents: documents.size,
      lastSeq: rows.at(-1)?.seq ?? 0,
      missing: gapsIn(rows),
      verdict,
    };
  } catch (error) {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(target + suffix, { force: true });
    throw error;
  }
}

interface Content {
  /** By number, each once. */
  readonly rows: readonly EventRow[];
  /** JSON by hash. */
  readonly documents: ReadonlyMap<string, string>;
}

function provenContent(file: string): Content {
  const candidates = new Map<number, Map<string, EventRow>>();
  const documents = new Map<string, string>();
  for (const record of foundRecords(file)) {
    const [hash, json] = record.values;
    if (record.values.length === 2 && typeof hash === "string" && typeof json === "string") {
      if (sha256Hex(json) === hash) documents.set(hash, json);
      continue;
    }
    const row = provenRow(record);
    if (row === null) continue;
    const known = candidates.get(row.seq) ?? new Map<string, EventRow>();
    candidates.set(row.seq, known.set(row.hash, row));
  }
  return { rows: chosen(candidates), documents };
}

/** The event in a record, if its hash proves it. Whole numbers in `t` are stored as integers. */
function provenRow(record: FoundRecord): EventRow | null {
  if (record.values.length !== 8) return null;
  const [, session, t, utc, kind, body, prev, hash] = record.values;
  if (typeof t !== "number" || typeof session !== "string" || typeof utc !== "string") return null;
  if (typeof kind !== "string" || typeof body !== "string") return null;
  if (typeof prev !== "string" || typeof hash !== "string") return null;
  const row = { seq: record.rowid, session, t, utc, kind, body, prev, hash };
  return eventHash(row) === hash ? row : null;
}

/**
 * One event for each number. Two can prove themselves when a write failed half-way and was followed
 * by another: the one that a later event hangs on is the one that stood.
 */
function chosen(
  candidates: ReadonlyMap<number, ReadonlyMap<string, EventRow>>,
): readonly EventRow[] {
  const followed = new Set<string>();
  for (const rows of candidates.values()) for (const { prev } of rows.values()) followed.add(prev);
  return [...candidates.keys()]
    .sort((a, b) => a - b)
    .flatMap((seq) => {
      const rows = [...(candidates.get(seq)?.values() ?? [])];
      const row = rows.find(({ hash }) => followed.has(hash)) ?? rows.at(-1);
      return row === undefined ? [] : [row];
    });
}

function gapsIn(rows: readonly EventRow[]): SalvageReport["missing"] {
  const gaps: { first: number; last: number }[] = [];
  let expected = 1;
  for (const { seq } of rows) {
    if (seq > expected) gaps.push({ first: expected, last: seq - 1 });
    expected = seq + 1;
  }
  return gaps;
}

function writeCopy(
  target: string,
  source: string,
  rows: readonly EventRow[],
  documents: Content["documents"],
): Verdict {
  const db = openForWriting(target, () => undefined);
  try {
    translated(target, "write", () =>
      db.transaction(() => fill(db, source, rows, documents)).immediate(),
    );
    return verifyFile(db, target);
  } finally {
    db.close();
  }
}

function fill(
  db: Sqlite,
  source: string,
  rows: readonly EventRow[],
  documents: Content["documents"],
): void {
  db.exec(TABLES);
  db.exec(TRIGGERS);
  const meta = db.prepare("INSERT INTO meta (key, value) VALUES (?, ?)");
  meta.run("schema", String(SCHEMA_VERSION));
  meta.run("salvagedFrom", basename(source));
  const event = db.prepare(
    "INSERT INTO event (seq, session, t, utc, kind, body, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  for (const { seq, session, t, utc, kind, body, prev, hash } of rows) {
    event.run(seq, session, t, utc, kind, body, prev, hash);
  }
  const document = db.prepare("INSERT INTO document (hash, json) VALUES (?, ?)");
  for (const [hash, json] of documents) document.run(hash, json);
}

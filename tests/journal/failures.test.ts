import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { isPulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createAppender, type NewRow } from "../../src/journal/appender.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { takeLease } from "../../src/journal/lease.ts";
import { openLedger } from "../../src/journal/ledger.ts";
import { readJournal } from "../../src/journal/read.ts";
import { openForWriting } from "../../src/journal/sqlite.ts";
import { intent, NOW_UTC, sessionStart } from "./events.ts";
import { tempFile } from "./temp.ts";

function codeOf(work: () => unknown): string {
  try {
    work();
    return "no error";
  } catch (error) {
    if (isPulsetrainError(error)) return error.code;
    throw error;
  }
}

function makeJournal(file: string, doses = 100): void {
  const journal = openJournal(file, NOW_UTC);
  const session = journal.startSession(sessionStart("s1"));
  session.append(
    Array.from({ length: doses }, (_, i) => intent(i)),
    { durable: true },
  );
  journal.close();
}

describe("a full disk", () => {
  test("refuses the event, keeps the chain and goes on when there is room again", () => {
    const file = tempFile();
    makeJournal(file);
    const db = openForWriting(file, () => undefined);
    takeLease(db, file, "test");
    const appender = createAppender(db, file, "test");
    const row: NewRow = {
      t: 1,
      utc: NOW_UTC,
      kind: "note",
      body: JSON.stringify({ text: "x".repeat(3_000) }),
    };
    db.pragma(`max_page_count = ${Number(db.pragma("page_count", { simple: true })) + 2}`);
    const seqs: number[] = [];
    const fill = (): void => {
      for (;;) seqs.push(...appender.append("s1", [row], true));
    };
    expect(codeOf(fill)).toBe("JOURNAL_WRITE_FAILED");
    expect(codeOf(() => appender.append("s1", [row, row], true))).toBe("JOURNAL_WRITE_FAILED");
    db.pragma("max_page_count = 10000");
    const last = 101 + seqs.length;
    expect(appender.append("s1", [row], true)).toEqual([last + 1]);
    db.close();
    const reader = readJournal(file);
    expect(reader.verify()).toMatchObject({ ok: true, events: last + 1 });
    reader.close();
  });
});

describe("a file that is no sound journal", () => {
  test("is refused by its kind: junk, another database, nothing, another version", () => {
    const junk = tempFile();
    writeFileSync(junk, "this is no database ".repeat(500));
    expect(codeOf(() => openJournal(junk, NOW_UTC))).toBe("JOURNAL_UNREADABLE");
    expect(codeOf(() => readJournal(junk))).toBe("JOURNAL_UNREADABLE");
    expect(readFileSync(junk, "utf8")).toBe("this is no database ".repeat(500));

    const foreign = tempFile();
    new Database(foreign).exec("CREATE TABLE patients (name)").close();
    const untouched = readFileSync(foreign);
    expect(codeOf(() => openJournal(foreign, NOW_UTC))).toBe("JOURNAL_UNREADABLE");
    expect(codeOf(() => openLedger(foreign))).toBe("JOURNAL_UNREADABLE");
    expect(readFileSync(foreign).equals(untouched)).toBe(true);
    expect(codeOf(() => readJournal(foreign))).toBe("JOURNAL_UNREADABLE");

    const empty = tempFile();
    writeFileSync(empty, "");
    expect(codeOf(() => readJournal(empty))).toBe("JOURNAL_UNREADABLE");

    const newer = tempFile();
    makeJournal(newer, 1);
    new Database(newer).exec("UPDATE meta SET value = '2' WHERE key = 'schema'").close();
    expect(codeOf(() => openJournal(newer, NOW_UTC))).toBe("JOURNAL_SCHEMA");
    expect(codeOf(() => readJournal(newer))).toBe("JOURNAL_SCHEMA");
  });

  test("is refused when it was cut", () => {
    const whole = tempFile();
    makeJournal(whole);
    for (const length of [50, 5_000, 20_000]) {
      const file = tempFile();
      copyFileSync(whole, file);
      truncateSync(file, length);
      expect(
        codeOf(() => openJournal(file, NOW_UTC)),
        `${length} bytes`,
      ).toBe("JOURNAL_UNREADABLE");
      expect(
        codeOf(() => readJournal(file)),
        `${length} bytes`,
      ).toBe("JOURNAL_UNREADABLE");
    }
  });

  test("gets no further event when its last one is not what was written", () => {
    const file = tempFile();
    makeJournal(file);
    const raw = new Database(file);
    raw.exec("DROP TRIGGER event_no_update; UPDATE event SET t = 7 WHERE seq = 101");
    raw.close();
    expect(codeOf(() => openJournal(file, NOW_UTC))).toBe("JOURNAL_BROKEN_CHAIN");
  });

  test("is refused when an event that recovery needs cannot be read", () => {
    const file = tempFile();
    makeJournal(file);
    const raw = new Database(file);
    raw.exec(
      `DROP TRIGGER event_no_update; UPDATE event SET body = '{"pulses":"many"}' WHERE seq = 50`,
    );
    raw.close();
    expect(codeOf(() => openJournal(file, NOW_UTC))).toBe("JOURNAL_UNREADABLE");
    // The failed opening gave its lease back: the answer stays the same.
    expect(codeOf(() => openJournal(file, NOW_UTC))).toBe("JOURNAL_UNREADABLE");
  });

  test("shows a document that is not what was written", () => {
    const file = tempFile();
    const journal = openJournal(file, NOW_UTC);
    const hash = journal.putDocument({ limit: 1 });
    const raw = new Database(file);
    raw.exec(`DROP TRIGGER document_no_update; UPDATE document SET json = '{"limit":2}'`);
    raw.close();
    expect(codeOf(() => journal.read.document(hash))).toBe("JOURNAL_BROKEN_CHAIN");
    expect(codeOf(() => journal.putDocument({ limit: 1 }))).toBe("JOURNAL_BROKEN_CHAIN");
    journal.close();
  });
});

describe("a place without permission to write", () => {
  const FIXTURE = join(import.meta.dirname, "fixtures", "reader.ts");

  /** What a process without special rights says of FILE. Root may write anywhere, so it steps down. */
  function asNobody(file: string, deed: "read" | "write"): string {
    const child = spawnSync(process.execPath, [FIXTURE, file, deed], { encoding: "utf8" });
    return child.stdout.trim() || child.stderr;
  }

  test.skipIf(process.platform === "win32")(
    "can be read, also with events that are still in the log, and is left as it is",
    () => {
      const file = tempFile();
      const journal = openJournal(file, NOW_UTC);
      journal.startSession(sessionStart("s1")).append([intent(0)], { durable: true });
      const folder = join(dirname(tempFile()), "media");
      mkdirSync(folder);
      const media = join(folder, "journal.db");
      for (const suffix of ["", "-wal"]) copyFileSync(file + suffix, media + suffix);
      journal.close();
      chmodSync(dirname(folder), 0o755);
      for (const path of [media, `${media}-wal`]) chmodSync(path, 0o444);
      chmodSync(folder, 0o555);
      expect(asNobody(media, "read")).toBe("2 events, ok");
      expect(asNobody(media, "write")).toBe("JOURNAL_WRITE_FAILED");
      expect(asNobody(join(folder, "new", "journal.db"), "write")).toBe("JOURNAL_WRITE_FAILED");
      chmodSync(folder, 0o755);
    },
  );
});

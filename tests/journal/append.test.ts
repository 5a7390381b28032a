import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { canonicalJson, hashOf, sha256Hex } from "../../src/base/canonical.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { readJournal } from "../../src/journal/read.ts";
import { intent, NOW_UTC, outcome, runStop, sessionStart, written } from "./events.ts";
import { tempFile } from "./temp.ts";

describe("appending", () => {
  test("makes the folder and the file, and numbers events from 1 without a gap", () => {
    const file = join(dirname(tempFile()), "deeper", "still", "journal.db");
    const journal = openJournal(file, NOW_UTC);
    const session = journal.startSession(sessionStart("s1"));
    const intents = session.append([intent(0), intent(1)], { durable: true });
    const rest = session.append([written(2), outcome(2)], { durable: false });
    journal.close();
    expect([session.firstSeq, ...intents, ...rest]).toEqual([1, 2, 3, 4, 5]);
    expect(existsSync(file)).toBe(true);
  });

  test("gives back what was written, with its place, instants and chain", () => {
    const journal = openJournal(tempFile(), NOW_UTC);
    const session = journal.startSession({ ...sessionStart("s1"), tMs: 500 });
    session.append([intent(2, 40)], { durable: true });
    const [start, second] = journal.read.events("s1");
    journal.close();
    expect(start).toMatchObject({
      seq: 1,
      t: 0,
      utc: "2026-03-01T09:00:00.500Z",
      kind: "run.start",
      prev: "0".repeat(64),
    });
    expect(second).toMatchObject({
      seq: 2,
      session: "s1",
      t: 1.5,
      utc: "2026-03-01T09:00:02.000Z",
      prev: start?.hash,
    });
    const { tMs, ...asked } = intent(2, 40);
    expect(tMs).toBe(2_000);
    expect(second).toMatchObject(asked);
  });

  test("hashes the previous hash, a line feed and the canonical JSON of the event", () => {
    const file = tempFile();
    const journal = openJournal(file, NOW_UTC);
    journal.startSession(sessionStart("s1")).append([intent(0)], { durable: true });
    journal.close();
    const raw = new Database(file);
    for (const row of raw.prepare("SELECT * FROM event").all() as Record<string, unknown>[]) {
      const { hash, prev, body, ...rest } = row;
      const whole = canonicalJson({ ...rest, body: JSON.parse(String(body)) });
      expect(sha256Hex(`${prev}\n${whole}`)).toBe(hash);
    }
    raw.close();
  });

  test("hangs a new session on the last event of the file, whoever wrote it", () => {
    const journal = openJournal(tempFile(), NOW_UTC);
    const first = journal.startSession(sessionStart("s1"));
    first.append([runStop({ planned: 0, delivered: 0 })], { durable: true });
    journal.startSession(sessionStart("s2"));
    const last = journal.read.events("s1").at(-1);
    expect(journal.read.events("s2")[0]?.prev).toBe(last?.hash);
    expect(journal.read.verify()).toEqual({
      ok: true,
      events: 3,
      head: journal.read.events("s2")[0]?.hash,
    });
    journal.close();
  });

  test("refuses a session id that was used before", () => {
    const journal = openJournal(tempFile(), NOW_UTC);
    journal.startSession(sessionStart("s1"));
    expect(() => journal.startSession(sessionStart("s1"))).toThrow(/JOURNAL_SESSION_TWICE/);
    journal.close();
  });

  test("keeps nothing of a batch of which one event cannot be written", () => {
    const journal = openJournal(tempFile(), NOW_UTC);
    const session = journal.startSession(sessionStart("s1"));
    const broken = { ...intent(1), plannedMs: Number.NaN };
    expect(() => session.append([intent(0), broken], { durable: true })).toThrow(/NaN/);
    expect(session.append([intent(0)], { durable: true })).toEqual([2]);
    expect(journal.read.verify()).toMatchObject({ ok: true, events: 2 });
    journal.close();
  });

  test("changes and removes nothing: the tables refuse it", () => {
    const file = tempFile();
    const journal = openJournal(file, NOW_UTC);
    journal.putDocument({ limits: 1 });
    journal.startSession(sessionStart("s1"));
    journal.close();
    const raw = new Database(file);
    for (const sql of [
      "UPDATE event SET t = 1",
      "DELETE FROM event",
      "INSERT OR REPLACE INTO event SELECT * FROM event",
      "UPDATE document SET json = '1'",
      "DELETE FROM document",
    ]) {
      expect(() => raw.exec(sql), sql).toThrow(/append/);
    }
    raw.close();
  });
});

describe("making durable", () => {
  test("commits a change of its own, because a commit without one syncs nothing", () => {
    const file = tempFile();
    const journal = openJournal(file, NOW_UTC);
    const raw = new Database(file, { readonly: true });
    const writes = raw.prepare("SELECT writes FROM lease").pluck();
    const before = Number(writes.get());
    journal.flush();
    expect(writes.get()).toBe(before + 1);
    raw.close();
    journal.close();
  });
});

describe("documents", () => {
  test("are kept once under the hash of their canonical JSON", () => {
    const file = tempFile();
    const journal = openJournal(file, NOW_UTC);
    const hash = journal.putDocument({ b: 1, a: [2] });
    expect(journal.putDocument({ a: [2], b: 1 })).toBe(hash);
    expect(hash).toBe(hashOf({ a: [2], b: 1 }));
    journal.flush();
    journal.close();
    const reader = readJournal(file);
    expect(reader.document(hash)).toEqual({ a: [2], b: 1 });
    expect(reader.document("0".repeat(64))).toBeNull();
    reader.close();
  });
});

describe("reading", () => {
  test("works while a run is in progress and sees what is not yet durable too", () => {
    const file = tempFile();
    const journal = openJournal(file, NOW_UTC);
    const session = journal.startSession(sessionStart("s1"));
    const reader = readJournal(file);
    session.append([intent(0)], { durable: false });
    expect(reader.events("s1")).toHaveLength(2);
    session.append([written(2), outcome(2)], { durable: true });
    expect(reader.events("s1")).toHaveLength(4);
    expect(reader.list()).toEqual([
      {
        session: "s1",
        startedUtc: "2026-03-01T09:00:00.000Z",
        status: "running",
        protocol: "koch-2022",
        subject: "S01",
        simulated: true,
      },
    ]);
    reader.close();
    journal.close();
  });

  test("lists sessions oldest first with their status", () => {
    const file = tempFile();
    const journal = openJournal(file, NOW_UTC);
    const one = journal.startSession(sessionStart("s1"));
    one.append([runStop({ planned: 0, delivered: 0 }, "stopped")], { durable: true });
    journal.startSession(sessionStart("a-later-one", { simulated: false, subject: null }));
    journal.close();
    const reader = readJournal(file);
    expect(
      reader.list().map(({ session, status, subject, simulated }) => ({
        session,
        status,
        subject,
        simulated,
      })),
    ).toEqual([
      { session: "s1", status: "stopped", subject: "S01", simulated: true },
      { session: "a-later-one", status: "interrupted", subject: null, simulated: false },
    ]);
    reader.close();
  });

  test("names the session that is not there and the file that is not there", () => {
    const file = tempFile();
    expect(() => readJournal(file)).toThrow(/JOURNAL_NOT_FOUND/);
    openJournal(file, NOW_UTC).close();
    const reader = readJournal(file);
    expect(() => reader.events("nobody")).toThrow(/JOURNAL_NO_SESSION.*nobody/);
    expect(() => reader.verify("nobody")).toThrow(/JOURNAL_NO_SESSION/);
    reader.close();
  });
});

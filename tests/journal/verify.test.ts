import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../src/base/canonical.ts";
import type { JournalEvent } from "../../src/contract/events.ts";
import { eventHash } from "../../src/journal/chain.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { readJournal } from "../../src/journal/read.ts";
import type { Verdict } from "../../src/journal/verify.ts";
import { intent, NOW_UTC, outcome, runStop, sessionStart, written } from "./events.ts";
import { tempFile } from "./temp.ts";

/** Two ended sessions of nine events, then one of three that has not ended: 21 events. */
function makeJournal(file: string): void {
  const journal = openJournal(file, NOW_UTC);
  for (const id of ["s1", "s2"]) {
    const limits = journal.putDocument({ limits: id });
    const session = journal.startSession(sessionStart(id, { documents: { limits } }));
    const [one = 0, two = 0] = session.append([intent(0), intent(1)], { durable: true });
    session.append([written(one), outcome(one), written(two), outcome(two)], { durable: false });
    session.append([{ tMs: 8_000, kind: "note", text: "Subject is well." }], { durable: false });
    session.append([runStop({ planned: 2, delivered: 2 })], { durable: true });
  }
  journal.startSession(sessionStart("s3")).append([intent(0), written(20)], { durable: true });
  journal.close();
}

/** A copy of the journal after somebody with a SQLite shell was at it. */
function tampered(deed: (raw: Database.Database) => void): string {
  const file = tempFile();
  makeJournal(file);
  const raw = new Database(file);
  for (const name of raw
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    .pluck()
    .all()) {
    raw.exec(`DROP TRIGGER ${name}`);
  }
  deed(raw);
  raw.close();
  return file;
}

function verdict(file: string, session?: string): Verdict {
  const reader = readJournal(file);
  try {
    return reader.verify(session);
  } finally {
    reader.close();
  }
}

describe("a proof of the chain", () => {
  test("holds for a file as it was written, whole and by session", () => {
    const file = tampered(() => undefined);
    expect(verdict(file)).toMatchObject({ ok: true, events: 21 });
    expect(verdict(file, "s2")).toMatchObject({ ok: true, events: 9 });
    expect(verdict(file, "s3")).toMatchObject({ ok: true, events: 3 });
  });

  test("finds any changed character of any column at the event that was changed", () => {
    const file = tampered(() => undefined);
    const raw = new Database(file);
    const columns = ["session", "utc", "kind", "body", "prev", "hash"] as const;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 21 }),
        fc.constantFrom(...columns),
        fc.nat(),
        fc.constantFrom("0", "x", " ", "é"),
        (seq, column, at, letter) => {
          const old = String(
            raw.prepare(`SELECT ${column} FROM event WHERE seq = ?`).pluck().get(seq),
          );
          const place = at % old.length;
          fc.pre(old[place] !== letter);
          const set = raw.prepare(`UPDATE event SET ${column} = ? WHERE seq = ?`);
          set.run(old.slice(0, place) + letter + old.slice(place + 1), seq);
          expect(verdict(file)).toMatchObject({ ok: false, firstBad: seq });
          set.run(old, seq);
        },
      ),
      { numRuns: 150 },
    );
    raw.close();
    expect(verdict(file)).toMatchObject({ ok: true, events: 21 });
  });

  test("finds a changed instant", () => {
    expect(
      verdict(tampered((raw) => raw.exec("UPDATE event SET t = t + 1e-9 WHERE seq = 4"))),
    ).toMatchObject({ ok: false, firstBad: 4 });
  });

  test("finds a removed event, wherever it stood but at the very end", () => {
    for (let seq = 1; seq < 21; seq++) {
      const file = tampered((raw) => raw.prepare("DELETE FROM event WHERE seq = ?").run(seq));
      expect(verdict(file), `event ${seq}`).toMatchObject({
        ok: false,
        firstBad: seq,
        why: "it is missing",
      });
    }
  });

  test("finds a removed session, also when its numbers are closed up", () => {
    const gone = tampered((raw) => raw.exec("DELETE FROM event WHERE session = 's2'"));
    expect(verdict(gone)).toMatchObject({
      ok: false,
      firstBad: 10,
      why: "events 10 to 18 are missing",
    });
    expect(verdict(gone, "s1")).toMatchObject({ ok: true });
    expect(verdict(gone, "s3")).toMatchObject({ ok: false });
    const closedUp = tampered((raw) => {
      raw.exec("DELETE FROM event WHERE session = 's2'");
      for (const seq of [19, 20, 21])
        raw.prepare("UPDATE event SET seq = ? WHERE seq = ?").run(seq - 9, seq);
    });
    expect(verdict(closedUp)).toMatchObject({ ok: false, firstBad: 10 });
  });

  test("finds two events that changed places", () => {
    const file = tampered((raw) => {
      raw.exec(
        "UPDATE event SET seq = 100 WHERE seq = 5; UPDATE event SET seq = 5 WHERE seq = 6; UPDATE event SET seq = 6 WHERE seq = 100",
      );
    });
    expect(verdict(file)).toMatchObject({ ok: false, firstBad: 5 });
    expect(verdict(file, "s1")).toMatchObject({ ok: false, firstBad: 5 });
  });

  test("finds an inserted event, even one with a hash of its own", () => {
    const file = tampered((raw) => {
      raw.exec(
        "UPDATE event SET seq = -seq - 1 WHERE seq >= 7; UPDATE event SET seq = -seq WHERE seq < 0",
      );
      const before = raw.prepare("SELECT * FROM event WHERE seq = 6").get() as {
        hash: string;
        utc: string;
      };
      const row = {
        seq: 7,
        session: "s1",
        t: 5,
        utc: before.utc,
        kind: "note",
        body: canonicalJson({ text: "all well" }),
        prev: before.hash,
      };
      raw
        .prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .run(...Object.values(row), eventHash(row));
    });
    expect(verdict(file)).toMatchObject({ ok: false, firstBad: 8 });
  });

  test("finds a document that an event names and that is changed or gone", () => {
    const changed = tampered((raw) =>
      raw.exec(`UPDATE document SET json = '{"limits":"looser"}' WHERE json LIKE '%s2%'`),
    );
    expect(verdict(changed)).toMatchObject({ ok: false, firstBad: 10 });
    const gone = tampered((raw) => raw.exec("DELETE FROM document WHERE json LIKE '%s2%'"));
    expect(verdict(gone)).toMatchObject({ ok: false, firstBad: 10 });
    expect(verdict(gone, "s1")).toMatchObject({ ok: true });
  });

  test("finds damage of the file that shows in no event", () => {
    const file = tampered(() => undefined);
    const bytes = readFileSync(file);
    const raw = new Database(file);
    const root = Number(
      raw.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'event_session'").pluck().get(),
    );
    raw.close();
    const entry = bytes.indexOf("s2", (root - 1) * 4096);
    expect(entry).toBeLessThan(root * 4096);
    bytes.write("s9", entry);
    writeFileSync(file, bytes);
    expect(verdict(file)).toMatchObject({
      ok: false,
      firstBad: 22,
      why: expect.stringMatching(/damaged/),
    });
  });

  test("says from where on a file cannot be read", () => {
    const file = tampered((raw) => raw.pragma("wal_checkpoint(TRUNCATE)"));
    const copy = tempFile();
    copyFileSync(file, copy);
    const bytes = readFileSync(copy);
    const raw = new Database(copy);
    const root = Number(
      raw.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'event'").pluck().get(),
    );
    raw.close();
    bytes.fill(0xff, (root - 1) * 4096, root * 4096);
    writeFileSync(copy, bytes);
    expect(verdict(copy)).toMatchObject({ ok: false, firstBad: 1 });
  });
});

describe("the sense of a session", () => {
  function verdictOf(...events: readonly JournalEvent[]): Verdict {
    const journal = openJournal(tempFile(), NOW_UTC);
    journal.startSession(sessionStart("s1")).append(events, { durable: true });
    const found = journal.read.verify();
    journal.close();
    return found;
  }
  const end = runStop({ planned: 1, delivered: 1 });

  test("an outcome names an intent before it", () => {
    expect(verdictOf(intent(0), outcome(2), end)).toMatchObject({ ok: true });
    expect(verdictOf(outcome(3), intent(0))).toMatchObject({ ok: false, firstBad: 2 });
    expect(verdictOf(intent(0), outcome(1))).toMatchObject({ ok: false, firstBad: 3 });
  });

  test("bytes are written for an intent that has no outcome yet", () => {
    expect(verdictOf(written(3), intent(0))).toMatchObject({ ok: false, firstBad: 2 });
    expect(verdictOf(intent(0), outcome(2), written(2))).toMatchObject({ ok: false, firstBad: 4 });
  });

  test("an intent has exactly one outcome when its session ends", () => {
    expect(verdictOf(intent(0), outcome(2), outcome(2, "unknown"))).toMatchObject({
      ok: false,
      firstBad: 4,
    });
    expect(verdictOf(intent(0), end)).toMatchObject({ ok: false, firstBad: 3 });
  });

  test("a session ends once, and nothing is intended after it", () => {
    expect(verdictOf(end, end)).toMatchObject({ ok: false, firstBad: 3 });
    expect(verdictOf(end, intent(0))).toMatchObject({ ok: false, firstBad: 3 });
  });
});

import { readFileSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import {
  journalList,
  journalResolve,
  journalSalvage,
  journalShow,
  journalVerify,
} from "../../src/app/commands/journal.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { intent, NOW_UTC, outcome, runStop, sessionStart, written } from "./events.ts";
import { tempFile } from "./temp.ts";

/** Collects what a command prints. */
function capture(): {
  readonly out: string[];
  readonly err: string[];
  readonly io: { out(line: string): void; err(line: string): void };
} {
  const out: string[] = [];
  const err: string[] = [];
  return {
    out,
    err,
    io: { out: (line) => void out.push(line), err: (line) => void err.push(line) },
  };
}

/** A completed session, then one that was cut off with a dose open. */
function makeJournal(): string {
  const file = tempFile();
  const journal = openJournal(file, NOW_UTC);
  const one = journal.startSession(sessionStart("s1"));
  one.append([intent(0), written(2), outcome(2), runStop({ planned: 1, delivered: 1 })], {
    durable: true,
  });
  journal
    .startSession(sessionStart("s2", { simulated: false }))
    .append([intent(0)], { durable: true });
  journal.close();
  return file;
}

describe("journal list", () => {
  test("prints one object a line with exactly the fields of the contract", () => {
    const { out, io } = capture();
    expect(journalList({ db: makeJournal(), json: true }, io)).toBe(0);
    expect(out.map((line) => JSON.parse(line))).toEqual([
      {
        session: "s1",
        startedUtc: "2026-03-01T09:00:00.000Z",
        status: "completed",
        protocol: "koch-2022",
        subject: "S01",
        simulated: true,
      },
      {
        session: "s2",
        startedUtc: "2026-03-01T09:00:00.000Z",
        status: "interrupted",
        protocol: "koch-2022",
        subject: "S01",
        simulated: false,
      },
    ]);
  });

  test("prints a table for people", () => {
    const { out, io } = capture();
    journalList({ db: makeJournal() }, io);
    expect(out[0]).toMatch(/^session\s+started\s+status/);
    expect(out[2]).toMatch(/^s2\s.*interrupted.*real$/);
  });

  test("refuses a file that was named and is not there", () => {
    expect(() => journalList({ db: tempFile() }, capture().io)).toThrow(/JOURNAL_NOT_FOUND/);
  });
});

describe("journal show", () => {
  test("prints each event in order with its place in the chain", () => {
    const { out, io } = capture();
    expect(journalShow({ db: makeJournal(), session: "s1", json: true }, io)).toBe(0);
    const events = out.map((line) => JSON.parse(line));
    expect(events.map(({ seq, kind }) => [seq, kind])).toEqual([
      [1, "run.start"],
      [2, "intent"],
      [3, "written"],
      [4, "outcome"],
      [5, "run.stop"],
    ]);
    expect(events[3]).toMatchObject({
      t: 3.1005,
      utc: "2026-03-01T09:00:03.100Z",
      intent: 2,
      outcome: "delivered",
      pulses: 1,
    });
    for (const [i, event] of events.entries())
      if (i > 0) expect(event.prev).toBe(events[i - 1].hash);
  });

  test("prints a line an event for people", () => {
    const { out, io } = capture();
    journalShow({ db: makeJournal(), session: "s1" }, io);
    expect(out[1]).toMatch(/^\s+2\s+0\.000 s {2}intent .*dose=0 at 55 %MSO/);
    expect(out[3]).toMatch(/outcome=delivered/);
  });

  test("refuses a session that is not there", () => {
    expect(() => journalShow({ db: makeJournal(), session: "nobody" }, capture().io)).toThrow(
      /JOURNAL_NO_SESSION/,
    );
  });
});

describe("journal verify", () => {
  test("exits 0 with the number of events and the head", () => {
    const { out, io } = capture();
    const db = makeJournal();
    expect(journalVerify({ db, json: true }, io)).toBe(0);
    expect(journalVerify({ db, json: true, session: "s1" }, io)).toBe(0);
    expect(out.map((line) => JSON.parse(line))).toMatchObject([
      { ok: true, events: 7, head: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { ok: true, events: 5 },
    ]);
  });

  test("exits 2 with the first event that does not hold", () => {
    const db = makeJournal();
    const raw = new Database(db);
    raw.exec(
      "DROP TRIGGER event_no_update; UPDATE event SET body = replace(body, 'delivered', 'unknown') WHERE seq = 4",
    );
    raw.close();
    const { out, io } = capture();
    expect(journalVerify({ db, json: true }, io)).toBe(2);
    expect(JSON.parse(out[0] ?? "")).toMatchObject({ ok: false, firstBad: 4 });
    expect(journalVerify({ db }, io)).toBe(2);
    expect(out[1]).toMatch(/from event 4 on/);
  });

  test("exits 2 for a file that is no journal", () => {
    const db = tempFile();
    writeFileSync(db, "junk".repeat(2_000));
    const { out, io } = capture();
    expect(journalVerify({ db, json: true }, io)).toBe(2);
    expect(JSON.parse(out[0] ?? "")).toMatchObject({
      ok: false,
      firstBad: 1,
      why: expect.stringMatching(/JOURNAL_UNREADABLE/),
    });
  });
});

describe("journal resolve", () => {
  test("acknowledges what an interrupted session left open, once", () => {
    const db = makeJournal();
    const { out, io } = capture();
    const call = { db, json: true, session: "s2", by: "A. Example", note: "subject well" };
    expect(journalResolve(call, io)).toBe(0);
    expect(journalResolve(call, io)).toBe(0);
    expect(out.map((line) => JSON.parse(line))).toEqual([
      { session: "s2", resolved: true, by: "A. Example", intents: [7] },
      { session: "s2", resolved: false, by: "A. Example", intents: [] },
    ]);
    expect(journalVerify({ db }, io)).toBe(0);
  });

  test("makes no journal where there was none", () => {
    expect(() =>
      journalResolve({ db: tempFile(), session: "s", by: "a", note: "b" }, capture().io),
    ).toThrow(/JOURNAL_NOT_FOUND/);
  });
});

describe("journal salvage", () => {
  test("says what is in the new file and what is lost", () => {
    const file = makeJournal();
    const { out, io } = capture();
    expect(journalSalvage({ file }, io)).toBe(0);
    expect(out[0]).toBe(`7 events of 2 sessions and 0 documents are in ${file}.salvaged.db`);
    const again = tempFile();
    writeFileSync(again, readFileSync(file));
    expect(journalSalvage({ file: again, json: true }, io)).toBe(0);
    expect(JSON.parse(out.at(-1) ?? "")).toMatchObject({
      file: `${again}.salvaged.db`,
      events: 7,
      missing: [],
      verdict: { ok: true },
    });
  });
});

import {
  copyFileSync,
  existsSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { readJournal } from "../../src/journal/read.ts";
import { salvage } from "../../src/journal/salvage.ts";
import { intent, NOW_UTC, outcome, runStop, sessionStart } from "./events.ts";
import { tempFile } from "./temp.ts";

const PAGE = 4096;

/** A closed journal of two sessions, with events longer than a page. Returns its hashes in order. */
function makeJournal(file: string, doses = 60): readonly string[] {
  const journal = openJournal(file, NOW_UTC);
  const hashes: string[] = [];
  for (const id of ["s1", "s2"]) {
    const limits = journal.putDocument({ id, text: "x".repeat(6_000) });
    const session = journal.startSession(
      sessionStart(id, { documents: { limits }, text: "ü".repeat(9_000) }),
    );
    for (let i = 0; i < doses; i++) {
      const [seq = 0] = session.append([intent(i)], { durable: true });
      session.append([outcome(seq)], { durable: false });
    }
    session.append([runStop({ planned: doses, delivered: doses })], { durable: true });
    hashes.push(...journal.read.events(id).map(({ hash }) => hash));
  }
  journal.close();
  return hashes;
}

function salvagedHashes(file: string): readonly (readonly [number, string])[] {
  const reader = readJournal(file);
  const rows = reader
    .list()
    .flatMap(({ session }) => reader.events(session).map(({ seq, hash }) => [seq, hash] as const));
  reader.close();
  return rows;
}

describe("salvage", () => {
  test("gives back a whole journal as it was", () => {
    const file = tempFile();
    const hashes = makeJournal(file);
    const before = readFileSync(file);
    const report = salvage(file);
    expect(report).toMatchObject({
      file: `${file}.salvaged.db`,
      events: hashes.length,
      sessions: 2,
      documents: 2,
      missing: [],
    });
    expect(report.verdict).toEqual({ ok: true, events: hashes.length, head: hashes.at(-1) });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("keeps every event that stands whole in a file cut at any byte, and adds none", () => {
    const file = tempFile();
    const hashes = makeJournal(file);
    const whole = readFileSync(file);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
        const cut = tempFile();
        writeFileSync(cut, whole.subarray(0, length));
        let rows: readonly (readonly [number, string])[] = [];
        try {
          rows = salvagedHashes(salvage(cut).file);
        } catch (error) {
          if (!(error instanceof PulsetrainError) || error.code !== "JOURNAL_UNREADABLE")
            throw error;
          expect(existsSync(`${cut}.salvaged.db`)).toBe(false);
        }
        for (const [seq, hash] of rows) expect(hash).toBe(hashes[seq - 1]);
        // An event of a few hundred bytes fills a page of about nine: a cut costs whole pages only.
        if (length > whole.length / 2) expect(rows.length).toBeGreaterThan(hashes.length / 4);
        expect(statSync(cut).size).toBe(length);
      }),
      { numRuns: 40 },
    );
  });

  test("loses only the events of a page that was overwritten, and names the gap", () => {
    const file = tempFile();
    const hashes = makeJournal(file);
    const bytes = readFileSync(file);
    const place = bytes.indexOf(`${hashes[59]}`);
    bytes.fill(0xa5, Math.floor(place / PAGE) * PAGE, (Math.floor(place / PAGE) + 1) * PAGE);
    writeFileSync(file, bytes);
    const report = salvage(file);
    expect(report.events).toBeGreaterThan(hashes.length - 12);
    expect(report.missing.some(({ first, last }) => first <= 60 && last >= 60)).toBe(true);
    expect(report.verdict).toMatchObject({ ok: false, firstBad: report.missing[0]?.first });
  });

  test("does without the header and the first pages of the file", () => {
    const file = tempFile();
    const hashes = makeJournal(file);
    const bytes = readFileSync(file);
    bytes.fill(0, 0, 3 * PAGE);
    writeFileSync(file, bytes);
    expect(() => readJournal(file)).toThrow(/JOURNAL_UNREADABLE/);
    expect(salvage(file).events).toBeGreaterThan(hashes.length / 2);
  });

  test("reads what is only in the write-ahead log, and does without the log", () => {
    const file = tempFile();
    const journal = openJournal(file, NOW_UTC);
    const session = journal.startSession(sessionStart("s1", { text: "x".repeat(9_000) }));
    session.append([intent(0), intent(1)], { durable: true });
    const withLog = tempFile();
    for (const suffix of ["", "-wal"]) copyFileSync(file + suffix, withLog + suffix);
    const cutLog = tempFile();
    copyFileSync(`${file}-wal`, cutLog);
    truncateSync(cutLog, statSync(cutLog).size - 10_000);
    const without = tempFile();
    copyFileSync(file, without);
    journal.close();
    expect(salvage(withLog)).toMatchObject({ events: 3, missing: [], verdict: { ok: true } });
    expect(() => salvage(without)).toThrow(/JOURNAL_UNREADABLE.*no whole event/);
  });

  test("takes the newest page of a log that started over behind its own old end", () => {
    const file = tempFile();
    const journal = openJournal(file, NOW_UTC);
    const session = journal.startSession(sessionStart("s1"));
    for (let i = 0; i < 150; i++) {
      session.append([{ tMs: i, kind: "note", text: `${i} ${"y".repeat(5_000)}` }], {
        durable: false,
      });
    }
    const copy = tempFile();
    for (const suffix of ["", "-wal"]) copyFileSync(file + suffix, copy + suffix);
    journal.close();
    expect(salvage(copy)).toMatchObject({ events: 151, missing: [], verdict: { ok: true } });
  });

  test("hands back a journal that goes on: a session without an end is closed by the next writer", () => {
    const file = tempFile();
    makeJournal(file);
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length * 0.8)));
    const { file: copy } = salvage(file);
    const journal = openJournal(copy, NOW_UTC);
    expect(
      journal.read.list().every(({ status }) => status === "completed" || status === "interrupted"),
    ).toBe(true);
    journal.startSession(sessionStart("s3"));
    journal.close();
  });

  test("keeps a session whose start is lost in the list, as a real one of an unknown subject", () => {
    const file = tempFile();
    const journal = openJournal(file, NOW_UTC);
    journal
      .startSession(sessionStart("s1", { text: "x".repeat(9_000) }))
      .append([intent(0, 40)], { durable: true });
    journal.close();
    const bytes = readFileSync(file);
    bytes.fill(0, bytes.indexOf("xxxxxxxx"), bytes.lastIndexOf("xxxxxxxx"));
    writeFileSync(file, bytes);
    const report = salvage(file);
    expect(report).toMatchObject({
      events: 1,
      missing: [{ first: 1, last: 1 }],
      verdict: { ok: false, firstBad: 1 },
    });
    const next = openJournal(report.file, NOW_UTC);
    expect(next.read.list()).toMatchObject([
      { session: "s1", status: "interrupted", subject: null, simulated: false },
    ]);
    expect(next.read.unresolved("S01")).toMatchObject([{ session: "s1", pulses: 40 }]);
    next.close();
  });

  test("never writes over an earlier salvage, nor makes a file of nothing", () => {
    const file = tempFile();
    makeJournal(file, 1);
    salvage(file);
    expect(() => salvage(file)).toThrow(/JOURNAL_BAD_CALL.*exists/);
    const junk = tempFile();
    writeFileSync(junk, "no journal at all ".repeat(1_000));
    expect(() => salvage(junk)).toThrow(/JOURNAL_UNREADABLE/);
    expect(existsSync(`${junk}.salvaged.db`)).toBe(false);
    expect(() => salvage(tempFile())).toThrow(/JOURNAL_NOT_FOUND/);
  });
});

import { statSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { type LedgerIntent, openLedger, readLedger } from "../../src/journal/ledger.ts";
import { tempFile } from "./temp.ts";

const dose = (intent: number, change: Partial<LedgerIntent> = {}): LedgerIntent => ({
  session: "s1",
  intent,
  subject: "S01",
  utc: `2026-03-01T09:00:0${intent}.000Z`,
  pulses: 40,
  repetitive: true,
  ...change,
});

describe("the dose ledger", () => {
  test("keeps every intent, and counts it as open until its outcome is known", () => {
    const file = tempFile("ledger.db");
    const ledger = openLedger(file);
    ledger.intents([dose(1), dose(2), dose(3)]);
    ledger.outcomes([
      { session: "s1", intent: 1, outcome: "delivered" },
      { session: "s1", intent: 3, outcome: "skipped-late" },
    ]);
    ledger.close();
    expect(readLedger(file, "S01")).toEqual([
      { ...dose(1), outcome: "delivered", simulated: false },
      { ...dose(2), outcome: null, simulated: false },
      { ...dose(3), outcome: "skipped-late", simulated: false },
    ]);
  });

  test("tells subjects and times apart, over sessions", () => {
    const ledger = openLedger(tempFile("ledger.db"));
    ledger.intents([
      dose(1),
      dose(2, { subject: "S02" }),
      dose(3),
      dose(1, { session: "s0", utc: "2026-02-01T09:00:00.000Z" }),
    ]);
    expect(ledger.records("S01", "2026-03-01T09:00:01.000Z").map(({ intent }) => intent)).toEqual([
      1, 3,
    ]);
    expect(ledger.records("S01", "2026-03-01T09:00:01.001Z").map(({ intent }) => intent)).toEqual([
      3,
    ]);
    expect(ledger.records("S01", "2026-01-01T00:00:00.000Z").map(({ session }) => session)).toEqual(
      ["s0", "s1", "s1"],
    );
    expect([ledger.knows("S02"), ledger.knows("S03")]).toEqual([true, false]);
    ledger.close();
  });

  test("is shared by several writers at the same time", () => {
    const file = tempFile("ledger.db");
    const one = openLedger(file);
    const two = openLedger(file);
    one.intents([dose(1)]);
    two.intents([dose(1, { session: "s2" })]);
    one.outcomes([{ session: "s1", intent: 1, outcome: "unknown" }]);
    expect(two.records("S01", "2026-01-01T00:00:00.000Z")).toMatchObject([
      { outcome: "unknown" },
      { outcome: null },
    ]);
    one.close();
    two.close();
  });

  test("refuses an outcome of a dose it does not have, a second one, and a dose entered twice", () => {
    const ledger = openLedger(tempFile("ledger.db"));
    ledger.intents([dose(1)]);
    expect(() => ledger.outcomes([{ session: "s1", intent: 2, outcome: "delivered" }])).toThrow(
      /FOREIGN KEY/,
    );
    ledger.outcomes([{ session: "s1", intent: 1, outcome: "delivered" }]);
    expect(() => ledger.outcomes([{ session: "s1", intent: 1, outcome: "skipped-late" }])).toThrow(
      /UNIQUE/,
    );
    expect(() => ledger.intents([dose(2), dose(1)])).toThrow(/UNIQUE/);
    expect(ledger.records("S01", "2026-01-01T00:00:00.000Z")).toMatchObject([
      { intent: 1, outcome: "delivered" },
    ]);
    expect(() => ledger.intents([dose(3, { utc: "2026-03-01 09:00" })])).toThrow(
      /no instant in UTC/,
    );
    ledger.close();
  });

  test("only grows", () => {
    const file = tempFile("ledger.db");
    const ledger = openLedger(file);
    ledger.intents([dose(1)]);
    ledger.close();
    const raw = new Database(file);
    expect(() => raw.exec("UPDATE dose SET pulses = 0")).toThrow(/append-only/);
    expect(() => raw.exec("DELETE FROM dose")).toThrow(/append-only/);
    raw.close();
  });

  test("is not made by a reader, and junk in its place is refused", () => {
    const file = tempFile("ledger.db");
    expect(readLedger(file, "S01")).toEqual([]);
    expect(() => statSync(file)).toThrow();
    writeFileSync(file, "junk".repeat(1_000));
    expect(() => readLedger(file, "S01")).toThrow(/JOURNAL_UNREADABLE/);
    const foreign = tempFile("ledger.db");
    new Database(foreign).exec("CREATE TABLE other (a)").close();
    expect(() => openLedger(foreign)).toThrow(/JOURNAL_UNREADABLE.*no dose ledger/);
    const newer = tempFile("ledger.db");
    new Database(newer).exec("CREATE TABLE other (a); PRAGMA user_version = 9").close();
    expect(() => openLedger(newer)).toThrow(/JOURNAL_SCHEMA/);
  });
});

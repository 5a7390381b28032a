import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type DoseBook, openDoseBook } from "../../src/app/run/doseBook.ts";
import { prepareSetup, type Setup } from "../../src/app/run/setup.ts";
import type { Dose } from "../../src/contract/dose.ts";
import type { JournalEvent } from "../../src/contract/events.ts";
import { ledgerFile } from "../../src/journal/dataFolder.ts";
import { readLedger } from "../../src/journal/ledger.ts";
import { createVirtualClock } from "../../src/time/virtualClock.ts";
import { doses } from "../safety/fixtures.ts";

const folders: string[] = [];
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "pulsetrain-ledger-"));
  folders.push(folder);
  vi.stubEnv("XDG_DATA_HOME", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const START = "2026-03-02T09:00:00.000Z";
const [DOSE] = doses([{ dueMs: 0 }]) as readonly [Dose];

function intent(plannedMs: number): JournalEvent {
  return { tMs: plannedMs, kind: "intent", segment: 1, dose: DOSE, plannedMs, pulses: 1 } as const;
}

/** A session on a real rig that began so many minutes after nine. */
async function begin(session: string, subject: string, atMin: number): Promise<DoseBook> {
  const prepared = await prepareSetup({ threshold: ["RMT=45"], seed: 1 }, START);
  const startedUtc = new Date(Date.parse(START) + atMin * 60_000).toISOString();
  const setup: Setup = {
    ...prepared,
    startedUtc,
    rig: { ...prepared.rig, simulated: false },
    facts: { ...prepared.facts, subject, startedUtc },
  };
  const clock = createVirtualClock({ startUtcMs: Date.parse(startedUtc) });
  const book = openDoseBook(setup, session, clock);
  if (book === null) throw new Error("a real rig has a dose book");
  return book;
}

describe("two runs for one subject at the same time", () => {
  it("end at the next dose of the one that began before the other's doses", async () => {
    const [one, two] = [await begin("one", "S-1", 0), await begin("two", "S-1", 1)];
    one.enter([intent(10_000)], [1]);
    two.enter([intent(10_000)], [1]);
    expect(() => one.enter([intent(90_000)], [2])).toThrow(/SES-01.*two/);
    one.close();
    two.close();
  });

  it("is no matter for another subject, or when one was over before the other began", async () => {
    const one = await begin("one", "S-1", 0);
    one.enter([intent(10_000)], [1]);
    const [other, later] = [await begin("other", "S-2", 0), await begin("later", "S-1", 60)];
    other.enter([intent(20_000)], [1]);
    later.enter([intent(10_000), intent(20_000)], [1, 2]);
    one.enter([{ ...OUTCOME, intent: 1 }], [2]);
    for (const book of [one, other, later]) book.close();
  });
});

const OUTCOME: Extract<JournalEvent, { readonly kind: "outcome" }> = {
  tMs: 0,
  kind: "outcome",
  intent: 1,
  outcome: "delivered",
  pulses: 1,
  detail: "",
  plannedMs: 0,
  permittedMs: null,
  writtenMs: null,
  drainedMs: null,
  acknowledgedMs: null,
  deviceReportedMs: null,
};

describe("an external window that got more pulses than it may have", () => {
  it("is in the ledger with all of them", async () => {
    const book = await begin("one", "S-1", 0);
    book.enter([{ ...intent(10_000), pulses: 5 } as JournalEvent], [1]);
    book.enter([{ ...OUTCOME, intent: 1, pulses: 7 }], [2]);
    const records = readLedger(ledgerFile(), "S-1");
    expect(records.map(({ pulses }) => pulses)).toEqual([2, 5]);
    expect(records.map(({ outcome }) => outcome)).toEqual(["delivered", "delivered"]);
    book.close();
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JournalEvent, OutcomeKind } from "../../src/contract/events.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { readJournal } from "../../src/journal/read.ts";
import { intent, NOW_UTC, outcome, runStop, sessionStart, written } from "./events.ts";
import { tempFile } from "./temp.ts";

/** A journal whose writer went away in the middle of session `s1`. */
function brokenOff(
  file: string,
  events: readonly JournalEvent[],
  body: Readonly<Record<string, unknown>> = {},
): void {
  const journal = openJournal(file, NOW_UTC);
  journal.startSession(sessionStart("s1", body)).append(events, { durable: true });
  journal.close();
}

describe("the next writer", () => {
  test("closes a session that has no end: open doses are unknown and count", () => {
    const file = tempFile();
    brokenOff(file, [
      intent(0, 40),
      intent(1, 40),
      intent(2, 40),
      written(2),
      outcome(2, "delivered", 40),
      written(3),
    ]);
    const journal = openJournal(file, NOW_UTC);
    expect(journal.recovered).toEqual(["s1"]);
    const added = journal.read.events("s1").slice(7);
    expect(added).toMatchObject([
      {
        kind: "outcome",
        intent: 3,
        outcome: "unknown",
        pulses: 40,
        detail: "the process ended before the outcome was known",
      },
      { kind: "outcome", intent: 4, outcome: "unknown", pulses: 40 },
      {
        kind: "run.stop",
        status: "interrupted",
        planned: 120,
        delivered: 40,
        unknown: 80,
        skipped: 0,
        utc: NOW_UTC,
      },
    ]);
    expect(journal.read.verify()).toMatchObject({ ok: true, events: 10 });
    expect(journal.read.list()).toMatchObject([{ session: "s1", status: "interrupted" }]);
    journal.close();
    expect(openJournal(file, NOW_UTC).recovered).toEqual([]);
  });

  test("counts the pulses that no intent was written for as skipped", () => {
    const file = tempFile();
    brokenOff(file, [
      { tMs: 0, kind: "segment", segment: 0, body: { pulses: 1_600 } },
      intent(0, 40),
      intent(1, 40),
      outcome(3, "skipped-late", 40),
    ]);
    const journal = openJournal(file, NOW_UTC);
    expect(journal.read.events("s1").at(-1)).toMatchObject({
      planned: 1_600,
      delivered: 0,
      unknown: 40,
      skipped: 1_560,
    });
    journal.close();
  });

  test("loses nothing delivered, whatever was written when the process died", () => {
    const outcomes: readonly OutcomeKind[] = [
      "delivered",
      "refused-by-device",
      "skipped-late",
      "unknown",
    ];
    const doses = fc.array(
      fc.record({
        pulses: fc.integer({ min: 1, max: 600 }),
        outcome: fc.constantFrom(...outcomes),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(doses, fc.nat(), fc.boolean(), (plan, cutAt, ahead) => {
        const events: JournalEvent[] = [];
        const wanted = new Map<number, { pulses: number; outcome: OutcomeKind }>();
        // The first event after `run.start` is number 2; intents come all ahead, or each before its dose.
        plan.forEach(({ pulses }, i) => {
          if (ahead) events.push(intent(i, pulses));
        });
        plan.forEach((dose, i) => {
          if (!ahead) events.push(intent(i, dose.pulses));
          const seq = ahead ? i + 2 : events.length + 1;
          wanted.set(seq, dose);
          events.push(written(seq), outcome(seq, dose.outcome, dose.pulses));
        });
        const cut = cutAt % (events.length + 1);
        const kept = events.slice(0, cut);
        const file = tempFile();
        brokenOff(file, kept);
        const journal = openJournal(file, NOW_UTC);
        const after = journal.read.events("s1");
        expect(journal.read.verify()).toMatchObject({ ok: true });
        journal.close();
        for (const event of after) {
          if (event.kind !== "intent") continue;
          const known = kept.some(
            (before) => before.kind === "outcome" && before.intent === event.seq,
          );
          const found = after.filter(
            (other) => other.kind === "outcome" && other.intent === event.seq,
          );
          const expected = known ? wanted.get(event.seq)?.outcome : "unknown";
          expect(found).toMatchObject([
            { outcome: expected, pulses: wanted.get(event.seq)?.pulses },
          ]);
        }
      }),
      { numRuns: 25 },
    );
  });

  test("leaves sessions alone that ended", () => {
    const file = tempFile();
    brokenOff(file, [intent(0), outcome(2), runStop({ planned: 1, delivered: 1 })]);
    const journal = openJournal(file, NOW_UTC);
    expect(journal.recovered).toEqual([]);
    expect(journal.read.events("s1")).toHaveLength(4);
    journal.close();
  });
});

describe("a session whose rig process died", () => {
  test("is broken off with unknown outcomes, and its counts come back", () => {
    const journal = openJournal(tempFile(), NOW_UTC);
    const session = journal.startSession(sessionStart("s1"));
    session.append([intent(0, 5), intent(1, 5), outcome(2, "delivered", 5)], { durable: true });
    const counts = session.breakOff({
      tMs: 5_000,
      status: "faulted",
      why: "RIG_PROCESS_DIED: gone",
    });
    expect(counts).toEqual({ planned: 10, delivered: 5, unknown: 5, skipped: 0 });
    expect(journal.read.events("s1").at(-1)).toMatchObject({
      kind: "run.stop",
      status: "faulted",
      t: 5,
      ...counts,
    });
    expect(journal.read.verify()).toMatchObject({ ok: true });
    journal.close();
  });
});

describe("open matters", () => {
  test("are unknown outcomes of an interrupted run, until a person acknowledges them", () => {
    const file = tempFile();
    brokenOff(file, [intent(0, 40), intent(1, 40), outcome(2, "delivered", 40)], {
      simulated: false,
    });
    const beforeRecovery = readJournal(file);
    expect(beforeRecovery.unresolved()).toMatchObject([
      { session: "s1", subject: "S01", simulated: false, intents: [3], pulses: 40 },
    ]);
    beforeRecovery.close();
    const journal = openJournal(file, NOW_UTC);
    expect(journal.read.unresolved("S01")).toMatchObject([
      { intents: [3], what: "40 pulses of unknown outcome in 1 doses" },
    ]);
    expect(journal.read.unresolved("S02")).toEqual([]);
    expect(journal.resolve("s1", "A. Example", "coil was unplugged", NOW_UTC)).toEqual([3]);
    expect(journal.read.unresolved()).toEqual([]);
    expect(journal.resolve("s1", "A. Example", "again", NOW_UTC)).toBeNull();
    expect(journal.read.events("s1").at(-1)).toMatchObject({
      kind: "resolve",
      by: "A. Example",
      note: "coil was unplugged",
      intents: [3],
    });
    expect(journal.read.verify()).toMatchObject({ ok: true });
    journal.close();
  });

  test("are a stop latch that fell before an interruption, though no dose is unknown", () => {
    const file = tempFile();
    brokenOff(file, [{ tMs: 1_000, kind: "stop", by: "pedal", detail: "" }], { simulated: false });
    const journal = openJournal(file, NOW_UTC);
    expect(journal.read.unresolved()).toMatchObject([
      { intents: [], what: "stopped by pedal before it was interrupted" },
    ]);
    expect(journal.resolve("s1", "A. Example", "subject is well", NOW_UTC)).toEqual([]);
    expect(journal.read.unresolved()).toEqual([]);
    journal.close();
  });

  test("are unknown outcomes of a faulted run, not of one that an operator stopped", () => {
    const journal = openJournal(tempFile(), NOW_UTC);
    for (const status of ["faulted", "stopped", "completed"] as const) {
      const session = journal.startSession(sessionStart(status, { simulated: false }));
      const [seq = 0] = session.append([intent(0)], { durable: true });
      session.append(
        [outcome(seq, "unknown"), runStop({ planned: 1, delivered: 0, unknown: 1 }, status)],
        { durable: true },
      );
    }
    expect(journal.read.unresolved().map(({ session }) => session)).toEqual(["faulted"]);
    journal.close();
  });

  test("are none of a simulated session, whose interruption can be acknowledged all the same", () => {
    const file = tempFile();
    brokenOff(file, [intent(0)]);
    const journal = openJournal(file, NOW_UTC);
    expect(journal.read.unresolved()).toEqual([]);
    expect(journal.resolve("s1", "A. Example", "a bench", NOW_UTC)).toEqual([2]);
    journal.close();
  });

  test("concern every subject when a session does not say whose it was", () => {
    const file = tempFile();
    brokenOff(file, [intent(0)], { simulated: false, subject: null });
    const reader = readJournal(file);
    expect(reader.unresolved("S07")).toMatchObject([{ session: "s1", subject: null }]);
    reader.close();
  });

  test("can be acknowledged for an interruption that left no dose open", () => {
    const file = tempFile();
    brokenOff(file, []);
    const journal = openJournal(file, NOW_UTC);
    expect(journal.resolve("s1", "A. Example", "nothing was delivered", NOW_UTC)).toEqual([]);
    expect(journal.resolve("s1", "A. Example", "again", NOW_UTC)).toBeNull();
    journal.close();
  });

  test("are not a session that still runs, which cannot be acknowledged either", () => {
    const journal = openJournal(tempFile(), NOW_UTC);
    journal.startSession(sessionStart("s1")).append([intent(0)], { durable: true });
    expect(journal.read.unresolved()).toEqual([]);
    expect(() => journal.resolve("s1", "A. Example", "too early", NOW_UTC)).toThrow(
      /JOURNAL_BAD_CALL.*running/,
    );
    journal.close();
  });

  test("ask for a name, a note and a session that is there", () => {
    const journal = openJournal(tempFile(), NOW_UTC);
    expect(() => journal.resolve("s1", " ", "note", NOW_UTC)).toThrow(/JOURNAL_BAD_CALL/);
    expect(() => journal.resolve("s1", "name", "", NOW_UTC)).toThrow(/JOURNAL_BAD_CALL/);
    expect(() => journal.resolve("s1", "name", "note", NOW_UTC)).toThrow(/JOURNAL_NO_SESSION/);
    journal.close();
  });
});

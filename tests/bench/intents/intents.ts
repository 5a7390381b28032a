import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../../../src/base/canonical.ts";
import type { JournalEvent } from "../../../src/contract/events.ts";
import { openJournal } from "../../../src/journal/journal.ts";
import { utcNow } from "../../../src/time/wallClock.ts";
import { figure, median, type Section } from "../figure.ts";
import { benchPlan } from "../timing/benchModel.ts";
import { trainsOf20Hz } from "../timing/schedule.ts";

const ROUNDS = 24;
/** A round of one is followed by a round of the other. */
const PER_ROUND = 50;
const LEAST_OF_BARE = 0.6;

/** One intent as the engine writes it before a dose. */
function intentOf(n: number): JournalEvent {
  const [dose] = benchPlan(trainsOf20Hz(1)).doses;
  if (dose === undefined) throw new Error("the plan has no dose");
  return { kind: "intent", tMs: n, segment: 1, dose, plannedMs: n + 3000, pulses: 1 };
}

function eachUs(work: () => void): readonly number[] {
  return Array.from({ length: PER_ROUND }, () => {
    const startMs = performance.now();
    work();
    return (performance.now() - startMs) * 1000;
  });
}

/** The rate of the middle round: a stall of the disk, which may hit either side, costs one round. */
function perSecond(rounds: readonly (readonly number[])[]): number {
  return median(rounds.map((us) => (us.length * 1e6) / us.reduce((sum, one) => sum + one, 0)));
}

/** Intents that are on the disk before the next one is written, beside bare appends of the same text. */
export function benchIntents(folder: string): Section {
  const journal = openJournal(join(folder, "intents.db"), utcNow());
  const writer = journal.startSession({
    session: "intents",
    tMs: 0,
    toUtcIso: () => utcNow(),
    body: { protocol: "bench", subject: "bench", simulated: true },
  });
  const fd = openSync(join(folder, "bare.log"), "a");
  const line = `${canonicalJson(intentOf(0))}\n`;
  const ours: (readonly number[])[] = [];
  const bare: (readonly number[])[] = [];
  let n = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(
      eachUs(() => {
        n += 1;
        writer.append([intentOf(n)], { durable: true });
      }),
    );
    bare.push(
      eachUs(() => {
        writeSync(fd, line);
        fdatasyncSync(fd);
      }),
    );
  }
  closeSync(fd);
  journal.close();
  return {
    title: "Durable intents",
    samples: [
      { label: "intent in the journal", unit: "us", values: ours.flat() },
      { label: "append and fdatasync", unit: "us", values: bare.flat() },
    ],
    figures: [
      figure("intents.durable", "1/s", perSecond(ours), perSecond(bare), {
        kind: "ratio at least",
        limit: LEAST_OF_BARE,
      }),
    ],
    notes: [
      `the rate of the middle one of ${ROUNDS} rounds of ${PER_ROUND}; the log is emptied before and after them`,
    ],
  };
}

/** Sessions on the virtual clock in a process of their own: `worker.ts course FOLDER` or `worker.ts hour FOLDER`. */
import { join } from "node:path";
import { pctMso, protocol, train } from "../../../protocols/build.ts";
import { runCommand } from "../../../src/app/commands/run.ts";
import { executeSession } from "../../../src/app/run/execute.ts";
import { factsFromStore } from "../../../src/app/run/ledgerFacts.ts";
import { planFor, prepareSetup } from "../../../src/app/run/setup.ts";
import { hashOf } from "../../../src/base/canonical.ts";
import type { JournalEvent } from "../../../src/contract/events.ts";
import { openJournal } from "../../../src/journal/journal.ts";
import { utcNow } from "../../../src/time/wallClock.ts";
import { COURSE_SESSIONS, PROTOCOL, THRESHOLD } from "./course.ts";

export interface CourseReport {
  readonly sessionsMs: readonly number[];
}
export interface HourReport {
  readonly virtualS: number;
  readonly tookMs: number;
  /** After a collection, at the virtual minutes 10, 20, ... */
  readonly heapKb: readonly number[];
}

const SILENT = {
  out: () => undefined,
  err: () => undefined,
  errIsTerminal: false,
  colours: false,
};

/** A course of treatment in one journal, session after session. */
async function course(folder: string): Promise<CourseReport> {
  const db = join(folder, "course.db");
  const sessionsMs: number[] = [];
  for (let session = 0; session < COURSE_SESSIONS; session += 1) {
    const startMs = performance.now();
    const exit = await runCommand(PROTOCOL, { threshold: [THRESHOLD], speed: "max", db }, SILENT);
    if (exit !== 0) throw new Error(`session ${session} ended with ${exit}`);
    sessionsMs.push(performance.now() - startMs);
  }
  return { sessionsMs };
}

const HOUR_TRAINS = 120;
const SAMPLE_EVERY_TRAINS = 20;
const HOUR = protocol({
  id: "bench-hour",
  name: "an hour of trains",
  blocks: [
    train({
      intensity: pctMso(45),
      frequencyHz: 20,
      pulsesPerTrain: 40,
      trains: HOUR_TRAINS,
      interTrainIntervalS: 28,
    }),
  ],
});

function heapKb(): number {
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc");
  globalThis.gc();
  return process.memoryUsage().heapUsed / 1024;
}

/** One session of an hour, with a look at the heap every ten virtual minutes. */
async function hour(folder: string): Promise<HourReport> {
  const startedUtc = utcNow();
  const setup = await prepareSetup({ threshold: [THRESHOLD], seed: 1 }, startedUtc);
  const planned = planFor(setup, HOUR, hashOf(HOUR), 1);
  if (!planned.ok) throw new Error(JSON.stringify(planned.refusal.problems));
  const journal = openJournal(join(folder, "hour.db"), startedUtc);
  const samples: number[] = [];
  let outcomes = 0;
  const stored = (event: JournalEvent): void => {
    if (event.kind !== "outcome") return;
    outcomes += 1;
    if (outcomes % SAMPLE_EVERY_TRAINS === 0) samples.push(heapKb());
  };
  const startMs = performance.now();
  const end = await executeSession(
    {
      session: "hour",
      setup,
      journal,
      ...factsFromStore(setup, journal),
      speed: "max",
      watcher: { progress: () => undefined, hold: () => undefined, stored },
      runStart: { protocol: HOUR.id, subject: "bench", simulated: true },
      dischargesFile: null,
      simulatorFaults: [],
    },
    async (conductor) => {
      await conductor.runPlan(planned.plan, { pulses: planned.plan.pulses });
      return undefined;
    },
  );
  const tookMs = performance.now() - startMs;
  journal.close();
  if (end.status !== "completed") throw new Error(`the hour ended ${end.status}: ${end.detail}`);
  return { virtualS: planned.plan.durationMs / 1000, tookMs, heapKb: samples };
}

const [what = "", folder = ""] = process.argv.slice(2);
const report = what === "course" ? await course(folder) : await hour(folder);
process.send?.(report, () => process.disconnect());

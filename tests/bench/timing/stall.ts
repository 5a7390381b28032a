import { join } from "node:path";
import type { JournalEvent } from "../../../src/contract/events.ts";
import { openJournal } from "../../../src/journal/journal.ts";
import type { RealClock } from "../../../src/time/realClock.ts";
import { utcNow } from "../../../src/time/wallClock.ts";
import { figure, type Section } from "../figure.ts";
import { startDevice } from "./device.ts";
import { stall } from "./load.ts";
import { FAST_BODY, INTERVAL_MS, MODEL, trainsOf20Hz } from "./schedule.ts";
import { PARENT_SILENCE_MS, runBenchSession } from "./session.ts";

const STALL_MS = 2000;
/** The stall begins inside a train. */
const STALL_AFTER_PULSES = 10;
/** Silence that is allowed, then the answer of the device, and time to be on the processor. */
const DISARMED_WITHIN_MS = 1000;
const TRAINS = 3;

/** A session that something else ended first, as a busy machine may, says nothing about the stall. */
const TRIES = 5;

/** One stall of 2 s in the process that owns the journal must disarm the device, and it stays so. */
export async function benchStall(folder: string): Promise<Section> {
  for (let turn = 1; ; turn += 1) {
    const run = await stallOnce(folder, turn);
    const { by = null } = run.events.find((event) => event.kind === "stop") ?? {};
    if (by?.startsWith("parent silent") === true || turn === TRIES) return report(run, by);
  }
}

interface StallRun {
  readonly events: readonly JournalEvent[];
  readonly stalledMs: number;
  readonly discharges: number;
}

async function stallOnce(folder: string, turn: number): Promise<StallRun> {
  const device = await startDevice({ prompt: true, model: MODEL, body: FAST_BODY });
  const journal = openJournal(join(folder, `stall-${turn}.db`), utcNow());
  const events: JournalEvent[] = [];
  let stalledMs: number | null = null;
  const onEvent = (event: JournalEvent, clock: RealClock): void => {
    events.push(event);
    const written = events.filter(({ kind }) => kind === "written").length;
    if (stalledMs !== null || written < STALL_AFTER_PULSES) return;
    stalledMs = clock.now();
    stall(STALL_MS);
  };
  await runBenchSession({
    journal,
    session: "stall",
    stimulator: { driver: MODEL, port: device.devicePath, mains: 240 },
    plan: trainsOf20Hz(TRAINS),
    beside: { minIntervalMs: INTERVAL_MS },
    load: () => () => undefined,
    onEvent,
  });
  const discharges = await device.discharges();
  device.close();
  journal.close();
  return { events, stalledMs: stalledMs ?? Number.NaN, discharges };
}

function report({ events, stalledMs, discharges }: StallRun, stoppedBy: string | null): Section {
  const disarm = events.find((event) => event.kind === "disarm" && event.confirmed);
  const disarmedMs = disarm?.tMs ?? Number.POSITIVE_INFINITY;
  const written = events.flatMap((event) => (event.kind === "written" ? [event.writtenMs] : []));
  const after = written.filter((ms) => ms > disarmedMs).length;
  return {
    title: "One stall of 2 s in the process that owns the journal (simulated device)",
    samples: [],
    figures: [
      figure("stall.disarmed-after", "ms", disarmedMs - stalledMs, PARENT_SILENCE_MS, {
        kind: "value at most",
        limit: DISARMED_WITHIN_MS,
        words: `disarm confirmed within ${DISARMED_WITHIN_MS} ms`,
      }),
      figure("stall.pulses-after-disarm", "pulses", after + discharges - written.length, null, {
        kind: "value at most",
        limit: 0,
        words: "none",
      }),
    ],
    notes: [
      `the floor is the silence that the process beside the port bears; stopped by: ${stoppedBy}`,
      `${discharges} discharges of the device, ${written.length} pulses in the journal`,
    ],
  };
}

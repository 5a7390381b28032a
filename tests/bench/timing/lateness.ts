import { join } from "node:path";
import { openJournal } from "../../../src/journal/journal.ts";
import { utcNow } from "../../../src/time/wallClock.ts";
import { type Figure, figure, median, quantile, type Section } from "../figure.ts";
import { LATE_LIMIT_MS } from "./benchModel.ts";
import { type Device, startDevice } from "./device.ts";
import { startFloor } from "./floor.ts";
import { keepBusy, LONGEST_STALL_MS } from "./load.ts";
import {
  FAST_BODY,
  floorOf20Hz,
  INTERVAL_MS,
  MODEL,
  PERIOD_MS,
  PULSES_PER_TRAIN,
  START_HEX,
  trainsOf20Hz,
} from "./schedule.ts";
import { PARENT_SILENCE_MS, runBenchSession } from "./session.ts";

const MEDIAN_MARGIN_US = 20;
const P95_RATIO = 1.5;
const P95_MARGIN_US = 200;
/** What skipped doses and early ends have cost is made up for, in sessions more, within this time. */
const LONGEST_MS = 140_000;

/** So many sessions without a pulse, and the bench says what it has. */
const MOST_EMPTY = 5;

/** What became of all doses. */
interface Books {
  readonly latenessMs: number[];
  /** Of the bare loop, one list a train. */
  readonly floorTrainsMs: (readonly number[])[];
  readonly outcomes: Map<string, number>;
  /** Why doses were not delivered, figures left out. */
  readonly reasons: Map<string, number>;
  readonly endings: Map<string, number>;
  doses: number;
  /** Longest that the disk kept the process that owns the journal waiting. */
  longestWriteMs: number;
}

function withoutFigures(detail: string): string {
  return detail.replace(/[\d.]+/g, "x");
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

async function runOne(
  folder: string,
  device: Device,
  trains: number,
  turn: number,
  books: Books,
): Promise<void> {
  const journal = openJournal(join(folder, "lateness.db"), utcNow());
  const floor = startFloor();
  let isFloorGone = false;
  try {
    const end = await runBenchSession({
      journal,
      session: `lateness-${turn}`,
      stimulator: { driver: MODEL, port: device.devicePath, mains: 240 },
      plan: trainsOf20Hz(trains),
      beside: { minIntervalMs: INTERVAL_MS },
      load: (clock, writer) =>
        keepBusy(clock, writer, (tookMs) => {
          books.longestWriteMs = Math.max(books.longestWriteMs, tookMs);
        }),
      onEvent(event, clock) {
        if (event.kind === "intent" && !isFloorGone) {
          isFloorGone = true;
          floor.go({
            originNs: String(clock.originNs),
            trainsMs: floorOf20Hz(event.plannedMs, trains),
            path: device.sinkPath,
            hex: START_HEX,
            inPool: false,
          });
        }
        if (event.kind === "written") {
          books.latenessMs.push(event.writtenMs - event.plannedMs);
        }
        if (event.kind !== "outcome") return;
        books.doses += 1;
        count(books.outcomes, event.outcome);
        if (event.outcome !== "delivered") count(books.reasons, withoutFigures(event.detail));
      },
    });
    count(
      books.endings,
      end.code === null ? end.status : `${end.status} (${withoutFigures(end.detail)})`,
    );
    const written = await floor.finish(end.status === "completed");
    books.floorTrainsMs.push(
      ...written.map((train) => train.map(({ dueMs, writtenMs }) => writtenMs - dueMs)),
    );
  } finally {
    journal.close();
  }
}

/**
 * Lateness of the instant just before the write call, 20 Hz over a pseudo-terminal, beside a bare
 * loop that takes turns with it. Every dose ends in one of the counts.
 */
export async function benchLateness(folder: string, pulses: number): Promise<Section> {
  const device = await startDevice({ prompt: true, model: MODEL, body: FAST_BODY });
  const books: Books = {
    latenessMs: [],
    floorTrainsMs: [],
    outcomes: new Map(),
    reasons: new Map(),
    endings: new Map(),
    doses: 0,
    longestWriteMs: 0,
  };
  const startMs = performance.now();
  for (let turn = 1; ; turn += 1) {
    const missing = Math.ceil((pulses - books.latenessMs.length) / PULSES_PER_TRAIN);
    const roomMs = LONGEST_MS - (performance.now() - startMs);
    // Connecting, arming and the way down take about the time of a train.
    const trains = Math.min(missing, Math.floor(roomMs / PERIOD_MS) - 1);
    if (trains < 1) break;
    const written = books.latenessMs.length;
    await runOne(folder, device, trains, turn, books);
    // A plan that is refused once is refused again.
    if (books.latenessMs.length === written && turn > MOST_EMPTY) break;
  }
  const discharges = await device.discharges();
  device.close();
  return report(books, discharges);
}

/** The bare loop writes whatever the time; it is judged by the pulses that a run would have given. */
function beforeFirstLate(latenessMs: readonly number[]): readonly number[] {
  const late = latenessMs.findIndex((ms) => ms > LATE_LIMIT_MS);
  return late < 0 ? latenessMs : latenessMs.slice(0, late);
}

function wordsOf(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([words, times]) => `${times} ${words}`).join("; ");
}

function report(books: Books, discharges: number): Section {
  const us = books.latenessMs.map((ms) => ms * 1000);
  const kept = books.floorTrainsMs.map(beforeFirstLate);
  const floorUs = kept.flat().map((ms) => ms * 1000);
  const p50 = median(floorUs);
  const p95 = quantile(floorUs, 0.95);
  const floorAll = books.floorTrainsMs.flat().length;
  const shown = (name: string, value: number, floor: number | null = null): Figure =>
    figure(`lateness.${name}`, "doses", value, floor, { kind: "none" });
  const outcome = (name: string): number => books.outcomes.get(name) ?? 0;
  return {
    title: `Lateness before the write call, 20 Hz over a pseudo-terminal, parent busy (simulated device)`,
    samples: [
      { label: "pulsetrain", unit: "us", values: us },
      { label: "bare loop", unit: "us", values: floorUs },
    ],
    figures: [
      figure("lateness.median", "us", median(us), p50, {
        kind: "value at most",
        limit: p50 + MEDIAN_MARGIN_US,
        words: `floor + ${MEDIAN_MARGIN_US} us`,
      }),
      figure("lateness.p95", "us", quantile(us, 0.95), p95, {
        kind: "value at most",
        limit: P95_RATIO * p95 + P95_MARGIN_US,
        words: `${P95_RATIO} x floor + ${P95_MARGIN_US} us`,
      }),
      shown("planned", books.doses, floorAll),
      shown("written", us.length, floorUs.length),
      shown("delivered", outcome("delivered")),
      shown("skipped", outcome("skipped-late"), floorAll - floorUs.length),
      shown("unknown", outcome("unknown")),
      shown("refused-by-device", outcome("refused-by-device")),
      shown("discharges", discharges),
    ],
    notes: [
      `load: durable journal writes, stalls up to ${LONGEST_STALL_MS} ms in the process that owns the journal`,
      `a pulse more than ${LATE_LIMIT_MS} ms late is skipped with the rest of its train; the bare loop is counted by the same rule`,
      `longest wait for the disk in that process: ${Math.round(books.longestWriteMs)} ms; it counts as silent after ${PARENT_SILENCE_MS} ms`,
      `sessions: ${wordsOf(books.endings)}`,
      ...(books.reasons.size === 0 ? [] : [`not delivered: ${wordsOf(books.reasons)}`]),
    ],
  };
}

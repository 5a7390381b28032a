import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JournalEvent } from "../../../src/contract/events.ts";
import { openJournal } from "../../../src/journal/journal.ts";
import type { RealClock } from "../../../src/time/realClock.ts";
import { utcNow } from "../../../src/time/wallClock.ts";
import { figure, median, quantile, type Section } from "../figure.ts";
import type { DeviceCount, DeviceReady } from "./deviceProcess.ts";
import { keepBusy, LONGEST_STALL_MS } from "./load.ts";
import { type FromFloor, PERIOD_MS, PULSES_PER_TRAIN, type ToFloor } from "./schedule.ts";
import { nextMessage, runBenchSession } from "./session.ts";

const MEDIAN_MARGIN_US = 20;
const P95_RATIO = 1.5;
const P95_MARGIN_US = 200;
/** A session that ended early is followed by another one, as long as this much time is left. */
const LONGEST_MS = 215_000;

/** What became of all doses. */
interface Books {
  readonly latenessMs: number[];
  readonly floorMs: number[];
  readonly outcomes: Map<string, number>;
  readonly endings: Map<string, number>;
  doses: number;
}

export function startProcess(file: string): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), [], {
    serialization: "advanced",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

/** Sends the bare loop off beside the first dose, and collects what it measured. */
function attachFloor(
  path: string,
  trains: number,
): {
  onEvent(event: JournalEvent, clock: RealClock): void;
  finish(isWhole: boolean): Promise<readonly number[]>;
} {
  const child = startProcess("./floorLoop.ts");
  const answer = nextMessage<FromFloor>(child);
  answer.catch(() => undefined);
  let isGone = false;
  const send = (order: ToFloor): void => {
    if (child.connected) child.send(order);
  };
  return {
    onEvent(event, clock) {
      if (isGone || event.kind !== "intent") return;
      isGone = true;
      send({
        type: "go",
        originNs: String(clock.originNs),
        firstMs: event.plannedMs,
        trains,
        path,
      });
    },
    async finish(isWhole) {
      if (!isGone) {
        child.kill();
        return [];
      }
      if (!isWhole) send({ type: "stop" });
      return (await answer).latenessMs;
    },
  };
}

async function runOne(
  folder: string,
  device: DeviceReady,
  trains: number,
  turn: number,
  books: Books,
): Promise<number> {
  const journal = openJournal(join(folder, "lateness.db"), utcNow());
  const floor = attachFloor(device.sinkPath, trains);
  let trainsOver = 0;
  try {
    const end = await runBenchSession({
      journal,
      session: `lateness-${turn}`,
      devicePath: device.devicePath,
      trains,
      beside: keepBusy,
      onEvent(event, clock) {
        floor.onEvent(event, clock);
        if (event.kind === "written") {
          books.latenessMs.push(event.writtenMs - event.plannedMs);
        }
        if (event.kind !== "outcome") return;
        books.doses += 1;
        count(books.outcomes, event.outcome);
        if (books.doses % PULSES_PER_TRAIN === 0) trainsOver += 1;
      },
    });
    count(books.endings, end.code === null ? end.status : `${end.status} (${end.detail})`);
    books.floorMs.push(...(await floor.finish(end.status === "completed")));
    return trainsOver;
  } finally {
    journal.close();
  }
}

/**
 * Lateness of the instant just before the write call, 20 Hz over a pseudo-terminal, beside a bare
 * loop that takes turns with it. Every dose ends in one of the counts.
 */
export async function benchLateness(folder: string, trains: number): Promise<Section> {
  const device = startProcess("./deviceProcess.ts");
  const ready = await nextMessage<DeviceReady>(device);
  const books: Books = {
    latenessMs: [],
    floorMs: [],
    outcomes: new Map(),
    endings: new Map(),
    doses: 0,
  };
  const startMs = performance.now();
  let left = trains;
  for (let turn = 1; left > 0; turn += 1) {
    const roomMs = LONGEST_MS - (performance.now() - startMs);
    const fits = Math.min(left, Math.floor(roomMs / PERIOD_MS) - 1);
    if (fits < 1) break;
    // A train that was cut by the end of its session is not repeated.
    left -= Math.max(1, await runOne(folder, ready, fits, turn, books));
  }
  const counted = nextMessage<DeviceCount>(device);
  device.send("count");
  const { count: discharges } = await counted;
  device.disconnect();
  return report(books, discharges);
}

function report(books: Books, discharges: number): Section {
  const us = books.latenessMs.map((ms) => ms * 1000);
  const floorUs = books.floorMs.map((ms) => ms * 1000);
  const p50 = median(floorUs);
  const p95 = quantile(floorUs, 0.95);
  const written = us.length;
  const shown = (name: string, value: number) =>
    figure(`lateness.${name}`, "doses", value, null, { kind: "none" });
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
      shown("planned", books.doses),
      shown("written", written),
      shown("delivered", outcome("delivered")),
      shown("skipped", outcome("skipped-late")),
      shown("unknown", outcome("unknown")),
      shown("refused-by-device", outcome("refused-by-device")),
      shown("discharges", discharges),
    ],
    notes: [
      `load: durable journal writes, stalls up to ${LONGEST_STALL_MS} ms in the process that owns the journal`,
      `sessions: ${[...books.endings].map(([words, times]) => `${times} ${words}`).join("; ")}`,
    ],
  };
}

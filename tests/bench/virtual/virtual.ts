import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { figure, median, type Section } from "../figure.ts";
import { nextMessage } from "../timing/processes.ts";
import { COURSE_SESSIONS, PROTOCOL, SESSION_S, THRESHOLD } from "./course.ts";
import type { CourseReport, HourReport } from "./worker.ts";

const SINGLE_RUNS = 5;
const TIMES_REAL = 1000;
/** Live heap from minute 10 to minute 60; a leak of one small object a pulse would show. */
const GROWTH_KB = 512;
const MAIN = fileURLToPath(new URL("../../../src/app/main.mjs", import.meta.url));
const WORKER = fileURLToPath(new URL("./worker.ts", import.meta.url));

/** The whole command with the start of its process. */
function runOnce(folder: string, turn: number): number {
  const before = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      MAIN,
      ...["run", PROTOCOL, "--threshold", THRESHOLD, "--speed", "max"],
      ...["--db", join(folder, `single-${turn}.db`)],
    ],
    { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`a virtual session ended with ${status}: ${stderr}`);
  return performance.now() - before;
}

async function inWorker<T>(what: "course" | "hour", folder: string): Promise<T> {
  const child: ChildProcess = fork(WORKER, [what, folder], {
    serialization: "advanced",
    execArgv: ["--expose-gc"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  return nextMessage<T>(child);
}

/** The 20-minute precuneus session on the virtual clock, a course of it, and an hour for the heap. */
export async function benchVirtual(folder: string): Promise<Section> {
  const singleMs = Array.from({ length: SINGLE_RUNS }, (_, turn) => runOnce(folder, turn));
  const { sessionsMs } = await inWorker<CourseReport>("course", folder);
  const hour = await inWorker<HourReport>("hour", folder);
  const timesReal = (tookMs: number): number => (SESSION_S * 1000) / tookMs;
  const meanMs = sessionsMs.reduce((sum, ms) => sum + ms, 0) / sessionsMs.length;
  const [firstKb = Number.NaN] = hour.heapKb;
  const lastKb = hour.heapKb.at(-1) ?? Number.NaN;
  return {
    title: `Virtual clock: ${PROTOCOL} (simulated device)`,
    samples: [
      { label: "one command, start-up included", unit: "ms", values: singleMs },
      { label: `one of ${COURSE_SESSIONS} sessions in a process`, unit: "ms", values: sessionsMs },
    ],
    figures: [
      figure("virtual.session", "x real time", timesReal(median(singleMs)), 1, {
        kind: "ratio at least",
        limit: TIMES_REAL,
      }),
      figure("virtual.course", "x real time", timesReal(meanMs), timesReal(median(singleMs)), {
        kind: "ratio at least",
        limit: 1,
      }),
      figure("virtual.heap-growth", "KB", lastKb - firstKb, firstKb, {
        kind: "value at most",
        limit: GROWTH_KB,
        words: `${GROWTH_KB} KB from minute 10 to 60`,
      }),
    ],
    notes: [
      `heap at the virtual minutes 10 to 60, KB: ${hour.heapKb.map(Math.round).join(", ")}; the hour took ${Math.round(hour.tookMs)} ms`,
    ],
  };
}

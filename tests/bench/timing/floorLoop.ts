/**
 * The floor: a timer that is left a little early, a loop that looks at the clock, and the write
 * call. Nothing is checked, allowed, recorded or answered here.
 */
import { constants, openSync, writeSync } from "node:fs";
import { askForPriority } from "./priority.ts";
import type { FromFloor, ToFloor } from "./schedule.ts";
import { FLOOR_OFFSET_MS, INTERVAL_MS, PERIOD_MS, PULSES_PER_TRAIN } from "./schedule.ts";

/** As far ahead as `src/engine/doseRunner.ts` leaves its timer. */
const COARSE_MARGIN_MS = 2;
const FRAME = Uint8Array.of(0x45, 0x48, 0x72);

askForPriority();

let isStopped = false;

async function coarse(leftMs: number): Promise<void> {
  if (leftMs <= COARSE_MARGIN_MS) return;
  await new Promise((resolve) => setTimeout(resolve, Math.max(1, leftMs - COARSE_MARGIN_MS)));
}

async function loop(order: Extract<ToFloor, { type: "go" }>): Promise<readonly number[][]> {
  const originNs = BigInt(order.originNs);
  const now = (): number => Number(process.hrtime.bigint() - originNs) / 1e6;
  const fd = openSync(order.path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const trainsMs: number[][] = [];
  for (let train = 0; train < order.trains; train += 1) {
    const latenessMs: number[] = [];
    trainsMs.push(latenessMs);
    const startMs = order.firstMs + train * PERIOD_MS + FLOOR_OFFSET_MS;
    for (let pulse = 0; pulse < PULSES_PER_TRAIN; pulse += 1) {
      const dueMs = startMs + pulse * INTERVAL_MS;
      await coarse(dueMs - now());
      if (isStopped) return trainsMs;
      while (now() < dueMs);
      const writtenMs = now();
      writeSync(fd, FRAME);
      latenessMs.push(writtenMs - dueMs);
    }
  }
  return trainsMs;
}

process.on("message", (message) => {
  const order = message as ToFloor;
  if (order.type === "stop") {
    isStopped = true;
    return;
  }
  void loop(order).then((trainsMs) => {
    const answer: FromFloor = { trainsMs };
    process.send?.(answer, () => process.disconnect());
  });
});

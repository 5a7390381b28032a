/**
 * The floor: a timer that is left a little early, a loop that looks at the clock, and the write
 * call. Nothing is checked, allowed, recorded or answered here.
 */
import { constants, openSync, write, writeSync } from "node:fs";
import { promisify } from "node:util";
import { askForPriority } from "./priority.ts";
import type { FloorWrite, FromFloor, ToFloor } from "./schedule.ts";

/** As far ahead as `src/engine/doseRunner.ts` leaves its timer. */
const COARSE_MARGIN_MS = 2;

askForPriority();

let isStopped = false;

async function coarse(leftMs: number): Promise<void> {
  if (leftMs <= COARSE_MARGIN_MS) return;
  await new Promise((resolve) => setTimeout(resolve, Math.max(1, leftMs - COARSE_MARGIN_MS)));
}

async function loop(
  order: Extract<ToFloor, { type: "go" }>,
): Promise<readonly (readonly FloorWrite[])[]> {
  const originNs = BigInt(order.originNs);
  const now = (): number => Number(process.hrtime.bigint() - originNs) / 1e6;
  const fd = openSync(order.path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const frame = new Uint8Array(Buffer.from(order.hex, "hex"));
  const inPool = promisify(write);
  const trains: FloorWrite[][] = [];
  for (const trainMs of order.trainsMs) {
    const writes: FloorWrite[] = [];
    trains.push(writes);
    for (const dueMs of trainMs) {
      await coarse(dueMs - now());
      if (isStopped) return trains;
      while (now() < dueMs);
      const writtenMs = now();
      if (order.inPool) await inPool(fd, frame);
      else writeSync(fd, frame);
      writes.push({ dueMs, writtenMs, handedMs: now() });
    }
  }
  return trains;
}

process.on("message", (message) => {
  const order = message as ToFloor;
  if (order.type === "stop") {
    isStopped = true;
    return;
  }
  void loop(order).then((trains) => {
    const answer: FromFloor = { trains };
    process.send?.(answer, () => process.disconnect());
  });
});

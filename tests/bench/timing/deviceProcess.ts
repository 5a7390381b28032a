/**
 * The third process: a simulated Rapid behind a pseudo-terminal, and beside it a second one that
 * swallows what the bare loop writes.
 */

import { findSimulator } from "../../../src/app/simulators.ts";
import { openPty } from "../../../src/io/pty.ts";
import { createRealClock } from "../../../src/time/realClock.ts";

import { askForPriority } from "./priority.ts";

// A device answers at once, whatever the host has to do.
if (process.argv.includes("prompt")) askForPriority();

export interface DeviceReady {
  readonly type: "ready";
  readonly devicePath: string;
  readonly sinkPath: string;
}
export interface DeviceCount {
  readonly type: "discharges";
  readonly count: number;
}

/**
 * The body recharges within 15 ms, so that 20 Hz are possible, and its coil stays cold: what is
 * measured is the way of a pulse through the host, not a Rapid.
 */
const BODY = { refireMs: 15, heatKPerJoule: 0 };
const MODEL = "magstim-super-rapid2";

const device = (await findSimulator(MODEL)).create({
  model: MODEL,
  clock: createRealClock(),
  seed: 1,
  softwareVersion: null,
  unlockCode: null,
  mains: 240,
  faults: [],
  body: BODY,
});
const line = await openPty();
const sink = await openPty();
let count = 0;
device.discharges$.subscribe(() => {
  count += 1;
});
line.bytes$.subscribe((bytes) => device.fromHost(bytes));
device.toHost$.subscribe((bytes) => line.write(bytes));
sink.bytes$.subscribe();

process.on("message", () => {
  const answer: DeviceCount = { type: "discharges", count };
  process.send?.(answer);
});
process.on("disconnect", () => process.exit(0));
const ready: DeviceReady = { type: "ready", devicePath: line.path, sinkPath: sink.path };
process.send?.(ready);

/**
 * Every simulated stimulator of the fleet behind a pseudo-terminal of its own, and a line for the bare
 * loop. Notes when the host spoke while a device was armed, and what the device answered.
 */
import { findSimulator } from "../../../src/app/simulators.ts";
import { openPty, type Pty } from "../../../src/io/pty.ts";
import { createRealClock } from "../../../src/time/realClock.ts";
import { askForPriority } from "../timing/priority.ts";
import { type FarSideReady, type FarSideReport, kindOf, type LineReport, RIGS } from "./fleet.ts";

askForPriority();

const clock = createRealClock();
const MODE = 0x45;
const ARM = 0x42;
const DISARM = 0x41;
/** Commands whose answer tells the status in its second byte: modes, parameters, coil. */
const WITH_STATUS: ReadonlySet<number> = new Set([MODE, 0x4a, 0x5c, 0x46]);
const REMOTE = 0x80;

interface Watched {
  readonly line: Pty;
  report(): LineReport;
}

async function deviceOnLine(rig: number): Promise<Watched> {
  const { model } = kindOf(rig);
  const device = (await findSimulator(model)).create({
    model,
    clock,
    seed: rig,
    softwareVersion: null,
    unlockCode: null,
    mains: 240,
    faults: [],
  });
  const line = await openPty();
  const gapsMs: number[] = [];
  let lost = 0;
  /** When the host spoke last; null: the device is not armed. */
  let lastMs: number | null = null;
  const noteHost = (bytes: Uint8Array): void => {
    const nowMs = clock.now();
    if (lastMs !== null) gapsMs.push(nowMs - lastMs);
    const mode = bytes.indexOf(MODE);
    const order = mode < 0 ? null : bytes[mode + 1];
    if (order === DISARM) lastMs = null;
    else if (lastMs !== null || order === ARM) lastMs = nowMs;
  };
  line.bytes$.subscribe((bytes) => {
    noteHost(bytes);
    device.fromHost(bytes);
  });
  device.toHost$.subscribe(([command = 0, status = 0, ...rest]) => {
    if (lastMs !== null && WITH_STATUS.has(command) && (status & REMOTE) === 0) lost += 1;
    line.write(Uint8Array.of(command, status, ...rest));
  });
  return { line, report: () => ({ gapsMs, lost }) };
}

const watched = await Promise.all(Array.from({ length: RIGS }, (_, rig) => deviceOnLine(rig)));
const sink = await openPty();
const bareGapsMs: number[] = [];
let bareMs: number | null = null;
sink.bytes$.subscribe(() => {
  const nowMs = clock.now();
  if (bareMs !== null) bareGapsMs.push(nowMs - bareMs);
  bareMs = nowMs;
});

process.on("message", () => {
  const report: FarSideReport = { lines: watched.map((one) => one.report()), bareGapsMs };
  process.send?.(report);
});
process.on("disconnect", () => process.exit(0));
const ready: FarSideReady = {
  type: "ready",
  paths: watched.map(({ line }) => line.path),
  sinkPath: sink.path,
};
process.send?.(ready);

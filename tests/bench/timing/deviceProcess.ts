/**
 * The process of the far side: a simulated device behind a pseudo-terminal, and beside it another one
 * of the same kind for the bare client, a line that swallows what the bare loop writes, and a line
 * whose every write is an edge at the trigger input.
 */

import { findSimulator } from "../../../src/app/simulators.ts";
import type { SimulatedDevice } from "../../../src/contract/simulator.ts";
import { openPty } from "../../../src/io/pty.ts";
import { createRealClock } from "../../../src/time/realClock.ts";

import { askForPriority } from "./priority.ts";

/** First argument of this process, as JSON. */
export interface DeviceOrder {
  /** It goes before everything else, as a device with a processor of its own does. */
  readonly prompt: boolean;
  readonly model: string;
  /** Figures of the simulated body that differ. */
  readonly body: Readonly<Record<string, number>>;
  readonly options?: Readonly<Record<string, unknown>>;
}
export interface DeviceReady {
  readonly type: "ready";
  readonly devicePath: string;
  readonly clientPath: string;
  readonly sinkPath: string;
  readonly edgePath: string;
}
export interface DeviceCount {
  readonly type: "discharges";
  readonly count: number;
}

const order = JSON.parse(process.argv[2] ?? "") as DeviceOrder;
if (order.prompt) askForPriority();
const simulator = await findSimulator(order.model);

async function onLine(): Promise<{ readonly path: string; readonly device: SimulatedDevice }> {
  const device = simulator.create({
    ...order,
    options: order.options ?? {},
    clock: createRealClock(),
    seed: 1,
    softwareVersion: null,
    unlockCode: null,
    mains: 240,
    faults: [],
  });
  const line = await openPty();
  line.bytes$.subscribe((bytes) => device.fromHost(bytes));
  device.toHost$.subscribe((bytes) => line.write(bytes));
  return { path: line.path, device };
}

const ours = await onLine();
const clients = await onLine();
const edges = await openPty();
const sink = await openPty();
let count = 0;
ours.device.discharges$.subscribe(() => {
  count += 1;
});
ours.device.edges$?.subscribe(({ line, rises }) => {
  if (line === 1 && rises) count += 1;
});
edges.bytes$.subscribe(() => ours.device.trigger());
sink.bytes$.subscribe();

process.on("message", () => {
  const answer: DeviceCount = { type: "discharges", count };
  process.send?.(answer);
});
process.on("disconnect", () => process.exit(0));
const ready: DeviceReady = {
  type: "ready",
  devicePath: ours.path,
  clientPath: clients.path,
  sinkPath: sink.path,
  edgePath: edges.path,
};
process.send?.(ready);

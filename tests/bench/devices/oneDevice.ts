import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JournalEvent } from "../../../src/contract/events.ts";
import { openJournal } from "../../../src/journal/journal.ts";
import { utcNow } from "../../../src/time/wallClock.ts";
import { type BareClient, runClient, type Step } from "../client/client.ts";
import { type Device, startDevice } from "../timing/device.ts";
import { type Floor, startFloor } from "../timing/floor.ts";
import type { FloorWrite } from "../timing/schedule.ts";
import { runBenchSession } from "../timing/session.ts";
import type { BenchDevice } from "./table.ts";

/** Microseconds each; of the bare ones from the same seconds. */
export interface DeviceTimes {
  /** From the instant of the plan to the return of the write call. */
  readonly handedUs: readonly number[];
  readonly bareHandedUs: readonly number[];
  /** From just before the write call to the sign that the start was taken. */
  readonly acknowledgedUs: readonly number[];
  readonly bareAcknowledgedUs: readonly number[];
  readonly planned: number;
  readonly discharges: number;
  /** How the session ended, and why doses were not delivered. */
  readonly ending: string;
  readonly isWhole: boolean;
}

/** Bare loop and bare client take their turns in the interval between two starts, as parts of it. */
const LOOP_AT = 0.25;
const CLIENT_AT = 0.6;

interface Bare {
  readonly floor: Floor;
  client: Promise<readonly number[]>;
}

function clientSteps(
  { acknowledgement, plan }: BenchDevice,
  originNs: bigint,
  firstMs: number,
): readonly Step[] {
  if (acknowledgement === null) return [];
  const { answer, prepare, startHex } = acknowledgement;
  const asks = Array.from({ length: plan.starts }, (_, turn): readonly Step[] => {
    const atMs = firstMs + (turn + CLIENT_AT) * plan.intervalMs;
    return [
      { step: "at", ns: originNs + BigInt(Math.round(atMs * 1e6)) },
      // Only where the device speaks by itself: a call more is a warmer start.
      ...(acknowledgement.isUnasked ? [{ step: "drop" } as const] : []),
      { step: "ask", hex: startHex[turn % startHex.length] ?? "" },
    ];
  });
  return [{ step: "drop" }, ...prepare, { step: "match", answer }, ...asks.flat()];
}

/** A session that a busy machine ended early is run once more. */
const TRIES = 2;

export async function timeDevice(
  folder: string,
  spec: BenchDevice,
  client: BareClient | null,
): Promise<DeviceTimes> {
  for (let turn = 1; ; turn += 1) {
    const times = await timeOnce(folder, spec, client, turn);
    if (times.isWhole) return times;
    if (turn < TRIES) continue;
    if (times.handedUs.length > 0) return times;
    throw new Error(`${spec.name}: no start left: ${times.ending}`);
  }
}

/** One session, with a bare loop and a bare client in its gaps. */
async function timeOnce(
  folder: string,
  spec: BenchDevice,
  client: BareClient | null,
  turn: number,
): Promise<DeviceTimes> {
  const device = await startDevice({ prompt: true, ...spec.simulated });
  const bare: Bare = { floor: startFloor(), client: Promise.resolve([]) };
  const journal = openJournal(join(folder, `device-${spec.name}-${turn}.db`), utcNow());
  const handedFile = join(folder, `device-${spec.name}-${turn}.json`);
  const { intervalMs, starts } = spec.plan;
  const events: JournalEvent[] = [];
  let isUnderWay = false;
  try {
    const end = await runBenchSession({
      journal,
      session: spec.name,
      stimulator: spec.stimulator(device),
      plan: { ...spec.plan, trains: 1, periodMs: starts * intervalMs, isTrain: false },
      beside: {
        minIntervalMs: intervalMs / 2,
        handedFile,
        edgePath: spec.byRts ? device.edgePath : null,
      },
      load: () => () => undefined,
      onEvent(event, clock) {
        events.push(event);
        if (event.kind !== "intent" || isUnderWay) return;
        isUnderWay = true;
        startBare(bare, spec, device, { client, originNs: clock.originNs, event });
      },
    });
    const trains = await bare.floor.finish(end.status === "completed");
    const handed = spec.byRts ? new Map<number, number>() : readHanded(handedFile);
    return {
      ...timesOf(events, spec, handed),
      bareHandedUs: trains.flat().map(({ dueMs, handedMs }: FloorWrite) => us(handedMs - dueMs)),
      bareAcknowledgedUs: await bare.client,
      planned: starts,
      discharges: await device.discharges(),
      ending: endingOf(events, end),
      isWhole: end.status === "completed",
    };
  } finally {
    journal.close();
    device.close();
  }
}

function us(ms: number): number {
  return ms * 1000;
}

function startBare(
  bare: Bare,
  spec: BenchDevice,
  device: Device,
  parts: {
    readonly client: BareClient | null;
    readonly originNs: bigint;
    readonly event: Extract<JournalEvent, { readonly kind: "intent" }>;
  },
): void {
  const { intervalMs, starts } = spec.plan;
  const { client, originNs } = parts;
  const firstMs = parts.event.plannedMs;
  bare.floor.go({
    originNs: String(originNs),
    trainsMs: [Array.from({ length: starts }, (_, n) => firstMs + (n + LOOP_AT) * intervalMs)],
    path: device.sinkPath,
    hex: spec.startHex,
    inPool: spec.byRts,
  });
  if (client === null || spec.acknowledgement === null) return;
  bare.client = runClient(client, device.clientPath, clientSteps(spec, originNs, firstMs), {
    prompt: true,
  });
  // Looked at when the session is over.
  bare.client.catch(() => undefined);
}

/** Instants just before each write, and of its return. */
function readHanded(file: string): ReadonlyMap<number, number> {
  return new Map(JSON.parse(readFileSync(file, "utf8")) as [number, number][]);
}

/** A line that a thread raises is handed over when it is up, which the outcome tells as drained. */
function timesOf(
  events: readonly JournalEvent[],
  { acknowledgement, byRts }: BenchDevice,
  handed: ReadonlyMap<number, number>,
): Pick<DeviceTimes, "handedUs" | "acknowledgedUs"> {
  const handedUs: number[] = [];
  const acknowledgedUs: number[] = [];
  for (const event of events) {
    if (event.kind !== "outcome" || event.writtenMs === null) continue;
    const handedMs = byRts ? event.drainedMs : (handed.get(event.writtenMs) ?? null);
    if (handedMs !== null) handedUs.push(us(handedMs - event.plannedMs));
    const takenMs = acknowledgement === null ? null : event[acknowledgement.instant];
    if (takenMs !== null) acknowledgedUs.push(us(takenMs - event.writtenMs));
  }
  return { handedUs, acknowledgedUs };
}

function endingOf(
  events: readonly JournalEvent[],
  { status, detail }: { readonly status: string; readonly detail: string },
): string {
  const lacking = events.flatMap((event) =>
    event.kind === "outcome" && event.writtenMs === null ? [event.detail] : [],
  );
  const skipped = lacking.length === 0 ? "" : `, ${lacking.length} skipped (${lacking[0]})`;
  return `${status}${detail === "" ? "" : ` (${detail})`}${skipped}`;
}

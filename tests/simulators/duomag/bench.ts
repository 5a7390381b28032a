import { readFileSync } from "node:fs";
import { simulator } from "../../../simulators/duomag/index.ts";
import type { Discharge, FaultOrder, SimulatedDevice } from "../../../src/contract/simulator.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";

export interface Vector {
  readonly name: string;
  readonly direction: "host" | "device";
  readonly hex: string;
  readonly meaning: Readonly<Record<string, unknown>>;
}

export function duomagVectors(): readonly Vector[] {
  const file = new URL("../../vectors/duomag.json", import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as readonly Vector[];
}

export const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const atStart = (kind: string): FaultOrder => ({ kind, when: { at: "start" } });

/** A simulated unit on virtual time, with everything that came out of it. */
export interface Bench {
  readonly clock: VirtualClock;
  readonly device: SimulatedDevice;
  readonly discharges: readonly Discharge[];
  /** Every frame so far, with its instant. */
  readonly frames: readonly { readonly atMs: number; readonly bytes: Uint8Array }[];
  /** Bytes, each twice, as every client sends them. */
  twice(...bytes: readonly number[]): void;
  raw(...bytes: readonly number[]): void;
  wait(ms: number): Promise<void>;
  /** The next frame of the rhythm, read. */
  status(): Promise<Status>;
}

export interface BenchOptions {
  readonly options?: Readonly<Record<string, unknown>>;
  readonly body?: Readonly<Record<string, number>>;
  readonly faults?: readonly FaultOrder[];
}

export function openBench(options: BenchOptions = {}): Bench {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const device = simulator.create({
    ...{ model: "duomag", clock, seed: 1, softwareVersion: null, unlockCode: null, mains: 240 },
    faults: options.faults ?? [],
    ...(options.body === undefined ? {} : { body: options.body }),
    ...(options.options === undefined ? {} : { options: options.options }),
  });
  const discharges: Discharge[] = [];
  const frames: { readonly atMs: number; readonly bytes: Uint8Array }[] = [];
  device.discharges$.subscribe((discharge) => discharges.push(discharge));
  device.toHost$.subscribe((bytes) => frames.push({ atMs: clock.now(), bytes }));
  const wait = (ms: number): Promise<void> => clock.advanceTo(clock.now() + ms);
  return {
    clock,
    device,
    discharges,
    frames,
    twice: (...bytes) => device.fromHost(Uint8Array.from(bytes.flatMap((byte) => [byte, byte]))),
    raw: (...bytes) => device.fromHost(Uint8Array.from(bytes)),
    wait,
    status: async () => {
      await wait(20);
      return readFrame(frames.at(-1)?.bytes ?? new Uint8Array());
    },
  };
}

/** Charged at so many percent. */
export async function chargedBench(pct: number, options: BenchOptions = {}): Promise<Bench> {
  const bench = openBench(options);
  bench.twice(pct);
  await bench.wait(2000);
  return bench;
}

/** A frame as the published masks read it, in words of its own. */
export interface Status {
  readonly turn: number;
  readonly pct: number;
  readonly adc: readonly number[];
  readonly omitted: number;
  readonly errors: readonly string[];
  readonly coilDataOk: boolean;
  readonly usb: boolean;
  readonly charged: boolean;
  readonly demand: boolean;
  readonly coil: number | undefined;
}

const ERRORS = [
  ["power hot", 6, 0x40],
  ["coil off", 6, 0x20],
  ["hold", 6, 0x10],
  ["recharge", 6, 0x08],
  ["fan", 7, 0x40],
  ["coil hot", 7, 0x10],
  ["resistor hot", 7, 0x08],
  ["discharge hot", 7, 0x04],
] as const;

export function readFrame(frame: Uint8Array): Status {
  const at = (index: number): number => frame[index] ?? 0;
  const turn = at(0) & 0x1f;
  return {
    turn: turn > 15 ? turn - 32 : turn,
    pct: at(1),
    adc: [at(2), at(3), at(4)],
    omitted: at(5),
    errors: ERRORS.flatMap(([word, index, mask]) => (at(index) & mask ? [word] : [])),
    coilDataOk: (at(7) & 2) !== 0,
    usb: (at(7) & 1) !== 0,
    charged: (at(8) & 1) !== 0,
    demand: (at(0) & 0x20) !== 0,
    coil: frame.length === 16 ? frame[14] : undefined,
  };
}

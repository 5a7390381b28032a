import { readFileSync } from "node:fs";
import { simulator } from "../../../simulators/trigger-boxes/index.ts";
import type { FaultOrder, SimulatedDevice } from "../../../src/contract/simulator.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";

/** A simulated box on virtual time, with everything that came out of it. */
export interface Bench {
  readonly clock: VirtualClock;
  readonly device: SimulatedDevice;
  /** `1+ 0` is the rise of line 1 at instant 0, `1- 8` its fall at 8 ms. */
  readonly edges: readonly string[];
  /** What the box said since the last call, as one. */
  said(): Uint8Array;
  send(bytes: Uint8Array): void;
  wait(ms: number): Promise<void>;
}

export interface BenchOptions {
  readonly options?: Readonly<Record<string, unknown>>;
  readonly body?: Readonly<Record<string, number>>;
  readonly faults?: readonly FaultOrder[];
}

export function openBox(model: string, options: BenchOptions = {}): Bench {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const device = simulator.create({
    ...{ model, clock, seed: 1, softwareVersion: null, unlockCode: null, mains: 240 },
    faults: options.faults ?? [],
    ...(options.body === undefined ? {} : { body: options.body }),
    ...(options.options === undefined ? {} : { options: options.options }),
  });
  const edges: string[] = [];
  let arrived: number[] = [];
  device.edges$?.subscribe(({ atMs, line, rises }) =>
    edges.push(`${line}${rises ? "+" : "-"} ${Number(atMs.toFixed(6))}`),
  );
  device.toHost$.subscribe((bytes) => arrived.push(...bytes));
  return {
    clock,
    device,
    edges,
    said: () => {
      const taken = Uint8Array.from(arrived);
      arrived = [];
      return taken;
    },
    send: (bytes) => device.fromHost(bytes),
    wait: (ms) => clock.advanceTo(clock.now() + ms),
  };
}

export const atStart = (kind: string): FaultOrder => ({ kind, when: { at: "start" } });
export const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

export interface Vector {
  readonly name: string;
  readonly device?: string;
  readonly direction: string;
  readonly hex: string;
  readonly valid?: boolean;
  readonly meaning: Readonly<Record<string, unknown>> | null;
}

export function vectorsOf(file: "amplifiers" | "pulse-box"): readonly Vector[] {
  const url = new URL(`../../vectors/${file}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, "utf8")) as { vectors: readonly Vector[] }).vectors;
}

/** The bytes in pieces of such sizes, taken in turn. */
export function pieces(bytes: Uint8Array, sizes: readonly number[]): readonly Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    out.push(bytes.slice(at, at + size));
    at += size;
  }
  return out;
}

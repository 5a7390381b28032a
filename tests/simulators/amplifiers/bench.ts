import type {
  FaultOrder,
  SignalSource,
  SimulatedDevice,
  SimulatorModule,
} from "../../../src/contract/simulator.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";

/** A simulated amplifier on virtual time, with everything that came out of it. */
export interface Bench {
  readonly clock: VirtualClock;
  readonly device: SimulatedDevice;
  /** What came since the last `take`, an array an emission. */
  takeParts(): readonly Uint8Array[];
  take(): Uint8Array;
  say(bytes: Uint8Array | string): void;
  wait(ms: number): Promise<void>;
  /** Waits, and hands back what came since the last `take`. */
  hear(ms: number): Promise<Uint8Array>;
  /** When each emission came. */
  readonly instants: readonly number[];
}

export interface BenchOptions {
  readonly options?: Readonly<Record<string, unknown>>;
  readonly source?: SignalSource;
  readonly faults?: readonly FaultOrder[];
  readonly softwareVersion?: string;
  readonly seed?: number;
}

export function openBench(
  simulator: SimulatorModule,
  model: string,
  { options, source, faults = [], softwareVersion, seed = 1 }: BenchOptions = {},
): Bench {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const device = simulator.create({
    model,
    clock,
    seed,
    softwareVersion: softwareVersion ?? null,
    unlockCode: null,
    mains: 240,
    faults,
    ...(options === undefined ? {} : { options }),
    ...(source === undefined ? {} : { source }),
  });
  let parts: Uint8Array[] = [];
  const instants: number[] = [];
  device.toHost$.subscribe((bytes) => {
    parts.push(bytes);
    instants.push(clock.now());
  });
  const takeParts = (): readonly Uint8Array[] => {
    const taken = parts;
    parts = [];
    return taken;
  };
  const take = (): Uint8Array => new Uint8Array(Buffer.concat(takeParts()));
  const wait = (ms: number): Promise<void> => clock.advanceTo(clock.now() + ms);
  return {
    clock,
    device,
    takeParts,
    take,
    say: (bytes) => device.fromHost(new Uint8Array(Buffer.from(bytes as string))),
    wait,
    hear: async (ms) => {
      await wait(ms);
      return take();
    },
    instants,
  };
}

export const atStart = (kind: string): FaultOrder => ({ kind, when: { at: "start" } });

/** Sees `f(channel, ms)` microvolt. */
export function sourceOf(seen: (channel: number, ms: number) => number): SignalSource {
  return {
    fill: (channel, firstMs, stepMs, out) => {
      for (let i = 0; i < out.length; i++) out[i] = seen(channel, firstMs + i * stepMs);
    },
  };
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

/** Steps from each number to the next, modulo. */
export function stepsOf(numbers: readonly number[], modulus: number): readonly number[] {
  return numbers.slice(1).map((number, i) => (number - (numbers[i] ?? 0) + modulus) % modulus);
}

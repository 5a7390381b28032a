import { simulator } from "../../../simulators/magventure/index.ts";
import type { Discharge, FaultOrder, SimulatedDevice } from "../../../src/contract/simulator.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";
import { frame, hexOf } from "./vectors.ts";

/** Bytes that arrived together, and when. */
export interface Arrived {
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

/** A simulated MagPro on virtual time, with everything that came out of it. */
export interface Bench {
  readonly clock: VirtualClock;
  readonly device: SimulatedDevice;
  readonly discharges: readonly Discharge[];
  /** Sends a body in a frame, at once. */
  send(...body: readonly number[]): void;
  /** Sends a body, waits until it must have been carried out, and hands back the bodies that came. */
  say(...body: readonly number[]): Promise<readonly string[]>;
  /** The bodies that came since they were taken last, as hex. */
  take(): readonly string[];
  /** The same with instants and whole bytes. */
  takeRaw(): readonly Arrived[];
  wait(ms: number): Promise<void>;
  /** Message 5, read field by field. */
  status(): Promise<LongStatus>;
  hand(...orders: readonly string[]): void;
}

export interface LongStatus {
  readonly mode: number;
  readonly waveform: number;
  readonly enabled: boolean;
  readonly model: number;
  readonly serial: number;
  readonly temperatureC: number;
  readonly coil: number;
  readonly a: number;
  readonly b: number;
  readonly originalA: number;
  readonly originalB: number;
  readonly factorA: number;
  readonly factorB: number;
  readonly page: number;
  readonly running: number;
}

export interface BenchOptions {
  readonly model?: string;
  readonly seed?: number;
  readonly faults?: readonly FaultOrder[];
  readonly body?: Readonly<Record<string, number>>;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Longer than any answer takes. */
export const ANSWERED_MS = 80;

export function openBench(options: BenchOptions = {}): Bench {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const device = simulator.create({
    model: options.model ?? "magpro-x100-option",
    clock,
    seed: options.seed ?? 1,
    softwareVersion: null,
    unlockCode: null,
    mains: 240,
    faults: options.faults ?? [],
    ...(options.body === undefined ? {} : { body: options.body }),
    ...(options.options === undefined ? {} : { options: options.options }),
  });
  const discharges: Discharge[] = [];
  let arrived: Arrived[] = [];
  device.discharges$.subscribe((discharge) => discharges.push(discharge));
  device.toHost$.subscribe((bytes) => arrived.push({ atMs: clock.now(), bytes }));

  const takeRaw = (): readonly Arrived[] => {
    const taken = arrived;
    arrived = [];
    return taken;
  };
  const take = (): readonly string[] => takeRaw().map(({ bytes }) => bodyHex(bytes));
  const wait = (ms: number): Promise<void> => clock.advanceTo(clock.now() + ms);
  const send = (...body: readonly number[]): void => device.fromHost(frame(...body));
  const say = async (...body: readonly number[]): Promise<readonly string[]> => {
    take();
    send(...body);
    await wait(ANSWERED_MS);
    return take();
  };

  return {
    clock,
    device,
    discharges,
    send,
    say,
    take,
    takeRaw,
    wait,
    status: async () => readStatus(await say(5)),
    hand: (...orders) => {
      for (const order of orders) device.panel?.(order);
    },
  };
}

/** The body of a whole good frame; throws for anything else. */
export function bodyHex(bytes: Uint8Array): string {
  const body = [...bytes.slice(2, -2)];
  if (hexOf(bytes) !== hexOf(frame(...body))) throw new Error(`no good frame: ${hexOf(bytes)}`);
  return hexOf(body);
}

function readStatus(bodies: readonly string[]): LongStatus {
  const hex = bodies.find((body) => body.startsWith("05"));
  if (hex?.length !== 30) throw new Error(`no message 5 among ${bodies.join(" ")}`);
  const bytes = Buffer.from(hex, "hex");
  const [, flags = 0, , , , temperatureC = 0, coil = 0, a = 0, b = 0] = bytes;
  const [originalA = 0, originalB = 0, factorA = 0, factorB = 0, page = 0, running = 0] =
    bytes.subarray(9);
  return {
    mode: flags & 3,
    waveform: (flags >> 2) & 3,
    enabled: (flags & 0x10) !== 0,
    model: flags >> 5,
    serial: bytes.readUIntBE(2, 3),
    ...{ temperatureC, coil, a, b, originalA, originalB, factorA, factorB, page, running },
  };
}

const high = (value: number): number => (value >> 8) & 0xff;
const low = (value: number): number => value & 0xff;
export const word = (value: number): readonly [number, number] => [high(value), low(value)];

/** Command 9 that writes. Interval in ms, ratio as it is. */
export function settingsBody(settings: {
  readonly mode?: number;
  readonly direction?: number;
  readonly waveform?: number;
  readonly burst?: number;
  readonly ipiMs?: number;
  readonly ratio?: number;
}): readonly number[] {
  const { mode = 0, direction = 0, waveform = 1, burst = 2, ipiMs = 10, ratio = 1 } = settings;
  return [
    ...[9, 1, 3, mode, direction, waveform, 5 - burst],
    ...word(Math.round(ipiMs * 10)),
    ...word(Math.round(ratio * 100)),
  ];
}

/** Command 11 that writes. */
export function trainBody(train: {
  readonly timing?: number;
  readonly hz?: number;
  readonly pulses?: number;
  readonly trains?: number;
  readonly itiS?: number;
}): readonly number[] {
  const { timing = 0, hz = 1, pulses = 5, trains = 3, itiS = 1 } = train;
  return [
    ...[11, 1, timing, ...word(Math.round(hz * 10)), ...word(pulses), ...word(trains)],
    ...[...word(Math.round(itiS * 10)), 0],
  ];
}

export const STANDARD = 0;
export const POWER = 1;
export const TWIN = 2;
export const DUAL = 3;
export const MONOPHASIC = 0;
export const BIPHASIC = 1;
export const HALFSINE = 2;
export const BURST = 3;

/** Enabled at an amplitude; what it said is taken. */
export async function enabledBench(
  a: number,
  options: BenchOptions & { readonly b?: number; readonly settings?: readonly number[] } = {},
): Promise<Bench> {
  const bench = openBench(options);
  if (options.settings !== undefined) await bench.say(...options.settings);
  await bench.say(1, a, options.b ?? 0);
  await bench.say(2, 1);
  return bench;
}

/** Enabled on the Timing page with a train; started, with the instant of message 8, which is not taken yet. */
export async function runningTrain(
  train: Parameters<typeof trainBody>[0],
  options: Parameters<typeof enabledBench>[1] = {},
): Promise<{ readonly bench: Bench; readonly startMs: number }> {
  const bench = await enabledBench(50, options);
  await bench.say(...trainBody(train));
  await bench.say(7, 2);
  bench.takeRaw();
  let startMs: number | null = null;
  bench.device.toHost$.subscribe((bytes) => {
    if (bytes[2] === 8) startMs ??= bench.clock.now();
  });
  bench.send(4);
  while (startMs === null) await bench.wait(1);
  return { bench, startMs };
}

import { simulator } from "../../../simulators/magstim/index.ts";
import type { Discharge, FaultOrder, SimulatedDevice } from "../../../src/contract/simulator.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";
import { hostFrame } from "./vectors.ts";

/** A simulated unit on virtual time, with everything that came out of it. */
export interface Bench {
  readonly clock: VirtualClock;
  readonly device: SimulatedDevice;
  readonly discharges: readonly Discharge[];
  /** Sends a command and hands back what came for it at once, as bytes. */
  say(text: string): Uint8Array;
  /** What came since the last `say`, `take` or `wait`. */
  take(): readonly Uint8Array[];
  /** Lets time pass; the host says nothing. */
  wait(ms: number): Promise<void>;
  /** Lets time pass while the host polls every 200 ms. */
  waitPolling(ms: number): Promise<void>;
  /** Instrument status of a poll, as bits. */
  status(): Status;
}

export interface Status {
  readonly state: "standby" | "armed" | "ready" | "impossible";
  readonly coilPresent: boolean;
  readonly error: boolean;
  readonly remote: boolean;
  /** 0 on models that have none. */
  readonly rapid: number;
  readonly shown: string;
}

export interface BenchOptions {
  readonly model?: string;
  readonly version?: string;
  readonly unlockCode?: string;
  readonly mains?: 240 | 115;
  readonly faults?: readonly FaultOrder[];
  readonly body?: Readonly<Record<string, number>>;
  readonly options?: Readonly<Record<string, unknown>>;
}

export const POLL_MS = 200;

/** The question that tells state and settings: it differs between the groups of models. */
function pollOf(model: string): "\\@" | "J@" {
  return model === "magstim-200" || model === "magstim-bistim" ? "J@" : "\\@";
}

/** Version 9 for the Rapid group, so that lengths in the tests are those of version 9; what is usual for the others. */
function versionOf(model: string): string | null {
  return model.includes("rapid2") ? "9.0" : null;
}

export function openBench(options: BenchOptions = {}): Bench {
  const model = options.model ?? "magstim-super-rapid2";
  const poll = pollOf(model);
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const device = simulator.create({
    model,
    clock,
    seed: 1,
    softwareVersion: options.version ?? versionOf(model),
    unlockCode: options.unlockCode ?? null,
    mains: options.mains ?? 240,
    faults: options.faults ?? [],
    ...(options.body === undefined ? {} : { body: options.body }),
    ...(options.options === undefined ? {} : { options: options.options }),
  });
  const discharges: Discharge[] = [];
  let arrived: Uint8Array[] = [];
  device.discharges$.subscribe((discharge) => discharges.push(discharge));
  device.toHost$.subscribe((bytes) => arrived.push(bytes));

  const take = (): readonly Uint8Array[] => {
    const taken = arrived;
    arrived = [];
    return taken;
  };
  const say = (text: string): Uint8Array => {
    take();
    device.fromHost(hostFrame(text));
    return Uint8Array.from(take().flatMap((bytes) => [...bytes]));
  };
  const wait = (ms: number): Promise<void> => clock.advanceTo(clock.now() + ms);

  return {
    clock,
    device,
    discharges,
    say,
    take,
    wait,
    waitPolling: async (ms) => {
      const untilMs = clock.now() + ms;
      while (clock.now() + POLL_MS < untilMs) {
        await wait(POLL_MS);
        say(poll);
      }
      await wait(untilMs - clock.now());
    },
    status: () => statusOf(say(poll), poll === "J@" ? 2 : 3),
  };
}

const STATES: Readonly<Record<number, Status["state"]>> = { 1: "standby", 2: "armed", 4: "ready" };

/** `settingsAt`: where the digits begin; without a rapid status that is one byte earlier. */
function statusOf(answer: Uint8Array, settingsAt: 2 | 3): Status {
  const instrument = answer[1] ?? 0;
  const rapid = settingsAt === 3 ? (answer[2] ?? 0) : 0;
  return {
    state: STATES[instrument & 7] ?? "impossible",
    coilPresent: (instrument & 0x08) !== 0,
    error: (instrument & 0x20) !== 0,
    remote: (instrument & 0x80) !== 0,
    rapid,
    shown: Buffer.from(answer.slice(settingsAt, -1)).toString("latin1"),
  };
}

export const TRAIN_BIT = 0x02;
export const WAIT_BIT = 0x04;
export const SINGLE_BIT = 0x08;
export const ENHANCED_BIT = 0x01;

/** The letter, then `?` or `S` for a refusal, or `ok`; empty for silence. */
export function verdictOf(answer: Uint8Array): string {
  const [command, second] = answer;
  if (command === undefined) return "";
  const letter = String.fromCharCode(command);
  if (answer.length === 1) return letter;
  return answer.length === 3 && (second === 0x3f || second === 0x53)
    ? letter + String.fromCharCode(second)
    : `${letter} ok`;
}

/** Takes control, sets the power and arms; then waits until ready. */
export async function readyBench(powerPct: number, options: BenchOptions = {}): Promise<Bench> {
  const bench = openBench(options);
  bench.say("Q@");
  bench.say(`@${String(powerPct).padStart(3, "0")}`);
  await bench.waitPolling(8000);
  bench.say("EB");
  await bench.waitPolling(1000);
  return bench;
}

/** Ready in train mode on version 9 widths. */
export async function trainBench(
  train: {
    readonly powerPct: number;
    readonly tenthsHz: number;
    readonly pulses: number;
    readonly tenthsS: number;
  },
  options: BenchOptions = {},
): Promise<Bench> {
  const bench = openBench(options);
  const digits = (value: number, width: number): string => String(value).padStart(width, "0");
  bench.say("Q@");
  bench.say("[0010");
  bench.say(`@${digits(train.powerPct, 3)}`);
  bench.say(`B${digits(train.tenthsHz, 4)}`);
  bench.say(`[${digits(train.tenthsS, 4)}`);
  bench.say(`D${digits(train.pulses, 5)}`);
  await bench.waitPolling(8000);
  bench.say("EB");
  await bench.waitPolling(1000);
  return bench;
}

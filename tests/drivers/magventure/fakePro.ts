/**
 * A few lines that answer like a MagPro, for tests of the driver: no physics, and every answer can be
 * replaced. Its bytes are put together here, not by the codec under test.
 */
import { Subject } from "rxjs";
import { classify } from "../../../drivers/magventure/hazard.ts";
import { toHex } from "../../../src/base/hex.ts";
import type { GuardedBytePort, PermitLike } from "../../../src/contract/stimulator.ts";
import type { LabClock } from "../../../src/contract/time.ts";
import type { CloseReason, Stamped } from "../../../src/contract/transport.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";

export interface Written {
  readonly atMs: number;
  /** Body of the frame in hex. */
  readonly body: string;
  readonly permit: PermitLike | undefined;
}

export interface Body {
  model: number;
  mode: number;
  direction: number;
  waveform: number;
  burst: number;
  intervalTenthsMs: number;
  ratio: number;
  a: number;
  b: number;
  originalA: number;
  enabled: boolean;
  page: number;
  running: boolean;
  /** TC, rate x 10, pulses, trains, ITI x 10, warning sound. */
  train: [number, number, number, number, number, number];
  /** In x 10, out x 10, charge. */
  delays: [number, number, number];
  temperature: number;
  coil: number;
  count: number;
}

/** Bodies that are said; null for silence and no effect; undefined for what the body does. */
export type Script = (
  body: string,
  state: Body,
) => readonly (readonly number[])[] | null | undefined;

export interface FakePro {
  readonly port: GuardedBytePort;
  readonly body: Body;
  readonly written: Written[];
  script: Script;
  delayMs: number;
  pairReports: 1 | 2;
  burstReports: "one" | "each";
  /** Sends a body as a frame. */
  say(body: readonly number[]): void;
  sendRaw(bytes: readonly number[]): void;
  flags(): number;
  /** A pulse that nobody ordered. */
  foreignPulse(): void;
  lose(detail: string): void;
  bodies(): string[];
  status(): number[];
}

/** A permit that the fake port takes for anything. */
export const PERMIT: PermitLike = { permitId: "test" };

export function frameOf(body: readonly number[]): Uint8Array {
  let crc = 0;
  for (const byte of body) {
    for (let bit = 0; bit < 8; bit += 1) {
      const mix = (crc ^ (byte >> bit)) & 1;
      crc = (crc >> 1) ^ (mix * 0x8c);
    }
  }
  return Uint8Array.from([0xfe, body.length, ...body, crc, 0xff]);
}

const two = (value: number): [number, number] => [(value >> 8) & 0xff, value & 0xff];

/** Index of an interval in tenths of ms; written apart from the tables of the driver. */
function indexOf(tenths: number, isBurst: boolean): number {
  if (isBurst) {
    if (tenths >= 200) return 100 - tenths / 10;
    return tenths >= 100 ? 80 + (200 - tenths) / 5 : 200 - tenths;
  }
  const ms = tenths / 10;
  if (ms >= 1000) return (3000 - ms) / 100;
  if (ms >= 500) return 20 + (1000 - ms) / 50;
  if (ms >= 100) return 30 + (500 - ms) / 10;
  if (ms >= 20) return 170 - ms;
  return ms >= 10 ? 150 + (20 - ms) * 2 : 270 - tenths;
}

export function createFakePro(clock: LabClock): FakePro {
  const bytes$ = new Subject<Stamped<Uint8Array>>();
  const closed$ = new Subject<CloseReason>();
  const written: Written[] = [];
  let isOpen = false;
  const s: Body = {
    model: 3,
    mode: 0,
    direction: 0,
    waveform: 1,
    burst: 3,
    intervalTenthsMs: 100,
    ratio: 80,
    a: 0,
    b: 0,
    originalA: 0,
    enabled: false,
    page: 1,
    running: false,
    train: [0, 10, 5, 3, 10, 1],
    delays: [0, 0, 0],
    temperature: 24,
    coil: 60,
    count: 300,
  };
  const flags = (): number => s.mode | (s.waveform << 2) | (s.enabled ? 16 : 0) | (s.model << 5);
  const shortStatus = (n: number): number[] => [
    n,
    flags(),
    0,
    4,
    210,
    s.temperature,
    s.coil,
    s.a,
    s.b,
  ];
  const status = (): number[] => [
    ...shortStatus(5),
    s.page === 7 ? s.originalA : s.a,
    s.b,
    100,
    100,
    s.page,
    s.running ? 1 : 0,
  ];
  const amplitude = (): number[] => [1, s.a, s.b, flags()];
  const page = (): number[] => [8, s.page, s.running ? 1 : 0, flags()];
  const settings = (): number[] => {
    const index = indexOf(s.intervalTenthsMs, s.waveform === 3);
    return [9, 0, 88, s.mode, s.direction, s.waveform, s.burst, index & 255, index >> 8, s.ratio];
  };

  /** Reports of one start: of a pulse, pair or burst. */
  const report = (): void => {
    s.count += 1;
    const say = (didtA: number, didtB: number, afterMs: number): void => {
      clock.at(clock.now() + afterMs, () => fake.say([2, didtA, didtB, flags()]));
    };
    const ms = s.intervalTenthsMs / 10;
    if (s.mode >= 2) {
      if (fake.pairReports === 1) return say(s.a, s.b, 0);
      say(s.a, 0, 0);
      return say(0, s.b, ms);
    }
    const reports = s.waveform === 3 && fake.burstReports === "each" ? 5 - s.burst : 1;
    for (let i = 0; i < reports; i += 1) say(s.a, 0, i * ms);
  };

  const runTrain = (): void => {
    if (!s.enabled || (s.page !== 2 && s.page !== 7)) return;
    s.running = true;
    fake.say(page());
    const [, rate, pulses, trains] = s.train;
    const count = s.page === 7 ? 4 : pulses * trains;
    const periodMs = 10_000 / rate;
    for (let i = 0; i < count; i += 1)
      clock.at(clock.now() + 5 + i * periodMs, () => {
        if (s.running) report();
      });
    const burstMs = s.waveform === 3 ? ((4 - s.burst) * s.intervalTenthsMs) / 10 : 0;
    clock.at(clock.now() + 6 + (count - 1) * periodMs + burstMs, () => {
      if (!s.running) return;
      s.running = false;
      fake.say(page());
    });
  };

  const setAmplitude = (bytes: readonly number[]): number[][] => {
    s.a = bytes[1] ?? 0;
    s.b = bytes[2] ?? s.b;
    s.originalA = s.a;
    return [amplitude()];
  };
  const enable = (on: boolean): number[][] => {
    const wasRunning = s.running;
    s.enabled = on;
    if (!on) s.running = false;
    const coil = [3, s.temperature, s.coil, flags()];
    if (on) return [amplitude(), coil, amplitude()];
    return wasRunning ? [amplitude(), page()] : [amplitude()];
  };
  const setSettings = (bytes: readonly number[]): number[][] => {
    [, , , s.mode, s.direction, s.waveform, s.burst] = bytes as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    s.intervalTenthsMs = (bytes[7] ?? 0) * 256 + (bytes[8] ?? 0);
    s.ratio = (500 - ((bytes[9] ?? 0) * 256 + (bytes[10] ?? 0))) / 5;
    return [];
  };
  const wordsFrom = (bytes: readonly number[], at: number, count: number): number[] =>
    Array.from(
      { length: count },
      (_, i) => (bytes[at + 2 * i] ?? 0) * 256 + (bytes[at + 2 * i + 1] ?? 0),
    );

  const setTrain = (bytes: readonly number[]): void => {
    s.train = [bytes[2] ?? 0, ...wordsFrom(bytes, 3, 4), bytes[11] ?? 0] as Body["train"];
  };
  const setDelays = (bytes: readonly number[], at: number): void => {
    s.delays = wordsFrom(bytes, at, 3) as Body["delays"];
  };
  const trainReport = (): number[] => [
    11,
    0,
    s.train[0],
    ...s.train.slice(1, 5).flatMap(two),
    s.train[5],
    100,
    10,
  ];
  const counters = (): number[] => [
    12,
    ...[0, 0, 0, 0, 0, 0],
    ...two(s.count),
    ...two(s.count),
    ...[0, 0],
    s.page,
  ];

  /** Of what has no answer `undefined`. */
  const answers: Readonly<Record<number, (bytes: readonly number[]) => number[][] | undefined>> = {
    0: () => [shortStatus(0)],
    1: setAmplitude,
    2: (bytes) => enable(bytes[1] === 1),
    3: () => void (s.enabled && report()),
    4: () => void runTrain(),
    5: () => [status()],
    6: (bytes) => void (s.page === 2 && s.train.splice(1, 4, ...wordsFrom(bytes, 1, 4))),
    7: (bytes) => {
      s.page = bytes[1] ?? 0;
      return [page()];
    },
    8: (bytes) => void setDelays(bytes, 1),
    9: (bytes) => (bytes[1] === 1 ? setSettings(bytes) : [settings()]),
    10: (bytes) =>
      bytes[1] === 1 ? void setDelays(bytes, 2) : [[10, 0, ...s.delays.flatMap(two)]],
    11: (bytes) => (bytes[1] === 1 ? void setTrain(bytes) : [trainReport()]),
    12: () => [counters()],
  };
  const respond = (bytes: readonly number[]): number[][] => answers[bytes[0] ?? 0]?.(bytes) ?? [];

  const port: GuardedBytePort = {
    name: "fake",
    get isOpen() {
      return isOpen;
    },
    bytes$,
    closed$,
    open: async () => {
      isOpen = true;
    },
    write: (bytes, permit) => {
      if (!isOpen) throw new PulsetrainError("PORT_NOT_OPEN", "fake port");
      if (classify(bytes).kind !== "safe" && permit === undefined)
        throw new PulsetrainError("PORT_HAZARD_REFUSED", toHex(bytes));
      const body = [...bytes.subarray(2, -2)];
      const hex = toHex(Uint8Array.from(body));
      written.push({ atMs: clock.now(), body: hex, permit });
      clock.at(clock.now() + fake.delayMs, () => {
        const scripted = fake.script(hex, s);
        const said = scripted === undefined ? respond(body) : scripted;
        for (const one of said ?? []) fake.say(one);
      });
      return {
        writtenMs: clock.now(),
        drained: clock.until(clock.now() + 2).then(() => clock.now()),
      };
    },
    discardInput: () => undefined,
    close: async () => {
      isOpen = false;
    },
  };

  const fake: FakePro = {
    port,
    body: s,
    written,
    script: () => undefined,
    delayMs: 20,
    pairReports: 1,
    burstReports: "one",
    say: (body) => fake.sendRaw([...frameOf(body)]),
    sendRaw: (bytes) => {
      if (isOpen) bytes$.next({ atMs: clock.now(), value: Uint8Array.from(bytes) });
    },
    flags,
    status,
    foreignPulse: report,
    lose: (detail) => {
      isOpen = false;
      closed$.next({ lost: true, detail });
    },
    bodies: () => written.map(({ body }) => body),
  };
  return fake;
}

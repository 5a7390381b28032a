/**
 * What the device can say. Field names are those of the vectors under `meaning`. Layouts:
 * `xiangruili/MagventurePyTMS`, `L2K2/TMSEMG_toolbox`, `nigelrogasch/MAGIC`, NeuroSimo.
 */
import { err, ok } from "../../../src/base/result.ts";
import type { Result } from "../../../src/contract/result.ts";
import type { Delays } from "./commands.ts";
import { byteAt, longAt, signedLongAt, signedWordAt, wordAt } from "./fields.ts";
import type { WireFault } from "./frame.ts";
import {
  DIRECTIONS,
  type Direction,
  MODELS,
  MODES,
  type Mode,
  TIMINGS,
  type Timing,
  WAVEFORMS,
  type Waveform,
} from "./names.ts";
import { BURST_INTERVALS_MS, PAIR_INTERVALS_MS, ratioOfIndex } from "./scales.ts";

/** The status byte that most messages carry. */
export interface Flags {
  readonly mode: Mode;
  readonly waveform: Waveform;
  readonly enabled: boolean;
  /** A name of `MODELS`; the two numbers without a model are named by their number. */
  readonly model: string;
}

interface ShortStatus extends Flags {
  readonly serialNumber: number;
  readonly temperatureC: number;
  readonly coilNumber: number;
  readonly amplitudeA: number;
  readonly amplitudeB: number;
}

export interface LongStatus extends ShortStatus {
  readonly message: 5;
  /** What is set on the Protocol page, where a line of the protocol has a factor of its own. */
  readonly originalA: number;
  readonly originalB: number;
  readonly factorA: number;
  readonly factorB: number;
  readonly page: number;
  readonly running: boolean;
}

export interface PulseReport extends Flags {
  readonly message: 2;
  /** A/us; 0 where a device does not tell. */
  readonly didtA: number;
  readonly didtB: number;
}

export interface SettingsReport {
  readonly message: 9;
  /** Not to be trusted: an R30 has been seen to send 88. */
  readonly modelByte: number;
  readonly mode: Mode;
  readonly currentDirection: Direction;
  readonly waveform: Waveform;
  readonly burstPulses: number;
  readonly ipiIndex: number;
  readonly ratioIndex: number;
  /** In Twin, Dual and Biphasic Burst. */
  readonly ipiMs?: number;
  /** In Twin. */
  readonly baRatio?: number;
  /** In Dual. */
  readonly amplitudeB?: number;
}

export interface DelaysReport extends Delays {
  readonly message: 10;
}

export interface TrainReport {
  readonly message: 11;
  readonly timingControl: Timing;
  /** An option of the device that cannot be set from outside. */
  readonly extendedRepRate: boolean;
  readonly repRateHz: number;
  readonly pulsesInTrain: number;
  readonly numberOfTrains: number;
  readonly itiS: number;
  readonly priorWarningSound: boolean;
  readonly rampUp: number;
  readonly rampUpTrains: number;
}

export type Message =
  | ({ readonly message: 0 } & ShortStatus)
  | ({ readonly message: 1; readonly amplitudeA: number; readonly amplitudeB: number } & Flags)
  | PulseReport
  | ({ readonly message: 3; readonly temperatureC: number; readonly coilNumber: number } & Flags)
  | {
      readonly message: 4;
      readonly maxAmplitudeUv: number;
      readonly minAmplitudeUv: number;
      readonly maxTimeUs: number;
    }
  | LongStatus
  | ({ readonly message: 6; readonly originalA: number; readonly originalB: number } & Flags)
  | ({ readonly message: 7; readonly factorA: number; readonly factorB: number } & Flags)
  | ({ readonly message: 8; readonly page: number; readonly running: boolean } & Flags)
  | SettingsReport
  | DelaysReport
  | TrainReport
  | { readonly message: 12; readonly stimCount: number; readonly page: number }
  | { readonly message: number; readonly unknown: true };

export type Known = Exclude<Message, { readonly unknown: true }>;

export function isKnown(message: Message): message is Known {
  return !("unknown" in message);
}

/** The model is bits 7 to 5 as they are; one client divides by 64 and misreads four of six models. */
function flagsOf(byte: number): Flags {
  const model = byte >> 5;
  return {
    mode: MODES[byte & 3] ?? "Standard",
    waveform: WAVEFORMS[(byte >> 2) & 3] ?? "Biphasic",
    enabled: (byte & 0x10) !== 0,
    model: MODELS[model] ?? `unassigned ${model}`,
  };
}

const statusOf = (body: Uint8Array): ShortStatus => ({
  ...flagsOf(byteAt(body, 1)),
  serialNumber: (byteAt(body, 2) << 16) | wordAt(body, 3),
  temperatureC: byteAt(body, 5),
  coilNumber: byteAt(body, 6),
  amplitudeA: byteAt(body, 7),
  amplitudeB: byteAt(body, 8),
});

/** The index is the one number with its low byte first. */
function settingsOf(body: Uint8Array): Message | null {
  const mode = MODES[byteAt(body, 3)];
  const currentDirection = DIRECTIONS[byteAt(body, 4)];
  const waveform = WAVEFORMS[byteAt(body, 5)];
  if (mode === undefined || currentDirection === undefined || waveform === undefined) return null;
  const ipiIndex = byteAt(body, 7) + 256 * byteAt(body, 8);
  const ratioIndex = byteAt(body, 9);
  const isPair = mode === "Twin" || mode === "Dual";
  const table =
    waveform === "Biphasic Burst" ? BURST_INTERVALS_MS : isPair ? PAIR_INTERVALS_MS : [];
  const ipiMs = table[ipiIndex];
  return {
    message: 9,
    modelByte: byteAt(body, 2),
    mode,
    currentDirection,
    waveform,
    burstPulses: 5 - byteAt(body, 6),
    ipiIndex,
    ratioIndex,
    ...(ipiMs === undefined ? {} : { ipiMs }),
    ...(mode === "Twin" ? { baRatio: ratioOfIndex(ratioIndex) } : {}),
    ...(mode === "Dual" ? { amplitudeB: 100 - ratioIndex } : {}),
  };
}

/** Bit 4 of the timing byte is the option, the two lowest are the control. */
const trainOf = (body: Uint8Array): TrainReport => ({
  message: 11,
  timingControl: TIMINGS[byteAt(body, 2) & 3] ?? "Sequence",
  extendedRepRate: (byteAt(body, 2) & 0x10) !== 0,
  repRateHz: wordAt(body, 3) / 10,
  pulsesInTrain: wordAt(body, 5),
  numberOfTrains: wordAt(body, 7),
  itiS: wordAt(body, 9) / 10,
  priorWarningSound: byteAt(body, 11) !== 0,
  rampUp: byteAt(body, 12) / 100,
  rampUpTrains: byteAt(body, 13),
});

interface Row {
  readonly length: number;
  /** Of the messages that nobody documented it is not known whether bytes follow. */
  readonly mayBeLonger: boolean;
  readonly read: (body: Uint8Array) => Message | null;
}

const exactly = (length: number, read: Row["read"]): Row => ({ length, mayBeLonger: false, read });
const atLeast = (length: number, read: Row["read"]): Row => ({ length, mayBeLonger: true, read });

/** A pair of numbers and the status byte: six messages look so. */
const two = (read: (a: number, b: number, flags: Flags) => Message): Row =>
  exactly(4, (body) => read(byteAt(body, 1), byteAt(body, 2), flagsOf(byteAt(body, 3))));

const ROWS: Readonly<Record<number, Row>> = {
  0: exactly(9, (body) => ({ message: 0, ...statusOf(body) })),
  1: two((amplitudeA, amplitudeB, flags) => ({ message: 1, amplitudeA, amplitudeB, ...flags })),
  2: two((didtA, didtB, flags) => ({ message: 2, didtA, didtB, ...flags })),
  3: two((temperatureC, coilNumber, flags) => ({ message: 3, temperatureC, coilNumber, ...flags })),
  4: exactly(13, (body) => ({
    message: 4,
    maxAmplitudeUv: signedLongAt(body, 1),
    minAmplitudeUv: signedLongAt(body, 5),
    maxTimeUs: longAt(body, 9),
  })),
  5: exactly(15, (body) => ({
    ...statusOf(body),
    message: 5,
    originalA: byteAt(body, 9),
    originalB: byteAt(body, 10),
    factorA: byteAt(body, 11) / 100,
    factorB: byteAt(body, 12) / 100,
    page: byteAt(body, 13),
    running: byteAt(body, 14) !== 0,
  })),
  6: two((originalA, originalB, flags) => ({ message: 6, originalA, originalB, ...flags })),
  7: two((a, b, flags) => ({ message: 7, factorA: a / 100, factorB: b / 100, ...flags })),
  8: two((page, running, flags) => ({ message: 8, page, running: running !== 0, ...flags })),
  9: atLeast(10, settingsOf),
  10: atLeast(8, (body) => ({
    message: 10,
    inputTrigMs: wordAt(body, 2) / 10,
    outputTrigMs: signedWordAt(body, 4) / 10,
    chargeMs: wordAt(body, 6),
  })),
  11: atLeast(14, trainOf),
  12: atLeast(14, (body) => ({ message: 12, stimCount: wordAt(body, 9), page: byteAt(body, 13) })),
};

/** Never throws. A number that nobody has described is an unknown message, not a fault. */
export function readMessage(body: Uint8Array): Result<Message, WireFault> {
  const message = byteAt(body, 0);
  const row = ROWS[message];
  if (row === undefined) return ok({ message, unknown: true });
  const fits = row.mayBeLonger ? body.length >= row.length : body.length === row.length;
  const read = fits ? row.read(body) : null;
  if (read !== null) return ok(read);
  const why = fits ? "a field is out of its range" : `${body.length} bytes, not ${row.length}`;
  return err({ code: "WIRE_BAD_FIELD", why: `message ${message}: ${why}` });
}

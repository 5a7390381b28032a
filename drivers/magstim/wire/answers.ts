/**
 * What the device can say. Layouts by command and version: `nicolasmcnair/magpy`,
 * `nigelrogasch/MAGIC`; the three characters of `I` and the seven bytes of `o` on version 9 follow
 * MAGIC; `X` is `cboulay/magstim_python`.
 */

import { err, ok } from "../../../src/base/result.ts";
import type { Result } from "../../../src/contract/result.ts";
import { type Dialect, parseVersionAnswer, UNLOCK_MAJOR, type WireModel } from "./dialect.ts";
import { checksumFault, digitsToNumber, toLatin1, type WireFault } from "./frame.ts";
import { type Looker, MAX_FRAME_BYTES } from "./splitter.ts";
import {
  type ExtendedBits,
  extendedBits,
  type InstrumentBits,
  instrumentBits,
  type RapidBits,
  rapidBits,
} from "./status.ts";

export interface RapidParameters {
  /** Percent of maximum output. */
  readonly power: number;
  /** Hz. */
  readonly frequency: number;
  readonly nPulses: number;
  /** s. */
  readonly duration: number;
  /** s; the wait after a train. */
  readonly wait: number;
}

export interface GoodAnswer {
  readonly kind: "good";
  /** The command that is answered. */
  readonly reply: string;
  readonly instr: InstrumentBits;
  readonly rapid?: RapidBits;
  readonly extInstr?: ExtendedBits;
  readonly rapidParam?: RapidParameters;
  /** `unused`: the digits behind the power where they are not all 0, which no 200² sends. */
  readonly magstimParam?: { readonly power: number; readonly unused?: string };
  /** `ppOffset`: the three digits as they stand, ms or tenths of it by the resolution mode. */
  readonly bistimParam?: {
    readonly powerA: number;
    readonly powerB: number;
    readonly ppOffset: number;
  };
  /** Degrees Celsius. */
  readonly magstimTemp?: { readonly coil1Temp: number; readonly coil2Temp: number };
  readonly errorCode?: string;
  /** The digits as a number. */
  readonly chargeDelay?: number;
  readonly systemMode?: string;
  readonly master?: boolean;
  readonly highResolution?: boolean;
}

export type Answer =
  | GoodAnswer
  | {
      readonly kind: "version";
      readonly reply: "N";
      readonly version: readonly number[];
      readonly text: string;
    }
  | {
      readonly kind: "refusal";
      readonly reply: string;
      readonly error: "unknown command" | "bad data" | "conflict";
    };

type Part = "status" | "rapid" | "extended" | { readonly chars: number };

/** A good answer while it is put together. */
type Draft = { -readonly [K in keyof GoodAnswer]: GoodAnswer[K] };

interface AnswerRow {
  readonly reply: string;
  readonly models: readonly WireModel[];
  readonly sinceMajor?: number;
  parts(dialect: Dialect): readonly Part[];
  /** Reads the characters behind the status bytes; false when they are not what belongs there. */
  readonly payload?: (answer: Draft, frame: Uint8Array, at: number, dialect: Dialect) => boolean;
}

const ALL: readonly WireModel[] = ["200", "bistim", "rapid", "horizon"];
const RAPIDS: readonly WireModel[] = ["rapid", "horizon"];

/** Digits of power, frequency, pulses, duration and wait in the answer to `\`. */
const WIDTHS_TO_6: readonly number[] = [3, 4, 4, 3, 3];
const WIDTHS_TO_8: readonly number[] = [3, 4, 4, 3, 4];
const WIDTHS_LATEST: readonly number[] = [3, 4, 5, 4, 4];

function parameterWidths({ model, major }: Dialect): readonly number[] {
  if (model === "horizon" || major >= UNLOCK_MAJOR) return WIDTHS_LATEST;
  return major >= 7 ? WIDTHS_TO_8 : WIDTHS_TO_6;
}

/** Cuts decimal digits into numbers; null when there is anything but digits. */
function numbers(
  frame: Uint8Array,
  from: number,
  widths: readonly number[],
): readonly number[] | null {
  const out: number[] = [];
  let at = from;
  for (const width of widths) {
    const value = digitsToNumber(frame, at, at + width);
    if (value === null) return null;
    out.push(value);
    at += width;
  }
  return out;
}

function rapidPayload(answer: Draft, frame: Uint8Array, at: number, dialect: Dialect): boolean {
  const read = numbers(frame, at, parameterWidths(dialect));
  if (read === null) return false;
  const [power = 0, frequency = 0, nPulses = 0, duration = 0, wait = 0] = read;
  answer.rapidParam = {
    power,
    frequency: frequency / 10,
    nPulses,
    duration: duration / 10,
    wait: wait / 10,
  };
  return true;
}

function powerPayload(answer: Draft, frame: Uint8Array, at: number, { model }: Dialect): boolean {
  const read = numbers(frame, at, [3, 3, 3]);
  if (read === null) return false;
  const [powerA = 0, powerB = 0, ppOffset = 0] = read;
  if (model !== "200") answer.bistimParam = { powerA, powerB, ppOffset };
  else if (powerB === 0 && ppOffset === 0) answer.magstimParam = { power: powerA };
  else answer.magstimParam = { power: powerA, unused: toLatin1(frame, at + 3, at + 9) };
  return true;
}

function temperaturePayload(answer: Draft, frame: Uint8Array, at: number): boolean {
  const read = numbers(frame, at, [3, 3]);
  if (read === null) return false;
  const [coil1 = 0, coil2 = 0] = read;
  answer.magstimTemp = { coil1Temp: coil1 / 10, coil2Temp: coil2 / 10 };
  return true;
}

/** Slaves show `Q` `R` `S` `T` where masters show `1` to `4` (README of `cboulay/magstim_python`). */
function modePayload(answer: Draft, frame: Uint8Array, at: number): boolean {
  const text = toLatin1(frame, at, at + 1);
  if (!/^[0-4QRST]$/.test(text)) return false;
  answer.systemMode = text;
  answer.master = /[0-4]/.test(text);
  answer.highResolution = text === "4" || text === "T";
  return true;
}

function errorPayload(answer: Draft, frame: Uint8Array, at: number): boolean {
  answer.errorCode = toLatin1(frame, at, at + 3);
  return true;
}

/** The digits go on to the checksum. */
function chargeDelayPayload(answer: Draft, frame: Uint8Array, at: number): boolean {
  const chargeDelay = digitsToNumber(frame, at, frame.length - 1);
  if (chargeDelay === null) return false;
  answer.chargeDelay = chargeDelay;
  return true;
}

const plain = (): readonly Part[] => ["status"];
const withRapid = (): readonly Part[] => ["status", "rapid"];

const ROWS: readonly AnswerRow[] = [
  { reply: "Q", models: ALL, parts: plain },
  { reply: "R", models: ALL, parts: plain },
  { reply: "@", models: ALL, parts: plain },
  { reply: "E", models: ALL, parts: plain },
  { reply: "A", models: ["bistim"], parts: plain },
  { reply: "C", models: ["bistim"], parts: plain },
  { reply: "Y", models: ["bistim"], parts: plain },
  { reply: "Z", models: ["bistim"], parts: plain },
  { reply: "b", models: RAPIDS, parts: plain },
  { reply: "F", models: ALL, parts: () => ["status", { chars: 6 }], payload: temperaturePayload },
  {
    reply: "J",
    models: ["200", "bistim"],
    parts: () => ["status", { chars: 9 }],
    payload: powerPayload,
  },
  { reply: "X", models: ["bistim"], parts: () => ["status", { chars: 1 }], payload: modePayload },
  {
    reply: "I",
    models: RAPIDS,
    parts: () => ["status", { chars: 3 }],
    payload: errorPayload,
  },
  { reply: "^", models: ["rapid"], parts: withRapid },
  { reply: "_", models: ["rapid"], parts: withRapid },
  { reply: "B", models: RAPIDS, parts: withRapid },
  { reply: "D", models: RAPIDS, parts: withRapid },
  { reply: "[", models: RAPIDS, parts: withRapid },
  {
    reply: "\\",
    models: RAPIDS,
    parts: (dialect) => [
      "status",
      "rapid",
      { chars: parameterWidths(dialect).reduce((sum, width) => sum + width, 0) },
    ],
    payload: rapidPayload,
  },
  {
    reply: "x",
    models: RAPIDS,
    sinceMajor: UNLOCK_MAJOR,
    parts: () => ["status", "rapid", "extended"],
  },
  {
    reply: "n",
    models: ["rapid"],
    sinceMajor: UNLOCK_MAJOR,
    // Four bytes were measured on version 9; the manufacturer states six (`nigelrogasch/MAGIC`, issue 2).
    parts: ({ major }) => (major >= 10 ? ["status", "rapid", "extended"] : ["status", "rapid"]),
  },
  {
    reply: "o",
    models: ["rapid"],
    sinceMajor: UNLOCK_MAJOR,
    parts: ({ major }) => ["status", { chars: major >= 10 ? 5 : 4 }],
    payload: chargeDelayPayload,
  },
];

const VERSION_BYTE = 0x4e;
const QUESTION_MARK = 0x3f;
/** `S` in the place of the status byte: standby and armed at once, which no status can be. */
const CONFLICT_MARK = 0x53;

const partLength = (part: Part): number =>
  part === "extended" ? 2 : part === "status" || part === "rapid" ? 1 : part.chars;

/** An answer as one dialect lays it out. */
interface Layout {
  readonly row: AnswerRow;
  readonly parts: readonly Part[];
  /** With the letter in front and the checksum at the end. */
  readonly length: number;
}

const layouts = new WeakMap<Dialect, ReadonlyMap<number, Layout>>();

/** The answers of a dialect by their first byte; worked out once, since every byte asks for it. */
function layoutsOf(dialect: Dialect): ReadonlyMap<number, Layout> {
  const known = layouts.get(dialect);
  if (known !== undefined) return known;
  const { model, major } = dialect;
  const spoken = ROWS.filter(
    ({ models, sinceMajor }) =>
      models.includes(model) && (model === "horizon" || major >= (sinceMajor ?? 0)),
  );
  const made = new Map(
    spoken.map((row): [number, Layout] => {
      const parts = row.parts(dialect);
      const length = parts.reduce((sum, part) => sum + partLength(part), 2);
      return [row.reply.charCodeAt(0), { row, parts, length }];
    }),
  );
  layouts.set(dialect, made);
  return made;
}

/** Length with checksum; "more" while the bytes do not tell, null when no answer begins here. */
function answerLength(bytes: Uint8Array, dialect: Dialect): number | "more" | null {
  const reply = bytes[0] ?? 0;
  const second = bytes[1];
  const isVersion = reply === VERSION_BYTE && RAPIDS.includes(dialect.model);
  const layout = layoutsOf(dialect).get(reply);
  if (layout === undefined && !isVersion) return null;
  if (second === undefined) return "more";
  if (second === QUESTION_MARK || second === CONFLICT_MARK) return 3;
  return layout?.length ?? versionLength(bytes);
}

/** The text of `N` ends with a zero byte; anything unprintable before that is no version. */
function versionLength(bytes: Uint8Array): number | "more" | null {
  const end = bytes.findIndex((byte) => byte < 0x20 || byte > 0x7e);
  if (end >= 0) return bytes[end] === 0 && end + 2 <= MAX_FRAME_BYTES ? end + 2 : null;
  return bytes.length < MAX_FRAME_BYTES ? "more" : null;
}

const NOT_KNOWN: Answer = { kind: "refusal", reply: "?", error: "unknown command" };

/** The judge of a device's bytes for the splitter. */
export function lookAtDevice(dialect: Dialect): Looker<Answer> {
  return (bytes, atBorder) => {
    // The lone `?` has no checksum, so it counts only where a frame can begin, never inside junk.
    if (bytes[0] === QUESTION_MARK && atBorder) {
      return { kind: "frame", length: 1, meaning: NOT_KNOWN };
    }
    const length = answerLength(bytes, dialect);
    if (length === null) {
      return {
        kind: "bad",
        length: null,
        fault: { code: "WIRE_UNKNOWN_FRAME", why: "no answer of this device begins here" },
      };
    }
    if (length === "more" || bytes.length < length) return { kind: "more" };
    const frame = bytes.length === length ? bytes : bytes.slice(0, length);
    const decoded = decodeAnswer(frame, dialect);
    return decoded.ok
      ? { kind: "frame", length, meaning: decoded.value }
      : { kind: "bad", length, fault: decoded.error };
  };
}

/** What one complete answer means. */
export function decodeAnswer(frame: Uint8Array, dialect: Dialect): Result<Answer, WireFault> {
  const reply = frame[0] ?? 0;
  const second = frame[1] ?? 0;
  if (frame.length === 1 && reply === QUESTION_MARK) {
    return ok(NOT_KNOWN);
  }
  const length = answerLength(frame, dialect);
  if (length === null)
    return err({ code: "WIRE_UNKNOWN_FRAME", why: "no answer of this device begins so" });
  if (length === "more" || frame.length < length)
    return err({ code: "WIRE_CUT_FRAME", why: "the answer ends too early" });
  if (frame.length > length)
    return err({ code: "WIRE_UNKNOWN_FRAME", why: `${frame.length - length} bytes too many` });
  const torn = checksumFault(frame);
  if (torn !== null) return err(torn);
  const byte = String.fromCharCode(reply);
  if (length === 3 && second === QUESTION_MARK)
    return ok({ kind: "refusal", reply: byte, error: "bad data" });
  if (length === 3 && second === CONFLICT_MARK)
    return ok({ kind: "refusal", reply: byte, error: "conflict" });
  if (reply === VERSION_BYTE) return decodeVersion(toLatin1(frame, 1, frame.length - 2));
  const layout = layoutsOf(dialect).get(reply);
  if (layout === undefined)
    return err({ code: "WIRE_UNKNOWN_FRAME", why: "no answer of this device begins so" });
  return decodeGood(layout, frame, dialect);
}

function decodeVersion(text: string): Result<Answer, WireFault> {
  const version = parseVersionAnswer(text);
  if (version === null)
    return err({ code: "WIRE_BAD_FIELD", why: "the version text holds no digits" });
  return ok({ kind: "version", reply: "N", version, text });
}

function decodeGood(
  { row, parts }: Layout,
  frame: Uint8Array,
  dialect: Dialect,
): Result<Answer, WireFault> {
  const answer: Draft = { kind: "good", reply: row.reply, instr: instrumentBits(frame[1] ?? 0) };
  let at = 1;
  for (const part of parts) {
    const first = frame[at] ?? 0;
    if (part === "rapid") answer.rapid = rapidBits(first);
    else if (part === "extended") answer.extInstr = extendedBits(first, frame[at + 1] ?? 0);
    else if (part !== "status" && row.payload?.(answer, frame, at, dialect) !== true) {
      const why = `the payload of ${row.reply} is not what belongs there`;
      return err({ code: "WIRE_BAD_FIELD", why });
    }
    at += partLength(part);
  }
  return ok(answer);
}

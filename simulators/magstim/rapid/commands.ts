import { asciiOf } from "../checksum.ts";
import type { DataLength } from "../hostStream.ts";
import type { BodyInput } from "./inputs.ts";
import type { RapidVariant } from "./variant.ts";

export type Query =
  | "temperature"
  | "version"
  | "parameters"
  | "error-code"
  | "system-status"
  | "charge-delay";

/** A command of the host, decoded. `code` is null for the plain padding byte. */
export type RapidCommand =
  | { readonly kind: "take-control"; readonly code: string | null }
  | { readonly kind: "query"; readonly what: Query }
  | { readonly kind: "act"; readonly input: BodyInput };

type Decoder = (data: readonly number[], variant: RapidVariant) => RapidCommand | null;

interface CommandRow {
  readonly letter: string;
  /** Number of data bytes, checksum not counted; null: this version does not know the command. */
  readonly dataLength: (variant: RapidVariant) => number | null;
  /** `some`: of the three `E` commands only disarming is free. */
  readonly needsControl: "yes" | "no" | "some";
  readonly decode: Decoder;
}

const UNLOCK_CODE_LENGTH = 16;
const LETTER_Q = 0x51;
/** `@`, the padding byte that clients send by convention. */
const PADDING = 0x40;

/** Every command of the Rapid group (`nicolasmcnair/magpy`, `nigelrogasch/MAGIC`); the padding byte is not looked at. */
const ROWS: readonly CommandRow[] = [
  { letter: "Q", dataLength: () => 1, needsControl: "no", decode: decodeTakeControl },
  {
    letter: "R",
    dataLength: () => 1,
    needsControl: "no",
    decode: act({ kind: "give-up-control" }),
  },
  {
    letter: "@",
    dataLength: () => 3,
    needsControl: "yes",
    decode: (data) => number(data, 0, 110, (pct) => ({ kind: "set-power", pct })),
  },
  { letter: "E", dataLength: () => 1, needsControl: "some", decode: decodeE },
  { letter: "F", dataLength: () => 1, needsControl: "no", decode: query("temperature") },
  {
    letter: "N",
    dataLength: () => 1,
    needsControl: "yes",
    decode: (data) => (isLetter(data, "D") ? { kind: "query", what: "version" } : null),
  },
  { letter: "\\", dataLength: () => 1, needsControl: "no", decode: query("parameters") },
  { letter: "I", dataLength: () => 1, needsControl: "yes", decode: query("error-code") },
  { letter: "b", dataLength: () => 1, needsControl: "yes", decode: act({ kind: "ignore-switch" }) },
  {
    letter: "^",
    dataLength: () => 1,
    needsControl: "yes",
    decode: act({ kind: "enhanced-power", on: true }),
  },
  {
    letter: "_",
    dataLength: () => 1,
    needsControl: "yes",
    decode: act({ kind: "enhanced-power", on: false }),
  },
  { letter: "B", dataLength: () => 4, needsControl: "yes", decode: decodeFrequency },
  {
    letter: "D",
    dataLength: ({ widths }) => widths.pulses,
    needsControl: "yes",
    decode: (data, { ranges }) =>
      number(data, 1, ranges.maxPulses, (pulses) => ({ kind: "set-pulses", pulses })),
  },
  {
    letter: "[",
    dataLength: ({ widths }) => widths.durationTenthsS,
    needsControl: "yes",
    decode: decodeDuration,
  },
  { letter: "x", dataLength: from9(1), needsControl: "yes", decode: query("system-status") },
  {
    letter: "n",
    dataLength: ({ widths }) => widths.chargeDelayMs,
    needsControl: "yes",
    decode: (data, { ranges }) =>
      number(data, 0, ranges.maxChargeDelayMs, (delayMs) => ({
        kind: "set-charge-delay",
        delayMs,
      })),
  },
  { letter: "o", dataLength: from9(1), needsControl: "yes", decode: query("charge-delay") },
];

const ROW_OF: ReadonlyMap<number, CommandRow> = new Map(
  ROWS.map((row) => [row.letter.charCodeAt(0), row]),
);

/**
 * The lengths by which the host's bytes are split. From version 9 a `Q` carries the code, unless its
 * first data byte is the padding byte: that frame is short, and a locked unit leaves it unanswered.
 */
export function dataLengthOf(variant: RapidVariant): DataLength {
  return (command, firstData) => {
    if (command === LETTER_Q && variant.major >= 9) {
      if (firstData === null) return "wait";
      return firstData === PADDING ? 1 : (variant.unlockCode?.length ?? UNLOCK_CODE_LENGTH);
    }
    return ROW_OF.get(command)?.dataLength(variant) ?? "unknown";
  };
}

/** Null: data that is not acceptable. The frame must have been split by `dataLengthOf`. */
export function decodeCommand(
  command: number,
  data: readonly number[],
  variant: RapidVariant,
): RapidCommand | null {
  return ROW_OF.get(command)?.decode(data, variant) ?? null;
}

export function needsControl(command: number, data: readonly number[]): boolean {
  const needed = ROW_OF.get(command)?.needsControl ?? "no";
  return needed === "yes" || (needed === "some" && !isLetter(data, "A"));
}

function from9(length: number): CommandRow["dataLength"] {
  return ({ major }) => (major >= 9 ? length : null);
}

function isLetter(data: readonly number[], letter: string): boolean {
  return data[0] === letter.charCodeAt(0);
}

function query(what: Query): Decoder {
  return () => ({ kind: "query", what });
}

function act(input: BodyInput): Decoder {
  return () => ({ kind: "act", input });
}

function decodeTakeControl(data: readonly number[]): RapidCommand {
  const code = data.length === 1 ? null : String.fromCharCode(...data);
  return { kind: "take-control", code };
}

function decodeE(data: readonly number[]): RapidCommand | null {
  if (isLetter(data, "A")) return { kind: "act", input: { kind: "disarm" } };
  if (isLetter(data, "B")) return { kind: "act", input: { kind: "arm" } };
  if (isLetter(data, "H")) return { kind: "act", input: { kind: "fire", cause: "serial" } };
  return null;
}

function decodeFrequency(data: readonly number[], { ranges }: RapidVariant): RapidCommand | null {
  return number(data, 1, 9999, (tenthsHz) =>
    isOnStep(tenthsHz, ranges.tenthsUpTo) ? { kind: "set-frequency", tenthsHz } : null,
  );
}

function decodeDuration(data: readonly number[], { ranges }: RapidVariant): RapidCommand | null {
  return number(data, 0, ranges.maxDurationTenthsS, (tenthsS) =>
    isOnStep(tenthsS, ranges.tenthsUpTo) ? { kind: "set-duration", tenthsS } : null,
  );
}

function isOnStep(tenths: number, tenthsUpTo: number | null): boolean {
  return tenthsUpTo === null || tenths <= tenthsUpTo || tenths % 10 === 0;
}

/** Decimal digits, most significant first; null outside the bounds or with anything that is no digit. */
function number(
  data: readonly number[],
  lowest: number,
  highest: number,
  make: (value: number) => BodyInput | null,
): RapidCommand | null {
  const [zero = 0, nine = 0] = asciiOf("09");
  if (!data.every((byte) => byte >= zero && byte <= nine)) return null;
  const value = data.reduce((total, byte) => total * 10 + (byte - zero), 0);
  const input = value >= lowest && value <= highest ? make(value) : null;
  return input === null ? null : { kind: "act", input };
}

import type { Answer } from "../wire/answers.ts";
import { digits, temperatureDigits } from "../wire/digits.ts";
import {
  type ExtendedBits,
  extendedBytes,
  type InstrumentBits,
  instrumentByte,
  type RapidBits,
  rapidByte,
} from "../wire/status.ts";
import type { RapidVariant } from "./variant.ts";

/** What `\` shows, in the units of the wire. */
export interface ShownParameters {
  readonly powerPct: number;
  readonly frequencyTenthsHz: number;
  readonly pulses: number;
  readonly durationTenthsS: number;
  readonly waitTenthsS: number;
}

/** All that an answer may show. Each answer shows the part that its command and version ask for. */
export interface Reading {
  readonly instrument: InstrumentBits;
  readonly rapid: RapidBits;
  readonly extended: ExtendedBits;
  readonly parameters: ShownParameters;
  /** Two windings of one coil. */
  readonly temperaturesC: readonly [number, number];
  /** Three characters. */
  readonly errorCode: string;
  readonly chargeDelayMs: number;
}

/** Answers that carry the rapid status behind the instrument's; the others carry the instrument's alone. */
const WITH_RAPID_STATUS: readonly string[] = ["\\", "^", "_", "B", "D", "[", "n"];

/** The good answer to a command, by its letter and the version (`nicolasmcnair/magpy`). */
export function goodAnswer(command: number, reading: Reading, variant: RapidVariant): Answer {
  const letter = String.fromCharCode(command);
  if (letter === "N") return { kind: "version", text: variant.versionText };
  if (letter === "I" && variant.choices.errorCode === "conflict")
    return { kind: "conflict", command };
  return {
    kind: "status",
    command,
    status: statusOf(letter, reading, variant),
    payload: payloadOf(letter, reading, variant),
  };
}

function statusOf(letter: string, reading: Reading, variant: RapidVariant): readonly number[] {
  const instrument = instrumentByte(reading.instrument);
  const rapid = rapidByte(reading.rapid);
  // Four bytes were measured in answer to `n` on a version 9 unit, six from 10 (`nigelrogasch/MAGIC` issue 2).
  const isLongSet = variant.major >= 10 || variant.choices.chargeDelaySet === "6";
  if (letter === "x" || (letter === "n" && isLongSet))
    return [instrument, rapid, ...extendedStatus(reading.extended, variant)];
  if (WITH_RAPID_STATUS.includes(letter)) return [instrument, rapid];
  return [instrument];
}

function extendedStatus(bits: ExtendedBits, { choices }: RapidVariant): readonly number[] {
  const [high, low] = extendedBytes(bits);
  return choices.extendedStatus === "high-first" ? [high, low] : [low, high];
}

function payloadOf(letter: string, reading: Reading, { widths }: RapidVariant): string {
  switch (letter) {
    case "F":
      return temperatureDigits(reading.temperaturesC);
    case "I":
      return reading.errorCode;
    case "o":
      return digits(reading.chargeDelayMs, widths.chargeDelayShown);
    case "\\": {
      const shown = reading.parameters;
      return [
        digits(shown.powerPct, 3),
        digits(shown.frequencyTenthsHz, 4),
        digits(shown.pulses, widths.pulses),
        digits(shown.durationTenthsS, widths.durationTenthsS),
        digits(shown.waitTenthsS, widths.waitTenthsS),
      ].join("");
    }
    default:
      return "";
  }
}

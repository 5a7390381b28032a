/**
 * Host to device: every byte goes out twice, and its value says what it is. No lengths, no marks, no
 * checksum, no answer. Sources: `nigelrogasch/MAGIC`, `puichuentam/duomagmp-toolbox-py`,
 * `prakarshyadav/TMS_gui`.
 */
import { err, ok } from "../../../src/base/result.ts";
import type { Result } from "../../../src/contract/result.ts";
import { type Delay, MAX_STEPS, UNITS_US } from "./delay.ts";
import type { WireFault } from "./fault.ts";

export type DelayName = "recharge delay" | "trigger-out delay";

export type Command =
  | { readonly command: "intensity"; readonly percent: number }
  | { readonly command: "fire" }
  | ({ readonly command: DelayName } & Delay);

const FIRE = 0x79;
const MAX_PERCENT = 100;

/** First values of the two halves of a delay; a half has 32 values. */
const HALVES: Readonly<Record<DelayName, { readonly upper: number; readonly lower: number }>> = {
  "recharge delay": { upper: 0x80, lower: 0xa0 },
  "trigger-out delay": { upper: 0xc0, lower: 0xe0 },
};
const NAMES = Object.keys(HALVES) as readonly DelayName[];
const HALF_VALUES = 32;

const twice = (...values: readonly number[]): Uint8Array =>
  Uint8Array.from(values.flatMap((value) => [value, value]));

const outOfRange = (why: string): Result<never, WireFault> =>
  err({ code: "WIRE_OUT_OF_RANGE", why });

function isWholeUpTo(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}

/** The bytes of one write. */
export function encode(command: Command): Result<Uint8Array, WireFault> {
  switch (command.command) {
    case "fire":
      return ok(twice(FIRE));
    case "intensity":
      return isWholeUpTo(command.percent, MAX_PERCENT)
        ? ok(twice(command.percent))
        : outOfRange(`intensity ${command.percent} is no whole percent from 0 to ${MAX_PERCENT}`);
    default:
      return encodeDelay(command);
  }
}

/** Upper half first: five bits of the steps; then the code of the unit and the other two bits. */
function encodeDelay({
  command,
  steps,
  exponent,
}: { readonly command: DelayName } & Delay): Result<Uint8Array, WireFault> {
  if (!isWholeUpTo(steps, MAX_STEPS)) return outOfRange(`${steps} steps; 0 to ${MAX_STEPS} fit`);
  if (!isWholeUpTo(exponent, UNITS_US.length - 1)) return outOfRange(`no unit ${exponent}`);
  const { upper, lower } = HALVES[command];
  return ok(twice(upper + (steps >> 2), lower + (exponent << 2) + (steps & 3)));
}

/** What the bytes from one place of a capture on are. */
export type HostPiece =
  | { readonly kind: "command"; readonly length: number; readonly command: Command }
  /** A value without a known meaning, or a byte that is not repeated: a device does nothing. */
  | { readonly kind: "nothing"; readonly length: number }
  | { readonly kind: "bad"; readonly length: number; readonly fault: WireFault };

/** Reads one piece; `at` is within the bytes. */
export function hostPieceAt(bytes: Uint8Array, at: number): HostPiece {
  const value = bytes[at] ?? 0;
  if (bytes[at + 1] !== value) return { kind: "nothing", length: 1 };
  if (value <= MAX_PERCENT)
    return { kind: "command", length: 2, command: { command: "intensity", percent: value } };
  if (value === FIRE) return { kind: "command", length: 2, command: { command: "fire" } };
  const name = NAMES.find((one) => value >= HALVES[one].upper && value < HALVES[one].upper + 64);
  return name === undefined ? { kind: "nothing", length: 2 } : delayAt(bytes, at, name);
}

function delayAt(bytes: Uint8Array, at: number, name: DelayName): HostPiece {
  const { upper, lower } = HALVES[name];
  const high = (bytes[at] ?? 0) - upper;
  const low = (bytes[at + 2] ?? 0) - lower;
  if (high >= HALF_VALUES) {
    const why = `a lower half of a ${name} without its upper half`;
    return { kind: "bad", length: 2, fault: { code: "WIRE_UNKNOWN_FRAME", why } };
  }
  if (bytes[at + 2] !== bytes[at + 3] || low < 0 || low >= HALF_VALUES) {
    const why = `an upper half of a ${name} without its lower half`;
    return { kind: "bad", length: 2, fault: { code: "WIRE_CUT_FRAME", why } };
  }
  const delay = { steps: high * 4 + (low & 3), exponent: low >> 2 };
  return { kind: "command", length: 4, command: { command: name, ...delay } };
}

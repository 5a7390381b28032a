/**
 * The host's side of the wire: single bytes, each sent twice. The value alone says what it is
 * (`nigelrogasch/MAGIC`, `puichuentam/duomagmp-toolbox-py`).
 */

export type DelayKind = "recharge" | "triggerOut";

export interface Delay {
  /** 0..127. */
  readonly steps: number;
  /** 0..7, see `DELAY_UNITS_US`. */
  readonly exponent: number;
}

export type HostCommand =
  | { readonly kind: "intensity"; readonly pct: number }
  | { readonly kind: "fire" }
  | { readonly kind: "delay"; readonly of: DelayKind; readonly delay: Delay };

/** One step of a delay by exponent, microseconds. */
export const DELAY_UNITS_US: readonly number[] = [50, 100, 200, 500, 1000, 2000, 5000, 10_000];

export function delayMs({ steps, exponent }: Delay): number {
  return (steps * (DELAY_UNITS_US[exponent] ?? 0)) / 1000;
}

/** The upper five bits of a step count, until the lower two arrive. */
interface UpperHalf {
  readonly of: DelayKind;
  readonly bits: number;
}

export interface HostBytes {
  /** A byte that has come once. */
  readonly candidate: number | null;
  readonly upper: UpperHalf | null;
}

export const NOTHING_HEARD: HostBytes = { candidate: null, upper: null };

export interface Pushed {
  readonly state: HostBytes;
  readonly commands: readonly HostCommand[];
}

/**
 * A byte acts only if the same byte follows; a different one becomes the new candidate. Nothing
 * says that a candidate grows old, so it does not.
 */
export function pushHostBytes(start: HostBytes, bytes: Uint8Array): Pushed {
  const commands: HostCommand[] = [];
  let state = start;
  for (const byte of bytes) {
    if (state.candidate !== byte) {
      state = { ...state, candidate: byte };
      continue;
    }
    const { upper, command } = meaningOf(byte, state.upper);
    state = { candidate: null, upper };
    if (command !== null) commands.push(command);
  }
  return { state, commands };
}

interface Meaning {
  readonly upper: UpperHalf | null;
  readonly command: HostCommand | null;
}

const FIRE = 121;
const HIGHEST_INTENSITY = 100;
const FIRST_DELAY = 128;
/** Of the delay bytes: which delay, and which half of it. */
const TRIGGER_OUT_BIT = 0x40;
const LOWER_HALF_BIT = 0x20;

function meaningOf(byte: number, upper: UpperHalf | null): Meaning {
  if (byte <= HIGHEST_INTENSITY) return { upper: null, command: { kind: "intensity", pct: byte } };
  if (byte === FIRE) return { upper: null, command: { kind: "fire" } };
  // 101..120 and 122..127 have no known meaning, and none here.
  if (byte < FIRST_DELAY) return { upper: null, command: null };
  const of: DelayKind = (byte & TRIGGER_OUT_BIT) === 0 ? "recharge" : "triggerOut";
  if ((byte & LOWER_HALF_BIT) === 0) return { upper: { of, bits: byte & 0x1f }, command: null };
  // A lower half counts only right after the upper half of the same delay.
  if (upper?.of !== of) return { upper: null, command: null };
  const delay = { steps: (upper.bits << 2) | (byte & 0x03), exponent: (byte >> 2) & 0x07 };
  return { upper: null, command: { kind: "delay", of, delay } };
}

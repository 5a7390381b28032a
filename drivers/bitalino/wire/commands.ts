/** Commands of one byte, two for the PWM output; their meaning depends on the state of the box. */
import { err, ok, type Result } from "../../../src/base/result.ts";

export const RATES_HZ = [1, 10, 100, 1000] as const;
export type RateHz = (typeof RATES_HZ)[number];

export const INPUTS = ["A1", "A2", "A3", "A4", "A5", "A6"] as const;
export type Input = (typeof INPUTS)[number];

export type Command =
  | { readonly kind: "version" }
  | { readonly kind: "status" }
  | { readonly kind: "rate"; readonly rate_hz: RateHz }
  /** `simulated`: frames of the same form with a signal of the box itself. */
  | { readonly kind: "start"; readonly channels: readonly Input[]; readonly simulated: boolean }
  /** In a stream; when idle the same byte is a battery threshold of 0. */
  | { readonly kind: "stop" }
  /** From any state, version 4.2 and later. */
  | { readonly kind: "idle" }
  | { readonly kind: "battery"; readonly threshold: number }
  | { readonly kind: "outputs"; readonly O1: 0 | 1; readonly O2: 0 | 1 }
  | { readonly kind: "pwm"; readonly pwm: number };

const LIVE = 0x01;
const SIMULATED = 0x02;
const RATE = 0x03;
const OUTPUTS = 0xb3;
const PWM = 0xa3;

export function encode(command: Command): Result<Uint8Array, string> {
  switch (command.kind) {
    case "version":
      return ok(Uint8Array.of(0x07));
    case "status":
      return ok(Uint8Array.of(0x0b));
    case "rate":
      return ok(Uint8Array.of((RATES_HZ.indexOf(command.rate_hz) << 6) | RATE));
    case "start":
      return startByte(command.channels, command.simulated ? SIMULATED : LIVE);
    case "stop":
      return ok(Uint8Array.of(0x00));
    case "idle":
      return ok(Uint8Array.of(0xff));
    case "battery":
      if (!isWithin(command.threshold, 63)) return err("battery threshold: expected 0 to 63");
      return ok(Uint8Array.of(command.threshold << 2));
    case "outputs":
      return ok(Uint8Array.of(OUTPUTS | (command.O1 << 2) | (command.O2 << 3)));
    case "pwm":
      if (!isWithin(command.pwm, 255)) return err("pwm: expected 0 to 255");
      return ok(Uint8Array.of(PWM, command.pwm));
  }
}

const isWithin = (value: number, most: number): boolean =>
  Number.isInteger(value) && value >= 0 && value <= most;

function startByte(channels: readonly Input[], mode: number): Result<Uint8Array, string> {
  if (channels.length === 0) return err("no channel to start with");
  const mask = channels.reduce((bits, input) => bits | (1 << INPUTS.indexOf(input)), 0);
  return ok(Uint8Array.of((mask << 2) | mode));
}

export interface Read {
  readonly meaning: Readonly<Record<string, unknown>>;
  readonly length: number;
}

/**
 * What a byte of the host means, on its own: those that mean one thing when idle and another in a
 * stream are read as what the client sends them for. Null: nothing that is known.
 */
export function decode(bytes: Uint8Array, at: number): Read | null {
  const byte = bytes[at] ?? 0;
  const one = (meaning: Read["meaning"]): Read => ({ meaning, length: 1 });
  const fixed = FIXED.get(byte);
  if (fixed !== undefined) return one(fixed);
  if (byte === PWM) {
    const pwm = bytes[at + 1];
    return pwm === undefined ? null : { meaning: { decoded: { pwm } }, length: 2 };
  }
  if ((byte & 0xf3) === OUTPUTS)
    return one({ decoded: { O1: (byte >> 2) & 1, O2: (byte >> 3) & 1 } });
  if ((byte & 0x03) === 0)
    return one({ decoded: { threshold: byte >> 2, volts_approx: 3.4 + ((byte >> 2) * 0.4) / 63 } });
  return modeByte(byte);
}

const FIXED: ReadonlyMap<number, Read["meaning"]> = new Map<number, Read["meaning"]>([
  [0x00, { decoded: "stop" }],
  [0xff, { decoded: "back to idle from any mode" }],
  [0x07, { decoded: "version" }],
  [0x0f, { decoded: "version" }],
  [0x0b, { decoded: "status" }],
  ...RATES_HZ.map((rate_hz, code) => [(code << 6) | RATE, { decoded: { rate_hz } }] as const),
]);

function modeByte(byte: number): Read | null {
  const mode = byte & 0x03;
  const bits = byte >> 2;
  if (mode === 0x03) return firstGeneration(byte);
  const channels = INPUTS.filter((_, place) => (bits & (1 << place)) !== 0);
  const simulated = mode === SIMULATED ? { simulated: true } : {};
  return { meaning: { decoded: { channels, ...simulated } }, length: 1 };
}

/** Four outputs of the first generation, in a stream only. */
function firstGeneration(byte: number): Read | null {
  if ((byte & 0xc0) !== 0) return null;
  const [O1, O2, O3, O4] = [2, 3, 4, 5].map((bit) => (byte >> bit) & 1);
  return { meaning: { decoded: { O1, O2, O3, O4 } }, length: 1 };
}

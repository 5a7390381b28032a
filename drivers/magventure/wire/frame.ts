/**
 * The frame of both directions: `FE LEN BODY CRC FF`. `LEN` counts the body; the checksum is taken over
 * the body; nothing is escaped. Source: `xiangruili/MagventurePyTMS`, `nigelrogasch/MAGIC`.
 */
import type { ErrorCode } from "../../../src/errors/codes.ts";

export type WireCode = Extract<ErrorCode, `WIRE_${string}`>;

export interface WireFault {
  readonly code: WireCode;
  readonly why: string;
}

export const START = 0xfe;
export const END = 0xff;
/** Flags, length and checksum around a body. */
export const AROUND_BYTES = 4;
/** The longest known body has 15 bytes; more than this is taken for no length at all. */
export const MAX_BODY_BYTES = 64;

/** CRC-8 Dallas/Maxim: x^8+x^5+x^4+1, lowest bit first, start 0. */
const TABLE: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = (rest & 1) === 1 ? (rest >> 1) ^ 0x8c : rest >> 1;
  return rest;
});

/** Of the bytes from `from` to `end`; without them of all. */
export function crc8(bytes: Uint8Array, from = 0, end: number = bytes.length): number {
  let rest = 0;
  for (let i = from; i < end; i += 1) rest = TABLE[rest ^ (bytes[i] ?? 0)] ?? 0;
  return rest;
}

export function seal(body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(body.length + AROUND_BYTES);
  frame[0] = START;
  frame[1] = body.length;
  frame.set(body, 2);
  frame[body.length + 2] = crc8(body);
  frame[body.length + 3] = END;
  return frame;
}

export function byteHex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

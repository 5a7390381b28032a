import { crc4 } from "./crc4.ts";

/** Bytes of a frame of one to six channels. */
const LENGTHS: readonly number[] = [3, 4, 6, 7, 8, 8];
export const MOST_CHANNELS = 6;
/** The fifth and the sixth chosen channel have the upper six of their ten bits. */
export const WIDE_CHANNELS = 4;
export const BITS = 10;
export const NARROW_BITS = 6;

export function frameBytes(channels: number): number {
  return LENGTHS[channels - 1] ?? 0;
}

/** Inputs I1, I2 and outputs O1, O2 as bits 3 to 0. */
export interface Digital {
  readonly i1: boolean;
  readonly i2: boolean;
  readonly o1: boolean;
  readonly o2: boolean;
}

export function digitalNibble({ i1, i2, o1, o2 }: Digital): number {
  return (Number(i1) << 3) | (Number(i2) << 2) | (Number(o1) << 1) | Number(o2);
}

/** Writes a frame at `at`: the last byte has number and CRC, and the channels lie before it, backwards. */
export function writeFrame(
  out: Uint8Array,
  at: number,
  number: number,
  digital: number,
  values: ArrayLike<number>,
): void {
  const length = frameBytes(values.length);
  const [a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0, a6 = 0] = Array.from(values);
  const backwards = [
    (number << 4) & 0xf0,
    (digital << 4) | (a1 >> 6),
    ((a1 & 0x3f) << 2) | (a2 >> 8),
    a2 & 0xff,
    a3 >> 2,
    ((a3 & 0x03) << 6) | (a4 >> 4),
    ((a4 & 0x0f) << 4) | (a5 >> 2),
    ((a5 & 0x03) << 6) | a6,
  ];
  const last = at + length - 1;
  for (let i = 0; i < length; i++) out[last - i] = backwards[i] ?? 0;
  out[last] = (backwards[0] ?? 0) | crc4(out, at, length);
}

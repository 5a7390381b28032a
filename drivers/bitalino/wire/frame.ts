/**
 * The frame of the BITalino (r)evolution, read from its end backwards
 * (`BITalinoWorld/firmware-bitalino-revolution`): sequence and CRC, digital lines, then the channels
 * in ascending order of their inputs. The fifth and sixth have the upper six of ten bits.
 */
import { crc4Holds } from "./crc.ts";

export const SEQUENCES = 16;
export const MOST_CHANNELS = 6;
/** By the number of channels, from one. */
const FRAME_BYTES = [3, 4, 6, 7, 8, 8] as const;

export const frameBytes = (channels: number): number => FRAME_BYTES[channels - 1] ?? 8;

/** Place in the frame from 0. */
export const bitsOf = (place: number): 10 | 6 => (place < 4 ? 10 : 6);

export const isFrame = (bytes: Uint8Array, at: number, length: number): boolean =>
  crc4Holds(bytes, at, length);

export const sequenceOf = (bytes: Uint8Array, at: number, length: number): number =>
  (bytes[at + length - 1] ?? 0) >> 4;

/** I1, I2, O1, O2 from the highest of four bits. */
export const digitalOf = (bytes: Uint8Array, at: number, length: number): number =>
  (bytes[at + length - 2] ?? 0) >> 4;

/** Count of the channel at a place. */
export function countOf(bytes: Uint8Array, at: number, length: number, place: number): number {
  const end = at + length - 1;
  const byte = (back: number): number => bytes[end - back] ?? 0;
  switch (place) {
    case 0:
      return ((byte(1) & 0x0f) << 6) | (byte(2) >> 2);
    case 1:
      return ((byte(2) & 0x03) << 8) | byte(3);
    case 2:
      return (byte(4) << 2) | (byte(5) >> 6);
    case 3:
      return ((byte(5) & 0x3f) << 4) | (byte(6) >> 4);
    case 4:
      return ((byte(6) & 0x0f) << 2) | (byte(7) >> 6);
    default:
      return byte(7) & 0x3f;
  }
}

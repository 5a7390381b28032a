/**
 * The floors of the codecs: the least that makes the same bytes, and that takes them apart. Each
 * checksum has loops of its own, so that the compiler sees one kind of work in each.
 */
import type { Pass } from "./compare.ts";

type Frames = readonly Uint8Array[];

/** Loops for one kind of checksum. */
export interface Bare {
  /** A new array, each byte set, the sum over them. */
  encode(frames: Frames): Pass;
  /** The sum over the bytes, and a copy. */
  decode(frames: Frames): Pass;
}

const copyOf = (wanted: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(wanted.length);
  for (let i = 0; i < wanted.length; i += 1) frame[i] = wanted[i] ?? 0;
  return frame;
};

/** A format without a checksum. */
export const BARE_COPY: Bare = {
  encode: (frames) => () => {
    let kept = 0;
    for (const wanted of frames) kept += copyOf(wanted).length;
    return kept;
  },
  decode: (frames) => () => {
    let kept = 0;
    for (const frame of frames) kept += frame.slice().length;
    return kept;
  },
};

function plainSum(frame: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < frame.length; i += 1) sum += frame[i] ?? 0;
  return ~sum & 0xff;
}

export const BARE_SUM: Bare = {
  encode: (frames) => () => {
    let kept = 0;
    for (const wanted of frames) kept += copyOf(wanted).length + plainSum(wanted);
    return kept;
  },
  decode: (frames) => () => {
    let kept = 0;
    for (const frame of frames) kept += plainSum(frame) + frame.slice().length;
    return kept;
  },
};

const CRC_8 = Uint8Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = (rest & 1) === 1 ? (rest >> 1) ^ 0x8c : rest >> 1;
  return rest;
});

function crc8(frame: Uint8Array): number {
  let rest = 0;
  for (let i = 0; i < frame.length; i += 1) rest = CRC_8[rest ^ (frame[i] ?? 0)] ?? 0;
  return rest;
}

/** CRC-8 Dallas/Maxim. */
export const BARE_CRC_8: Bare = {
  encode: (frames) => () => {
    let kept = 0;
    for (const wanted of frames) kept += copyOf(wanted).length + crc8(wanted);
    return kept;
  },
  decode: (frames) => () => {
    let kept = 0;
    for (const frame of frames) kept += crc8(frame) + frame.slice().length;
    return kept;
  },
};

const CRC_16 = Uint16Array.from({ length: 256 }, (_, byte) => {
  let rest = byte << 8;
  for (let bit = 0; bit < 8; bit += 1)
    rest = (rest & 0x8000) === 0 ? rest << 1 : (rest << 1) ^ 0x1021;
  return rest & 0xffff;
});

function crc16(frame: Uint8Array): number {
  let rest = 0xffff;
  for (let i = 0; i < frame.length; i += 1)
    rest = ((rest << 8) & 0xffff) ^ (CRC_16[(rest >> 8) ^ (frame[i] ?? 0)] ?? 0);
  return rest;
}

/** CRC-16 with polynomial 1021. */
export const BARE_CRC_16: Bare = {
  encode: (frames) => () => {
    let kept = 0;
    for (const wanted of frames) kept += copyOf(wanted).length + crc16(wanted);
    return kept;
  },
  decode: (frames) => () => {
    let kept = 0;
    for (const frame of frames) kept += crc16(frame) + frame.slice().length;
    return kept;
  },
};

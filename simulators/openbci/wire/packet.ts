import type { PacketShape } from "../../amplifiers/packetFaults.ts";

/** A packet of 33 bytes: A0, number, eight channels of 24 bits, six bytes of aux, footer. Big endian. */
export const PACKET_BYTES = 33;
export const PACKET_CHANNELS = 8;

const HEADER = 0xa0;
const AUX_AT = 26;
const FOOTER_AT = 32;

/** Where a spoilt byte breaks the frame: the high nibble of the footer is C. */
export const PACKET_SHAPE: PacketShape = { corruptAt: FOOTER_AT, corruptBits: 0x10 };

/** What the six bytes of aux mean. */
export const FOOTER = {
  accelerometer: 0xc0,
  rawAux: 0xc1,
  accelerometerStampedFirst: 0xc3,
  accelerometerStamped: 0xc4,
  rawAuxStampedFirst: 0xc5,
  rawAuxStamped: 0xc6,
} as const;

/** Three words, or one word and the board's time. */
export type Aux =
  | { readonly kind: "words"; readonly words: readonly [number, number, number] }
  | { readonly kind: "stamped"; readonly word: number; readonly boardMs: number };

const LARGEST = 0x7fffff;
const SMALLEST = -0x800000;
/** Reference of the converter, V. */
const REFERENCE_V = 4.5;

/** The step of the converter, seen from the electrode. */
export function microvoltPerCount(gain: number): number {
  return ((REFERENCE_V / LARGEST) * 1e6) / gain;
}

export function toCount(microvolt: number, gain: number): number {
  const count = Math.round(microvolt / microvoltPerCount(gain));
  return Math.min(LARGEST, Math.max(SMALLEST, count));
}

/** Writes one packet at `at`; `counts` are the eight channels. */
export function writePacket(
  out: Uint8Array,
  at: number,
  number: number,
  counts: Int32Array,
  aux: Aux,
  footer: number,
): void {
  out[at] = HEADER;
  out[at + 1] = number;
  for (let channel = 0; channel < PACKET_CHANNELS; channel++) {
    const count = counts[channel] ?? 0;
    const place = at + 2 + 3 * channel;
    out[place] = count >> 16;
    out[place + 1] = count >> 8;
    out[place + 2] = count;
  }
  writeAux(out, at + AUX_AT, aux);
  out[at + FOOTER_AT] = footer;
}

function writeAux(out: Uint8Array, at: number, aux: Aux): void {
  if (aux.kind === "words") {
    for (const [index, word] of aux.words.entries()) writeWord(out, at + 2 * index, word);
    return;
  }
  writeWord(out, at, aux.word);
  writeWord(out, at + 2, aux.boardMs >>> 16);
  writeWord(out, at + 4, aux.boardMs);
}

function writeWord(out: Uint8Array, at: number, word: number): void {
  out[at] = word >> 8;
  out[at + 1] = word;
}

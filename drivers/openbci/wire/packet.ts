/**
 * The packet of the Cyton: A0, number, 8 x 24 bit, 6 bytes whose meaning is in the footer, footer Cx
 * (`OpenBCI/OpenBCI_Cyton_Library`). It has no checksum.
 */
export const PACKET_BYTES = 33;
export const CHANNELS = 8;
/** The number of a packet is one byte. */
export const NUMBERS = 256;
export const START = 0xa0;
const FOOTER_AT = 32;
const AUX_AT = 26;

/** Volt at the electrode for one count at gain 1. */
const REFERENCE_V = 4.5;
export const FULL_SCALE: number = 2 ** 23 - 1;
/** +-4 g over 16 bits (`OpenBCI/OpenBCI_Python`). */
export const G_PER_COUNT: number = 0.002 / 16;

export const uvPerCount = (gain: number): number => (REFERENCE_V / FULL_SCALE / gain) * 1e6;

/** Byte 0 and the high nibble of byte 32 are all that marks a packet. */
export function isPacket(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === START && ((bytes[at + FOOTER_AT] ?? 0) & 0xf0) === 0xc0;
}

export const numberOf = (bytes: Uint8Array, at: number): number => bytes[at + 1] ?? 0;
export const footerOf = (bytes: Uint8Array, at: number): number => bytes[at + FOOTER_AT] ?? 0;

/** Channel from 0: 24 bit, two's complement, big endian. */
export function countOf(bytes: Uint8Array, at: number, channel: number): number {
  const place = at + 2 + channel * 3;
  return (
    (((bytes[place] ?? 0) << 24) |
      ((bytes[place + 1] ?? 0) << 16) |
      ((bytes[place + 2] ?? 0) << 8)) >>
    8
  );
}

/** What the six bytes before the footer hold. */
export type AuxKind =
  | "acceleration"
  | "aux"
  | "user"
  | "time-acceleration"
  | "time-aux"
  /** An older impedance packet, or nothing that was ever defined: the packet does not count. */
  | "invalid";

const AUX_KINDS: readonly AuxKind[] = [
  "acceleration",
  "aux",
  "user",
  "time-acceleration",
  "time-acceleration",
  "time-aux",
  "time-aux",
];

export const auxKind = (footer: number): AuxKind => AUX_KINDS[footer & 0x0f] ?? "invalid";

/** Word of 16 bit from 0, big endian, unsigned. */
export function auxWord(bytes: Uint8Array, at: number, word: number): number {
  const place = at + AUX_AT + word * 2;
  return ((bytes[place] ?? 0) << 8) | (bytes[place + 1] ?? 0);
}

export const auxInt16 = (bytes: Uint8Array, at: number, word: number): number =>
  (auxWord(bytes, at, word) << 16) >> 16;

/** The board's own clock, ms, unsigned 32 bit; only beside footers with a time. */
export const boardMs = (bytes: Uint8Array, at: number): number =>
  auxWord(bytes, at, 1) * 0x1_0000 + auxWord(bytes, at, 2);

export type Axis = "x" | "y" | "z";
const AXES: Readonly<Record<number, Axis>> = { 7: "x", 8: "y", 9: "z" };

/** Beside a time there is room for one axis, which the packet's number tells. */
export const axisOf = (number: number): Axis | null => AXES[number % 10] ?? null;

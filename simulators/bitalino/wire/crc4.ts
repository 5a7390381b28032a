/** Remainders of a nibble times x^4 by x^4 + x + 1. */
const REMAINDERS: readonly number[] = Array.from({ length: 16 }, (_, nibble) => {
  let rest = nibble << 4;
  for (let bit = 7; bit >= 4; bit--) if ((rest & (1 << bit)) !== 0) rest ^= 0b10011 << (bit - 4);
  return rest;
});

/** CRC-4 of `length` bytes from `at` on, their last nibble being the place of the CRC itself. */
export function crc4(bytes: Uint8Array, at: number, length: number): number {
  let crc = 0;
  const last = at + length - 1;
  for (let i = at; i <= last; i++) {
    const byte = bytes[i] ?? 0;
    crc = REMAINDERS[crc ^ (byte >> 4)] ?? 0;
    if (i < last) crc = REMAINDERS[crc ^ (byte & 0x0f)] ?? 0;
  }
  return crc;
}

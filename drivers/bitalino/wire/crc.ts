/** CRC-4 of the BITalino: x^4 + x + 1, start 0, most significant bit first, no final change. */

/** A state after four more zero bits. */
const FOUR_BITS: Uint8Array = Uint8Array.from({ length: 16 }, (_, state) => {
  let shifted = state;
  for (let bit = 0; bit < 4; bit += 1) {
    shifted <<= 1;
    if ((shifted & 0x10) !== 0) shifted ^= 0x13;
  }
  return shifted;
});

/** Over all bytes with the low nibble of the last, where the CRC itself stands, taken for zero. */
export function crc4(bytes: Uint8Array, at: number, length: number): number {
  let state = 0;
  for (let i = at; i < at + length; i += 1) {
    const byte = bytes[i] ?? 0;
    state = (FOUR_BITS[state] ?? 0) ^ (byte >> 4);
    state = (FOUR_BITS[state] ?? 0) ^ (i === at + length - 1 ? 0 : byte & 0x0f);
  }
  return state;
}

export function crc4Holds(bytes: Uint8Array, at: number, length: number): boolean {
  return crc4(bytes, at, length) === ((bytes[at + length - 1] ?? 0) & 0x0f);
}

/** Frames of the BITalino put together here, not by the codec under test. */

/** The bit-by-bit CRC of `BITalinoWorld/revolution-python-api`, over frames with an empty CRC nibble. */
export function crcOf(bytes: Uint8Array): number {
  let state = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      state <<= 1;
      if ((state & 0x10) !== 0) state ^= 0x03;
      state ^= (byte >> bit) & 1;
    }
  }
  return state & 0x0f;
}

/** Two channels of 10 bits, I1 as told. */
export function frameOf(sequence: number, a1: number, a2: number, i1 = 0): Uint8Array {
  const frame = Uint8Array.of(
    a2 & 0xff,
    ((a1 & 0x3f) << 2) | (a2 >> 8),
    (i1 << 7) | (a1 >> 6),
    sequence << 4,
  );
  frame[3] = (frame[3] ?? 0) | crcOf(frame);
  return frame;
}

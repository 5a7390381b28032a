/** A frame is one sample of every channel: two bytes each, and only the first byte of a frame has bit 7. */
export function frameBytes(channels: number): number {
  return 2 * channels;
}

/** Bits beyond the low seven in the first byte; bit 7 marks the frame. */
const START_OF_FRAME = 0x80;

export function writeFrame(out: Uint8Array, at: number, values: ArrayLike<number>): void {
  for (let channel = 0; channel < values.length; channel++) {
    const value = values[channel] ?? 0;
    out[at + 2 * channel] = value >> 7;
    out[at + 2 * channel + 1] = value & 0x7f;
  }
  out[at] = (out[at] ?? 0) | START_OF_FRAME;
}

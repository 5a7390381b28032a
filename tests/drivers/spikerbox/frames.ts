/** Frames and messages of a SpikerBox put together here, not by the codec under test. */
export function frameOf(counts: readonly number[]): Uint8Array {
  return Uint8Array.from(
    counts.flatMap((count, channel) => [
      Math.floor(count / 128) + (channel === 0 ? 128 : 0),
      count % 128,
    ]),
  );
}

export function messageOf(text: string): Uint8Array {
  return Uint8Array.from([
    ...[0xff, 0xff, 0x01, 0x01, 0x80, 0xff],
    ...Buffer.from(text, "latin1"),
    ...[0xff, 0xff, 0x01, 0x01, 0x81, 0xff],
  ]);
}

/** A reader of BITalino frames for tests, written apart from the simulator. */
export interface ReadFrame {
  readonly at: number;
  readonly number: number;
  /** I1 I2 O1 O2. */
  readonly digital: readonly number[];
  readonly values: readonly number[];
}

const LENGTHS = [3, 4, 6, 7, 8, 8];

/** Bit by bit, as the official client does it. */
export function isCrcGood(frame: Uint8Array): boolean {
  let crc = 0;
  const last = frame.length - 1;
  for (const [i, byte] of frame.entries()) {
    const counted = i === last ? byte & 0xf0 : byte;
    for (let bit = 7; bit >= 0; bit--) {
      crc <<= 1;
      if ((crc & 0x10) !== 0) crc ^= 0x13;
      crc ^= (counted >> bit) & 1;
    }
  }
  return crc === ((frame[last] ?? 0) & 0x0f);
}

export function readFrame(frame: Uint8Array, channels: number, at = 0): ReadFrame {
  // One number whose lowest bits are those of the last byte.
  const all = [...frame].reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const bits = (from: number, count: number): number =>
    Number((all >> BigInt(from)) & ((1n << BigInt(count)) - 1n));
  const lastTwo = bits(8, 8);
  const values = [
    // A1 has its upper bits in the byte before the last, its lower ones at the top of the next.
    ((lastTwo & 0x0f) << 6) | bits(18, 6),
    (bits(16, 2) << 8) | bits(24, 8),
    (bits(32, 8) << 2) | bits(46, 2),
    (bits(40, 6) << 4) | bits(52, 4),
    (bits(48, 4) << 2) | bits(62, 2),
    bits(56, 6),
  ];
  return {
    at,
    number: bits(4, 4),
    digital: [7, 6, 5, 4].map((bit) => (lastTwo >> bit) & 1),
    values: values.slice(0, channels),
  };
}

/** Slides until three frames in a row are good and numbered, then frame by frame while they are good. */
export function readFrames(bytes: Uint8Array, channels: number): readonly ReadFrame[] {
  const length = LENGTHS[channels - 1] ?? 0;
  const frameAt = (at: number): ReadFrame | null => {
    const frame = bytes.subarray(at, at + length);
    return frame.length === length && isCrcGood(frame) ? readFrame(frame, channels, at) : null;
  };
  const isInStep = (at: number): boolean => {
    const three = [0, 1, 2].map((i) => frameAt(at + i * length));
    return three.every(
      (one, i) => one !== null && one.number === ((three[0]?.number ?? 0) + i) % 16,
    );
  };
  const frames: ReadFrame[] = [];
  let isLocked = false;
  for (let at = 0; at + length <= bytes.length; ) {
    isLocked = isLocked ? frameAt(at) !== null : isInStep(at);
    const frame = isLocked ? frameAt(at) : null;
    if (frame !== null) frames.push(frame);
    at += frame === null ? 1 : length;
  }
  return frames;
}

/** CRC-8 Dallas/Maxim, bits taken lowest first; a frame captured from an R30 confirms it (`NeuroSimo/neurosimo`). */
const POLYNOMIAL = 0x8c;

const START_FLAG = 0xfe;
const END_FLAG = 0xff;

/** Over the body alone: neither flags nor length count. */
export function checksumOf(body: readonly number[]): number {
  return body.reduce((register, byte) => shiftedThrough(register ^ byte), 0);
}

function shiftedThrough(byte: number): number {
  let register = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    register = (register & 1) === 1 ? (register >> 1) ^ POLYNOMIAL : register >> 1;
  }
  return register;
}

/** Flags, length and checksum around a body. Nothing is escaped. */
export function framed(body: readonly number[]): Uint8Array {
  return Uint8Array.of(START_FLAG, body.length, ...body, checksumOf(body), END_FLAG);
}

/** Bytes of a frame that are not its body. */
export const FRAME_OVERHEAD = 4;

export type FrameAtFront =
  | { readonly kind: "frame"; readonly body: readonly number[] }
  /** So far it may be one. */
  | { readonly kind: "unfinished" }
  /** The first byte begins no frame. */
  | { readonly kind: "none" };

/** Longest body that is taken for one; the longest known has 15 bytes. */
const LONGEST_BODY = 64;

/** What stands at the front of these bytes, of which there is at least one. */
export function frameAtFront(bytes: readonly number[]): FrameAtFront {
  const [start, length] = bytes;
  if (start !== START_FLAG) return { kind: "none" };
  if (length === undefined) return { kind: "unfinished" };
  if (length === 0 || length > LONGEST_BODY) return { kind: "none" };
  if (bytes.length < length + FRAME_OVERHEAD) return { kind: "unfinished" };
  const body = bytes.slice(2, 2 + length);
  const isWhole = bytes[length + 3] === END_FLAG && bytes[length + 2] === checksumOf(body);
  return isWhole ? { kind: "frame", body } : { kind: "none" };
}

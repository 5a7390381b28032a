/**
 * The last byte of every Magstim frame, in both directions: add the bytes before it, keep the low
 * 8 bits, invert all of them (`nicolasmcnair/magpy`, `nigelrogasch/MAGIC`).
 */
export function checksumOf(bytes: readonly number[]): number {
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  return ~sum & 0xff;
}

/** The bytes with their checksum behind them. */
export function sealed(bytes: readonly number[]): Uint8Array {
  return Uint8Array.from([...bytes, checksumOf(bytes)]);
}

/** ASCII codes of a text. */
export function asciiOf(text: string): number[] {
  return [...text].map((char) => char.charCodeAt(0) & 0xff);
}

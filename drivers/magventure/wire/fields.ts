/** Numbers inside a body, by offset. What lies behind the end reads as 0; lengths are judged before. */

export function byteAt(body: Uint8Array, at: number): number {
  return body[at] ?? 0;
}

/** Two bytes, high byte first. */
export function wordAt(body: Uint8Array, at: number): number {
  return (byteAt(body, at) << 8) | byteAt(body, at + 1);
}

/** The same in two's complement. */
export function signedWordAt(body: Uint8Array, at: number): number {
  const word = wordAt(body, at);
  return word >= 0x8000 ? word - 0x1_0000 : word;
}

/** Four bytes, high byte first; signed. */
export function signedLongAt(body: Uint8Array, at: number): number {
  return (wordAt(body, at) << 16) | wordAt(body, at + 2);
}

export function longAt(body: Uint8Array, at: number): number {
  return signedLongAt(body, at) >>> 0;
}

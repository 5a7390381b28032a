import { asciiBytes, joinBytes } from "../../amplifiers/bytes.ts";

const BEGIN = Uint8Array.of(0xff, 0xff, 0x01, 0x01, 0x80, 0xff);
const END = Uint8Array.of(0xff, 0xff, 0x01, 0x01, 0x81, 0xff);

/** Of a message between its two sequences. */
export const LONGEST_TEXT = 64;

/** A message of the box: one or more of `TYPE:value`. */
export function encodeMessage(...parts: readonly string[]): Uint8Array {
  return joinBytes([BEGIN, asciiBytes(parts.map((part) => `${part};`).join("")), END]);
}

export const START_UP_TEXT = "StartUp!\r\n";

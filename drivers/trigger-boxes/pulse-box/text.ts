/** Lines of the pulse box, from `docs/devices/pulse-box.md`: our own protocol. */
import { err, ok } from "../../../src/base/result.ts";
import type { Result } from "../../../src/contract/result.ts";

export const MAX_LINE_CHARS = 48;

const CRC_TABLE: Uint16Array = Uint16Array.from({ length: 256 }, (_, byte) => {
  let rest = byte << 8;
  for (let bit = 0; bit < 8; bit += 1)
    rest = (rest & 0x8000) === 0 ? rest << 1 : (rest << 1) ^ 0x1021;
  return rest;
});

/** CRC-16, polynomial 1021, start value FFFF, not reflected; of the characters in front of `end`. */
export function crc16(text: string, end: number = text.length): number {
  let crc = 0xffff;
  for (let i = 0; i < end; i += 1)
    crc = ((crc << 8) & 0xffff) ^ (CRC_TABLE[(crc >> 8) ^ (text.charCodeAt(i) & 0xff)] ?? 0);
  return crc;
}

const hex = (value: number, digits: number): string =>
  value.toString(16).toUpperCase().padStart(digits, "0");

export const hexByte = (value: number): string => hex(value, 2);

/** A line of the host with its end. */
export function sealLine(seq: number, words: string): Uint8Array {
  const body = `${hexByte(seq)} ${words}`;
  return new Uint8Array(Buffer.from(`${body}*${hex(crc16(body), 4)}\n`, "latin1"));
}

export interface BoxLine {
  /** Null: it answers nobody. */
  readonly seq: number | null;
  readonly words: readonly string[];
}

const CHECKSUM_CHARS = 5;

/** The number of the upper-case hexadecimal digits from `from` to `end`; null when one is none. */
function hexAt(text: string, from: number, end: number): number | null {
  let value = 0;
  for (let i = from; i < end; i += 1) {
    const code = text.charCodeAt(i);
    const isDigit = code >= 0x30 && code <= 0x39;
    if (!isDigit && !(code >= 0x41 && code <= 0x46)) return null;
    value = 16 * value + code - (isDigit ? 0x30 : 0x37);
  }
  return value;
}

/** A line without its end. The error says what is wrong with it. */
export function openLine(text: string): Result<BoxLine, string> {
  if (text.length > MAX_LINE_CHARS) return err(`${text.length} characters, ${MAX_LINE_CHARS} fit`);
  const end = text.length - CHECKSUM_CHARS;
  const isFramed = end >= 3 && text[2] === " " && text[end] === "*";
  const seq = hexAt(text, 0, 2);
  const checksum = hexAt(text, end + 1, text.length);
  if (!isFramed || checksum === null || (seq === null && !text.startsWith("--")))
    return err("not a number, words and a checksum");
  if (crc16(text, end) !== checksum) return err("the checksum is wrong");
  return ok({ seq, words: text.slice(3, end).split(" ") });
}

/** A decimal number without sign and leading zero; null when it is none. */
export function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : null;
}

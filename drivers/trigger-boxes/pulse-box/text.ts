/** Lines of the pulse box, from `docs/devices/pulse-box.md`: our own protocol. */
import { err, ok } from "../../../src/base/result.ts";
import type { Result } from "../../../src/contract/result.ts";

export const MAX_LINE_CHARS = 48;

/** CRC-16, polynomial 1021, start value FFFF, not reflected, bit by bit. */
export function crc16(text: string): number {
  let crc = 0xffff;
  for (let i = 0; i < text.length; i += 1) {
    crc ^= text.charCodeAt(i) << 8;
    for (let bit = 0; bit < 8; bit += 1)
      crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    crc &= 0xffff;
  }
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

const LINE = /^([0-9A-F]{2}|--) (.*)\*([0-9A-F]{4})$/;

/** A line without its end. The error says what is wrong with it. */
export function openLine(text: string): Result<BoxLine, string> {
  if (text.length > MAX_LINE_CHARS) return err(`${text.length} characters, ${MAX_LINE_CHARS} fit`);
  const [, seq = "", words = "", checksum = ""] = LINE.exec(text) ?? [];
  if (checksum === "") return err("not a number, words and a checksum");
  if (crc16(text.slice(0, -5)) !== Number.parseInt(checksum, 16))
    return err("the checksum is wrong");
  return ok({ seq: seq === "--" ? null : Number.parseInt(seq, 16), words: words.split(" ") });
}

/** A decimal number without sign and leading zero; null when it is none. */
export function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : null;
}

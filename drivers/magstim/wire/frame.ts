/**
 * The frame that both directions share: `COMMAND DATA... CHECKSUM`, no start mark, no end mark.
 * Source: `nicolasmcnair/magpy`, `nigelrogasch/MAGIC`.
 */

import { err, ok } from "../../../src/base/result.ts";
import type { Result } from "../../../src/contract/result.ts";
import type { ErrorCode } from "../../../src/errors/codes.ts";

export type WireCode = Extract<ErrorCode, `WIRE_${string}`>;

export interface WireFault {
  readonly code: WireCode;
  readonly why: string;
}

const ZERO = 0x30;

/** Low eight bits of the sum up to `end`, inverted. A plain sum: swapped digits pass it unnoticed. */
export function checksum(bytes: Uint8Array, end: number = bytes.length): number {
  let sum = 0;
  for (let i = 0; i < end; i += 1) sum += bytes[i] ?? 0;
  return ~sum & 0xff;
}

/** Bytes of one-byte characters. */
export function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}

/** Characters of the bytes. Frames are short, and for them this is the fastest way. */
export function toLatin1(bytes: Uint8Array, from = 0, end: number = bytes.length): string {
  let text = "";
  for (let i = from; i < end; i += 1) text += String.fromCharCode(bytes[i] ?? 0);
  return text;
}

/** A frame of command and data, ended by its checksum. */
export function seal(commandAndData: string): Uint8Array {
  const body = latin1(commandAndData);
  const frame = new Uint8Array(body.length + 1);
  frame.set(body);
  frame[body.length] = checksum(body);
  return frame;
}

/** A frame of a one-byte command and a whole number in so many decimal digits. */
export function sealNumber(command: string, value: number, digits: number): Uint8Array {
  const frame = new Uint8Array(digits + 2);
  frame[0] = command.charCodeAt(0);
  let left = value;
  for (let place = digits; place > 0; place -= 1) {
    frame[place] = ZERO + (left % 10);
    left = Math.floor(left / 10);
  }
  frame[digits + 1] = checksum(frame, digits + 1);
  return frame;
}

/** What is wrong with the last byte of a frame; null when it is the checksum of the others. */
export function checksumFault(frame: Uint8Array): WireFault | null {
  const expected = checksum(frame, frame.length - 1);
  const found = frame[frame.length - 1];
  if (found === expected) return null;
  const said = found === undefined ? "none" : byteHex(found);
  return { code: "WIRE_BAD_CHECKSUM", why: `checksum ${said}, expected ${byteHex(expected)}` };
}

/** Command and data of a frame whose checksum holds. */
export function unseal(frame: Uint8Array): Result<string, WireFault> {
  const fault = checksumFault(frame);
  return fault === null ? ok(toLatin1(frame, 0, frame.length - 1)) : err(fault);
}

export function byteHex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

/** The number of the decimal digits from `from` to `end`; null when any byte is something else. */
export function digitsToNumber(bytes: Uint8Array, from: number, end: number): number | null {
  let value = 0;
  for (let i = from; i < end; i += 1) {
    const digit = (bytes[i] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return null;
    value = 10 * value + digit;
  }
  return end > from ? value : null;
}

/** A number in steps of a tenth as its count of tenths; null when it lies between two steps. */
export function toTenths(value: number): number | null {
  const tenths = Math.round(value * 10);
  return Math.abs(value * 10 - tenths) < 1e-6 ? tenths : null;
}

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

/** Low eight bits of the sum, inverted. A plain sum: swapped digits pass it unnoticed. */
export function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return ~sum & 0xff;
}

/** Bytes of one-byte characters. */
export function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}

export function toLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** A frame of command and data, ended by its checksum. */
export function seal(commandAndData: string): Uint8Array {
  const body = latin1(commandAndData);
  const frame = new Uint8Array(body.length + 1);
  frame.set(body);
  frame[body.length] = checksum(body);
  return frame;
}

const ZERO = 0x30;

/** A frame of a one-byte command and a whole number in so many decimal digits. */
export function sealNumber(command: string, value: number, digits: number): Uint8Array {
  const frame = new Uint8Array(digits + 2);
  frame[0] = command.charCodeAt(0);
  let left = value;
  for (let place = digits; place > 0; place -= 1) {
    frame[place] = ZERO + (left % 10);
    left = Math.floor(left / 10);
  }
  frame[digits + 1] = checksum(frame.subarray(0, -1));
  return frame;
}

/** Command and data of a frame whose checksum holds. */
export function unseal(frame: Uint8Array): Result<string, WireFault> {
  const body = frame.subarray(0, -1);
  const expected = checksum(body);
  const found = frame.at(-1);
  if (found === expected) return ok(toLatin1(body));
  const said = found === undefined ? "none" : byteHex(found);
  return err({ code: "WIRE_BAD_CHECKSUM", why: `checksum ${said}, expected ${byteHex(expected)}` });
}

export function byteHex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

/** The number of a run of decimal digits; null when any character is something else. */
export function digitsToNumber(text: string): number | null {
  return /^[0-9]+$/.test(text) ? Number(text) : null;
}

/** A number in steps of a tenth as its count of tenths; null when it lies between two steps. */
export function toTenths(value: number): number | null {
  const tenths = Math.round(value * 10);
  return Math.abs(value * 10 - tenths) < 1e-6 ? tenths : null;
}

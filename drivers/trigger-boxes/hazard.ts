/**
 * What a write to a trigger box can do, told from its bytes alone. Written apart from the encoders on
 * purpose, so nothing of them is used here. Only one thing reaches a person: a raised line that leads
 * to the stimulator.
 */
import type { Hazard, HazardClassifier } from "../../src/contract/hazard.ts";

const SAFE: Hazard = { kind: "safe" };
const FIRE: Hazard = { kind: "fire" };
const unknown = (why: string): Hazard => ({ kind: "unknown", why });

/** Line numbers from 1; null: no line leads to a stimulator. */
type Line = number | null;

function raises(line: Line, mask: number): Hazard {
  return line !== null && ((mask >> (line - 1)) & 1) === 1 ? FIRE : SAFE;
}

/** One byte is the state of all lines: MMBT-S, TriggerBox Plus. */
export const byteHazard =
  (line: Line): HazardClassifier =>
  (bytes) =>
    bytes.length === 1 ? raises(line, bytes[0] ?? 0) : unknown("not one byte");

/** `RR`, or two hexadecimal digits: the state of all lines of a BBTK module. */
export const hexHazard =
  (line: Line): HazardClassifier =>
  (bytes) => {
    const text = textOf(bytes);
    if (text === "RR") return SAFE;
    return /^[0-9A-F]{2}$/.test(text)
      ? raises(line, Number.parseInt(text, 16))
      : unknown("neither RR nor two upper-case hexadecimal digits");
  };

/** Questions of a Cedrus device, and the order to speak XID; `c10` changes the protocol and no line. */
const XID_SAFE: ReadonlySet<string> = new Set(["_c1", "_d2", "_d3", "_d4", "_mp", "c10"]);
/** A line that is raised for longer is no trigger any more; 0 is for ever. */
const XID_LONGEST_MS = 1000;

export const xidHazard =
  (line: Line): HazardClassifier =>
  (bytes) => {
    const text = textOf(bytes);
    if (XID_SAFE.has(text)) return SAFE;
    const [, , third = 0, fourth = 0, fifth = 0, sixth = 0] = bytes;
    if (text.startsWith("mp") && bytes.length === 6) {
      const ms = third + 256 * fourth + 65_536 * fifth + 16_777_216 * sixth;
      return ms >= 1 && ms <= XID_LONGEST_MS ? SAFE : unknown(`a pulse length of ${ms} ms`);
    }
    if (!text.startsWith("mh") || bytes.length !== 4) return unknown("no command that we send");
    // What a public client sends while it means to clear lines 1 to 8: it raises 9 to 16.
    if (third === 0 && fourth === 255) return unknown("raises lines 9 to 16 at once");
    return raises(line, third + 256 * fourth);
  };

const PULSE_LINE = /^[0-9A-F]{2} (.*)\*([0-9A-F]{4})\n$/;
const RAISING = /^(?:P ([0-9A-F]{2}) ([1-9]\d{1,5})|L ([0-9A-F]{2}))$/;

/** One whole line of the pulse box, with the checksum that belongs to it. */
export const pulseBoxHazard =
  (line: Line): HazardClassifier =>
  (bytes) => {
    const text = textOf(bytes);
    const [, words = "", checksum] = PULSE_LINE.exec(text) ?? [];
    if (checksum === undefined) return unknown("not one whole line");
    if (crcOf(text.slice(0, text.lastIndexOf("*"))) !== Number.parseInt(checksum, 16))
      return unknown("the checksum does not hold");
    if (words === "?" || words === "Z") return SAFE;
    const [, pulsed, widthUs, level] = RAISING.exec(words) ?? [];
    if (level !== undefined) return raises(line, Number.parseInt(level, 16));
    // `N` among them: a sequence is many pulses from one line, and no permit is for so many.
    if (pulsed === undefined || pulsed === "00") return unknown("no command that we send");
    const isWidth = Number(widthUs) >= 20 && Number(widthUs) <= 100_000;
    return isWidth ? raises(line, Number.parseInt(pulsed, 16)) : unknown("no width of this box");
  };

function textOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** CRC-16, polynomial 1021, start FFFF: a byte at a time, without a table. */
function crcOf(text: string): number {
  let crc = 0xffff;
  for (let i = 0; i < text.length; i += 1) {
    let x = (crc >> 8) ^ (text.charCodeAt(i) & 0xff);
    x ^= x >> 4;
    crc = ((crc << 8) ^ (x << 12) ^ (x << 5) ^ x) & 0xffff;
  }
  return crc;
}

/**
 * Cedrus XID: commands and answers. Numbers are little endian. Source: `cedrus-opensource/pyxid`
 * (pyxid2), whose initialisation raises lines 9 to 16 through a slip that is not copied here.
 */
import { toHex } from "../../../src/base/hex.ts";
import type { DecodedFrame } from "../../../src/contract/decode.ts";

const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

export const ASK_PROTOCOL: Uint8Array = ascii("_c1");
export const SPEAK_XID: Uint8Array = ascii("c10");
export const ASK_PRODUCT: Uint8Array = ascii("_d2");
export const ASK_MODEL: Uint8Array = ascii("_d3");
export const ASK_FIRMWARE: Uint8Array = ascii("_d4");
export const ASK_PULSE: Uint8Array = ascii("_mp");

/** These lines go up, all others down; bit 0 is line 1. */
export function linesCommand(mask: number): Uint8Array {
  return Uint8Array.of(0x6d, 0x68, mask & 0xff, (mask >> 8) & 0xff);
}

export function pulseCommand(ms: number): Uint8Array {
  return Uint8Array.of(0x6d, 0x70, ms & 0xff, (ms >> 8) & 0xff, (ms >> 16) & 0xff, ms >>> 24);
}

const QUESTIONS: Readonly<Record<string, string>> = {
  _c1: "ask protocol",
  _d2: "ask product",
  _d3: "ask model",
  _d4: "ask firmware",
  _mp: "ask pulse duration",
  c10: "speak XID",
};

export const PRODUCTS: Readonly<Record<string, string>> = {
  "4": "c-pod",
  S: "StimTracker",
  "0": "Lumina",
  "1": "SV-1",
  "2": "RB",
  "5": "Riponda",
};

interface Found {
  readonly length: number;
  readonly meaning: Readonly<Record<string, unknown>>;
}

const u32 = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true);

function linesOf(mask: number): readonly number[] {
  return Array.from({ length: 16 }, (_, bit) => bit + 1).filter(
    (line) => ((mask >> (line - 1)) & 1) === 1,
  );
}

/** What begins here in the host's bytes; null: nothing. */
function hostAt(rest: Uint8Array): Found | null {
  const text = Buffer.from(rest.subarray(0, 3)).toString("latin1");
  const question = QUESTIONS[text];
  if (question !== undefined) return { length: 3, meaning: { decoded: question } };
  if (text.startsWith("mp") && rest.length >= 6)
    return { length: 6, meaning: { decoded: { pulse_ms: u32(rest, 2) } } };
  if (!text.startsWith("mh") || rest.length < 4) return null;
  const mask = (rest[2] ?? 0) + 256 * (rest[3] ?? 0);
  return { length: 4, meaning: { decoded: { lines: linesOf(mask) } } };
}

/** The same in the answers. */
function deviceAt(rest: Uint8Array): Found | null {
  const text = Buffer.from(rest.subarray(0, 5)).toString("latin1");
  if (/^_xid\d/.test(text)) return { length: 5, meaning: { decoded: { protocol: text[4] } } };
  if (text.startsWith("_mp") && rest.length >= 7)
    return { length: 7, meaning: { decoded: { pulse_ms: u32(rest, 3) } } };
  const asked = text.slice(0, 3);
  // Product, model and firmware come as a bare byte too: whose answer it is, the question before it says.
  if (/^[0-9S]/.test(text)) return { length: 1, meaning: { decoded: { said: text[0] } } };
  if (!/^_d[234]$/.test(asked) || rest.length < 4) return null;
  const said = String.fromCharCode(rest[3] ?? 0);
  return { length: 4, meaning: { decoded: { asked, said } } };
}

export function decodeXid(
  bytes: Uint8Array,
  direction: "host" | "device",
): readonly DecodedFrame[] {
  const lookAt = direction === "host" ? hostAt : deviceAt;
  const frames: DecodedFrame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const found = lookAt(bytes.subarray(at));
    const length = found?.length ?? 1;
    const hex = toHex(bytes.subarray(at, at + length));
    const why = "no command or answer that is known begins here";
    frames.push(
      found === null
        ? { ok: false, hex, code: "WIRE_UNKNOWN_FRAME", why }
        : { ok: true, hex, meaning: found.meaning },
    );
    at += length;
  }
  return frames;
}

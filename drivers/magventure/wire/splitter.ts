/**
 * Cuts a byte stream into frames and junk. No client states an official rule for finding back into
 * step; ours drops one byte after anything that is no frame and looks again, so that a good frame
 * inside a damaged one is found, and never looks inside a frame that was accepted. Neither flag can be
 * searched for: both occur inside bodies and checksums.
 * Every byte comes out again, in order, and the same bytes give the same pieces in any chunks.
 */
import {
  AROUND_BYTES,
  byteHex,
  crc8,
  END,
  MAX_BODY_BYTES,
  START,
  type WireCode,
  type WireFault,
} from "./frame.ts";

export type Piece =
  | { readonly kind: "frame"; readonly bytes: Uint8Array; readonly body: Uint8Array }
  | {
      readonly kind: "junk";
      readonly bytes: Uint8Array;
      readonly code: WireCode;
      readonly why: string;
    };

export interface Splitter {
  push(bytes: Uint8Array): readonly Piece[];
  /** Nothing belongs to what is held any more: everything comes out. */
  flush(): readonly Piece[];
  /** Bytes that may still become a frame. */
  readonly pending: number;
  /** Bytes held at the moment, junk that was not handed over yet included. */
  readonly held: number;
}

/** Junk is handed over in runs of at most this length. */
export const MAX_JUNK_BYTES = 64;

type Look =
  | { readonly kind: "frame"; readonly length: number }
  | { readonly kind: "more" }
  | { readonly kind: "bad"; readonly fault: WireFault };

const CUT: WireFault = { code: "WIRE_CUT_FRAME", why: "the frame ends too early" };
const MORE: Look = { kind: "more" };
const NOTHING = new Uint8Array(0);

const bad = (code: WireCode, why: string): Look => ({ kind: "bad", fault: { code, why } });

/** What the bytes from `at` on are. */
function look(bytes: Uint8Array, at: number): Look {
  const first = bytes[at] ?? 0;
  if (first !== START) return bad("WIRE_UNKNOWN_FRAME", `${byteHex(first)} begins no frame`);
  const length = bytes[at + 1];
  if (length === undefined) return MORE;
  if (length === 0 || length > MAX_BODY_BYTES)
    return bad("WIRE_BAD_FIELD", `a body of ${length} bytes`);
  const end = at + length + AROUND_BYTES;
  if (bytes.length < end) return MORE;
  const last = bytes[end - 1] ?? 0;
  if (last !== END) return bad("WIRE_BAD_FIELD", `${byteHex(last)} where the end flag belongs`);
  const expected = crc8(bytes, at + 2, end - 2);
  const found = bytes[end - 2] ?? 0;
  if (found === expected) return { kind: "frame", length: end - at };
  return bad("WIRE_BAD_CHECKSUM", `checksum ${byteHex(found)}, expected ${byteHex(expected)}`);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

export function createSplitter(): Splitter {
  let buffer = NOTHING;
  let junk: number[] = [];
  let fault: WireFault = CUT;

  const endJunk = (out: Piece[]): void => {
    if (junk.length > 0) out.push({ kind: "junk", bytes: Uint8Array.from(junk), ...fault });
    junk = [];
  };

  const drop = (byte: number, why: WireFault, out: Piece[]): void => {
    // The first fault of a run names it.
    if (junk.length === 0) fault = why;
    junk.push(byte);
    if (junk.length === MAX_JUNK_BYTES) endJunk(out);
  };

  const frameAt = (at: number, length: number): Piece => {
    // What is held is nobody else's, so a frame that is all of it needs no copy.
    const bytes = length === buffer.length ? buffer : buffer.slice(at, at + length);
    return { kind: "frame", bytes, body: bytes.subarray(2, -2) };
  };

  const cut = (isEnd: boolean): readonly Piece[] => {
    const out: Piece[] = [];
    let at = 0;
    while (at < buffer.length) {
      const seen = look(buffer, at);
      if (seen.kind === "more" && !isEnd) break;
      if (seen.kind === "frame") {
        endJunk(out);
        out.push(frameAt(at, seen.length));
        at += seen.length;
      } else {
        drop(buffer[at] ?? 0, seen.kind === "bad" ? seen.fault : CUT, out);
        at += 1;
      }
    }
    buffer = at === buffer.length ? NOTHING : buffer.slice(at);
    if (isEnd) endJunk(out);
    return out;
  };

  return {
    push: (bytes) => {
      buffer = buffer.length === 0 ? bytes.slice() : joined(buffer, bytes);
      return cut(false);
    },
    flush: () => cut(true),
    get pending() {
      return buffer.length;
    },
    get held() {
      return buffer.length + junk.length;
    },
  };
}

/** Frames of a capture in the order of the bytes; junk next to junk is one piece. */
import { toHex } from "../../src/base/hex.ts";
import type { DecodedFrame } from "../../src/contract/decode.ts";
import type { ErrorCode } from "../../src/errors/codes.ts";
import { joined } from "./bytes.ts";

export type Meaning = Readonly<Record<string, unknown>>;

export const good = (bytes: Uint8Array, meaning: Meaning): DecodedFrame => ({
  ok: true,
  hex: toHex(bytes),
  meaning,
});

export const bad = (bytes: Uint8Array, code: ErrorCode, why: string): DecodedFrame => ({
  ok: false,
  hex: toHex(bytes),
  code,
  why,
});

export interface Captured {
  add(frame: DecodedFrame): void;
  junk(bytes: Uint8Array, from: number, to: number): void;
  /** All of them. */
  frames(): readonly DecodedFrame[];
}

/** `words`: what a whole run of junk is. */
export function createCaptured(words: (junk: Uint8Array) => DecodedFrame): Captured {
  const frames: DecodedFrame[] = [];
  let run: Uint8Array = new Uint8Array(0);
  const endRun = (): void => {
    if (run.length > 0) frames.push(words(run));
    run = new Uint8Array(0);
  };
  return {
    add: (frame) => {
      endRun();
      frames.push(frame);
    },
    junk: (bytes, from, to) => {
      run = joined(run, bytes.slice(from, to));
    },
    frames: () => {
      endRun();
      return frames;
    },
  };
}

/**
 * Cuts a byte stream into frames and junk. The wire has no frame marks, so after anything that is
 * no frame the search goes on at the very next byte: a corrupt byte costs its own frame only.
 * Every byte comes out again, in order, and the same bytes give the same pieces however they are
 * chunked.
 */
import type { WireCode, WireFault } from "./frame.ts";

/** What the bytes at one place are; a frame comes with its meaning, which telling it apart took anyway. */
export type Look<M> =
  | { readonly kind: "frame"; readonly length: number; readonly meaning: M }
  /** A beginning that could become a frame. */
  | { readonly kind: "more" }
  /** `length` is what the frame would have had when it is known where it ends; null otherwise. */
  | { readonly kind: "bad"; readonly fault: WireFault; readonly length: number | null };

/**
 * Judges the bytes from one place on; at least one byte is there. `atBorder` is true when the byte
 * before ended a frame. Must settle within `MAX_FRAME_BYTES`.
 */
export type Looker<M> = (bytes: Uint8Array, atBorder: boolean) => Look<M>;

export type Piece<M> =
  | { readonly kind: "frame"; readonly bytes: Uint8Array; readonly meaning: M }
  | {
      readonly kind: "junk";
      readonly bytes: Uint8Array;
      readonly code: WireCode;
      readonly why: string;
    };

export interface Splitter<M> {
  push(bytes: Uint8Array): readonly Piece<M>[];
  /** No more bytes belong to what is held: everything comes out. */
  flush(): readonly Piece<M>[];
  /** Bytes held at the moment. */
  readonly held: number;
}

/** Longer than any frame of the family (24 bytes). */
export const MAX_FRAME_BYTES = 32;
/** Junk is handed over in runs of at most this length. */
export const MAX_JUNK_BYTES = 64;

/** A run of junk: its first fault names it. */
interface Run {
  readonly bytes: number[];
  readonly fault: WireFault;
  /** Bytes of the run after which a frame border is known; infinite when it is not. */
  borderAt: number;
}

const CUT: WireFault = { code: "WIRE_CUT_FRAME", why: "the frame ends too early" };

const NOTHING = new Uint8Array(0);

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** The first bytes, copied where there are more. What is held is nobody else's. */
function firstOf(held: Uint8Array, length: number): Uint8Array {
  return held.length === length ? held : held.slice(0, length);
}

export function createSplitter<M>(look: Looker<M>): Splitter<M> {
  let buffer = NOTHING;
  let run: Run | null = null;

  const endRun = (out: Piece<M>[]): void => {
    if (run !== null && run.bytes.length > 0) {
      out.push({ kind: "junk", bytes: Uint8Array.from(run.bytes), ...run.fault });
    }
    run = null;
  };

  const junkByte = (
    byte: number,
    fault: WireFault,
    length: number | null,
    out: Piece<M>[],
  ): void => {
    if (run === null) run = { bytes: [], fault, borderAt: length ?? Number.POSITIVE_INFINITY };
    run.bytes.push(byte);
    if (run.bytes.length < MAX_JUNK_BYTES) return;
    const { borderAt, bytes, fault: first } = run;
    endRun(out);
    run = { bytes: [], fault: first, borderAt: borderAt - bytes.length };
  };

  /** Judges what begins at `rest` and takes it; 0: more bytes are needed. */
  const takeOne = (rest: Uint8Array, isEnd: boolean, out: Piece<M>[]): number => {
    if (run !== null && run.bytes.length >= run.borderAt) endRun(out);
    const seen = look(rest, run === null);
    switch (seen.kind) {
      case "frame":
        endRun(out);
        out.push({ kind: "frame", bytes: firstOf(rest, seen.length), meaning: seen.meaning });
        return seen.length;
      case "bad":
        junkByte(rest[0] ?? 0, seen.fault, seen.length, out);
        return 1;
      case "more":
        if (!isEnd) return 0;
        junkByte(rest[0] ?? 0, CUT, rest.length, out);
        return 1;
    }
  };

  const cut = (isEnd: boolean): readonly Piece<M>[] => {
    const out: Piece<M>[] = [];
    let at = 0;
    while (at < buffer.length) {
      const taken = takeOne(at === 0 ? buffer : buffer.subarray(at), isEnd, out);
      if (taken === 0) break;
      at += taken;
    }
    buffer = at === buffer.length ? NOTHING : buffer.slice(at);
    if (isEnd) endRun(out);
    return out;
  };

  return {
    push: (bytes) => {
      buffer = buffer.length === 0 ? bytes.slice() : joined(buffer, bytes);
      return cut(false);
    },
    flush: () => cut(true),
    get held() {
      return buffer.length + (run?.bytes.length ?? 0);
    },
  };
}

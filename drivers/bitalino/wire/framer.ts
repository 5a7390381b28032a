/**
 * Cuts a stream into frames. In step, every frame whose CRC holds counts. Out of step the search moves
 * on byte by byte until three CRCs in a row hold with the sequence going up by one: a single CRC of
 * four bits holds by chance in one place of sixteen.
 */
import { joined, restOf } from "../../amplifiers-common/bytes.ts";
import { isFrame, SEQUENCES, sequenceOf } from "./frame.ts";

export interface FrameSink {
  frame(bytes: Uint8Array, at: number): void;
  junk(bytes: Uint8Array, from: number, to: number): void;
}

export interface Framer {
  push(bytes: Uint8Array): void;
  /** No more bytes belong to what is held. */
  flush(): void;
  /** Fewer than three frames. */
  readonly held: number;
}

/** CRCs in a row that make a step. */
const RUN = 3;

/** `isInStep`: the first byte is known to begin a frame. */
export function createFramer(length: number, sink: FrameSink, isInStep: boolean): Framer {
  let held: Uint8Array = new Uint8Array(0);
  let inStep = isInStep;

  /** Null: more bytes are needed. */
  const isRun = (bytes: Uint8Array, at: number, isEnd: boolean): boolean | null => {
    for (let n = 0; n < RUN; n += 1) {
      const place = at + n * length;
      if (place + length > bytes.length) return isEnd ? false : null;
      if (!isFrame(bytes, place, length)) return false;
      if (n > 0 && !isNext(bytes, place)) return false;
    }
    return true;
  };

  const isNext = (bytes: Uint8Array, place: number): boolean =>
    sequenceOf(bytes, place, length) ===
    (sequenceOf(bytes, place - length, length) + 1) % SEQUENCES;

  /** Null: more bytes are needed. */
  const begins = (bytes: Uint8Array, at: number, isEnd: boolean): boolean | null => {
    if (inStep && isFrame(bytes, at, length)) return true;
    inStep = false;
    return isRun(bytes, at, isEnd);
  };

  const cut = (bytes: Uint8Array, isEnd: boolean): void => {
    let at = 0;
    let junkFrom = 0;
    while (at + length <= bytes.length) {
      const isHere = begins(bytes, at, isEnd);
      if (isHere === null) break;
      if (!isHere) {
        at += 1;
        continue;
      }
      if (junkFrom < at) sink.junk(bytes, junkFrom, at);
      inStep = true;
      sink.frame(bytes, at);
      at += length;
      junkFrom = at;
    }
    if (isEnd) at = bytes.length;
    if (junkFrom < at) sink.junk(bytes, junkFrom, at);
    held = restOf(bytes, at);
  };

  return {
    push: (bytes) => cut(joined(held, bytes), false),
    flush: () => cut(held, true),
    get held() {
      return held.length;
    },
  };
}

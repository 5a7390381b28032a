/**
 * The stream of the SpikerBox family: frames of two bytes a channel, whose first byte alone has bit 7
 * set, and messages between two escape sequences anywhere, inside a frame too (`BackyardBrains`, "Guide
 * for USB Communication"). There is no counter and no checksum: a frame counts when exactly its bytes
 * lie between two that have bit 7 set, and one that has not is dropped whole.
 */
import { joined, restOf } from "../../amplifiers-common/bytes.ts";

export interface StreamSink {
  /** Bytes are valid during the call. */
  frame(bytes: Uint8Array): void;
  /** From one byte with bit 7 to the next lay `length` bytes, the first of them here, and that is no frame. */
  broken(bytes: Uint8Array, length: number): void;
  /** Text between the escapes, such as `EVNT:1;`. `hasBegun`: the frame before it is still to come. */
  message(text: string, hasBegun: boolean): void;
  /** Bytes without the beginning of a frame before them. */
  junk(bytes: Uint8Array, from: number, to: number): void;
}

export interface SpikerStream {
  push(bytes: Uint8Array): void;
  /** No more bytes belong to what is held: a frame that is whole counts. */
  flush(): void;
  readonly held: number;
}

const OPENING = [0xff, 0xff, 0x01, 0x01, 0x80, 0xff] as const;
const CLOSING = [0xff, 0xff, 0x01, 0x01, 0x81, 0xff] as const;
/** Longest text between two escapes. */
const LONGEST_TEXT = 64;
const MOST_HELD = OPENING.length + LONGEST_TEXT + CLOSING.length;

/** Frames that may be glued together by lost bytes; more without bit 7 is another line altogether. */
const MOST_GLUED = 16;

export function createStream(channels: number, sink: StreamSink): SpikerStream {
  const frameBytes = 2 * channels;
  const frame = new Uint8Array(frameBytes);
  const one = new Uint8Array(1);
  /** Bytes since the last with bit 7, that one counted in; 0: there was none. */
  let filled = 0;
  let held: Uint8Array = new Uint8Array(0);

  const endFrame = (): void => {
    if (filled === frameBytes) sink.frame(frame);
    else if (filled > 0) sink.broken(frame.slice(0, Math.min(filled, frameBytes)), filled);
    filled = 0;
  };

  const data = (byte: number): void => {
    if (byte >= 0x80) {
      endFrame();
      frame[0] = byte;
      filled = 1;
      return;
    }
    if (filled === 0) {
      one[0] = byte;
      sink.junk(one, 0, 1);
      return;
    }
    if (filled < frameBytes) frame[filled] = byte;
    filled += 1;
    if (filled > MOST_GLUED * frameBytes) endFrame();
  };

  const cut = (bytes: Uint8Array, isEnd: boolean): void => {
    let at = 0;
    while (at < bytes.length) {
      const byte = bytes[at] ?? 0;
      if (byte === 0xff) {
        const length = escapeAt(bytes, at, isEnd);
        if (length === null) break;
        if (length > 0) {
          sink.message(textIn(bytes, at, length), filled > 0);
          at += length;
          continue;
        }
      }
      data(byte);
      at += 1;
    }
    held = restOf(bytes, at);
    if (isEnd) endFrame();
  };

  return {
    push: (bytes) => cut(joined(held, bytes), false),
    flush: () => cut(held, true),
    get held() {
      return held.length + Math.min(filled, frameBytes);
    },
  };
}

/**
 * Length of a message that begins here; 0: none does, and this byte is data; null: more bytes are
 * needed. A mismatch is looked at again from the next byte on, so that an escape behind an FF of a
 * sample is found.
 */
function escapeAt(bytes: Uint8Array, at: number, isEnd: boolean): number | null {
  const opening = matches(bytes, at, OPENING);
  if (opening === "no") return 0;
  if (opening === "more") return isEnd ? 0 : null;
  const last = Math.min(bytes.length, at + MOST_HELD);
  for (let end = at + OPENING.length; end < last; end += 1) {
    if (bytes[end] !== 0xff) continue;
    const closing = matches(bytes, end, CLOSING);
    if (closing === "yes" && end - at - OPENING.length <= LONGEST_TEXT)
      return end + CLOSING.length - at;
  }
  // A message that does not end in time is none.
  return isEnd || bytes.length >= at + MOST_HELD ? 0 : null;
}

function matches(bytes: Uint8Array, at: number, pattern: readonly number[]): "yes" | "no" | "more" {
  for (let i = 0; i < pattern.length; i += 1) {
    if (at + i >= bytes.length) return "more";
    if (bytes[at + i] !== pattern[i]) return "no";
  }
  return "yes";
}

function textIn(bytes: Uint8Array, at: number, length: number): string {
  const text = bytes.subarray(at + OPENING.length, at + length - CLOSING.length);
  return Buffer.from(text).toString("latin1");
}

/** Channel from 0: the upper bits, then seven lower ones; 10-bit boxes use three of the upper. */
export const countOf = (frame: Uint8Array, channel: number): number =>
  (((frame[2 * channel] ?? 0) & 0x7f) << 7) | (frame[2 * channel + 1] ?? 0);

/** `EVNT:1;FWV:0.01;` in its parts, without the semicolons. */
export const partsOf = (text: string): readonly string[] =>
  text.split(";").filter((part) => part !== "");

/** Cuts a TCP stream into messages. Whatever does not begin with the GUID is junk, byte by byte. */
import { joined, restOf } from "../../amplifiers-common/bytes.ts";
import { GUID, HEADER_BYTES, MOST_BYTES, sizeOf } from "./messages.ts";

export interface MessageSink {
  message(bytes: Uint8Array): void;
  junk(bytes: Uint8Array, from: number, to: number): void;
}

export interface Framer {
  push(bytes: Uint8Array): void;
  /** No more bytes belong to what is held. */
  flush(): void;
  readonly held: number;
}

export function createFramer(sink: MessageSink): Framer {
  let held: Uint8Array = new Uint8Array(0);

  const cut = (bytes: Uint8Array, isEnd: boolean): void => {
    let at = 0;
    let junkFrom = 0;
    const tellJunk = (): void => {
      if (junkFrom < at) sink.junk(bytes, junkFrom, at);
      junkFrom = at;
    };
    while (at < bytes.length) {
      const length = messageAt(bytes, at);
      if (length === 0) {
        at = nextGuid(bytes, at + 1, 1);
        continue;
      }
      if (length === null) break;
      tellJunk();
      sink.message(bytes.subarray(at, at + length));
      at += length;
      junkFrom = at;
    }
    if (isEnd) at = bytes.length;
    tellJunk();
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

/** So many bytes of a GUID at the end of a message are the beginning of the next one. */
const SURE_BYTES = 4;

/**
 * Length of a message that begins here; 0: none does; null: more bytes are needed. A GUID that begins
 * inside a message shows that its size is damage, or that bytes of it were lost.
 */
function messageAt(bytes: Uint8Array, at: number): number | null {
  const seen = Math.min(GUID.length, bytes.length - at);
  for (let i = 0; i < seen; i += 1) if (bytes[at + i] !== GUID[i]) return 0;
  if (bytes.length - at < HEADER_BYTES) return null;
  const size = sizeOf(bytes, at);
  if (size < HEADER_BYTES || size > MOST_BYTES) return 0;
  const message = bytes.subarray(at, at + size);
  if (nextGuid(message, 1, message.length < size ? GUID.length : SURE_BYTES) < message.length)
    return 0;
  return message.length < size ? null : size;
}

/** Where a GUID begins, or where the last bytes are at least `least` of one; the end: nowhere. */
function nextGuid(bytes: Uint8Array, from: number, least: number): number {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(GUID, from);
  if (whole >= 0) return whole;
  const last = bytes.length - least;
  for (let at = Math.max(from, bytes.length - GUID.length + 1); at <= last; at += 1) {
    if (bytes.subarray(at).every((byte, i) => byte === GUID[i])) return at;
  }
  return bytes.length;
}

/**
 * Cuts a stream into packets and junk. There is no checksum and data may look like marks, so the
 * search moves on by one byte after anything that is no packet; the first packet behind junk is taken
 * only when its number fits or the next packet vouches for it; and one that has the beginning of a
 * later packet inside it was cut short and glued to that. Peers that skip a whole packet lose good
 * ones; one that starts again at its kept bytes glues packets together.
 */
import { joined, restOf } from "../../amplifiers-common/bytes.ts";
import { isPacket, NUMBERS, numberOf, PACKET_BYTES, START } from "./packet.ts";

export interface PacketSink {
  /** Framed; whether it counts depends on its footer. Bytes are valid during the call. */
  packet(bytes: Uint8Array, at: number): void;
  junk(bytes: Uint8Array, from: number, to: number): void;
}

export interface Framer {
  push(bytes: Uint8Array): void;
  /** No more bytes belong to what is held. */
  flush(): void;
  /** Bytes held at the moment: never as many as two packets. */
  readonly held: number;
}

/** A hole in the line that is looked through, packets. */
const GLUE_PACKETS = 8;

/**
 * A later packet that begins inside this one, where the next does not begin behind it: bytes between
 * the two were lost. Null: more bytes are needed to tell.
 */
function isGlued(bytes: Uint8Array, at: number, isEnd: boolean): boolean | null {
  const end = at + PACKET_BYTES;
  const number = numberOf(bytes, at);
  const isFollowed = bytes[end] === START && numberOf(bytes, end) === (number + 1) % NUMBERS;
  if (isFollowed) return false;
  for (let inner = bytes.indexOf(START, at + 1); inner > 0 && inner < end - 1; ) {
    const ahead = (numberOf(bytes, inner) - number + NUMBERS) % NUMBERS;
    if (ahead >= 1 && ahead <= GLUE_PACKETS) {
      if (bytes.length < inner + PACKET_BYTES || bytes.length < end + 2)
        return isEnd ? false : null;
      if (isPacket(bytes, inner)) return true;
    }
    inner = bytes.indexOf(START, inner + 1);
  }
  return false;
}

export function createFramer(sink: PacketSink): Framer {
  let held: Uint8Array = new Uint8Array(0);
  /** Junk since the last packet. */
  let junkBytes = 0;
  let previous: number | null = null;

  /** The number fits when the packets that are missing may lie in the junk. */
  const fits = (number: number): boolean => {
    if (previous === null) return false;
    const lost = (number - previous - 1 + NUMBERS) % NUMBERS;
    return lost <= Math.ceil(junkBytes / PACKET_BYTES);
  };

  /** Null: more bytes are needed. */
  const isTrusted = (bytes: Uint8Array, at: number, isEnd: boolean): boolean | null => {
    const glued = isGlued(bytes, at, isEnd);
    if (glued !== false) return glued === null ? null : false;
    if (junkBytes === 0) return true;
    const number = numberOf(bytes, at);
    if (fits(number)) return true;
    const next = at + PACKET_BYTES;
    if (bytes.length < next + PACKET_BYTES) return isEnd ? false : null;
    return isPacket(bytes, next) && numberOf(bytes, next) === (number + 1) % NUMBERS;
  };

  /** Handles what begins at `at` and returns where to go on; `at` itself: more bytes are needed. */
  const takeOne = (bytes: Uint8Array, at: number, isEnd: boolean): number => {
    if (bytes.length - at < PACKET_BYTES) {
      return isEnd || bytes[at] !== START ? at + 1 : at;
    }
    if (!isPacket(bytes, at)) return at + 1;
    const trusted = isTrusted(bytes, at, isEnd);
    if (trusted === null) return at;
    return trusted ? at + PACKET_BYTES : at + 1;
  };

  const cut = (bytes: Uint8Array, isEnd: boolean): void => {
    let at = 0;
    let junkFrom = 0;
    const tellJunk = (): void => {
      if (junkFrom < at) sink.junk(bytes, junkFrom, at);
    };
    while (at < bytes.length) {
      const next = takeOne(bytes, at, isEnd);
      if (next === at) break;
      if (next === at + 1) {
        junkBytes += 1;
        at = next;
        continue;
      }
      tellJunk();
      sink.packet(bytes, at);
      previous = numberOf(bytes, at);
      junkBytes = 0;
      at = next;
      junkFrom = at;
    }
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

/**
 * Finds the statuses in the stream. There is no checksum and a byte of data may look like the sync
 * byte, so a length is believed only when two pieces in a row have it, and from then on nothing else
 * is taken. How many of the same content it takes to act on one is not decided here.
 */
import type { WireCode } from "./fault.ts";
import { decodeStatus, type StatusFrame } from "./frame.ts";
import { createPieceCutter, type Piece, SYNC } from "./pieces.ts";

export type Reading =
  | { readonly kind: "status"; readonly bytes: Uint8Array; readonly frame: StatusFrame }
  | {
      readonly kind: "junk";
      readonly bytes: Uint8Array;
      readonly code: WireCode;
      readonly why: string;
    };

export interface StatusReader {
  push(bytes: Uint8Array): readonly Reading[];
  /** Bytes of a status; null while none is believed. */
  readonly length: number | null;
}

/** So many pieces in a row that are no status: the length is not the one that was believed. */
const START_OVER_AFTER = 10;

export function createStatusReader(): StatusReader {
  const cutter = createPieceCutter();
  let length: number | null = null;
  /** Length of the piece before, when it could have been a status and none is believed yet. */
  let candidate: number | null = null;
  let rejected = 0;
  /** A piece that is too short: its rest may come behind a byte of data that looked like a sync. */
  let short: Uint8Array | null = null;

  const reject = (bytes: Uint8Array, code: WireCode, why: string): Reading => {
    rejected += 1;
    if (rejected >= START_OVER_AFTER) {
      length = null;
      candidate = null;
      rejected = 0;
    }
    return { kind: "junk", bytes, code, why };
  };

  const believe = (bytes: Uint8Array): readonly Reading[] => {
    const decoded = decodeStatus(bytes);
    if (!decoded.ok) {
      candidate = null;
      return [{ kind: "junk", bytes, ...decoded.error }];
    }
    if (candidate !== bytes.length) {
      candidate = bytes.length;
      return [];
    }
    length = bytes.length;
    return [{ kind: "status", bytes, frame: decoded.value }];
  };

  const takeWhole = (bytes: Uint8Array): Reading => {
    const decoded = decodeStatus(bytes);
    if (!decoded.ok) return reject(bytes, decoded.error.code, decoded.error.why);
    rejected = 0;
    return { kind: "status", bytes, frame: decoded.value };
  };

  /** A piece while a length is believed and nothing is held back. */
  const takeAlone = (bytes: Uint8Array, believed: number): readonly Reading[] => {
    if (bytes.length === believed) return [takeWhole(bytes)];
    if (bytes.length > believed) {
      const why = `${bytes.length} bytes, a status of this device has ${believed}`;
      return [reject(bytes, "WIRE_UNKNOWN_FRAME", why)];
    }
    short = bytes;
    return [];
  };

  /** The held piece with this one behind it; the sync byte between them was data if the sum fits. */
  const takeJoined = (
    held: Uint8Array,
    bytes: Uint8Array,
    believed: number,
  ): readonly Reading[] => {
    const joined = Uint8Array.from([...held, SYNC, ...bytes]);
    short = null;
    if (joined.length < believed) {
      short = joined;
      return [];
    }
    if (joined.length === believed && decodeStatus(joined).ok) return [takeWhole(joined)];
    const cut = reject(held, "WIRE_CUT_FRAME", `${held.length} of ${believed} bytes of a status`);
    return [cut, ...takePiece(bytes)];
  };

  const takePiece = (bytes: Uint8Array): readonly Reading[] => {
    if (length !== null && short !== null) return takeJoined(short, bytes, length);
    if (bytes.length === 0) return [];
    return length === null ? believe(bytes) : takeAlone(bytes, length);
  };

  const takeOverlong = (bytes: Uint8Array): readonly Reading[] => {
    short = null;
    candidate = null;
    return [reject(bytes, "WIRE_UNKNOWN_FRAME", "a run without a sync byte")];
  };

  const take = (piece: Piece): readonly Reading[] => {
    if (piece.kind === "overlong") return takeOverlong(piece.bytes);
    // Nobody knows how much of the first one was missed.
    return piece.isFirst ? [] : takePiece(piece.bytes);
  };

  return {
    push: (bytes) => {
      const readings: Reading[] = [];
      for (const piece of cutter.push(bytes)) readings.push(...take(piece));
      return readings;
    },
    get length() {
      return length;
    },
  };
}

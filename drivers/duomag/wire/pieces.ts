/** Cuts the stream of a device at its sync byte. Bounded: a line that never syncs cannot fill memory. */

export const SYNC = 0xff;
/** A piece without a sync byte is handed over as overlong at this length. */
export const MAX_PIECE_BYTES = 64;

export type Piece =
  /** What stood in front of a sync byte, without it; empty between two sync bytes in a row. */
  | { readonly kind: "piece"; readonly bytes: Uint8Array; readonly isFirst: boolean }
  /** A part of a run that is longer than any status. */
  | { readonly kind: "overlong"; readonly bytes: Uint8Array };

export interface PieceCutter {
  push(bytes: Uint8Array): readonly Piece[];
  /** What is held: it has met no sync byte yet. */
  rest(): Uint8Array;
}

export function createPieceCutter(): PieceCutter {
  const held = new Uint8Array(MAX_PIECE_BYTES);
  let length = 0;
  let isFirst = true;
  let isOverlong = false;

  const take = (): Uint8Array => {
    const bytes = held.slice(0, length);
    length = 0;
    return bytes;
  };
  const endPiece = (): Piece => {
    const bytes = take();
    const piece: Piece = isOverlong
      ? { kind: "overlong", bytes }
      : { kind: "piece", bytes, isFirst };
    isFirst = false;
    isOverlong = false;
    return piece;
  };

  return {
    push: (bytes) => {
      const pieces: Piece[] = [];
      for (const byte of bytes) {
        if (byte === SYNC) {
          pieces.push(endPiece());
          continue;
        }
        held[length] = byte;
        length += 1;
        if (length < MAX_PIECE_BYTES) continue;
        isOverlong = true;
        pieces.push({ kind: "overlong", bytes: take() });
      }
      return pieces;
    },
    rest: () => held.slice(0, length),
  };
}

/**
 * A secret that a cable brings back: an echoing line, a terminal that repeats its input, a wrong
 * plug. What arrives between a secret and the next bytes of the host and is a piece of it is
 * blanked, in whatever chunks it comes.
 */

/** Bytes that arrived together, instant in ms. */
export interface Arrival {
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

export interface EchoBlanker {
  /** Bytes that left, as they are and as they may be recorded: what differs is the secret. */
  sent(bytes: Uint8Array, shown: Uint8Array): void;
  /** What may be recorded after this arrival; the end of a piece may be kept back for the next. */
  arrived(atMs: number, bytes: Uint8Array): readonly Arrival[];
  /** What was kept back. Call before anything is recorded that must stand behind it. */
  release(): readonly Arrival[];
}

/** Shorter pieces are chance and tell next to nothing. */
const SHORTEST_PIECE = 4;
const STAR = 0x2a;

export function createEchoBlanker(): EchoBlanker {
  let secret: string | null = null;
  const kept: { readonly atMs: number; readonly bytes: Uint8Array }[] = [];
  /** The piece at the end of what arrived, and where its bytes stand that are still kept. */
  let piece = "";
  let places: { readonly bytes: Uint8Array; readonly at: number }[] = [];

  const endPiece = (): void => {
    if (piece.length >= SHORTEST_PIECE) for (const { bytes, at } of places) bytes[at] = STAR;
    piece = "";
    places = [];
  };
  const take = (bytes: Uint8Array, at: number, known: string): void => {
    const char = String.fromCharCode(bytes[at] ?? 0);
    if (!known.includes(piece + char)) endPiece();
    if (!known.includes(char)) return;
    piece += char;
    places.push({ bytes, at });
  };
  const handOver = (count: number): readonly Arrival[] => kept.splice(0, count);

  return {
    sent(bytes, shown) {
      endPiece();
      const hidden = [...bytes.keys()].filter((at) => bytes[at] !== shown[at]);
      const [first] = hidden;
      const last = hidden.at(-1);
      secret =
        first === undefined || last === undefined
          ? null
          : Buffer.from(bytes.subarray(first, last + 1)).toString("latin1");
    },
    arrived(atMs, given) {
      const bytes = Uint8Array.from(given);
      kept.push({ atMs, bytes });
      if (secret === null) return handOver(kept.length);
      for (const at of bytes.keys()) take(bytes, at, secret);
      const [open] = places;
      const decided =
        open === undefined ? kept.length : kept.findIndex((one) => one.bytes === open.bytes);
      return handOver(decided);
    },
    release() {
      // A long piece is blanked; a short one is shown and still counts for what comes behind it.
      if (piece.length >= SHORTEST_PIECE) for (const { bytes, at } of places) bytes[at] = STAR;
      places = [];
      return handOver(kept.length);
    },
  };
}

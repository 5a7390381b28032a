/** Marks in the auxiliary bytes: rising edges of the digital pins, or characters of marker mode. */
import type { SampleWriter } from "../amplifiers-common/writer.ts";
import type { BoardMode } from "./wire/commands.ts";
import { type AuxKind, auxKind, auxWord, footerOf } from "./wire/packet.ts";

export interface AuxEdges {
  /** Bits of what rose in this packet, or the code of a marker; 0: nothing. */
  look(bytes: Uint8Array, at: number): number;
  mark(found: number, writer: SampleWriter): void;
  /** The levels before a gap say nothing about those behind it. */
  forget(): void;
}

/** Pins in the order in which digital mode puts a byte for each; D18 stands alone in its word. */
const PINS = [11, 12, 13, 17, 18] as const;

const NO_EDGES: AuxEdges = { look: () => 0, mark: () => undefined, forget: () => undefined };

export function createAuxEdges(boardMode: BoardMode): AuxEdges {
  if (boardMode === "digital") return digitalEdges();
  return boardMode === "marker" ? markers : NO_EDGES;
}

/** Beside a time only the first word is there: D11 and D12. */
const wordsIn = (kind: AuxKind): number => (kind === "aux" ? 3 : kind === "time-aux" ? 1 : 0);

function digitalEdges(): AuxEdges {
  let levels: number | null = null;
  return {
    look: (bytes, at) => {
      const words = wordsIn(auxKind(footerOf(bytes, at)));
      if (words === 0) return 0;
      const now = levelsOf(bytes, at, words);
      const rose = levels === null ? 0 : now & ~levels;
      levels = now;
      return rose;
    },
    mark: (rose, writer) => {
      if (rose === 0) return;
      for (const [place, pin] of PINS.entries()) {
        if ((rose & (1 << place)) !== 0) writer.mark(pin, `D${pin}`);
      }
    },
    forget: () => {
      levels = null;
    },
  };
}

function levelsOf(bytes: Uint8Array, at: number, words: number): number {
  const bit = (isHigh: boolean, place: number): number => (isHigh ? 1 << place : 0);
  const first = auxWord(bytes, at, 0);
  const pair = bit((first & 0xff00) !== 0, 0) | bit((first & 0xff) !== 0, 1);
  if (words === 1) return pair;
  const second = auxWord(bytes, at, 1);
  return (
    pair |
    bit((second & 0xff00) !== 0, 2) |
    bit((second & 0xff) !== 0, 3) |
    bit(auxWord(bytes, at, 2) !== 0, 4)
  );
}

/** A marker stands in one packet; the board clears it behind it. */
const markers: AuxEdges = {
  look: (bytes, at) => (wordsIn(auxKind(footerOf(bytes, at))) === 0 ? 0 : auxWord(bytes, at, 0)),
  mark: (code, writer) => {
    if (code !== 0) writer.mark(code, "marker");
  },
  forget: () => undefined,
};

import { ReadlineParser } from "@serialport/parser-readline";

export type LineReading =
  /** Without its end: a line feed, and a carriage return before it. */
  | { readonly kind: "line"; readonly text: string }
  /** More than the longest line without a line feed; what follows up to the next one is dropped too. */
  | { readonly kind: "overlong" };

export interface LineReader {
  push(bytes: Uint8Array): readonly LineReading[];
}

const LF = 0x0a;

/**
 * Lines of one-byte text. The parser itself has no longest line and would keep whatever a device
 * sends without a line feed, so each piece is measured before it gets it. Read synchronously: the
 * lines of a chunk come out in the turn in which it came in.
 */
export function createLineReader(maxChars: number): LineReader {
  let parser = createParser();
  let held = 0;
  let isDropping = false;

  const take = (piece: Uint8Array): readonly LineReading[] => {
    const isEnd = piece[piece.length - 1] === LF;
    if (isDropping) {
      isDropping = !isEnd;
      return [];
    }
    held += isEnd ? piece.length - 1 : piece.length;
    // One more for the carriage return.
    if (held > maxChars + 1) {
      parser = createParser();
      held = 0;
      isDropping = !isEnd;
      return [{ kind: "overlong" }];
    }
    parser.write(Buffer.from(piece));
    if (!isEnd) return [];
    held = 0;
    const text = String(parser.read() ?? "").replace(/\r$/, "");
    return [text.length > maxChars ? { kind: "overlong" } : { kind: "line", text }];
  };

  return { push: (bytes) => piecesOf(bytes).flatMap(take) };
}

/** One line an object, so that two lines of a chunk are not glued together by a read. */
function createParser(): ReadlineParser {
  return new ReadlineParser({ delimiter: "\n", encoding: "latin1", readableObjectMode: true });
}

/** Cut behind each line feed. */
function piecesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; ) {
    const at = bytes.indexOf(LF, from);
    const end = at < 0 ? bytes.length : at + 1;
    pieces.push(bytes.subarray(from, end));
    from = end;
  }
  return pieces;
}

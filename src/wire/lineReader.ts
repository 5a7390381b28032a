import { ReadlineParser } from "@serialport/parser-readline";

export type LineReading =
  /** Without its end; a line feed may have a carriage return before it. */
  | { readonly kind: "line"; readonly text: string }
  /** More than the longest line without an end; what follows up to the next one is dropped too. */
  | { readonly kind: "overlong" };

export interface LineReader {
  push(bytes: Uint8Array): readonly LineReading[];
}

const LINE_FEED = "\n";

/**
 * Lines of one-byte text, ended by a line feed or by another mark of the device. The parser itself
 * has no longest line and would keep whatever a device sends without an end, so what it holds is
 * measured and forgotten. Read synchronously: the lines of a chunk come out in the turn in which it
 * came in.
 */
export function createLineReader(maxChars: number, end: string = LINE_FEED): LineReader {
  const mark = Buffer.from(end, "latin1");
  // A carriage return, or the beginning of an end.
  const mostHeld = maxChars + mark.length;
  let parser = createParser(end);
  /** The last bytes, in which an end may have begun. */
  let tail = Buffer.alloc(0);
  let held = 0;
  let isDropping = false;

  /** Null: no line ends here, or one that was told already. */
  const take = (piece: Uint8Array): LineReading | null => {
    // A stream is dear, and a line that came in one piece has nothing to be put together.
    if (held === 0 && !isDropping && endsWith(piece, mark))
      return readingOf(latin1(piece, piece.length - mark.length), end, maxChars);
    parser.write(Buffer.from(piece));
    const line: unknown = parser.read();
    const wasDropping = isDropping;
    if (line !== null) {
      tail = Buffer.alloc(0);
      held = 0;
      isDropping = false;
      return wasDropping ? null : readingOf(String(line), end, maxChars);
    }
    held += piece.length;
    const both = Buffer.concat([tail, piece]);
    tail = both.subarray(Math.max(0, both.length - mark.length + 1));
    if (held <= mostHeld) return null;
    parser = createParser(end);
    parser.write(tail);
    held = tail.length;
    isDropping = true;
    return wasDropping ? null : { kind: "overlong" };
  };

  return {
    push: (bytes) => {
      const readings: LineReading[] = [];
      for (const piece of piecesOf(bytes, mark.at(-1) ?? 0)) {
        const reading = take(piece);
        if (reading !== null) readings.push(reading);
      }
      return readings;
    },
  };
}

function endsWith(piece: Uint8Array, mark: Uint8Array): boolean {
  const from = piece.length - mark.length;
  if (from < 0) return false;
  for (let at = 0; at < mark.length; at += 1) if (piece[from + at] !== mark[at]) return false;
  return true;
}

function latin1(bytes: Uint8Array, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, end).toString("latin1");
}

function readingOf(line: string, end: string, maxChars: number): LineReading {
  const text = end === LINE_FEED && line.endsWith("\r") ? line.slice(0, -1) : line;
  return text.length > maxChars ? { kind: "overlong" } : { kind: "line", text };
}

/** One line an object, so that two lines of a chunk are not glued together by a read. */
function createParser(delimiter: string): ReadlineParser {
  return new ReadlineParser({ delimiter, encoding: "latin1", readableObjectMode: true });
}

/** Cut behind each byte that may end a line, so that no piece holds two lines. */
function piecesOf(bytes: Uint8Array, last: number): readonly Uint8Array[] {
  if (bytes.length > 0 && bytes.indexOf(last) === bytes.length - 1) return [bytes];
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; ) {
    const at = bytes.indexOf(last, from);
    const end = at < 0 ? bytes.length : at + 1;
    pieces.push(bytes.subarray(from, end));
    from = end;
  }
  return pieces;
}

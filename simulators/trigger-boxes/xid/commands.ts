/** Commands by their letters, with the number of data bytes behind them (`cedrus-opensource/pyxid`). */
const DATA_LENGTHS = {
  _c1: 0,
  c1: 1,
  _d2: 0,
  _d3: 0,
  _d4: 0,
  _d5: 0,
  _mp: 0,
  mp: 4,
  mh: 2,
  mz: 0,
  mc: 0,
  mt: 6,
  mk: 2,
  _mk: 0,
  mr: 0,
  ms: 0,
  _mr: 0,
  e5: 0,
  _e5: 0,
} as const;

export type XidLetters = keyof typeof DATA_LENGTHS;

export interface XidCommand {
  readonly letters: XidLetters;
  readonly data: readonly number[];
}

export interface XidStream {
  readonly pending: readonly number[];
  /** When the first of them came. */
  readonly sinceMs: number;
}

export const EMPTY_STREAM: XidStream = { pending: [], sinceMs: 0 };

/** What has not become a command by then is thrown away (the vendor's command reference). */
const PATIENCE_MS = 100;

/**
 * Nothing marks the end of a command, so its letters tell its length. Letters that no command
 * begins with spoil everything behind them until the box loses patience.
 */
export function pushXidBytes(
  stream: XidStream,
  bytes: Uint8Array,
  nowMs: number,
): { readonly stream: XidStream; readonly commands: readonly XidCommand[] } {
  const isStale = stream.pending.length > 0 && nowMs - stream.sinceMs >= PATIENCE_MS;
  let pending = isStale ? [...bytes] : [...stream.pending, ...bytes];
  let sinceMs = isStale || stream.pending.length === 0 ? nowMs : stream.sinceMs;
  const commands: XidCommand[] = [];
  for (;;) {
    const letters = lettersOf(pending);
    if (letters === null) break;
    const end = letters.length + DATA_LENGTHS[letters];
    if (pending.length < end) break;
    commands.push({ letters, data: pending.slice(letters.length, end) });
    pending = pending.slice(end);
    sinceMs = nowMs;
  }
  // No command is longer, so more of what is spoiled need not be kept.
  return { stream: { pending: pending.slice(0, LONGEST_COMMAND), sinceMs }, commands };
}

const LONGEST_COMMAND = 8;

function lettersOf(pending: readonly number[]): XidLetters | null {
  const start = String.fromCharCode(...pending.slice(0, 3));
  const found = Object.keys(DATA_LENGTHS).find((letters) => start.startsWith(letters));
  return (found as XidLetters | undefined) ?? null;
}

/** Little endian. */
export function numberOf(data: readonly number[]): number {
  return data.reduceRight((value, byte) => value * 256 + byte, 0);
}

export function answer(text: string, ...tail: readonly number[]): Uint8Array {
  return Uint8Array.from([...[...text].map((char) => char.charCodeAt(0)), ...tail]);
}

export function littleEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
}

import { type HeardLine, REFUSALS, readLine } from "./line.ts";

/** Bytes of a line that has not ended. */
export interface LineStream {
  readonly text: string;
  /** When the first of them came. */
  readonly sinceMs: number;
}

export const EMPTY_LINES: LineStream = { text: "", sinceMs: 0 };

/** Characters before the line feed, a carriage return not counted. */
const LONGEST_LINE = 48;
/** From the first byte to the line feed: a pulse that comes late is worse than none. */
const PATIENCE_MS = 100;

export function pushLineBytes(
  start: LineStream,
  bytes: Uint8Array,
  nowMs: number,
): { readonly stream: LineStream; readonly lines: readonly HeardLine[] } {
  const lines: HeardLine[] = [];
  let { text, sinceMs } = start;
  for (const byte of bytes) {
    if (byte !== 0x0a) {
      if (text === "") sinceMs = nowMs;
      // One more than fits tells that it was too long, and a carriage return may be the last.
      if (text.length < LONGEST_LINE + 2) text += String.fromCharCode(byte);
      continue;
    }
    const line = text.endsWith("\r") ? text.slice(0, -1) : text;
    text = "";
    if (line === "") continue;
    const isOk = line.length <= LONGEST_LINE && nowMs - sinceMs <= PATIENCE_MS;
    lines.push(isOk ? readLine(line) : { kind: "refused", seq: null, refusal: REFUSALS.noLine });
  }
  return { stream: { text, sinceMs }, lines };
}

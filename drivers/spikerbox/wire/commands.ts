/** What the host says: `name:value;` and a line feed (`BackyardBrains/Spike-Recorder`). */
import { ascii, textOf } from "../../amplifiers-common/bytes.ts";

export const ASK_TYPE: Uint8Array = ascii("b:;\n");
export const ASK_VERSIONS: Uint8Array = ascii("?:;\n");
export const START: Uint8Array = ascii("start:;\n");
export const STOP: Uint8Array = ascii("h:;\n");

/** Arduino shields ignore the rate and divide their own by the channels. */
export const configure = (rateHz: number, channels: number): Uint8Array =>
  ascii(`conf s:${Math.round(rateHz)};c:${channels};\n`);

const WORDS: ReadonlyMap<string, string> = new Map([
  ["b:;", "ask hardware type"],
  ["?:;", "ask versions"],
  ["start:;", "start (Pro models)"],
  ["h:;", "stop (Pro models)"],
  ["board:;", "ask expansion board"],
]);

/** The meaning of a line without its line feed, in the words of the vectors; null: not known. */
export function decode(line: string): unknown {
  const plain = WORDS.get(line);
  if (plain !== undefined) return plain;
  const [, rate, channels] = /^conf s:(\d+);c:(\d+);$/.exec(line) ?? [];
  if (rate !== undefined) return { sample_rate: Number(rate), channels: Number(channels) };
  if (/^p:\d;$/.test(line))
    return "raise the message line for 100 ms (Muscle SpikerShield firmware)";
  const [, name, value] = /^([a-z?0-9]{1,16}):([^;]{0,16});$/i.exec(line) ?? [];
  return name === undefined ? null : { name, value };
}

export interface Line {
  readonly bytes: Uint8Array;
  /** Null: not ended. */
  readonly line: string | null;
}

export function linesOf(bytes: Uint8Array): readonly Line[] {
  const lines: Line[] = [];
  for (let from = 0; from < bytes.length; ) {
    const at = bytes.indexOf(0x0a, from);
    const end = at < 0 ? bytes.length : at + 1;
    const piece = bytes.slice(from, end);
    lines.push({
      bytes: piece,
      line: at < 0 ? null : textOf(piece.slice(0, -1)).replace(/\r$/, ""),
    });
    from = end;
  }
  return lines;
}

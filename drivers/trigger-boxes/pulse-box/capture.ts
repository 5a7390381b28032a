/** Captures of the pulse box, line by line, in the words of the vectors. */
import { toHex } from "../../../src/base/hex.ts";
import type { DecodedFrame } from "../../../src/contract/decode.ts";
import { answerOf } from "./answers.ts";
import { type BoxLine, numberOf, openLine } from "./text.ts";

const LF = 0x0a;

type Meaning = Readonly<Record<string, unknown>>;

export function decodeLines(
  bytes: Uint8Array,
  direction: "host" | "device",
): readonly DecodedFrame[] {
  const frames: DecodedFrame[] = [];
  for (let from = 0; from < bytes.length; ) {
    const at = bytes.indexOf(LF, from);
    const end = at < 0 ? bytes.length : at + 1;
    frames.push(...frameOf(bytes.subarray(from, end), direction));
    from = end;
  }
  return frames;
}

function frameOf(raw: Uint8Array, direction: "host" | "device"): readonly DecodedFrame[] {
  const hex = toHex(raw);
  if (raw[raw.length - 1] !== LF)
    return [{ ok: false, hex, code: "WIRE_CUT_FRAME", why: "no line feed" }];
  const text = Buffer.from(raw)
    .toString("latin1")
    .replace(/\r?\n$/, "");
  if (text === "") return [];
  const line = openLine(text);
  if (!line.ok) return [{ ok: false, hex, code: isChecksum(line.error), why: line.error }];
  const meaning = direction === "host" ? commandMeaning(line.value) : answerOf(line.value);
  if (meaning === null)
    return [{ ok: false, hex, code: "WIRE_BAD_FIELD", why: "words that no box says" }];
  return [{ ok: true, hex, meaning: { ...meaning } }];
}

function isChecksum(why: string): "WIRE_BAD_CHECKSUM" | "WIRE_UNKNOWN_FRAME" {
  return why.includes("checksum is wrong") ? "WIRE_BAD_CHECKSUM" : "WIRE_UNKNOWN_FRAME";
}

const NO_COMMAND = 2;
const BAD_VALUE = 3;

/** What the line asks for, or the code with which a box refuses it. */
function commandMeaning({ seq, words: [word, ...fields] }: BoxLine): Meaning | null {
  if (seq === null) return null;
  const read = COMMANDS[word ?? ""];
  if (read === undefined) return { seq, refusal: NO_COMMAND };
  const command = read(fields);
  return command === null ? { seq, refusal: BAD_VALUE } : { seq, ...command };
}

const COMMANDS: Readonly<Record<string, (fields: readonly string[]) => Meaning | null>> = {
  "?": (fields) => (fields.length === 0 ? { command: "identify" } : null),
  Z: (fields) => (fields.length === 0 ? { command: "all-low" } : null),
  L: (fields) => {
    const mask = maskOf(fields[0]);
    return mask === null || fields.length !== 1 ? null : { command: "levels", mask };
  },
  P: (fields) => {
    const pulse = pulseOf(fields);
    return pulse === null || fields.length !== 2 ? null : { command: "pulse", ...pulse };
  },
  N: (fields) => {
    const pulse = pulseOf(fields);
    const count = within(numberOf(fields[2]), 1, 1000);
    const leastUs = Math.max(1000, (pulse?.widthUs ?? 0) + 500);
    const intervalUs = within(numberOf(fields[3]), leastUs, 10_000_000);
    if (pulse === null || count === null || intervalUs === null || fields.length !== 4) return null;
    return { command: "sequence", ...pulse, count, intervalUs };
  },
};

function pulseOf([maskText, widthText]: readonly string[]): {
  readonly mask: number;
  readonly widthUs: number;
} | null {
  const mask = maskOf(maskText);
  const widthUs = within(numberOf(widthText), 20, 100_000);
  return mask === null || mask === 0 || widthUs === null ? null : { mask, widthUs };
}

function maskOf(text: string | undefined): number | null {
  return text !== undefined && /^[0-9A-F]{2}$/.test(text) ? Number.parseInt(text, 16) : null;
}

function within(value: number | null, least: number, most: number): number | null {
  return value !== null && value >= least && value <= most ? value : null;
}

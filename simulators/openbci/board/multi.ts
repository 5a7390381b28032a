import { TEXT } from "../wire/texts.ts";
import { type Board, GAINS, HIGHEST_GAIN, INPUTS, MODES, RATES_HZ, withChannel } from "./board.ts";
import type { Said } from "./single.ts";

/** Letters of the channels 1 to 16 in `x` and `z`. */
const CHANNEL_LETTERS = "12345678QWERTYUI";

/** A command of several characters that begins with one of these. */
interface MultiCommand {
  /** With the head. */
  readonly length: number;
  /** The last character must be this; null: any. It ends the command wherever it stands. */
  readonly latch: { readonly char: string; readonly place: string } | null;
  readonly since: 1 | 3;
  carryOut(board: Board, text: string): Said;
}

export const MULTI_COMMANDS: ReadonlyMap<string, MultiCommand> = new Map<string, MultiCommand>([
  ["x", { length: 9, latch: { char: "X", place: "9th" }, since: 1, carryOut: setChannel }],
  ["z", { length: 5, latch: { char: "Z", place: "5th" }, since: 1, carryOut: setLeadOff }],
  ["~", { length: 2, latch: null, since: 3, carryOut: setRate }],
  ["/", { length: 2, latch: null, since: 3, carryOut: setMode }],
  ["`", { length: 2, latch: null, since: 3, carryOut: setMarker }],
]);

/** The next character of a command that has begun; `answer` null: it goes on. */
export function goOn(board: Board, char: string): Said {
  const { pending } = board;
  const text = `${pending?.text ?? ""}${char}`;
  const command = MULTI_COMMANDS.get(text.charAt(0));
  const done: Board = { ...board, pending: null };
  if (pending === null || command === undefined) return { board: done, answer: null };
  const { latch, length } = command;
  if (latch !== null && char === latch.char && text.length < length) {
    return { board: done, answer: TEXT.tooFewChars };
  }
  if (text.length < length)
    return { board: { ...board, pending: { ...pending, text } }, answer: null };
  if (latch !== null && char !== latch.char) {
    return { board: done, answer: TEXT.noLatch(latch.place, latch.char) };
  }
  return command.carryOut(done, text);
}

/** `x C P G I B S2 S1 X`. */
function setChannel(board: Board, text: string): Said {
  const channel = channelOf(text);
  const [power, gain, input, bias, srb2, srb1] = [2, 3, 4, 5, 6, 7].map((at) => digitAt(text, at));
  const changed = withChannel(board, channel, {
    isOff: power === 1,
    gain: GAINS[gain ?? 0] ?? HIGHEST_GAIN,
    input: INPUTS[input ?? 0] ?? "normal",
    bias: bias === 1,
    srb2: srb2 === 1,
    srb1: srb1 === 1,
  });
  return { board: changed, answer: TEXT.channelSet(channel + 1) };
}

/** `z C P N Z`. */
function setLeadOff(board: Board, text: string): Said {
  const channel = channelOf(text);
  const changed = withChannel(board, channel, {
    leadP: digitAt(text, 2) === 1,
    leadN: digitAt(text, 3) === 1,
  });
  return { board: changed, answer: TEXT.leadOffSet(channel + 1) };
}

function setRate(board: Board, text: string): Said {
  const char = text.charAt(1);
  if (char === "~") return { board, answer: TEXT.rate(board.rateHz) };
  if (!isDigit(char)) return { board, answer: TEXT.rateInvalid };
  const rateHz = RATES_HZ[Number(char)];
  if (rateHz === undefined) return { board, answer: TEXT.rateOutOfBounds };
  // A stream goes on as it began: over serial there is no other rate.
  const changed = board.streaming ? board : { ...board, rateHz };
  return { board: changed, answer: TEXT.rate(rateHz) };
}

function setMode(board: Board, text: string): Said {
  const char = text.charAt(1);
  if (char === "/") return { board, answer: TEXT.mode(board.mode) };
  if (!isDigit(char)) return { board, answer: TEXT.modeInvalid };
  const mode = MODES[Number(char)];
  if (mode === undefined) return { board, answer: TEXT.modeOutOfBounds };
  return { board: { ...board, mode }, answer: TEXT.mode(mode) };
}

function setMarker(board: Board, text: string): Said {
  return { board: { ...board, marker: text.charCodeAt(1) }, answer: null };
}

/** A letter that is none counts as channel 1: every source is silent. */
function channelOf(text: string): number {
  return Math.max(0, CHANNEL_LETTERS.indexOf(text.charAt(1)));
}

function digitAt(text: string, at: number): number {
  const char = text.charAt(at);
  return isDigit(char) ? Number(char) : 0;
}

function isDigit(char: string): boolean {
  return char >= "0" && char <= "9";
}

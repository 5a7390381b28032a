/** What the box says, in the words of the vectors. */
import { type BoxLine, numberOf } from "./text.ts";

export interface Answer {
  readonly seq: number | null;
  readonly word: "ok" | "error" | "done" | "hello" | "watchdog";
  /** The board's clock, microseconds. */
  readonly timeUs: number;
  readonly version?: number;
  readonly lines?: number;
  readonly watchdogMs?: number;
  readonly code?: number;
  readonly count?: number;
}

const NAME = "pulse-box";
const LONGEST_TIME_US = 0xffffffff;

/** Null for words that no box says. */
export function answerOf({ seq, words: [word, time, ...rest] }: BoxLine): Answer | null {
  const timeUs = numberOf(time);
  if (timeUs === null || timeUs > LONGEST_TIME_US) return null;
  const isAnswer = seq !== null;
  if (word === "HELLO" && !isAnswer) return namedAnswer({ seq, word: "hello", timeUs }, rest, 3);
  if (word === "W" && !isAnswer && rest.length === 0) return { seq, word: "watchdog", timeUs };
  if (word === "OK" && isAnswer)
    return rest.length === 0
      ? { seq, word: "ok", timeUs }
      : namedAnswer({ seq, word: "ok", timeUs }, rest, 4);
  const value = rest.length === 1 ? numberOf(rest[0]) : null;
  if (value === null) return null;
  if (word === "E") return { seq, word: "error", timeUs, code: value };
  return word === "D" && isAnswer ? { seq, word: "done", timeUs, count: value } : null;
}

/** `pulse-box VERSION LINES`, and the watchdog's time in the answer to `?`. */
function namedAnswer(
  answer: Answer,
  [name, ...figures]: readonly string[],
  fields: number,
): Answer | null {
  const [version, lines, watchdogMs] = figures.map(numberOf);
  const isWhole =
    name === NAME && figures.length === fields - 1 && !figures.map(numberOf).includes(null);
  if (!isWhole || typeof version !== "number" || typeof lines !== "number") return null;
  return typeof watchdogMs === "number"
    ? { ...answer, version, lines, watchdogMs }
    : { ...answer, version, lines };
}

/** Why the box did nothing. */
export const REFUSALS: Readonly<Record<number, string>> = {
  1: "it was no line of this protocol",
  2: "no such command",
  3: "a value out of its range",
  4: "the box was reset and is locked",
  5: "the number of the line before, so it was not carried out again",
  6: "the line is up already, or a sequence runs",
};

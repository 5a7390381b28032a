import { bannerText, TEXT } from "../wire/texts.ts";
import { type Board, boardAfterPowerUp, SERIAL_RATE_HZ } from "./board.ts";
import { goOn, MULTI_COMMANDS } from "./multi.ts";
import { singleCommand } from "./single.ts";

export type Effect =
  | { readonly kind: "say"; readonly text: string }
  /** `pauseMs`: before the first sample. */
  | { readonly kind: "start"; readonly pauseMs: number }
  | { readonly kind: "stop" }
  /** Deaf until it says so. */
  | { readonly kind: "reset"; readonly banner: string };

export interface Step {
  readonly board: Board;
  readonly effects: readonly Effect[];
}

/** A command of several characters must be complete after this. */
export const MULTI_LIMIT_MS = 1000;
/** `b` at another rate sets the only one that the radio carries, and pauses. */
const RATE_PAUSE_MS = 50;

/** One character from the host. While the board streams it obeys and says nothing. */
export function step(board: Board, char: string, nowMs: number): Step {
  if (board.pending !== null) return spoken(board, goOn(board, char));
  switch (char) {
    case "b":
      return start(board);
    case "s":
      return { board: { ...board, streaming: false }, effects: [{ kind: "stop" }] };
    case "v":
      return reset(board);
    default:
      return command(board, char, nowMs);
  }
}

function command(board: Board, char: string, nowMs: number): Step {
  const multi = MULTI_COMMANDS.get(char);
  if (multi !== undefined && board.generation >= multi.since) {
    return { board: { ...board, pending: { text: char, sinceMs: nowMs } }, effects: [] };
  }
  const said = singleCommand(board, char);
  return said === null ? { board, effects: [] } : spoken(board, said);
}

/** To be called when `MULTI_LIMIT_MS` have passed since a command began. */
export function timeOut(board: Board): Step {
  return spoken(board, { board: { ...board, pending: null }, answer: TEXT.timeout });
}

function spoken(
  before: Board,
  { board, answer }: { readonly board: Board; readonly answer: string | null },
): Step {
  const isHeard = answer !== null && !before.streaming;
  return { board, effects: isHeard ? [{ kind: "say", text: answer }] : [] };
}

function start(board: Board): Step {
  const pauseMs = board.rateHz === SERIAL_RATE_HZ ? 0 : RATE_PAUSE_MS;
  return {
    board: { ...board, rateHz: SERIAL_RATE_HZ, streaming: true },
    effects: [{ kind: "start", pauseMs }],
  };
}

function reset({ generation, hasDaisy }: Board): Step {
  const banner = bannerText(generation, hasDaisy);
  return { board: boardAfterPowerUp(generation, hasDaisy), effects: [{ kind: "reset", banner }] };
}

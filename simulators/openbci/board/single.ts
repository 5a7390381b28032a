import { TEXT, VERSION } from "../wire/texts.ts";
import {
  type Board,
  defaultChannels,
  type TestSignal,
  withChannel,
  withEveryChannel,
} from "./board.ts";
import { registerDump } from "./registers.ts";

/** The board afterwards and its answer without `$$$`; null: it says nothing. */
export interface Said {
  readonly board: Board;
  readonly answer: string | null;
}

type Command = (board: Board) => Said;

const OFF_LETTERS = "12345678qwertyui";
const ON_LETTERS = "!@#$%^&*QWERTYUI";
/** On the card for 5, 15, 30 min, 1, 2, 4, 12, 24 h, 14 s. */
const CARD_LETTERS = "ASFGHJKLa";
const WIFI_LETTERS = "{}:;";
/** First-generation firmware does not know these. */
const SINCE_THREE: ReadonlySet<string> = new Set("V<>{}:;");

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ...[...OFF_LETTERS].map((char, channel) => entry(char, switchTo(channel, true))),
  ...[...ON_LETTERS].map((char, channel) => entry(char, switchTo(channel, false))),
  entry("0", (board) => testing(withEveryChannel(board, { input: "shorted" }))),
  entry("p", testSignal({ shape: "dc", times: 1 })),
  entry("-", testSignal({ shape: "slow", times: 1 })),
  entry("=", testSignal({ shape: "fast", times: 1 })),
  entry("[", testSignal({ shape: "slow", times: 2 })),
  entry("]", testSignal({ shape: "fast", times: 2 })),
  entry("V", saying(VERSION)),
  entry("d", (board) => ({
    board: { ...board, channels: defaultChannels() },
    answer: TEXT.defaultsSet,
  })),
  entry("D", saying(TEXT.defaults)),
  entry("?", (board) => ({ board, answer: registerDump(board) })),
  entry("<", (board) => ({ board: { ...board, stamps: "first" }, answer: TEXT.stampsOn })),
  entry(">", (board) => ({ board: { ...board, stamps: "off" }, answer: TEXT.stampsOff })),
  entry("c", (board) => ({
    board: { ...board, usesDaisy: false },
    answer: board.usesDaisy ? TEXT.daisyRemoved : null,
  })),
  entry("C", (board) => ({
    board: { ...board, usesDaisy: board.hasDaisy },
    answer: board.hasDaisy ? "16" : "8",
  })),
  ...[...CARD_LETTERS].map((char) => entry(char, saying(TEXT.cardFile))),
  entry("j", saying(TEXT.cardClosed)),
  ...[...WIFI_LETTERS].map((char) => entry(char, saying(TEXT.noWifi))),
]);

function entry(char: string, command: Command): readonly [string, Command] {
  return [char, command];
}

function saying(answer: string): Command {
  return (board) => ({ board, answer });
}

function switchTo(channel: number, isOff: boolean): Command {
  return (board) => ({ board: withChannel(board, channel, { isOff }), answer: null });
}

function testSignal(test: TestSignal): Command {
  return (board) => testing({ ...withEveryChannel(board, { input: "test" }), test });
}

function testing(board: Board): Said {
  return { board, answer: TEXT.testSignal };
}

/** A command of one character that neither starts nor stops anything; null: not known. */
export function singleCommand(board: Board, char: string): Said | null {
  if (board.generation === 1 && SINCE_THREE.has(char)) return null;
  return COMMANDS.get(char)?.(board) ?? null;
}

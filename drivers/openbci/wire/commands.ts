/** What the host says to a Cyton, both ways (`OpenBCI/OpenBCI_Cyton_Library`, npm `@openbci/utilities`). */
import { err, ok, orList, type Result } from "../../../src/base/result.ts";
import { ascii } from "../../amplifiers-common/bytes.ts";

export const GAINS = [1, 2, 4, 6, 8, 12, 24] as const;
export type Gain = (typeof GAINS)[number];

export const INPUTS = [
  "normal",
  "shorted",
  "bias-measure",
  "mvdd",
  "temperature",
  "test-signal",
  "bias-positive",
  "bias-negative",
] as const;
export type Input = (typeof INPUTS)[number];

/** Samples a second by the digit behind `~`. */
const RATES_HZ = [16_000, 8000, 4000, 2000, 1000, 500, 250] as const;

export const BOARD_MODES = ["default", "debug", "analog", "digital", "marker", "ble"] as const;
export type BoardMode = (typeof BOARD_MODES)[number];

/** Letters of channels 1 to 16 inside `x` and `z`. */
const CHANNEL_LETTERS = "12345678QWERTYUI";

export interface ChannelSettings {
  readonly channel: number;
  readonly power_down: boolean;
  readonly gain: Gain;
  readonly input: Input;
  readonly bias: boolean;
  readonly srb2: boolean;
  readonly srb1: boolean;
}

export type Command =
  | ({ readonly kind: "channel" } & ChannelSettings)
  | {
      readonly kind: "impedance";
      readonly channel: number;
      readonly p_input: boolean;
      readonly n_input: boolean;
    }
  | { readonly kind: "rate"; readonly sample_rate_hz: number }
  | { readonly kind: "mode"; readonly board_mode: BoardMode }
  | { readonly kind: "plain"; readonly name: PlainName };

/** Commands of one letter. */
export const PLAIN = {
  "soft reset": "v",
  version: "V",
  start: "b",
  stop: "s",
  registers: "?",
  "channel defaults": "d",
  "report channel defaults": "D",
  "time stamps on": "<",
  "time stamps off": ">",
  "use 8 channels": "c",
  "use 16 channels": "C",
} as const;
export type PlainName = keyof typeof PLAIN;

const bit = (value: boolean): string => (value ? "1" : "0");

/** Fails with words for what the format cannot carry: an unknown gain would silently become 24. */
export function encode(command: Command): Result<Uint8Array, string> {
  const text = textOf(command);
  return text.ok ? ok(ascii(text.value)) : text;
}

function textOf(command: Command): Result<string, string> {
  switch (command.kind) {
    case "channel":
      return channelText(command);
    case "impedance": {
      const letter = letterOf(command.channel);
      if (!letter.ok) return letter;
      return ok(`z${letter.value}${bit(command.p_input)}${bit(command.n_input)}Z`);
    }
    case "rate":
      return indexText("~", RATES_HZ, command.sample_rate_hz, "rate");
    case "mode":
      return indexText("/", BOARD_MODES, command.board_mode, "board mode");
    case "plain":
      return ok(PLAIN[command.name]);
  }
}

function channelText(settings: ChannelSettings): Result<string, string> {
  const letter = letterOf(settings.channel);
  if (!letter.ok) return letter;
  const gain = GAINS.indexOf(settings.gain);
  const input = INPUTS.indexOf(settings.input);
  if (gain < 0) return err(`gain ${settings.gain}: expected ${orList(GAINS.map(String))}`);
  const { power_down, bias, srb2, srb1 } = settings;
  return ok(
    `x${letter.value}${bit(power_down)}${gain}${input}${bit(bias)}${bit(srb2)}${bit(srb1)}X`,
  );
}

function letterOf(channel: number): Result<string, string> {
  const letter = CHANNEL_LETTERS[channel - 1];
  return letter === undefined ? err(`channel ${channel}: expected 1 to 16`) : ok(letter);
}

function indexText<T>(
  mark: string,
  table: readonly T[],
  value: T,
  what: string,
): Result<string, string> {
  const index = table.indexOf(value);
  if (index < 0) return err(`${what} ${value}: expected ${orList(table.map(String))}`);
  return ok(`${mark}${index}`);
}

const PLAIN_NAMES: ReadonlyMap<string, PlainName> = new Map(
  Object.entries(PLAIN).map(([name, letter]) => [letter, name as PlainName]),
);

/** A command at the beginning of `text`, with its length; null: none that is known. */
export function decode(
  text: string,
): { readonly command: Command; readonly length: number } | null {
  const plain = PLAIN_NAMES.get(text[0] ?? "");
  if (plain !== undefined) return { command: { kind: "plain", name: plain }, length: 1 };
  const [whole = "", mark, digits = ""] =
    /^(?:(x)(.[01][0-6][0-7][01][01][01])X|(z)(.[01][01])Z|([~/])(\d))/
      .exec(text)
      ?.filter((part) => part !== undefined) ?? [];
  const command = decodeFields(mark, digits);
  return command === null ? null : { command, length: whole.length };
}

function decodeFields(mark: string | undefined, digits: string): Command | null {
  const at = (place: number): number => Number(digits[place]);
  const channel = CHANNEL_LETTERS.indexOf(digits[0] ?? " ") + 1;
  if (mark === "~") {
    const rate = RATES_HZ[at(0)];
    return rate === undefined ? null : { kind: "rate", sample_rate_hz: rate };
  }
  if (mark === "/") {
    const mode = BOARD_MODES[at(0)];
    return mode === undefined ? null : { kind: "mode", board_mode: mode };
  }
  if (channel === 0) return null;
  if (mark === "z")
    return { kind: "impedance", channel, p_input: at(1) === 1, n_input: at(2) === 1 };
  const [gain, input] = [GAINS[at(2)], INPUTS[at(3)]];
  if (gain === undefined || input === undefined) return null;
  return {
    kind: "channel",
    channel,
    power_down: at(1) === 1,
    gain,
    input,
    bias: at(4) === 1,
    srb2: at(5) === 1,
    srb1: at(6) === 1,
  };
}

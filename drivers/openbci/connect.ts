/**
 * Finding the board. The order that satisfies all open clients: wait, stop, wait, soft reset, banner,
 * channel defaults; then the settings of the rig file, each answered.
 */
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createLineReader } from "../../src/wire/lineReader.ts";
import { orBadRig } from "../amplifiers-common/facts.ts";
import type { Talk } from "../amplifiers-common/talk.ts";
import { HALVES_APART_MS } from "./daisyPairs.ts";
import type { CytonOptions } from "./options.ts";
import {
  END_OF_TEXT,
  type Firmware,
  isBanner,
  LONGEST_TEXT,
  readAnswer,
  type TextAnswer,
} from "./wire/answers.ts";
import { type Command, encode } from "./wire/commands.ts";

const AFTER_OPENING_MS = 300;
const AFTER_STOP_MS = 250;
/** The reset itself takes more than half a second. */
const BANNER_MS = 5000;
const ANSWER_MS = 2000;
/** Commands of several letters and time stamps answer in this form since the second firmware. */
const LEAST_MAJOR = 2;

const DEFAULT_SETTINGS = "060110";

interface Asked {
  /** Without its end; null: none came. */
  readonly text: string | null;
  readonly bytes: number;
}

export const send = (talk: Talk, command: Command): void => talk.send(orBadRig(encode(command)));

/** A text up to `$$$`, read by a reader that forgets what never ends. */
export async function askText(talk: Talk, command: Command, withinMs: number): Promise<Asked> {
  const reader = createLineReader(LONGEST_TEXT, END_OF_TEXT);
  const take = (bytes: Uint8Array): string | null => {
    const line = reader.push(bytes).find(({ kind }) => kind === "line");
    return line?.kind === "line" ? line.text : null;
  };
  const heard = await talk.ask(orBadRig(encode(command)), take, withinMs);
  return { text: heard.answer, bytes: heard.bytes };
}

/** Must be answered with `Success`. */
export async function order(talk: Talk, command: Command, what: string): Promise<void> {
  const { text } = await askText(talk, command, ANSWER_MS);
  if (text === null)
    throw new PulsetrainError("DEVICE_SILENT", `${what}: no answer from the board`);
  if (readAnswer(text).success) return;
  throw new PulsetrainError("DEVICE_INVALID_DATA", `${what}: the board answered "${shown(text)}"`);
}

const shown = (text: string): string => text.trim().slice(0, 200);

export async function identify(
  talk: Talk,
  options: CytonOptions,
): Promise<Readonly<Record<string, string>>> {
  await talk.quiet(AFTER_OPENING_MS);
  send(talk, { kind: "plain", name: "stop" });
  await talk.quiet(AFTER_STOP_MS);
  const banner = await readBanner(talk);
  requireBoards(banner, options);
  await restoreDefaults(talk);
  await applySettings(talk, options, banner.firmware);
  return {
    firmware: banner.firmware?.raw ?? "1 (first generation, tells no version)",
    converters: String(banner.ads),
    settings: options.channels.map(({ channel, gain }) => `${channel}:x${gain}`).join(" "),
    ...(options.isDaisy ? { daisyEarlierMs: String(HALVES_APART_MS) } : {}),
  };
}

async function readBanner(talk: Talk): Promise<TextAnswer> {
  const { text, bytes } = await askText(talk, { kind: "plain", name: "soft reset" }, BANNER_MS);
  if (text === null && bytes === 0) {
    throw new PulsetrainError(
      "DEVICE_SILENT",
      "no answer at all: is the dongle plugged in, its switch at GPIO 6, is this the right port?",
    );
  }
  const answer = readAnswer(`${text ?? ""}${END_OF_TEXT}`);
  if (answer.failure) throw boardIsOff(text ?? "");
  if (text === null || !isBanner(text)) {
    throw new PulsetrainError(
      "DEVICE_NOT_FOUND",
      `no OpenBCI board answers here: ${text === null ? `${bytes} bytes without an end` : `"${shown(text)}"`}`,
    );
  }
  return answer;
}

function boardIsOff(text: string): PulsetrainError {
  return new PulsetrainError(
    "DEVICE_SILENT",
    `the dongle answers, the board does not: switch it on (PC, not BLE) and look at its battery; "${shown(text)}"`,
  );
}

/** With a Daisy the board streams both halves in turn; without one there is nothing to pair. */
function requireBoards({ ads }: TextAnswer, { isDaisy }: CytonOptions): void {
  if (isDaisy && ads < 2) {
    throw new PulsetrainError(
      "DEVICE_WRONG_ANSWER",
      "the board tells of no Daisy: check its seat, or name openbci-cyton in the rig file",
    );
  }
  if (!isDaisy && ads > 1) {
    throw new PulsetrainError(
      "DEVICE_WRONG_ANSWER",
      "a Daisy is attached: name openbci-cyton-daisy in the rig file, since the board now sends both in turn",
    );
  }
}

async function restoreDefaults(talk: Talk): Promise<void> {
  const { text } = await askText(talk, { kind: "plain", name: "channel defaults" }, ANSWER_MS);
  if (text === null)
    throw new PulsetrainError("DEVICE_SILENT", "channel defaults: no answer from the board");
  if (readAnswer(text).failure) throw boardIsOff(text);
}

async function applySettings(
  talk: Talk,
  options: CytonOptions,
  firmware: Firmware | null,
): Promise<void> {
  for (const { name, ...settings } of options.channels) {
    const command: Command = { kind: "channel", ...settings };
    const text = Buffer.from(orBadRig(encode(command))).toString("latin1");
    if (text.slice(2, -1) === DEFAULT_SETTINGS) continue;
    await order(talk, command, `settings of channel ${settings.channel} (${name})`);
  }
  const wantsMore = options.boardMode !== "default" || options.timeStamps;
  if (wantsMore && (firmware?.major ?? 1) <= LEAST_MAJOR) {
    throw new PulsetrainError(
      "DEVICE_WRONG_VERSION",
      `board modes and time stamps need firmware 3; the board has ${firmware?.raw ?? "the first"}`,
    );
  }
  if (options.boardMode !== "default")
    await order(talk, { kind: "mode", board_mode: options.boardMode }, "board mode");
  if (!options.timeStamps) return;
  const stamps = await askText(talk, { kind: "plain", name: "time stamps on" }, ANSWER_MS);
  if (stamps.text?.includes("ON") !== true)
    throw new PulsetrainError("DEVICE_INVALID_COMMAND", "time stamps: the board does not confirm");
}

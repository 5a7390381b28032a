/**
 * The pulse box: it lowers its lines by itself, and it answers. What it answers is the edge and not
 * the pulse of a stimulator; no answer counts as an edge that was given.
 */
import { z } from "zod";
import { toHex } from "../../../src/base/hex.ts";
import { ok } from "../../../src/base/result.ts";
import type { PermitLike } from "../../../src/contract/guarded.ts";
import type { TriggerAnswer, TriggerBox, TriggerStamp } from "../../../src/contract/trigger.ts";
import { isPulsetrainError, PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { pulseBoxHazard } from "../hazard.ts";
import {
  type BoxContext,
  type BoxKind,
  lineAt,
  orBadRig,
  readBoxOptions,
  stimulatorMask,
} from "../kind.ts";
import { type Answer, REFUSALS } from "./answers.ts";
import { decodeLines } from "./capture.ts";
import { createTalk, type Talk } from "./talk.ts";
import { hexByte } from "./text.ts";

const LINES = 8;
/** A board whose DTR rose hears nothing for so long; one that did not reset sends no greeting, ms. */
const RESET_MS = 2000;
/** The greeting itself takes its time on the line. */
const RESET_MARGIN_MS = 200;
const ANSWER_WITHIN_MS = 200;
const VERSION = 1;

const options = z.strictObject({ pulseMs: z.number().min(0.02).max(100).default(5) });

export const pulseBox: BoxKind = {
  line: lineAt(115_200),
  describe: (config) => {
    const read = readBoxOptions(config, LINES, options);
    if (!read.ok) return read;
    const { pulseMs } = read.value;
    return ok({
      model: config.driver,
      lines: LINES,
      pulseMs,
      minIntervalMs: pulseMs + SPREAD_MS,
      // The page counts 4 ms; a marker's line that has just left stands 2 ms in front of it.
      worstLatencyMs: 6,
      confirms: true,
    });
  },
  classifier: ({ stimulatorLine }) => pulseBoxHazard(stimulatorLine),
  create: createPulseBox,
  decode: decodeLines,
};

/** A start may come so much later than the one before it, so the line needs this much on top, ms. */
const SPREAD_MS = 4;

function createPulseBox({ clock, port, config }: BoxContext): TriggerBox {
  const { pulseMs } = orBadRig(readBoxOptions(config, LINES, options));
  const widthUs = Math.round(pulseMs * 1000);
  const stimulator = stimulatorMask(config);
  let talk: Talk | null = null;
  let lastStartMs = Number.NEGATIVE_INFINITY;

  const pulseWords = (mask: number): string => `P ${hexByte(mask)} ${widthUs}`;

  const requireStart = (): Talk => {
    const refuse = (why: string): PulsetrainError => new PulsetrainError("DEVICE_CONFLICT", why);
    if (stimulator === 0)
      throw refuse("no line leads to a stimulator; name it as `stimulatorLine` in the rig file");
    if (talk === null) throw new PulsetrainError("PORT_NOT_OPEN", "the box is not open");
    if (talk.isLocked)
      throw new PulsetrainError("DEVICE_CONTROL_LOST", "the box was reset; open it again");
    const sinceMs = clock.now() - lastStartMs;
    if (sinceMs < pulseMs + SPREAD_MS)
      throw refuse(
        `${sinceMs.toFixed(1)} ms after the last start; needs ${pulseMs + SPREAD_MS} ms`,
      );
    return talk;
  };

  const fire = (permit: PermitLike): TriggerStamp => {
    const { stamp, bytes, answer } = requireStart().say(pulseWords(stimulator), permit);
    lastStartMs = stamp.writtenMs;
    return {
      writtenMs: stamp.writtenMs,
      writtenHex: toHex(bytes),
      get drained() {
        return stamp.drained;
      },
      answer: answer.then(edgeOf),
    };
  };

  const close = async (): Promise<void> => {
    if (port.isOpen) sayQuietly(talk, "Z");
    talk?.end();
    talk = null;
    if (port.isOpen) await port.close().catch(() => undefined);
  };

  return {
    open: async () => {
      if (!port.isOpen) await port.open();
      talk = createTalk(port, clock, ANSWER_WITHIN_MS);
      try {
        return await unlock(talk, config.stimulatorLine);
      } catch (error) {
        await close();
        throw error;
      }
    },
    fire,
    mark: (code) => {
      const isCode = Number.isInteger(code) && code > 0 && code < 2 ** LINES;
      if (!isCode || (code & stimulator) !== 0 || talk === null || talk.isLocked) return false;
      return sayQuietly(talk, pulseWords(code));
    },
    close,
  };
}

/** The greeting or the time that a board takes to start, then `?`, which unlocks, and all low. */
async function unlock(
  talk: Talk,
  stimulatorLine: number | null,
): Promise<Readonly<Record<string, string>>> {
  await talk.greeting(RESET_MS + RESET_MARGIN_MS);
  // A question raises nothing, so it may be asked twice.
  const first = await talk.say("?").answer;
  const told = first.kind === "silent" ? await talk.say("?").answer : first;
  if (told.kind === "silent")
    throw new PulsetrainError("DEVICE_SILENT", "no answer to the question who it is");
  const { version, lines } = told.answer;
  if (version !== VERSION || lines === undefined)
    throw new PulsetrainError("DEVICE_WRONG_ANSWER", `no pulse box of version ${VERSION}`);
  if (stimulatorLine !== null && stimulatorLine > lines)
    throw new PulsetrainError(
      "DEVICE_WRONG_ANSWER",
      `the box has ${lines} lines, not ${stimulatorLine}`,
    );
  const low = await talk.say("Z").answer;
  if (low.kind === "silent" || low.answer.word !== "ok")
    throw new PulsetrainError("DEVICE_SILENT", "the box did not confirm that its lines are low");
  return { version: String(version), lines: String(lines) };
}

function edgeOf(
  told:
    | { readonly kind: "silent" }
    | { readonly kind: "answer"; readonly atMs: number; readonly answer: Answer },
): TriggerAnswer {
  if (told.kind === "silent") return { kind: "silent", detail: "the box did not answer" };
  const { atMs, answer } = told;
  if (answer.word === "ok") return { kind: "given", atMs };
  const why = REFUSALS[answer.code ?? 0] ?? `code ${answer.code}`;
  return { kind: "refused", atMs, detail: `the box raised nothing: ${why}` };
}

/** Safe lines that nobody waits for; false when they could not leave. */
function sayQuietly(talk: Talk | null, words: string): boolean {
  if (talk === null) return false;
  try {
    talk.say(words);
    return true;
  } catch (error) {
    if (!isPulsetrainError(error)) throw error;
    return false;
  }
}

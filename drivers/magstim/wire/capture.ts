/** Whole captures, decoded for people: every frame in the words of the vectors, junk with its reason. */
import { toHex } from "../../../src/base/hex.ts";
import type { Result } from "../../../src/contract/result.ts";
import type { DecodedFrame, DecodeOptions } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { type Answer, decodeAnswer, lookAtDevice } from "./answers.ts";
import { type Command, decodeCommand, lookAtHost } from "./commands.ts";
import { type Dialect, dialectOf, wireModelOf } from "./dialect.ts";
import type { WireFault } from "./frame.ts";
import { createSplitter } from "./splitter.ts";

type Meaning = Readonly<Record<string, unknown>>;

/** Throws `DEVICE_UNKNOWN_DRIVER` for a model that is no Magstim and `CLI_BAD_CALL` for a version without digits. */
export function decodeCapture(
  model: string,
  bytes: Uint8Array,
  options: DecodeOptions,
): readonly DecodedFrame[] {
  const wireModel = wireModelOf(model);
  if (wireModel === null)
    throw new PulsetrainError("DEVICE_UNKNOWN_DRIVER", `${model} is no Magstim`);
  const dialect = dialectOf(wireModel, options.softwareVersion, options.highResolution);
  if (dialect === null) {
    throw new PulsetrainError(
      "CLI_BAD_CALL",
      `no digits in the software version ${options.softwareVersion}`,
    );
  }
  const { direction } = options;
  const splitter = createSplitter(
    direction === "host" ? lookAtHost(dialect) : lookAtDevice(dialect),
  );
  const pieces = [...splitter.push(bytes), ...splitter.flush()];
  return pieces.map((piece) => {
    const hex = toHex(piece.bytes);
    if (piece.kind === "junk") return { ok: false, hex, code: piece.code, why: piece.why };
    const meaning = meaningOf(piece.bytes, direction, dialect);
    return meaning.ok
      ? { ok: true, hex, meaning: meaning.value }
      : { ok: false, hex, code: meaning.error.code, why: meaning.error.why };
  });
}

function meaningOf(
  frame: Uint8Array,
  direction: "host" | "device",
  dialect: Dialect,
): Result<Meaning, WireFault> {
  if (direction === "host") {
    const command = decodeCommand(frame, dialect);
    return command.ok ? { ok: true, value: commandMeaning(command.value) } : command;
  }
  const answer = decodeAnswer(frame, dialect);
  return answer.ok ? { ok: true, value: answerMeaning(answer.value) } : answer;
}

/**
 * Duration doubles as the mode switch of a Rapid: 0 leaves rTMS mode, and 1.0 s is what the open
 * clients send to enter it (`nicolasmcnair/magpy`, `nigelrogasch/MAGIC`).
 */
function commandMeaning(command: Command): Meaning {
  if (command.command !== "setDuration") return command;
  if (command.durationS === 0) return { ...command, effect: "leave rTMS mode" };
  return command.durationS === 1 ? { ...command, effect: "enter rTMS mode" } : command;
}

function answerMeaning(answer: Answer): Meaning {
  const { kind: _, ...meaning } = answer;
  return meaning;
}

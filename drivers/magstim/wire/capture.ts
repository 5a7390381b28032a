/** Whole captures, decoded for people: every frame in the words of the vectors, junk with its reason. */
import { toHex } from "../../../src/base/hex.ts";
import type { DecodedFrame, DecodeOptions } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { type Answer, lookAtDevice } from "./answers.ts";
import { type Command, lookAtHost } from "./commands.ts";
import { dialectOf, wireModelOf } from "./dialect.ts";
import { createSplitter, type Looker } from "./splitter.ts";

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
  return options.direction === "host"
    ? framesOf(bytes, lookAtHost(dialect), commandMeaning)
    : framesOf(bytes, lookAtDevice(dialect), answerMeaning);
}

function framesOf<M>(
  bytes: Uint8Array,
  look: Looker<M>,
  wordsOf: (meaning: M) => Meaning,
): readonly DecodedFrame[] {
  const splitter = createSplitter(look);
  return [...splitter.push(bytes), ...splitter.flush()].map((piece) => {
    const hex = toHex(piece.bytes);
    return piece.kind === "frame"
      ? { ok: true, hex, meaning: wordsOf(piece.meaning) }
      : { ok: false, hex, code: piece.code, why: piece.why };
  });
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

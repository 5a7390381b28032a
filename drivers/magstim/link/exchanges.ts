/** Answers that are refusals, as coded errors in words that name the step. */

import type { ErrorCode } from "../../../src/errors/codes.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { Answer, GoodAnswer } from "../wire/answers.ts";
import type { Exchange, Heard } from "./inFlight.ts";

type Refusal = Extract<Answer, { kind: "refusal" }>;

const REFUSALS: Readonly<
  Record<Refusal["error"], { readonly code: ErrorCode; readonly words: string }>
> = {
  "unknown command": {
    code: "DEVICE_INVALID_COMMAND",
    words: "the device does not know the command",
  },
  "bad data": { code: "DEVICE_INVALID_DATA", words: "the device takes neither data nor checksum" },
  conflict: { code: "DEVICE_CONFLICT", words: "the device cannot do it in its present state" },
};

export function refusalError({ error }: Refusal, step: string): PulsetrainError {
  const { code, words } = REFUSALS[error];
  return new PulsetrainError(code, `${step}: ${words}`);
}

/** Bytes that fit no answer speak for another version or a disturbed line, not for a silent device. */
function silenceError(heard: Heard | null, step: string): PulsetrainError {
  return heard === null
    ? new PulsetrainError("DEVICE_SILENT", `${step}: no answer in time`)
    : new PulsetrainError(
        "DEVICE_WRONG_ANSWER",
        `${step}: ${heard.bytes} bytes came, but no answer of this device and software version: ${heard.why}`,
      );
}

/** The answer, or the coded error that says why there is none. `step` names what was asked. */
export function requireAnswer(exchange: Exchange, step: string): Exclude<Answer, Refusal> {
  if (exchange.kind === "lost")
    throw new PulsetrainError("PORT_LOST", `${step}: ${exchange.detail}`);
  if (exchange.kind === "silent") throw silenceError(exchange.heard, step);
  if (exchange.answer.kind === "refusal") throw refusalError(exchange.answer, step);
  return exchange.answer;
}

/** An answer that carries a status byte. */
export function requireGood(exchange: Exchange, step: string): GoodAnswer {
  const answer = requireAnswer(exchange, step);
  if (answer.kind !== "good")
    throw new PulsetrainError("DEVICE_WRONG_ANSWER", `${step}: answered with a version`);
  return answer;
}

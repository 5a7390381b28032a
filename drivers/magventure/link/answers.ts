/** What came of one question or order, and how the lack of an answer is told. */
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { Message } from "../wire/messages.ts";

export type Exchange =
  | {
      readonly kind: "answer";
      readonly atMs: number;
      readonly message: Message;
      /**
       * Set when an earlier question of the kind got no answer in time: this may be its answer, so it
       * tells of an instant no later than that question's.
       */
      readonly asOfMs: number | null;
    }
  /** `heard`: what came meanwhile and was no frame; null when there was nothing of the kind. */
  | { readonly kind: "silent"; readonly atMs: number; readonly heard: Heard | null }
  | { readonly kind: "lost"; readonly atMs: number; readonly detail: string };

export interface Heard {
  readonly bytes: Uint8Array;
  readonly why: string;
}

/** The answer, or the coded error that says why there is none. `step` names what was asked. */
export function requireAnswer(exchange: Exchange, step: string): Message {
  if (exchange.kind === "answer") return exchange.message;
  if (exchange.kind === "lost")
    throw new PulsetrainError("PORT_LOST", `${step}: ${exchange.detail}`);
  if (exchange.heard === null)
    throw new PulsetrainError("DEVICE_SILENT", `${step}: no answer in time`);
  throw new PulsetrainError(
    "DEVICE_WRONG_ANSWER",
    `${step}: ${exchange.heard.bytes.length} bytes came, but no frame of a MagPro: ${exchange.heard.why}`,
  );
}

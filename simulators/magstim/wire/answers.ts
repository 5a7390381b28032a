import { asciiOf, sealed } from "./checksum.ts";

/** What the device says to one command, before it becomes bytes. `command` is the echoed byte. */
export type Answer =
  /** The command byte is not known to this model and version. */
  | { readonly kind: "unknown-command" }
  /** Data or checksum not acceptable. */
  | { readonly kind: "bad-data"; readonly command: number }
  /** Acceptable, but in conflict with the present state. */
  | { readonly kind: "conflict"; readonly command: number }
  | {
      readonly kind: "status";
      readonly command: number;
      readonly status: readonly number[];
      readonly payload: string;
    }
  /** The version text, ended by a zero byte; the one good answer without a status. */
  | { readonly kind: "version"; readonly text: string };

const QUESTION_MARK = 0x3f;
const LETTER_S = 0x53;
const LETTER_N = 0x4e;

/** The bytes of an answer, checksum included; only `unknown-command` has none. */
export function encodeAnswer(answer: Answer): Uint8Array {
  switch (answer.kind) {
    case "unknown-command":
      return Uint8Array.of(QUESTION_MARK);
    case "bad-data":
      return sealed([answer.command, QUESTION_MARK]);
    case "conflict":
      return sealed([answer.command, LETTER_S]);
    case "status":
      return sealed([answer.command, ...answer.status, ...asciiOf(answer.payload)]);
    case "version":
      return sealed([LETTER_N, ...asciiOf(answer.text), 0]);
  }
}

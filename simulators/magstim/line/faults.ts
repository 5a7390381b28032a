import { orList } from "../../../src/base/result.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";

/** Faults of the next answer alone. */
export const ANSWER_FAULTS = {
  "drop-answer": "the next answer is lost",
  "delay-answer": "the next answer comes half a second late",
  "cut-answer": "the next answer lacks its last byte",
  "corrupt-answer": "the next answer has a wrong checksum",
  "duplicate-answer": "the next answer comes twice",
} as const;

/** Faults of the cable and of the unit's talking. */
export const LINE_FAULTS = {
  garbage: "eight random bytes arrive at once",
  unsolicited: "an answer arrives that nobody asked for",
  silent: "no answer any more; commands are still carried out",
  unplug: "the cable comes off",
  refuse:
    "the next command that would change something is answered `S` and not carried out; disarming never is",
  "wrong-version":
    "another software version is reported than the unit behaves by; only units that tell one",
} as const;

/** Faults of the body. */
export const BODY_FAULTS = {
  reboot: "power-on state: standby, settings gone, control lost",
  overheat: "the coil is above its limit: disarmed, cannot be armed until it has cooled",
  "coil-off": "the coil is unplugged: disarmed",
  "coil-worn": "the unit asks for another coil",
  "coil-switch-released":
    "the safety switch on the coil is not pressed: never ready, unless the host has it ignored",
  "error-bit": "the unit reports an error and disarms",
  "jam-train":
    "the running or next train stops after half of its pulses, and its train bit stays; only units that give trains",
  "stuck-ready": "the status says ready for ever, armed or not",
} as const;

export type AnswerFault = keyof typeof ANSWER_FAULTS;
export type LineFault = keyof typeof LINE_FAULTS;
export type BodyFaultKind = keyof typeof BODY_FAULTS;

export const FAULT_KINDS: readonly string[] = [ANSWER_FAULTS, LINE_FAULTS, BODY_FAULTS].flatMap(
  (table) => Object.keys(table),
);

export type MagstimFault =
  | { readonly at: "answer"; readonly fault: AnswerFault }
  | { readonly at: "line"; readonly fault: LineFault }
  | { readonly at: "body"; readonly fault: BodyFaultKind };

/** Throws `SIMULATOR_UNKNOWN_FAULT` for a kind that is not among `known`. */
export function faultOf(kind: string, known: readonly string[]): MagstimFault {
  if (!known.includes(kind)) {
    throw new PulsetrainError("SIMULATOR_UNKNOWN_FAULT", `${kind}: expected ${orList(known)}`);
  }
  if (Object.hasOwn(ANSWER_FAULTS, kind)) return { at: "answer", fault: kind as AnswerFault };
  if (Object.hasOwn(LINE_FAULTS, kind)) return { at: "line", fault: kind as LineFault };
  return { at: "body", fault: kind as BodyFaultKind };
}

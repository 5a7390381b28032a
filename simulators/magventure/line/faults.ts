import type { FaultTable } from "../../common/faultSchedule.ts";

/** Faults of the next answer alone; what comes unasked is not touched. */
export const ANSWER_FAULTS = {
  "drop-answer": "the next answer is lost",
  "delay-answer": "the next answer comes later than any client waits",
  "cut-answer": "the next answer lacks its second half",
  "corrupt-answer": "the next answer has a wrong checksum",
  "duplicate-answer": "the next answer comes twice",
  "missing-end-flag": "the next answer ends with 00 instead of its end flag",
} as const;

/** Faults of the cable and of the unit's talking. */
export const LINE_FAULTS = {
  garbage: "eight random bytes arrive at once",
  unsolicited: "a long status arrives that nobody asked for",
  "unknown-message": "message 240, which nobody has explained, arrives",
  "split-frames": "from now on every frame comes in two pieces",
  silent: "no byte comes any more; commands are still carried out",
  unplug: "the cable comes off",
  "wrong-model": "the flags tell another model than the unit behaves by",
  "lost-report": "the next report of a pulse is lost; the pulse is given",
  "phantom-report": "a pulse is reported that was never given",
} as const;

/** Faults of the body. */
export const BODY_FAULTS = {
  refuse:
    "the next command that would change something is not carried out; disabling never is refused",
  reboot: "power-on state: disabled, settings gone",
  overheat: "the coil is above its limit: disabled, cannot be enabled until it has cooled",
  "coil-off": "the coil is unplugged: disabled",
  "jam-train":
    "the running or next train or protocol stops after half of its pulses and is called running for ever",
} as const;

export type AnswerFault = keyof typeof ANSWER_FAULTS;
export type LineFault = keyof typeof LINE_FAULTS;
type BodyFaultKind = keyof typeof BODY_FAULTS;

export const FAULTS: FaultTable<AnswerFault | LineFault | BodyFaultKind> = {
  ...ANSWER_FAULTS,
  ...LINE_FAULTS,
  ...BODY_FAULTS,
};

export const FAULT_KINDS: readonly string[] = Object.keys(FAULTS);

export type MagProFaultKind = keyof typeof FAULTS;

export type MagProFault =
  | { readonly at: "answer"; readonly fault: AnswerFault }
  | { readonly at: "line"; readonly fault: LineFault }
  | { readonly at: "body"; readonly fault: BodyFaultKind };

/** Where a fault hurts. */
export function placed(kind: MagProFaultKind): MagProFault {
  if (isOf(ANSWER_FAULTS, kind)) return { at: "answer", fault: kind };
  if (isOf(LINE_FAULTS, kind)) return { at: "line", fault: kind };
  return { at: "body", fault: kind };
}

function isOf<K extends string>(
  table: Readonly<Record<K, string>>,
  kind: MagProFaultKind,
): kind is K & MagProFaultKind {
  return Object.hasOwn(table, kind);
}

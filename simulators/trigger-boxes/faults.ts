import type { AnswerFault } from "../common/answerFaults.ts";
import type { FaultTable } from "../common/faultSchedule.ts";

const ANSWER_FAULTS: FaultTable<AnswerFault> = {
  "drop-answer": "the next answer is lost",
  "delay-answer": "the next answer comes half a second late",
  "cut-answer": "the next answer lacks its last byte",
  "corrupt-answer": "the next answer has a byte with bits turned over",
  "duplicate-answer": "the next answer comes twice",
};

const BOX_FAULTS = {
  garbage: "eight random bytes arrive at once",
  silent: "no answer any more; commands are still carried out",
  unplug: "the cable comes off, and the power with it: all lines fall",
  reboot: "power-on state: all lines fall, settings are gone",
  refuse: "the next command that would raise a line is not carried out",
  "stuck-line":
    "the next line that rises stays up, whatever is said to it, as long as there is power",
  "dead-line": "no line rises any more; the box behaves as if they did",
} as const;

export type BoxFault = keyof typeof BOX_FAULTS;
export type TriggerBoxFault = AnswerFault | BoxFault;

export const FAULTS: FaultTable<TriggerBoxFault> = { ...ANSWER_FAULTS, ...BOX_FAULTS };

export function isAnswerFault(fault: TriggerBoxFault): fault is AnswerFault {
  return Object.hasOwn(ANSWER_FAULTS, fault);
}

import type { AnswerFault } from "../common/answerFaults.ts";
import type { FaultTable } from "../common/faultSchedule.ts";

/** Faults of the next status frame alone; on this device nothing else answers. */
const ANSWER_FAULTS: FaultTable<AnswerFault> = {
  "drop-answer": "the next status frame is lost",
  "delay-answer": "the next status frame comes half a second late, between younger ones",
  "cut-answer": "the next status frame lacks a byte in its middle",
  "corrupt-answer":
    "the next status frame has bits of its ninth byte turned over, `charged` among them",
  "duplicate-answer": "the next status frame comes twice",
};

const LINE_FAULTS = {
  garbage: "eight random bytes arrive at once",
  unsolicited: "a status frame arrives outside of the rhythm",
  silent: "no status any more; commands are still carried out",
  unplug: "the cable comes off",
  refuse:
    "the next command that would change something is not carried out, a start is counted as omitted; intensity 0 is always obeyed",
} as const;

const BODY_FAULTS = {
  reboot: "power-on state after a moment of silence: intensity 0, delays and counts gone",
  overheat: "the coil is above its limit: no pulse until it has cooled",
  "resistor-overheat": "the resistor is above its limit: no pulse until it has cooled",
  "discharge-overheat": "the discharge unit is above its limit: no pulse until it has cooled",
  "power-overheat": "the supply reports heat until a reboot: no pulse",
  "fan-seized": "the supply's fan stands still until a reboot: no pulse",
  "hold-error": "the voltage does not hold, until a reboot: no pulse",
  "recharge-error": "the unit does not recharge, until a reboot: no pulse",
  "coil-off": "the coil is unplugged: no pulse",
  "coil-data-bad": "the coil's data cannot be read, until another one is plugged in: no pulse",
  "stuck-charged": "the status says charged for ever and shows no pulse",
  "lost-start": "the next start is neither carried out nor counted",
} as const;

export type LineFault = keyof typeof LINE_FAULTS;
export type BodyFault = keyof typeof BODY_FAULTS;
export type DuomagFault = AnswerFault | LineFault | BodyFault;

export const FAULTS: FaultTable<DuomagFault> = {
  ...ANSWER_FAULTS,
  ...LINE_FAULTS,
  ...BODY_FAULTS,
};

export function isBodyFault(fault: DuomagFault): fault is BodyFault {
  return Object.hasOwn(BODY_FAULTS, fault);
}

export function isAnswerFault(fault: DuomagFault): fault is AnswerFault {
  return Object.hasOwn(ANSWER_FAULTS, fault);
}

import type { Dose, Plan } from "../../src/contract/dose.ts";
import type { StimulatorStatus } from "../../src/contract/stimulator.ts";
import { openGate } from "../../src/safety/gate.ts";
import { claimReceiptMint, type MintReceipt } from "../../src/safety/receipts.ts";
import type { CheckInput, Gate, IntentReceipt } from "../../src/safety/types.ts";
import { conventional, input, readyFor } from "./fixtures.ts";

export const mintReceipt: MintReceipt = claimReceiptMint();
let seq = 0;
export function receipt(dose: Dose): IntentReceipt {
  seq += 1;
  return mintReceipt(seq, dose);
}

/** Where the plan's start lies on the run's clock, ms. */
export const BASE_MS = 60_000;
export const KOCH: Plan = conventional({ hz: 20, pulses: 40, offS: 28, trains: 3 });

export function open(plan: Plan, over: Partial<CheckInput> = {}): Gate {
  const opened = openGate(input(plan, over), "dev-1");
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.value;
}

export function doseAt(plan: Plan, index: number): Dose {
  const dose = plan.doses[index];
  if (dose === undefined) throw new Error(`no dose ${index}`);
  return dose;
}

export function standby(
  dose: Dose,
  atMs: number,
  over: Partial<StimulatorStatus> = {},
): StimulatorStatus {
  return readyFor(dose, atMs, { state: "standby", ...over });
}

export function codeOf(
  result: { ok: true } | { ok: false; error: { code: string; rule: string | null } },
): string {
  return result.ok
    ? "ok"
    : [result.error.code, result.error.rule].filter((part) => part !== null).join(" ");
}

export function arm(
  gate: Gate,
  plan: Plan,
  first = 0,
  last: number = plan.doses.length - 1,
): string {
  const dose = doseAt(plan, first);
  return codeOf(gate.permitArm(dose, doseAt(plan, last), standby(dose, 100), 100));
}

export interface Ask {
  readonly shiftMs?: number;
  readonly askMs?: number;
  readonly seen?: Partial<StimulatorStatus>;
  readonly paper?: IntentReceipt;
  readonly dose?: Dose;
}

export function ask(
  gate: Gate,
  plan: Plan,
  index: number,
  how: Ask = {},
): ReturnType<Gate["permitDose"]> {
  const dose = how.dose ?? doseAt(plan, index);
  const dueMs = BASE_MS + doseAt(plan, index).dueMs + (how.shiftMs ?? 0);
  const nowMs = dueMs + (how.askMs ?? -20);
  return gate.permitDose(
    dose,
    dueMs,
    how.paper ?? receipt(dose),
    readyFor(dose, nowMs - 100, how.seen),
    nowMs,
  );
}

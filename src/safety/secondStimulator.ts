/**
 * What the gate holds a conditioning pulse of the second stimulator to. That stimulator tells nothing,
 * so what it is set to is what a person typed in and then confirmed beside it.
 */
import type { Dose } from "../contract/dose.ts";
import type { SecondStimulator } from "../contract/session.ts";
import { ASK_AHEAD_MS } from "./guard.ts";
import type { Refusal } from "./refusal.ts";

/** A pulse that leaves later than this would make another interval, ms. */
export const CONDITIONER_LATE_MS = 0.5;
const SLACK_MS = 0.01;

/** A permit for the one stimulator is worth nothing at the port of the other. */
export function secondDeviceId(deviceId: string): string {
  return `${deviceId}/second`;
}

/** What has happened at the second stimulator; replaced, never changed. */
export interface SecondState {
  /** The output that a person said the stimulator stands at, %MSO; null: nobody has. */
  readonly confirmedPctMso: number | null;
  /** Instant of the last permitted conditioning pulse. */
  readonly lastMs: number;
  /** The dose that was permitted last and whose conditioning pulse was not asked for yet. */
  readonly open: { readonly index: number; readonly dueMs: number } | null;
}

export const SECOND_START: SecondState = {
  confirmedPctMso: null,
  lastMs: Number.NEGATIVE_INFINITY,
  open: null,
};

/** Instant of the conditioning pulse of a dose that is due at `dueMs`. */
function conditionerMs({ conditioner }: Dose, dueMs: number): number {
  return dueMs - (conditioner?.leadMs ?? 0);
}

function no(code: Refusal["code"], rule: string | null, detail: string): Refusal {
  return { code, rule, detail };
}

/** Is this the pulse of the dose that the gate has just permitted, and not too late or too early? */
function turn(state: SecondState, dose: Dose, nowMs: number): Refusal | null {
  if (state.open === null || state.open.index !== dose.index)
    return no("GATE_DOSE_REFUSED", null, "a conditioning pulse belongs to the dose permitted last");
  const aheadMs = conditionerMs(dose, state.open.dueMs) - nowMs;
  if (!(aheadMs >= 0))
    return no("GATE_DOSE_REFUSED", "WDG-02", "the instant of the conditioning pulse has passed");
  if (aheadMs <= ASK_AHEAD_MS + SLACK_MS) return null;
  return no("GATE_DOSE_REFUSED", null, `asked for ${aheadMs.toFixed(1)} ms ahead of its instant`);
}

/** Is the stimulator what the plan has, by its rig file and by whoever stands beside it? */
function setting(state: SecondState, dose: Dose, second: SecondStimulator): Refusal | null {
  const pctMso = dose.conditioner?.pctMso ?? Number.NaN;
  const refuse = (detail: string): Refusal => no("GATE_DOSE_REFUSED", "INT-05", detail);
  if (!(pctMso >= 0 && pctMso <= second.maxPctMso && pctMso === second.intensityPctMso))
    return refuse(`the plan has ${pctMso} %MSO, the rig file ${second.intensityPctMso} %MSO`);
  if (state.confirmedPctMso === pctMso) return null;
  return refuse(
    state.confirmedPctMso === null
      ? `nobody confirmed that the second stimulator is set to ${pctMso} %MSO`
      : `the plan has ${pctMso} %MSO, the operator confirmed ${state.confirmedPctMso} %MSO`,
  );
}

/** Why a conditioning pulse may not be given now; null when it may. */
export function conditionerProblem(
  state: SecondState,
  dose: Dose,
  second: SecondStimulator | undefined,
  nowMs: number,
): Refusal | null {
  if (dose.conditioner === undefined)
    return no("GATE_DOSE_REFUSED", null, "the dose has no conditioning pulse");
  if (second === undefined)
    return no("GATE_DOSE_REFUSED", "DEV-01", "the rig has no second stimulator");
  const refused = turn(state, dose, nowMs) ?? setting(state, dose, second);
  if (refused !== null) return refused;
  const sinceMs = conditionerMs(dose, state.open?.dueMs ?? Number.NaN) - state.lastMs;
  if (sinceMs >= second.minIntervalMs - SLACK_MS) return null;
  const detail = `${sinceMs.toFixed(1)} ms after the last conditioning pulse, ${second.model} needs ${second.minIntervalMs} ms`;
  return no("GATE_DOSE_REFUSED", "ITI-03", detail);
}

/** The state after a dose was permitted: its conditioning pulse may be asked for, once. */
export function afterDose(state: SecondState, dose: Dose, dueMs: number): SecondState {
  const open = dose.conditioner === undefined ? null : { index: dose.index, dueMs };
  return { ...state, open };
}

/** The state after a conditioning pulse was permitted; it counts as given from here on. */
export function afterConditioner(state: SecondState, dose: Dose): SecondState {
  const lastMs = state.open === null ? state.lastMs : conditionerMs(dose, state.open.dueMs);
  return { ...state, open: null, lastMs };
}

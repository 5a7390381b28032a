/**
 * What is known of a device from its answers, and what of it is news. Pure: no clock, no bytes out.
 * Only answers to questions tell the state: the answer to a setter shows the status from before it
 * took effect (`neuromti/ctrl-magstim_stimulators`, `nicolasmcnair/magpy`).
 */
import type { StimulatorEvent, StimulatorStatus } from "../../../src/contract/stimulator.ts";
import type { Answer, GoodAnswer } from "../wire/answers.ts";
import type { InstrumentBits } from "../wire/status.ts";
import { panelWords } from "./panel.ts";
import { faultWords, stateOf, statusAfter } from "./reading.ts";
import { fireLeft, fireRefused, lookAtStarts, NO_STARTS } from "./starts.ts";
import { type DeviceState, initialState, silenceLimitMs } from "./state.ts";
import { type Trouble, troublesOf, wordsOf } from "./troubles.ts";

export type DeviceInput =
  | { readonly kind: "opening" }
  | { readonly kind: "control-taken"; readonly atMs: number }
  | { readonly kind: "probed" }
  | { readonly kind: "answer"; readonly answer: Answer; readonly atMs: number }
  | { readonly kind: "arm-sent" }
  | { readonly kind: "disarm-sent" }
  /** Settings are about to change by orders of ours, or have changed; `isRead`: and were read back. */
  | { readonly kind: "settings-begin" }
  | { readonly kind: "settings-end"; readonly isRead: boolean }
  | { readonly kind: "resolution-set"; readonly highResolution: boolean }
  | { readonly kind: "fire-sent" }
  /** The device said that it did not fire for us. */
  | { readonly kind: "fire-refused"; readonly atMs: number }
  | { readonly kind: "window"; readonly window: DeviceState["window"] }
  /** The order to give up control is about to leave; that it is gone afterwards is no loss. */
  | { readonly kind: "giving-up-control" }
  | { readonly kind: "look"; readonly nowMs: number }
  | { readonly kind: "lost"; readonly atMs: number; readonly detail: string }
  | { readonly kind: "closed" };

export type DeviceEffect =
  | { readonly kind: "status"; readonly status: StimulatorStatus }
  | { readonly kind: "event"; readonly event: StimulatorEvent }
  | { readonly kind: "read-error-code" };

export interface Stepped {
  readonly state: DeviceState;
  readonly effects: readonly DeviceEffect[];
}

/** What the machine must know of the model. */
export interface MachineRules {
  /** From a start to ready again at an output, ms. */
  rechargeMs(intensityPctMso: readonly number[]): number;
}

export function step(state: DeviceState, input: DeviceInput, rules: MachineRules): Stepped {
  switch (input.kind) {
    case "opening":
      return only({ ...initialState, link: "probing" });
    case "control-taken":
      return only({ ...state, control: "held", lastGoodMs: input.atMs });
    case "probed":
      return only({ ...state, link: "open", settled: state.status, starts: NO_STARTS });
    case "arm-sent":
      return only({ ...state, wanted: "armed" });
    case "disarm-sent":
      return only({ ...state, wanted: "standby" });
    case "settings-begin":
      return only({ ...state, isSetting: true, settled: null });
    case "settings-end":
      return only({ ...state, isSetting: false, settled: input.isRead ? state.status : null });
    case "resolution-set":
      return only({ ...state, highResolution: input.highResolution });
    case "fire-sent":
      return only({ ...state, starts: fireLeft(state.starts) });
    case "fire-refused":
      return takeRefusal(state, input.atMs);
    case "window":
      return only({ ...state, window: input.window });
    case "giving-up-control":
      return only({ ...state, control: "none" });
    case "answer":
      return input.answer.kind === "good"
        ? takeAnswer(state, input.answer, input.atMs, rules)
        : only(state);
    case "look":
      return lookAtSilence(state, input.nowMs);
    case "lost":
      return loseLink(state, input.atMs, input.detail);
    case "closed":
      return only({ ...state, link: "closed", control: "none", wanted: "standby" });
  }
}

function only(state: DeviceState): Stepped {
  return { state, effects: [] };
}

function loseLink(state: DeviceState, atMs: number, detail: string): Stepped {
  if (state.link === "lost") return only(state);
  const event: StimulatorEvent = { kind: "link-lost", atMs, detail };
  return {
    state: { ...state, link: "lost", control: "lost", status: unheld(state.status) },
    effects: [{ kind: "event", event }],
  };
}

/** The last status, from now on without control: who looks at it later must not take it for a held device's. */
function unheld(status: StimulatorStatus | null): StimulatorStatus | null {
  return status === null ? null : { ...status, remote: false };
}

function lookAtSilence(state: DeviceState, nowMs: number): Stepped {
  const silentMs = state.lastGoodMs === null ? 0 : nowMs - state.lastGoodMs;
  if (state.control !== "held" || silentMs < silenceLimitMs(state)) return only(state);
  const detail = `no good answer for ${Math.round(silentMs)} ms`;
  return {
    state: { ...state, control: "lost", status: unheld(state.status) },
    effects: [{ kind: "event", event: { kind: "control-lost", atMs: nowMs, detail } }],
  };
}

/** Questions whose answers show the state as it is. */
const TELLS_STATE: ReadonlySet<string> = new Set(["\\", "J", "F", "X", "x", "I", "o"]);

function takeAnswer(
  before: DeviceState,
  answer: GoodAnswer,
  atMs: number,
  rules: MachineRules,
): Stepped {
  const heard: DeviceState = { ...before, lastGoodMs: atMs };
  // The state in an answer to `E` is the one from before it: a start that came first shows there.
  if (answer.reply === "E") return watchStarts(heard, answer.instr, atMs, rules);
  if (!TELLS_STATE.has(answer.reply)) return only(heard);
  const { instr } = answer;
  const effects: DeviceEffect[] = [];
  const read = takeReadings(heard, answer, atMs);
  const control = judgeControl(read, instr, atMs, effects);
  const troubles = judgeTroubles(read, instr, atMs, effects);
  const coilPresent = judgeCoil(read, instr, atMs, effects);
  const status = statusAfter({ ...read, troubles }, answer, atMs);
  const wanted = judgeOrder(read, instr, atMs, effects);
  const settled = judgeSettings(read, status, atMs, effects);
  const known: DeviceState = { ...read, control, troubles, coilPresent, wanted, settled, status };
  const watched = watchStarts(known, instr, atMs, rules);
  effects.push(...watched.effects);
  if (status !== null && status !== before.status) effects.push({ kind: "status", status });
  return { state: watched.state, effects };
}

/** What the answer tells besides the instrument status, kept for the answers that do not tell it. */
function takeReadings(before: DeviceState, answer: GoodAnswer, atMs: number): DeviceState {
  let state = before;
  if (answer.errorCode !== undefined) state = { ...state, errorCode: answer.errorCode };
  if (answer.instr.errorPresent === 0) state = { ...state, errorCode: null };
  if (answer.magstimTemp !== undefined) {
    const { coil1Temp, coil2Temp } = answer.magstimTemp;
    const coilTemperatureC = Math.max(coil1Temp, coil2Temp);
    state = { ...state, coilTemperatureC, coilTemperatureAtMs: atMs };
  }
  if (answer.chargeDelay !== undefined) state = { ...state, chargeDelayMs: answer.chargeDelay };
  if (answer.bistimParam !== undefined) state = { ...state, pair: answer.bistimParam };
  const { systemMode } = answer;
  if (systemMode === undefined) return state;
  // `1` is simultaneous and says nothing of the resolution.
  const told = systemMode === "4" ? true : systemMode === "2" ? false : state.highResolution;
  return { ...state, systemMode, systemModeAtMs: atMs, highResolution: told };
}

function judgeControl(
  state: DeviceState,
  instr: InstrumentBits,
  atMs: number,
  effects: DeviceEffect[],
): DeviceState["control"] {
  if (state.control !== "held" || instr.remoteStatus === 1) return state.control;
  effects.push({
    kind: "event",
    event: { kind: "control-lost", atMs, detail: "the device says that the host has no control" },
  });
  return "lost";
}

function judgeTroubles(
  state: DeviceState,
  instr: InstrumentBits,
  atMs: number,
  effects: DeviceEffect[],
): readonly Trouble[] {
  const troubles = troublesOf(instr, state.coilTemperatureC, state.systemMode);
  for (const trouble of troubles) {
    if (state.troubles.includes(trouble)) continue;
    effects.push({ kind: "event", event: { kind: "fault", atMs, ...wordsOf(trouble) } });
    if (trouble === "error") effects.push({ kind: "read-error-code" });
  }
  return troubles;
}

/** No command tells the coil's number, so one that was away may be another one when it is back. */
function judgeCoil(
  { coilPresent: was, link }: DeviceState,
  { coilPresent }: InstrumentBits,
  atMs: number,
  effects: DeviceEffect[],
): boolean {
  const now = coilPresent === 1;
  if (link !== "open" || was === null || was === now) return now;
  const words = now
    ? { was: "no coil", now: "a coil; it may be another one" }
    : { was: "a coil", now: "no coil" };
  effects.push({ kind: "event", event: { kind: "equipment", atMs, what: "coil", ...words } });
  return now;
}

/** A probe may find the device armed by somebody else; the order to disarm is on its way then. */
function judgeOrder(
  state: DeviceState,
  instr: InstrumentBits,
  atMs: number,
  effects: DeviceEffect[],
): DeviceState["wanted"] {
  if (state.wanted !== "armed" || instr.standby !== 1) return state.wanted;
  const words = faultWords(state, instr);
  const detail = `standby without an order of ours${words === null ? "" : `: ${words}`}`;
  effects.push({ kind: "event", event: { kind: "disarmed-itself", atMs, detail } });
  return "standby";
}

/** What the next status is compared with. */
function judgeSettings(
  { isSetting, link, settled }: DeviceState,
  status: StimulatorStatus | null,
  atMs: number,
  effects: DeviceEffect[],
): StimulatorStatus | null {
  if (isSetting || link !== "open") return null;
  if (settled === null || status === null) return status;
  const detail = panelWords(settled, status);
  if (detail === null) return settled;
  effects.push({ kind: "event", event: { kind: "panel", atMs, detail } });
  return status;
}

function watchStarts(
  state: DeviceState,
  instr: InstrumentBits,
  atMs: number,
  rules: MachineRules,
): Stepped {
  const { status } = state;
  // An unclear state is told as a trouble and shows no start.
  if (state.link !== "open" || instr.standby + instr.armed + instr.ready !== 1) return only(state);
  const powers = status?.mode === "train" ? null : (status?.intensityPctMso ?? null);
  const { starts, foreign } = lookAtStarts(state.starts, {
    atMs,
    state: stateOf(instr),
    activity: status?.activity ?? "idle",
    rechargeMs: powers === null ? null : state.chargeDelayMs + rules.rechargeMs(powers),
    isWindow: state.window === "open",
  });
  return foreign === 0
    ? only({ ...state, starts })
    : { state: { ...state, starts }, effects: [foreignStart(status, atMs)] };
}

function takeRefusal(state: DeviceState, atMs: number): Stepped {
  const { starts, foreign } = fireRefused(state.starts);
  const effects = foreign === 0 ? [] : [foreignStart(state.status, atMs)];
  return { state: { ...state, starts }, effects };
}

/** A start that no dose of ours explains gave what the device is set to. */
function foreignStart(status: StimulatorStatus | null, atMs: number): DeviceEffect {
  const paired = (status?.isiMs ?? null) === null ? 1 : 2;
  const pulses = Math.max(status?.train?.pulses ?? paired, 1);
  const event = { kind: "pulse", atMs, expected: false, didtAPerUs: null } as const;
  return { kind: "event", event: pulses === 1 ? event : { ...event, pulses } };
}

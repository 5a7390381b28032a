/**
 * What is known of a Rapid from its answers, and what of it is news. Pure: no clock, no bytes out.
 * Only answers to questions tell the state: the answer to a setter shows the status from before it
 * took effect (`neuromti/ctrl-magstim_stimulators`, `nicolasmcnair/magpy`).
 */
import type { StimulatorEvent, StimulatorStatus } from "../../../src/contract/stimulator.ts";
import type { Answer, GoodAnswer } from "../wire/answers.ts";
import type { InstrumentBits } from "../wire/status.ts";

/** Above this the device disarms by itself and cannot be armed, degrees Celsius (`nicolasmcnair/magpy`). */
export const COIL_LIMIT_C = 40;
/** Without a good answer for so long control counts as lost; the device itself waits 1 s when armed. */
const SILENCE_ARMED_MS = 500;
const SILENCE_STANDBY_MS = 6000;

export interface RapidState {
  readonly link: "closed" | "probing" | "open" | "lost";
  readonly control: "none" | "held" | "lost";
  /** What the host last ordered. */
  readonly wanted: "standby" | "armed";
  readonly status: StimulatorStatus | null;
  readonly lastGoodMs: number | null;
  /** Three characters of the device, read when its error bit rose. */
  readonly errorCode: string | null;
  readonly coilTemperatureC: number | null;
  readonly coilTemperatureAtMs: number | null;
  /** Troubles that hold at the moment, so that each is told once. */
  readonly troubles: readonly Trouble[];
}

export type Trouble = "coil-missing" | "replace-coil" | "coil-hot" | "error" | "state-unclear";

export type RapidInput =
  | { readonly kind: "opening" }
  | { readonly kind: "control-taken"; readonly atMs: number }
  | { readonly kind: "probed" }
  | { readonly kind: "answer"; readonly answer: Answer; readonly atMs: number }
  | { readonly kind: "arm-sent" }
  | { readonly kind: "disarm-sent" }
  /** The order to give up control is about to leave; that it is gone afterwards is no loss. */
  | { readonly kind: "giving-up-control" }
  | { readonly kind: "look"; readonly nowMs: number }
  | { readonly kind: "lost"; readonly atMs: number; readonly detail: string }
  | { readonly kind: "closed" };

export type RapidEffect =
  | { readonly kind: "status"; readonly status: StimulatorStatus }
  | { readonly kind: "event"; readonly event: StimulatorEvent }
  | { readonly kind: "read-error-code" };

export interface Stepped {
  readonly state: RapidState;
  readonly effects: readonly RapidEffect[];
}

export const initialState: RapidState = {
  link: "closed",
  control: "none",
  wanted: "standby",
  status: null,
  lastGoodMs: null,
  errorCode: null,
  coilTemperatureC: null,
  coilTemperatureAtMs: null,
  troubles: [],
};

/** How long the device may be silent before control counts as lost, ms. */
export function silenceLimitMs(state: RapidState): number {
  return state.wanted === "armed" ? SILENCE_ARMED_MS : SILENCE_STANDBY_MS;
}

export function step(state: RapidState, input: RapidInput): Stepped {
  switch (input.kind) {
    case "opening":
      return { state: { ...initialState, link: "probing" }, effects: [] };
    case "control-taken":
      return { state: { ...state, control: "held", lastGoodMs: input.atMs }, effects: [] };
    case "probed":
      return { state: { ...state, link: "open" }, effects: [] };
    case "arm-sent":
      return { state: { ...state, wanted: "armed" }, effects: [] };
    case "disarm-sent":
      return { state: { ...state, wanted: "standby" }, effects: [] };
    case "giving-up-control":
      return { state: { ...state, control: "none" }, effects: [] };
    case "answer":
      return input.answer.kind === "good"
        ? takeAnswer(state, input.answer, input.atMs)
        : { state, effects: [] };
    case "look":
      return lookAtSilence(state, input.nowMs);
    case "lost":
      return loseLink(state, input.atMs, input.detail);
    case "closed":
      return {
        state: { ...state, link: "closed", control: "none", wanted: "standby" },
        effects: [],
      };
  }
}

function loseLink(state: RapidState, atMs: number, detail: string): Stepped {
  if (state.link === "lost") return { state, effects: [] };
  const event: StimulatorEvent = { kind: "link-lost", atMs, detail };
  return {
    state: { ...state, link: "lost", control: "lost" },
    effects: [{ kind: "event", event }],
  };
}

function lookAtSilence(state: RapidState, nowMs: number): Stepped {
  const silentMs = state.lastGoodMs === null ? 0 : nowMs - state.lastGoodMs;
  if (state.control !== "held" || silentMs < silenceLimitMs(state)) return { state, effects: [] };
  const detail = `no good answer for ${Math.round(silentMs)} ms`;
  return {
    state: { ...state, control: "lost" },
    effects: [{ kind: "event", event: { kind: "control-lost", atMs: nowMs, detail } }],
  };
}

/** Questions whose answers show the state as it is. */
const TELLS_STATE: ReadonlySet<string> = new Set(["\\", "F", "x", "I"]);

function takeAnswer(before: RapidState, answer: GoodAnswer, atMs: number): Stepped {
  let state: RapidState = { ...before, lastGoodMs: atMs };
  const { instr } = answer;
  if (!TELLS_STATE.has(answer.reply)) return { state, effects: [] };
  if (answer.errorCode !== undefined) state = { ...state, errorCode: answer.errorCode };
  if (instr.errorPresent === 0) state = { ...state, errorCode: null };
  if (answer.magstimTemp !== undefined) {
    const { coil1Temp, coil2Temp } = answer.magstimTemp;
    state = {
      ...state,
      coilTemperatureC: Math.max(coil1Temp, coil2Temp),
      coilTemperatureAtMs: atMs,
    };
  }
  const effects: RapidEffect[] = [];
  const control = judgeControl(state, instr, atMs, effects);
  const troubles = judgeTroubles(state, instr, atMs, effects);
  const status = statusAfter(state, answer, atMs);
  let wanted = state.wanted;
  // A probe may find the device armed by somebody else; the order to disarm is on its way then.
  if (wanted === "armed" && instr.standby === 1) {
    wanted = "standby";
    effects.push({
      kind: "event",
      event: {
        kind: "disarmed-itself",
        atMs,
        detail: `standby without an order of ours${fault(state, instr)}`,
      },
    });
  }
  state = { ...state, control, troubles, wanted, status };
  if (status !== null && status !== before.status) effects.push({ kind: "status", status });
  return { state, effects };
}

function judgeControl(
  state: RapidState,
  instr: InstrumentBits,
  atMs: number,
  effects: RapidEffect[],
): RapidState["control"] {
  if (state.control !== "held" || instr.remoteStatus === 1) return state.control;
  effects.push({
    kind: "event",
    event: { kind: "control-lost", atMs, detail: "the device says that the host has no control" },
  });
  return "lost";
}

interface TroubleWords {
  readonly code: "DEVICE_COIL" | "DEVICE_FAULT";
  readonly detail: string;
}

const WORDS: Readonly<Record<Trouble, TroubleWords>> = {
  "coil-missing": { code: "DEVICE_COIL", detail: "no coil is connected" },
  "replace-coil": { code: "DEVICE_COIL", detail: "the device asks for another coil" },
  "coil-hot": { code: "DEVICE_COIL", detail: `the coil is above ${COIL_LIMIT_C} °C` },
  error: { code: "DEVICE_FAULT", detail: "the device reports an error" },
  "state-unclear": {
    code: "DEVICE_FAULT",
    detail: "not exactly one of standby, armed and ready is set",
  },
};

/** Code and words of a trouble, for errors of commands that it forbids. */
export function wordsOf(trouble: Trouble): TroubleWords {
  return WORDS[trouble];
}

function judgeTroubles(
  state: RapidState,
  instr: InstrumentBits,
  atMs: number,
  effects: RapidEffect[],
): readonly Trouble[] {
  const holds: Readonly<Record<Trouble, boolean>> = {
    "coil-missing": instr.coilPresent === 0,
    "replace-coil": instr.replaceCoil === 1,
    "coil-hot": state.coilTemperatureC !== null && state.coilTemperatureC > COIL_LIMIT_C,
    error: instr.errorPresent === 1,
    "state-unclear": instr.standby + instr.armed + instr.ready !== 1,
  };
  const troubles = (Object.keys(holds) as Trouble[]).filter((one) => holds[one]);
  for (const trouble of troubles) {
    if (state.troubles.includes(trouble)) continue;
    effects.push({ kind: "event", event: { kind: "fault", atMs, ...WORDS[trouble] } });
    if (trouble === "error") effects.push({ kind: "read-error-code" });
  }
  return troubles;
}

function fault(state: RapidState, instr: InstrumentBits): string {
  const words = faultWords(state, instr);
  return words === null ? "" : `: ${words}`;
}

function faultWords({ errorCode }: RapidState, instr: InstrumentBits): string | null {
  if (instr.errorPresent === 0) return null;
  const kind = instr.errorType === 1 ? "error (type bit set)" : "error";
  return errorCode === null ? kind : `${kind} ${errorCode}`;
}

/** A state that is unclear is shown as armed: it may not be fired, and it is no standby either. */
function stateOf({ standby, armed, ready }: InstrumentBits): StimulatorStatus["state"] {
  if (standby + armed + ready !== 1) return "armed";
  return standby === 1 ? "standby" : ready === 1 ? "ready" : "armed";
}

/** Only `\` makes a status new: the other answers lack power and train and refresh the rest. */
function statusAfter(state: RapidState, answer: GoodAnswer, atMs: number): StimulatorStatus | null {
  const { instr, rapid, rapidParam } = answer;
  const shared = {
    state: stateOf(instr),
    remote: instr.remoteStatus === 1,
    coilPresent: instr.coilPresent === 1,
    coilTemperatureC: state.coilTemperatureC,
    coilTemperatureAtMs: state.coilTemperatureAtMs,
    fault:
      faultWords(state, instr) ?? (instr.replaceCoil === 1 ? WORDS["replace-coil"].detail : null),
  };
  if (rapid === undefined || rapidParam === undefined) {
    return state.status === null ? null : { ...state.status, ...shared };
  }
  const { power, frequency, nPulses, duration } = rapidParam;
  const isTrain = rapid.singlePulseMode === 0;
  return {
    ...shared,
    atMs,
    intensityPctMso: [power],
    mode: isTrain ? "train" : "single",
    train: isTrain ? { frequencyHz: frequency, pulses: nPulses, durationS: duration } : null,
    activity: rapid.train === 1 ? "train" : rapid.wait === 1 ? "wait" : "idle",
    enhancedPower: rapid.enhancedPowerMode === 1,
  };
}

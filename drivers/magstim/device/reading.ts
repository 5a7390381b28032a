/** Answers of every model as the one status of the contract. Pure. */
import type { StimulatorStatus } from "../../../src/contract/stimulator.ts";
import type { GoodAnswer, RapidParameters } from "../wire/answers.ts";
import type { InstrumentBits, RapidBits } from "../wire/status.ts";
import { SINGLE_INTERVAL_MS } from "./figures.ts";
import type { DeviceState } from "./state.ts";
import { wordsOf } from "./troubles.ts";

export function faultWords(
  { errorCode }: Pick<DeviceState, "errorCode">,
  instr: InstrumentBits,
): string | null {
  if (instr.errorPresent === 0) return null;
  const kind = instr.errorType === 1 ? "error (type bit set)" : "error";
  return errorCode === null ? kind : `${kind} ${errorCode}`;
}

/** A state that is unclear is shown as armed: it may not be fired, and it is no standby either. */
export function stateOf({ standby, armed, ready }: InstrumentBits): StimulatorStatus["state"] {
  if (standby + armed + ready !== 1) return "armed";
  return standby === 1 ? "standby" : ready === 1 ? "ready" : "armed";
}

/** What `\` and `J` tell besides the instrument status. */
type Settings = Pick<
  StimulatorStatus,
  "intensityPctMso" | "mode" | "train" | "isiMs" | "activity" | "enhancedPower"
>;

/** Only the answer that holds the power makes a status new: the others refresh the rest. */
export function statusAfter(
  state: DeviceState,
  answer: GoodAnswer,
  atMs: number,
): StimulatorStatus | null {
  const { instr } = answer;
  const shared = {
    state: stateOf(instr),
    remote: instr.remoteStatus === 1,
    coilPresent: instr.coilPresent === 1,
    coilTemperatureC: state.coilTemperatureC,
    coilTemperatureAtMs: state.coilTemperatureAtMs,
    fault: faultOf(state, instr),
  };
  const settings = settingsOf(state, answer);
  if (settings !== null) return { ...shared, atMs, ...settings };
  if (state.status === null) return null;
  const isPaired = answer.systemMode !== undefined && state.pair !== null;
  return { ...state.status, ...shared, ...(isPaired ? { isiMs: isiOf(state) } : {}) };
}

function faultOf(state: DeviceState, instr: InstrumentBits): string | null {
  const words = faultWords(state, instr);
  if (words !== null) return words;
  if (instr.replaceCoil === 1) return wordsOf("replace-coil").detail;
  return state.troubles.includes("mode-unfit") ? wordsOf("mode-unfit").detail : null;
}

function settingsOf(state: DeviceState, answer: GoodAnswer): Settings | null {
  const { rapid, rapidParam, magstimParam, bistimParam } = answer;
  if (rapid !== undefined && rapidParam !== undefined) return rapidSettings(rapid, rapidParam);
  // A 200² and a BiStim have neither trains nor enhanced power.
  const single = { mode: "single", train: null, activity: "idle", enhancedPower: null } as const;
  if (magstimParam !== undefined)
    return { ...single, intensityPctMso: [magstimParam.power], isiMs: null };
  if (bistimParam === undefined) return null;
  const { powerA, powerB } = bistimParam;
  return { ...single, intensityPctMso: [powerA, powerB], isiMs: isiOf(state) };
}

function rapidSettings(rapid: RapidBits, parameters: RapidParameters): Settings {
  const { power, frequency, nPulses, duration } = parameters;
  const isTrain = rapid.singlePulseMode === 0;
  return {
    intensityPctMso: [power],
    mode: isTrain ? "train" : "single",
    train: isTrain ? { frequencyHz: frequency, pulses: nPulses, durationS: duration } : null,
    activity: rapid.train === 1 ? "train" : rapid.wait === 1 ? "wait" : "idle",
    enhancedPower: rapid.enhancedPowerMode === 1,
  };
}

/**
 * What one start of a BiStim gives: two pulses `isiMs` apart, or one (null) when either unit is set to
 * 0 % and the interval is the one of single pulses. Any other interval is told, so that it fits no dose
 * with one pulse: at 0 both units discharge at once, whatever they are set to, and at a long one the
 * second unit's pulse would come at an instant that nobody planned.
 */
export function isiOf({
  pair,
  highResolution,
  systemMode,
}: Pick<DeviceState, "pair" | "highResolution" | "systemMode">): number | null {
  if (pair === null) return null;
  if (pair.ppOffset === 0 || systemMode === "1") return 0;
  const intervalMs = highResolution === true ? pair.ppOffset / 10 : pair.ppOffset;
  const isSingle = pair.powerA === 0 || pair.powerB === 0;
  return isSingle && intervalMs === SINGLE_INTERVAL_MS ? null : intervalMs;
}

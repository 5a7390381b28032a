import type { StimulatorStatus } from "../../../src/contract/stimulator.ts";
import { coilWords } from "./news.ts";
import type { DuomagOptions } from "./options.ts";
import { type DuoState, isReady } from "./state.ts";
import { faultWords } from "./trouble.ts";

/**
 * The status in the words of the contract; null before the first. `state` is our own flag and the
 * device's charge: the device knows no arming. `isiMs` is what the rig file says, since no wire
 * tells it, and then the one intensity stands for both pulses.
 */
export function statusOf(
  state: DuoState,
  { deviceIsiMs }: Pick<DuomagOptions, "deviceIsiMs">,
): StimulatorStatus | null {
  const { settled, wanted, control } = state;
  if (settled === null) return null;
  const { frame, atMs } = settled;
  const { intensity } = frame;
  return {
    atMs,
    state: wanted === "standby" ? "standby" : isReady(state) ? "ready" : "armed",
    remote: control === "held",
    coilPresent: !frame.coilDisconnected,
    intensityPctMso: deviceIsiMs === null ? [intensity] : [intensity, intensity],
    mode: "single",
    train: null,
    activity: "idle",
    isiMs: deviceIsiMs,
    burstPulses: null,
    enhancedPower: null,
    waveform: null,
    currentDirection: null,
    coil: coilWords(frame),
    coilTemperatureC: null,
    coilTemperatureAtMs: null,
    fault: faultWords(frame),
  };
}

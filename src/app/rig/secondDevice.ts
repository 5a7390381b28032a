/** The simulated stimulator over the other hemisphere: dials and a trigger input, and nothing it tells. */
import type { SimulatedDevice } from "../../contract/simulator.ts";
import type { LabClock } from "../../contract/time.ts";
import type { SecondStimulatorRig } from "../config/rig.ts";
import { findSimulator } from "../simulators.ts";

const MODEL = "trigger-only";

export async function createSecond(
  { settings }: SecondStimulatorRig,
  { clock, seed }: { readonly clock: LabClock; readonly seed: number },
): Promise<SimulatedDevice> {
  const { intensityPctMso, minIntervalMs } = settings;
  const module = await findSimulator(MODEL);
  return module.create({
    model: MODEL,
    clock,
    seed,
    softwareVersion: null,
    unlockCode: null,
    mains: 240,
    faults: [],
    // Ready again well before its operator says that it is.
    body: { refireMs: minIntervalMs / 2 },
    options: { intensityPctMso },
  });
}

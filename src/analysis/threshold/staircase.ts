/**
 * The short staircase of xiangruili/MagventureTMS: steps of 4, 3, 2, 1 %MSO, one less at each reversal. About nine
 * pulses and +- 8 %: a starting point, which an operator confirms, rather than a threshold to dose by.
 */
import { found, pulseAt, type ThresholdCore } from "./core.ts";
import { machine } from "./machine.ts";
import type { ThresholdMethod } from "./types.ts";

export interface StaircaseOptions {
  readonly startPctMso: number;
  readonly firstStepPctMso: number;
}

interface Memory {
  readonly intensityPctMso: number;
  readonly stepPctMso: number;
  readonly lastHit: boolean | null;
}

const core: ThresholdCore<StaircaseOptions, Memory> = {
  name: "staircase-4321",
  version: 1,
  defaults: { startPctMso: 65, firstStepPctMso: 4 },
  needsAmplitude: false,
  begin: ({ startPctMso, firstStepPctMso }) => ({
    intensityPctMso: startPctMso,
    stepPctMso: firstStepPctMso,
    lastHit: null,
  }),
  wish: ({ intensityPctMso, stepPctMso }) =>
    stepPctMso === 0 ? found(intensityPctMso) : pulseAt(intensityPctMso),
  learn: ({ stepPctMso, lastHit }, { intensityPctMso, hit }) => {
    const reversed = lastHit !== null && lastHit !== hit;
    const step = reversed ? stepPctMso - 1 : stepPctMso;
    // Once the steps are used up: here if answered, else one above.
    if (step === 0) {
      return { intensityPctMso: intensityPctMso + (hit ? 0 : 1), stepPctMso: 0, lastHit: hit };
    }
    return {
      intensityPctMso: intensityPctMso + (hit ? -step : step),
      stepPctMso: step,
      lastHit: hit,
    };
  },
};

export const staircase: ThresholdMethod<StaircaseOptions> = machine(core);

/** Recruitment of a subject, placed so that thresholds come out where the table of subjects has them. */
import { RECRUITMENT } from "../figures/muscle.ts";
import { intensityOfProbability, type Recruitment } from "../recruitment.ts";
import type { Subject } from "../subjects.ts";

const UV_PER_MV = 1000;
/** Any shift will do to see how far the threshold lies from it. */
const TRIAL_SHIFT_PCT_MSO = 50;
/**
 * What the noise of the trace adds to the height of a response near the criterion: not its own height of 9 uV, as g of the model
 * would have it, but about 4 uV (simulated). Only thresholds use it.
 */
const BACKGROUND = { locationUv: 3, scaleUv: 1.5, shape: 0.14 };

export interface Tract {
  readonly rmtPctMso: number;
  readonly rest: Recruitment;
  readonly active: Recruitment;
}

/** Null for a person without a response. */
export function tractOf(subject: Subject): Tract | null {
  const { rmtPctMso, plateauMv, excitabilityPctMso, outputDecades } = subject;
  if (rmtPctMso === null) return null;
  const { sigmoidScale, sigmoidExponent, restCriterionUv, activeCriterionUv } = RECRUITMENT;
  const rest: Recruitment = {
    logPlateauV: Math.log10(plateauMv / 1000),
    scale: sigmoidScale,
    exponent: sigmoidExponent,
    shiftPctMso: TRIAL_SHIFT_PCT_MSO,
    excitabilityPctMso,
    outputDecades,
    background: BACKGROUND,
  };
  const active = { ...rest, logPlateauV: rest.logPlateauV + RECRUITMENT.activePlateauDecades };
  const amtPctMso = rmtPctMso * RECRUITMENT.activeOverRestThreshold;
  return {
    rmtPctMso,
    rest: shifted(rest, restCriterionUv, rmtPctMso),
    active: shifted(active, activeCriterionUv, amtPctMso),
  };
}

/** Moved so that half of the responses reach the criterion at the threshold. */
function shifted(
  recruitment: Recruitment,
  criterionUv: number,
  thresholdPctMso: number,
): Recruitment {
  const foundPctMso = intensityOfProbability(recruitment, criterionUv, 0.5);
  if (foundPctMso === null) throw new RangeError(`a plateau below ${criterionUv / UV_PER_MV} mV`);
  const shiftPctMso = recruitment.shiftPctMso + thresholdPctMso - foundPctMso;
  return { ...recruitment, shiftPctMso };
}

/** Between rest and full facilitation; `activity` from 0 to 1. */
export function recruitmentAt({ rest, active }: Tract, activity: number): Recruitment {
  const between = (a: number, b: number): number => a + (b - a) * activity;
  return {
    ...rest,
    logPlateauV: between(rest.logPlateauV, active.logPlateauV),
    shiftPctMso: between(rest.shiftPctMso, active.shiftPctMso),
  };
}

import { FAMILY_FIGURES, type FamilyFigures } from "../core/figures.ts";

export interface RapidFigures extends FamilyFigures {
  /** Between single pulses; the longer one at 100 % and above with enhanced power. */
  readonly refireMs: number;
  readonly enhancedRefireMs: number;
  /** Least wait after a train. */
  readonly minWaitMs: number;
  /** 1: the wait is also as long as the energy rule says, so that a host which forgets it is refused; 0: only `minWaitMs`. */
  readonly energyWait: number;
}

export const RAPID_FIGURES: RapidFigures = {
  ...FAMILY_FIGURES,
  refireMs: 1000,
  enhancedRefireMs: 2000,
  minWaitMs: 500,
  energyWait: 1,
};

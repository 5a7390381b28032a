import { FAMILY_FIGURES, type FamilyFigures } from "../core/figures.ts";

export interface MonophasicFigures extends FamilyFigures {
  /** Between pulses of one stimulator below 50 %, below 80 %, and from there (virtual devices). */
  readonly refireLowMs: number;
  readonly refireMidMs: number;
  readonly refireHighMs: number;
  /** Between pairs (0.25 Hz, `nicolasmcnair/magpy`). */
  readonly pairRefireMs: number;
}

export const MONOPHASIC_FIGURES: MonophasicFigures = {
  ...FAMILY_FIGURES,
  refireLowMs: 2000,
  refireMidMs: 3000,
  refireHighMs: 4000,
  pairRefireMs: 4000,
};

export function refireMs(figures: MonophasicFigures, powerPct: number): number {
  if (powerPct < 50) return figures.refireLowMs;
  return powerPct < 80 ? figures.refireMidMs : figures.refireHighMs;
}

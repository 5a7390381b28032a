import type { FamilyFigures } from "./figures.ts";

/** Temperature of the coil at an instant; it cools towards the room from there. */
export interface CoilHeat {
  readonly temperatureC: number;
  readonly atMs: number;
}

export function temperatureAt(heat: CoilHeat, figures: FamilyFigures, nowMs: number): number {
  const elapsedS = Math.max(0, nowMs - heat.atMs) / 1000;
  const excess = heat.temperatureC - figures.ambientC;
  return figures.ambientC + excess * Math.exp(-elapsedS / figures.coolingTauS);
}

export function heatedBy(
  heat: CoilHeat,
  figures: FamilyFigures,
  joules: number,
  nowMs: number,
): CoilHeat {
  const rise = joules * figures.heatKPerJoule;
  return { temperatureC: temperatureAt(heat, figures, nowMs) + rise, atMs: nowMs };
}

/**
 * Energy of a pulse where no table has it, J: 0.0252 p² fits the table of the Rapid group within
 * 0.21 J. Only the coil's heat uses it; nobody publishes the energy of a 200².
 */
export function roughJoules(powerPct: number): number {
  return 0.0252 * powerPct ** 2;
}

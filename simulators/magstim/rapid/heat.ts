import type { BodyFigures } from "./figures.ts";
import { joulesPerPulse } from "./limits.ts";

/** Temperature of the coil at an instant; it cools towards the room from there. */
export interface CoilHeat {
  readonly temperatureC: number;
  readonly atMs: number;
}

export function temperatureAt(heat: CoilHeat, figures: BodyFigures, nowMs: number): number {
  const elapsedS = Math.max(0, nowMs - heat.atMs) / 1000;
  const excess = heat.temperatureC - figures.ambientC;
  return figures.ambientC + excess * Math.exp(-elapsedS / figures.coolingTauS);
}

export function heatedByPulse(
  heat: CoilHeat,
  figures: BodyFigures,
  powerPct: number,
  nowMs: number,
): CoilHeat {
  const rise = joulesPerPulse(powerPct) * figures.heatKPerJoule;
  return { temperatureC: temperatureAt(heat, figures, nowMs) + rise, atMs: nowMs };
}

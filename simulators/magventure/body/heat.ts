import type { BodyFigures } from "./figures.ts";

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
  amplitudePct: number,
  nowMs: number,
): CoilHeat {
  const rise = figures.heatKPerPulse * (amplitudePct / 100) ** 2;
  return { temperatureC: temperatureAt(heat, figures, nowMs) + rise, atMs: nowMs };
}

/** So far below a degree the shown one falls, so that pulses at its edge do not make it flutter. */
const HYSTERESIS_K = 0.2;

/** The whole degree that is shown once the coil has warmed to this; it falls only by `coolsAtMs`. */
export function warmedDegree(shownC: number, temperatureC: number): number {
  return Math.max(shownC, Math.floor(temperatureC));
}

/** When the shown degree falls by one; null: never. */
export function coolsAtMs(heat: CoilHeat, figures: BodyFigures, shownC: number): number | null {
  const remaining = shownC - HYSTERESIS_K - figures.ambientC;
  const excess = heat.temperatureC - figures.ambientC;
  if (remaining <= 0) return null;
  if (excess <= remaining) return heat.atMs;
  return heat.atMs + 1000 * figures.coolingTauS * Math.log(excess / remaining);
}

/** Something that pulses warm and that cools by itself. */
export interface Heat {
  readonly temperatureC: number;
  readonly atMs: number;
  /** Reported as too hot until this instant; null: it is not. */
  readonly hotUntilMs: number | null;
}

export interface HeatFigures {
  readonly ambientC: number;
  readonly limitC: number;
  readonly recoverK: number;
  readonly tauS: number;
}

export function coldAt(ambientC: number, nowMs: number): Heat {
  return { temperatureC: ambientC, atMs: nowMs, hotUntilMs: null };
}

export function temperatureAt(heat: Heat, figures: HeatFigures, nowMs: number): number {
  const cooling = Math.exp(-(nowMs - heat.atMs) / (figures.tauS * 1000));
  return figures.ambientC + (heat.temperatureC - figures.ambientC) * cooling;
}

export function isHot(heat: Heat, nowMs: number): boolean {
  return heat.hotUntilMs !== null && nowMs < heat.hotUntilMs;
}

/** Too hot above the limit, and then until it is `recoverK` below it. */
export function warmedTo(temperatureC: number, figures: HeatFigures, nowMs: number): Heat {
  const { ambientC, limitC, recoverK, tauS } = figures;
  if (temperatureC <= limitC) return { temperatureC, atMs: nowMs, hotUntilMs: null };
  const coolingS = tauS * Math.log((temperatureC - ambientC) / (limitC - recoverK - ambientC));
  return { temperatureC, atMs: nowMs, hotUntilMs: nowMs + coolingS * 1000 };
}

export function warmedBy(kelvin: number, heat: Heat, figures: HeatFigures, nowMs: number): Heat {
  return warmedTo(temperatureAt(heat, figures, nowMs) + kelvin, figures, nowMs);
}

/** Counts a kelvin, and what the converter shows at rest: choices, since its units are not published. */
const ADC_PER_K = 3;

export function adcOf(heat: Heat, figures: HeatFigures, restAdc: number, nowMs: number): number {
  const aboveK = temperatureAt(heat, figures, nowMs) - figures.ambientC;
  return Math.min(255, Math.round(restAdc + ADC_PER_K * aboveK));
}

import type { BodyFigures } from "./figures.ts";

/** The capacitor on its way to the set power; before `startMs` it stood at `fromPct`. */
export interface Capacitor {
  readonly fromPct: number;
  readonly toPct: number;
  readonly startMs: number;
  readonly endMs: number;
}

export function capacitorAt(pct: number): Capacitor {
  return { fromPct: pct, toPct: pct, startMs: 0, endMs: 0 };
}

/** Level at an instant, percent, fractional during the ramp. */
export function levelAt(capacitor: Capacitor, nowMs: number): number {
  if (nowMs >= capacitor.endMs) return capacitor.toPct;
  const share = (nowMs - capacitor.startMs) / (capacitor.endMs - capacitor.startMs);
  return capacitor.fromPct + share * (capacitor.toPct - capacitor.fromPct);
}

/** A new setting starts from wherever the ramp has come to. */
export function rampTo(
  capacitor: Capacitor,
  toPct: number,
  figures: BodyFigures,
  nowMs: number,
): Capacitor {
  const fromPct = levelAt(capacitor, nowMs);
  const msPerPct = toPct > fromPct ? figures.rampUpMsPerPct : figures.rampDownMsPerPct;
  return { fromPct, toPct, startMs: nowMs, endMs: nowMs + Math.abs(toPct - fromPct) * msPerPct };
}

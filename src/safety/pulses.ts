/** Doses as single pulses on one time axis: all judging starts from here. */
import type { Dose } from "../contract/dose.ts";

export interface TimedPulse {
  /** Instant on the axis of the check, ms. */
  readonly atMs: number;
  readonly pctMso: number;
  readonly dose: Dose;
  /** False: it belongs to an earlier segment of the session. */
  readonly inPlan: boolean;
}

/** Pulses of one dose. */
export function pulseCount(dose: Dose): number {
  const { shape } = dose;
  switch (shape.kind) {
    case "pulse":
      return 1;
    case "pair":
      return 2;
    case "burst":
    case "train":
      return shape.pulses;
  }
}

/** Distance of the pulses within a dose, ms; 0 for a single pulse. */
export function spacingMs(dose: Dose): number {
  const { shape } = dose;
  switch (shape.kind) {
    case "pulse":
      return 0;
    case "pair":
    case "burst":
      return shape.isiMs;
    case "train":
      return 1000 / shape.frequencyHz;
  }
}

/** Time from the first pulse of a dose to its last, ms. */
export function spanMs(dose: Dose): number {
  return (pulseCount(dose) - 1) * spacingMs(dose);
}

/** All pulses of doses, in order of time. `shiftMs` moves them onto another axis. */
export function expand(
  doses: readonly Dose[],
  options: { readonly inPlan: boolean; readonly shiftMs: number },
): TimedPulse[] {
  const pulses: TimedPulse[] = [];
  for (const dose of doses) {
    const gapMs = spacingMs(dose);
    const count = pulseCount(dose);
    for (let i = 0; i < count; i++) {
      pulses.push({
        atMs: dose.dueMs + options.shiftMs + i * gapMs,
        pctMso: dose.intensityPctMso[i] ?? Math.max(...dose.intensityPctMso),
        dose,
        inPlan: options.inPlan,
      });
    }
  }
  return pulses.sort((a, b) => a.atMs - b.atMs);
}

/** Doses as single pulses on one time axis: all judging starts from here. */
import { pulseCount, pulseOffsetMs } from "../base/doseShape.ts";
import type { Dose } from "../contract/dose.ts";

export interface TimedPulse {
  /** Instant on the axis of the check, ms. */
  readonly atMs: number;
  readonly pctMso: number;
  readonly dose: Dose;
  /** False: it belongs to an earlier segment of the session. */
  readonly inPlan: boolean;
}

/** All pulses of doses, in order of time. `shiftMs` moves them onto another axis. */
export function expand(
  doses: readonly Dose[],
  options: { readonly inPlan: boolean; readonly shiftMs: number },
): TimedPulse[] {
  const pulses: TimedPulse[] = [];
  for (const dose of doses) {
    for (let i = 0; i < pulseCount(dose.shape); i++) {
      pulses.push({
        atMs: dose.dueMs + options.shiftMs + pulseOffsetMs(dose.shape, i),
        pctMso: dose.intensityPctMso[i] ?? Math.max(...dose.intensityPctMso),
        dose,
        inPlan: options.inPlan,
      });
    }
  }
  return pulses.sort((a, b) => a.atMs - b.atMs);
}

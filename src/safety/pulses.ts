/** Doses as single pulses on one time axis: all judging starts from here. */
import { firstPulseMs, pulseCount, pulseOffsetMs } from "../base/doseShape.ts";
import type { Dose } from "../contract/dose.ts";

export interface TimedPulse {
  /** Instant on the axis of the check, ms. */
  readonly atMs: number;
  readonly pctMso: number;
  readonly dose: Dose;
  /** `other`: the conditioning pulse of the dose, by the second stimulator. */
  readonly over: "tested" | "other";
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
    if (dose.conditioner !== undefined) {
      pulses.push({
        atMs: firstPulseMs(dose) + options.shiftMs,
        pctMso: dose.conditioner.pctMso,
        dose,
        over: "other",
        inPlan: options.inPlan,
      });
    }
    for (let i = 0; i < pulseCount(dose.shape); i++) {
      pulses.push({
        atMs: dose.dueMs + options.shiftMs + pulseOffsetMs(dose.shape, i),
        pctMso: dose.intensityPctMso[i] ?? Math.max(...dose.intensityPctMso),
        dose,
        over: "tested",
        inPlan: options.inPlan,
      });
    }
  }
  return pulses.sort((a, b) => a.atMs - b.atMs);
}

/** Peaks of the evoked potential of one pulse. */
import { type DrawKey, drawKey, normalAt } from "../draws.ts";
import { EVOKED, type TepPeak } from "../figures/brain.ts";
import type { Subject } from "../subjects.ts";
import type { ScalpPeak } from "./response.ts";

export interface ScalpPulse {
  readonly atMs: number;
  readonly number: number;
  /** In resting thresholds. */
  readonly strength: number;
  readonly intensityPctMso: number;
  /** Of the pulse before, whichever; null: there was none. */
  readonly beforeMs: number | null;
  /** Log of the factor on N15 and P30 by after-effects. */
  readonly early: number;
}

/** The peaks with a person's own latencies, which are his whatever the seed. */
export function peaksOf(subject: Subject): readonly TepPeak[] {
  return EVOKED.tep.map((peak) => {
    const z = normalAt(drawKey(0, subject.name, peak.name), 0);
    const ms = peak.ms + (peak.betweenMs / 2) * Math.min(Math.max(z, -1.5), 1.5);
    const grown = peak.name === "P30" && subject.dementia ? EVOKED.p30InDementia : 1;
    return { ...peak, ms, uv: peak.uv * grown };
  });
}

export function scalpPeaks(
  peaks: readonly TepPeak[],
  seedKey: DrawKey,
  pulse: ScalpPulse,
): readonly ScalpPeak[] {
  const { tepFromRmt, tepReferenceRmt, tepRecoveryMs, tepTrialSpread } = EVOKED;
  const sinceMs = pulse.beforeMs === null ? Number.POSITIVE_INFINITY : pulse.atMs - pulse.beforeMs;
  const recovered = 1 - Math.exp(-Math.max(0, sinceMs) / tepRecoveryMs);
  const strength = Math.max(0, pulse.strength - tepFromRmt) / (tepReferenceRmt - tepFromRmt);
  const loudness = pulse.intensityPctMso / EVOKED.clickFullPctMso;
  return peaks.map((peak, i) => {
    const isEarly = peak.name === "N15" || peak.name === "P30";
    const trial = 1 + tepTrialSpread * normalAt(seedKey, pulse.number * peaks.length + i);
    const uv = peak.uv * trial * recovered * (isEarly ? Math.exp(pulse.early) : 1);
    return {
      atMs: pulse.atMs + peak.ms,
      widthMs: peak.widthMs,
      feltUv: uv * (1 - peak.heard) * strength,
      heardUv: uv * peak.heard * loudness,
    };
  });
}

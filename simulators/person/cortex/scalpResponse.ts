/** Peaks of the evoked potential of one pulse. */
import { type DrawKey, drawKey, normalAt } from "../draws.ts";
import { EVOKED } from "../figures/brain.ts";
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

/** A person's latencies are his own, whatever the seed. */
function latencyMs(subject: Subject, peak: (typeof EVOKED.tep)[number]): number {
  const z = normalAt(drawKey(0, subject.name, peak.name), 0);
  return peak.ms + (peak.betweenMs / 2) * Math.min(Math.max(z, -1.5), 1.5);
}

export function scalpPeaks(
  subject: Subject,
  seedKey: DrawKey,
  pulse: ScalpPulse,
): readonly ScalpPeak[] {
  const { tep, tepFromRmt, tepReferenceRmt, tepRecoveryMs, tepTrialSpread } = EVOKED;
  const sinceMs = pulse.beforeMs === null ? Number.POSITIVE_INFINITY : pulse.atMs - pulse.beforeMs;
  const recovered = 1 - Math.exp(-Math.max(0, sinceMs) / tepRecoveryMs);
  const strength = Math.max(0, pulse.strength - tepFromRmt) / (tepReferenceRmt - tepFromRmt);
  const loudness = pulse.intensityPctMso / EVOKED.clickFullPctMso;
  return tep.map((peak, i) => {
    const isEarly = peak.name === "N15" || peak.name === "P30";
    const grown = peak.name === "P30" && subject.dementia ? EVOKED.p30InDementia : 1;
    const trial = 1 + tepTrialSpread * normalAt(seedKey, pulse.number * tep.length + i);
    const uv = peak.uv * grown * trial * recovered * (isEarly ? Math.exp(pulse.early) : 1);
    return {
      atMs: pulse.atMs + latencyMs(subject, peak),
      widthMs: peak.widthMs,
      feltUv: uv * (1 - peak.heard) * strength,
      heardUv: uv * peak.heard * loudness,
    };
  });
}

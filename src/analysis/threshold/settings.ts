import type { ThresholdSettings, ThresholdTarget } from "./types.ts";

/**
 * Responses that laboratories count. 50 uV at rest and 200 uV under contraction are of Rossini 2015
 * (10.1016/j.clinph.2015.02.001), 100 uV under contraction is the custom of some laboratories, 200 uV at rest is
 * the target of adaptive threshold hunting (Nielsen 2021, 10.1523/ENEURO.0103-21.2021).
 */
export const TARGETS: Readonly<
  Record<"RMT-50" | "AMT-200" | "AMT-100" | "hunting-200", ThresholdTarget>
> = {
  "RMT-50": { kind: "RMT", targetUv: 50 },
  "AMT-200": { kind: "AMT", targetUv: 200 },
  "AMT-100": { kind: "AMT", targetUv: 100 },
  "hunting-200": { kind: "fixed", targetUv: 200 },
};

export const DEFAULT_SETTINGS: ThresholdSettings = {
  target: TARGETS["RMT-50"],
  minPctMso: 0,
  maxPctMso: 100,
  resolutionPctMso: 1,
  maxRisePctMso: 10,
  highestBeforePctMso: null,
  maxRejectedInRow: 5,
  maxRejected: 40,
  // The sixth miss is the one that decides five of ten.
  ceilingMisses: 6,
  maxPulses: 400,
};

/** The defaults with what differs. */
export function thresholdSettings(changes: Partial<ThresholdSettings> = {}): ThresholdSettings {
  return { ...DEFAULT_SETTINGS, ...changes };
}

import type { Threshold, ThresholdKind } from "../../contract/session.ts";

/**
 * Values in place of those that nobody measured yet, to ask one question alone: can this device be set to such
 * a pattern at all? They are low, so that no want of power answers for the pattern. Nothing is ever planned
 * or given with them.
 */
const STAND_INS: Readonly<Record<ThresholdKind, number>> = { RMT: 30, AMT: 24, "1mV": 35 };

export const STAND_IN_LATENCIES_MS: Readonly<Record<string, number>> = { N20: 20 };

export function withStandIns(thresholds: readonly Threshold[]): readonly Threshold[] {
  const kinds = Object.keys(STAND_INS) as readonly ThresholdKind[];
  const missing = kinds.filter((kind) => !thresholds.some((known) => known.kind === kind));
  return [...thresholds, ...missing.map(standIn)];
}

function standIn(kind: ThresholdKind): Threshold {
  return {
    kind,
    percentMso: STAND_INS[kind],
    hemisphere: null,
    muscle: null,
    coilSerial: null,
    stimulator: null,
    waveform: null,
    currentDirection: null,
    method: "stand-in",
    measuredAt: null,
  };
}

import type { Threshold } from "../../contract/session.ts";

/**
 * Values in place of those that nobody measured yet, to ask one question alone: can this device be set to such
 * a pattern at all? They are low, so that no want of power answers for the pattern. Nothing is ever planned
 * or given with them. The threshold under a second coil has none: what that stimulator is set to stands in
 * the rig, so there is nothing to ask.
 */
type StandIn = Exclude<Threshold["kind"], "RMT-other">;
const STAND_INS: Readonly<Record<StandIn, number>> = { RMT: 30, AMT: 24, "1mV": 35 };

/** Those of a person with a high threshold: a capacitor that sinks takes the longer the higher it stood. */
export const HIGH_STAND_INS: Readonly<Record<StandIn, number>> = {
  RMT: 70,
  AMT: 58,
  "1mV": 85,
};

export const STAND_IN_LATENCIES_MS: Readonly<Record<string, number>> = { N20: 20 };

export function withStandIns(
  thresholds: readonly Threshold[],
  values: Readonly<Record<StandIn, number>> = STAND_INS,
): readonly Threshold[] {
  const kinds = Object.keys(values) as readonly StandIn[];
  const missing = kinds.filter((kind) => !thresholds.some((known) => known.kind === kind));
  return [...thresholds, ...missing.map((kind) => standIn(kind, values[kind]))];
}

function standIn(kind: StandIn, percentMso: number): Threshold {
  return {
    kind,
    percentMso,
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

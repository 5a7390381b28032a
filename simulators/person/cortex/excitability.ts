/** Excitability that wanders from pulse to pulse, the first pulse of a series, and the trend of a session. */
import { betweenAt, type DrawKey, normalAt } from "../draws.ts";
import { RECRUITMENT } from "../figures/muscle.ts";

/** Of the last pulse, in standard deviations. */
export interface Drift {
  readonly atMs: number;
  readonly z: number;
}

/** A first-order process, read at the instants of pulses: what is left of the last value, and news. */
export function nextDrift(last: Drift | null, atMs: number, key: DrawKey, number: number): Drift {
  const news = normalAt(key, number);
  if (last === null) return { atMs, z: news };
  const { driftCorrelation, driftLagMs } = RECRUITMENT;
  const kept = driftCorrelation ** (Math.max(0, atMs - last.atMs) / driftLagMs);
  return { atMs, z: kept * last.z + Math.sqrt(1 - kept * kept) * news };
}

/** Gain by the place in a series and by the time in the session. */
export function gainAt(lastMs: number | null, atMs: number, key: DrawKey): number {
  const { firstPulseGain, seriesGapMs, trendPart, trendPeriodMs } = RECRUITMENT;
  const isFirst = lastMs === null || atMs - lastMs >= seriesGapMs;
  const phase = betweenAt(key, 0, [0, 2 * Math.PI]);
  const trend = 1 + trendPart * Math.sin((2 * Math.PI * atMs) / trendPeriodMs + phase);
  return (isFirst ? firstPulseGain : 1) * trend;
}

/**
 * What the supply of a Rapid or a Horizon can refill and what the system may dissipate. Figures:
 * `nicolasmcnair/magpy`, for the Horizon `neuromti/ctrl-magstim_stimulators`; the joules stand in
 * `nigelrogasch/MAGIC` too. Both limits must hold.
 */
import limits from "./rapidLimits.json" with { type: "json" };

export type Mains = 240 | 115;
/** 0 Rapid², 1 Super Rapid², 2 Super Rapid² Plus¹. No command of the device tells it. */
export type RapidType = 0 | 1 | 2 | "horizon";

const { joulesPerMinute, continuousWatts, minimumWaitSeconds } = limits.energy;

/** The wait that the device itself keeps after every train, s. */
export const MIN_WAIT_S: number = minimumWaitSeconds;

/** Highest frequency of a train at a power, inclusive, Hz. Null: no figure for this power. */
export function maxFrequencyHz(mains: Mains, type: RapidType, powerPct: number): number | null {
  if (type !== "horizon") return limits.maxFrequencyHz[mains][type][powerPct] ?? null;
  // No figures are known for a Horizon on 115 V.
  return mains === 240 ? (limits.horizonMaxFrequencyHz[240][powerPct] ?? null) : null;
}

/** Energy of one pulse, J. Null: no figure for this power. */
export function joulesPerPulse(powerPct: number): number | null {
  return limits.joulesPerPulse[powerPct] ?? null;
}

/** Least time from the end of a train to the next, s. Infinite when there is no energy figure. */
export function minWaitS(powerPct: number, frequencyHz: number, pulses: number): number {
  const joules = joulesPerPulse(powerPct);
  if (joules === null || !(frequencyHz > 0)) return Number.POSITIVE_INFINITY;
  const excessW = frequencyHz * joules - continuousWatts;
  return Math.max(minimumWaitSeconds, (pulses * excessW) / (continuousWatts * frequencyHz));
}

/**
 * Longest time on within a minute, s; above 60 the train may go on without end. Zero when there is
 * no energy figure.
 */
export function maxOnTimeS(powerPct: number, frequencyHz: number): number {
  const joules = joulesPerPulse(powerPct);
  if (joules === null || !(frequencyHz >= 0)) return 0;
  const watts = frequencyHz * joules;
  return watts === 0 ? Number.POSITIVE_INFINITY : joulesPerMinute / watts;
}

/** Highest frequency at which the device may pulse without end, Hz. */
export function maxContinuousHz(powerPct: number): number {
  const joules = joulesPerPulse(powerPct);
  if (joules === null) return 0;
  return joules === 0 ? Number.POSITIVE_INFINITY : continuousWatts / joules;
}

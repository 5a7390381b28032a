import limits from "./limits.json" with { type: "json" };
import type { RapidVariant } from "./variant.ts";

/** What the system may dissipate without a pause, W (`nicolasmcnair/magpy`, `nigelrogasch/MAGIC`). */
export const CONTINUOUS_WATTS = 1050;

/** Highest train frequency at a power, whole Hz, inclusive. Powers above 100 count as 100. */
export function maxFrequencyHz(variant: RapidVariant, powerPct: number): number {
  const row = limits.maxFrequencyHz[variant.mains][variant.type];
  return row[Math.min(100, powerPct)] ?? 0;
}

/**
 * Energy of one pulse, J. Above 100 % no figure exists; 0.0252 p² fits the table within 0.21 J and
 * only the coil's heat uses it there.
 */
export function joulesPerPulse(powerPct: number): number {
  return limits.joulesPerPulse[powerPct] ?? 0.0252 * powerPct ** 2;
}

/** Wait after a train that the energy rule asks for, ms; never negative, 0 for a train without energy. */
export function energyWaitMs(train: {
  readonly pulses: number;
  readonly frequencyHz: number;
  readonly powerPct: number;
}): number {
  const watts = train.frequencyHz * joulesPerPulse(train.powerPct);
  if (watts <= CONTINUOUS_WATTS) return 0;
  return (
    (1000 * train.pulses * (watts - CONTINUOUS_WATTS)) / (CONTINUOUS_WATTS * train.frequencyHz)
  );
}

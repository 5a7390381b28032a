import { roughJoules } from "../core/heat.ts";
import limits from "./limits.json" with { type: "json" };

/** What the system may dissipate without a pause, W (`nicolasmcnair/magpy`, `nigelrogasch/MAGIC`). */
export const CONTINUOUS_WATTS = 1050;

/** The models of the group, in the words of the limits table. */
export type RapidType = "rapid" | "super" | "superPlus" | "horizon";

/** Highest train frequencies by power, whole Hz; null: nobody knows them for this supply. */
export function frequencyTable(type: RapidType, mains: 240 | 115): readonly number[] | null {
  const tables: Partial<Record<RapidType, readonly number[]>> = limits.maxFrequencyHz[mains];
  return tables[type] ?? null;
}

/**
 * Energy of one pulse, J. Above 100 % no figure exists, and only the coil's heat asks.
 */
export function joulesPerPulse(powerPct: number): number {
  return limits.joulesPerPulse[powerPct] ?? roughJoules(powerPct);
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

/**
 * The interval of a pair on the device's steps. Three digits go over the wire, and the resolution
 * says what they are: whole milliseconds (low) or tenths of one (high, so up to 99.9 ms). Low is
 * taken wherever it can say the interval, high for the rest.
 */
import type { Rounding } from "../../../src/contract/dose.ts";
import { toTenths } from "../wire/frame.ts";

/** Longest interval in low and in high resolution, ms. */
export const LOW_MOST_MS = 999;
export const HIGH_MOST_MS = 99.9;

export interface IntervalSetting {
  readonly highResolution: boolean;
  readonly intervalMs: number;
  /** The three digits. */
  readonly raw: number;
}

/** Null: no resolution has this step. 0 is the interval at which both units discharge at once. */
export function intervalSetting(isiMs: number): IntervalSetting | null {
  if (Number.isInteger(isiMs) && isiMs >= 0 && isiMs <= LOW_MOST_MS)
    return { highResolution: false, intervalMs: isiMs, raw: isiMs };
  const tenths = toTenths(isiMs);
  if (tenths === null || tenths < 1 || tenths > HIGH_MOST_MS * 10) return null;
  return { highResolution: true, intervalMs: tenths / 10, raw: tenths };
}

/** The nearest step, never 0: that would be another kind of start. */
export function nearestStepMs(isiMs: number): number {
  const tenths = Math.max(1, Math.round(isiMs * 10));
  if (tenths <= HIGH_MOST_MS * 10) return tenths / 10;
  return Math.min(LOW_MOST_MS, Math.round(isiMs));
}

export function rounded(isiMs: number): {
  readonly isiMs: number;
  readonly roundings: readonly Rounding[];
} {
  // What is no interval of a pair is left for the judgement.
  if (!(isiMs > 0) || intervalSetting(isiMs) !== null) return { isiMs, roundings: [] };
  const planned = nearestStepMs(isiMs);
  const rounding = { what: "interval of the pair", asked: isiMs, planned, unit: "ms" };
  return { isiMs: planned, roundings: [rounding] };
}

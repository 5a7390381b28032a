/** What one pulse makes of the person: everything that channels show of it. */
import type { Hemisphere } from "./pairs.ts";

export interface MuscleResponse {
  readonly onsetMs: number;
  readonly peakToPeakUv: number;
  /** Standard deviation of the Gaussian whose derivative is the shape. */
  readonly widthMs: number;
  readonly hasThirdPhase: boolean;
}

export interface ScalpPeak {
  readonly atMs: number;
  readonly widthMs: number;
  /** Under the coil, and at the vertex. */
  readonly feltUv: number;
  readonly heardUv: number;
}

export interface PulseResponse {
  readonly atMs: number;
  /** Counts from 0 what the person felt. */
  readonly number: number;
  readonly hemisphere: Hemisphere;
  readonly intensityPctMso: number;
  /** Of the stimulator, a while after the pulse. */
  readonly recharges: boolean;
  /** By name of the muscle. */
  readonly muscles: ReadonlyMap<string, MuscleResponse>;
  /** Silence of contracted muscles. */
  readonly silence: { readonly fromMs: number; readonly toMs: number } | null;
  /** Activity that outlasts the pulse until then; null: none. */
  readonly spreadsUntilMs: number | null;
  readonly scalp: readonly ScalpPeak[];
}

/** A later pulse changed what an earlier one makes of the muscles, before any of it could be seen. */
export function withMuscleGain(response: PulseResponse, gain: number): PulseResponse {
  const muscles = new Map(
    [...response.muscles].map(([name, muscle]) => [
      name,
      { ...muscle, peakToPeakUv: muscle.peakToPeakUv * gain },
    ]),
  );
  return { ...response, muscles };
}

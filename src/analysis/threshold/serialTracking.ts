/**
 * Serial tracking of an amplitude: below the band one step up, above it one step down, inside it the same again. The rule of
 * threshold-tracking SICI; a band of +- 20 % around the target is customary.
 */
import { found, pulseAt, type ThresholdCore } from "./core.ts";
import { machine } from "./machine.ts";
import type { ThresholdMethod } from "./types.ts";

export interface SerialTrackingOptions {
  readonly startPctMso: number;
  readonly stepPctMso: number;
  /** Half width of the band, as a share of the target. */
  readonly bandShare: number;
  readonly pulses: number;
}

interface Memory {
  readonly intensityPctMso: number;
  readonly lastHit: boolean | null;
  readonly pulses: number;
  /** Intensities from the first one that crossed the target or fell into the band. */
  readonly tracked: readonly number[];
}

function stepOf(amplitudeUv: number, targetUv: number, options: SerialTrackingOptions): number {
  if (amplitudeUv < targetUv * (1 - options.bandShare)) return options.stepPctMso;
  return amplitudeUv > targetUv * (1 + options.bandShare) ? -options.stepPctMso : 0;
}

const core: ThresholdCore<SerialTrackingOptions, Memory> = {
  name: "serial-tracking",
  version: 1,
  defaults: { startPctMso: 65, stepPctMso: 1, bandShare: 0.2, pulses: 10 },
  needsAmplitude: true,
  begin: ({ startPctMso }) => ({
    intensityPctMso: startPctMso,
    lastHit: null,
    pulses: 0,
    tracked: [],
  }),
  wish: ({ intensityPctMso, pulses, tracked }, options) => {
    if (pulses < options.pulses || tracked.length === 0) return pulseAt(intensityPctMso);
    // The band alone holds few of a dozen responses; the mean of the track is steadier than theirs.
    return found(tracked.reduce((sum, x) => sum + x, 0) / tracked.length);
  },
  learn: (memory, { intensityPctMso, hit, peakToPeakUv }, options, { target }) => {
    const step = stepOf(peakToPeakUv ?? 0, target.targetUv, options);
    const arrived =
      memory.tracked.length > 0 ||
      step === 0 ||
      (memory.lastHit !== null && memory.lastHit !== hit);
    return {
      intensityPctMso: intensityPctMso + step,
      lastHit: hit,
      pulses: memory.pulses + 1,
      tracked: arrived ? [...memory.tracked, intensityPctMso] : memory.tracked,
    };
  },
};

export const serialTracking: ThresholdMethod<SerialTrackingOptions> = machine(core);

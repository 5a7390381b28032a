/** Made-up recordings whose truth is known. */
import type { Epoch } from "../../../src/analysis/signal/epoch.ts";
import { createRandom } from "../../../src/base/random.ts";

export interface TraceOptions {
  readonly rateHz?: number;
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Standard deviation of the noise, uV. */
  readonly noiseUv?: number;
  readonly offsetUv?: number;
  readonly seed?: number;
  /** Added to noise and offset, by milliseconds after the pulse. */
  readonly signal?: (ms: number) => number;
  readonly range?: readonly [number, number] | null;
}

export function trace(options: TraceOptions = {}): Epoch {
  const { rateHz = 5000, fromMs = -150, toMs = 450, noiseUv = 0, offsetUv = 0, seed = 1 } = options;
  const { signal = () => 0, range = null } = options;
  const random = createRandom(seed, "trace");
  const pulseIndex = Math.round((-fromMs * rateHz) / 1000);
  const length = pulseIndex + Math.round((toMs * rateHz) / 1000) + 1;
  const samples = Float64Array.from({ length }, (_, i) => {
    const value = offsetUv + noiseUv * random.normal() + signal(((i - pulseIndex) * 1000) / rateHz);
    return range === null ? value : Math.min(Math.max(value, range[0]), range[1]);
  });
  return { samples, rateHz, pulseIndex, unit: "uV", range };
}

/** One period of a sine, negative first, that begins at `onsetMs`: peak to peak as asked, sharp onset. */
export function wave(onsetMs: number, peakToPeakUv: number, lastsMs = 12): (ms: number) => number {
  return (ms) =>
    ms <= onsetMs || ms >= onsetMs + lastsMs
      ? 0
      : (-peakToPeakUv / 2) * Math.sin((2 * Math.PI * (ms - onsetMs)) / lastsMs);
}

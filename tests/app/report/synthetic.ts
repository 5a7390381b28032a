/** Recordings of a made-up person, sample by sample: responses, a silence, an average of the EEG. */
import type { Epoch, WindowMs } from "../../../src/analysis/signal/epoch.ts";
import type { Random } from "../../../src/base/random.ts";

const RATE_HZ = 5000;

/** First derivative of a bell curve, negative first, one from peak to peak. */
function response(ms: number, onsetMs: number): number {
  const sigma = 2.4;
  const at = (ms - onsetMs - 2.4 * sigma) / sigma;
  return (at * Math.exp(0.5 - (at * at) / 2)) / 2;
}

/** Charge that runs off after the pulse. */
function artefact(ms: number): number {
  return ms < 0 ? 0 : 2500 * Math.exp(-ms / 0.9) - 240 * Math.exp(-ms / 3.2);
}

export interface MuscleOptions {
  readonly random: Random;
  readonly window: WindowMs;
  readonly peakToPeakUv: number;
  readonly onsetMs?: number;
  /** So long before the pulse a conditioning one left its artefact. */
  readonly leadMs?: number;
  readonly noiseUv?: number;
  /** Of a contracted muscle, uV; 0 at rest. */
  readonly activityUv?: number;
  /** The activity is silent in between. */
  readonly silenceMs?: readonly [number, number] | null;
}

export function muscleEpoch(options: MuscleOptions): Epoch {
  const { random, window, peakToPeakUv, onsetMs = 21.5, noiseUv = 2.5 } = options;
  const { activityUv = 0, silenceMs = null, leadMs = 0 } = options;
  const pulseIndex = Math.round((-window.fromMs * RATE_HZ) / 1000);
  const length = pulseIndex + Math.round((window.toMs * RATE_HZ) / 1000) + 1;
  const phase = 2 * Math.PI * random.next();
  let slow = 0;
  const samples = Float32Array.from({ length }, (_, i) => {
    const ms = ((i - pulseIndex) * 1000) / RATE_HZ;
    slow = 0.9 * slow + random.normal();
    const silent = silenceMs !== null && ms > silenceMs[0] && ms < silenceMs[1];
    return (
      noiseUv * random.normal() +
      2 * Math.sin((2 * Math.PI * 50 * ms) / 1000 + phase) +
      (activityUv > 0 ? (silent ? 0.05 : 1) * 0.43 * activityUv * slow : 0) +
      artefact(ms) +
      (leadMs > 0 ? 0.6 * artefact(ms + leadMs) : 0) +
      peakToPeakUv * response(ms, onsetMs)
    );
  });
  return { samples, rateHz: RATE_HZ, pulseIndex, unit: "uV", range: [-12_000, 12_000] };
}

const PEAKS = [
  [15, -2.2, 3],
  [30, 4.1, 6],
  [45, -3.4, 6],
  [60, 3, 8],
  [105, -6.5, 22],
  [185, 4.8, 32],
] as const;

/** A channel of the EEG; `gain` makes channels differ. */
export function brainEpoch(random: Random, window: WindowMs, gain: number, noiseUv: number): Epoch {
  const pulseIndex = Math.round((-window.fromMs * RATE_HZ) / 1000);
  const length = pulseIndex + Math.round((window.toMs * RATE_HZ) / 1000) + 1;
  let slow = 0;
  const samples = Float32Array.from({ length }, (_, i) => {
    const ms = ((i - pulseIndex) * 1000) / RATE_HZ;
    slow = 0.97 * slow + 0.24 * random.normal();
    const evoked = PEAKS.reduce(
      (sum, [at, uv, width]) => sum + uv * Math.exp(-(((ms - at) / width) ** 2)),
      0,
    );
    return noiseUv * slow + gain * (ms > 0 ? evoked : 0) + (ms < 0 ? 0 : 900 * Math.exp(-ms / 1.5));
  });
  return { samples, rateHz: RATE_HZ, pulseIndex, unit: "uV", range: null };
}

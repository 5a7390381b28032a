/** Sums over stretches of samples. Everything here is in double precision, in order of the samples. */

type Samples = ArrayLike<number>;

export function meanOf(samples: Samples): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i += 1) sum += samples[i] ?? 0;
  return sum / samples.length;
}

/** Sum of squared distances from the mean. */
function scatterOf(samples: Samples): number {
  const mean = meanOf(samples);
  let sum = 0;
  for (let i = 0; i < samples.length; i += 1) sum += ((samples[i] ?? 0) - mean) ** 2;
  return sum;
}

/** Root mean square about the mean: an offset of the electrode is no activity. */
export function rmsOf(samples: Samples): number {
  return Math.sqrt(scatterOf(samples) / samples.length);
}

/** Of a sample: over n - 1. */
export function sdOf(samples: Samples): number {
  return Math.sqrt(scatterOf(samples) / (samples.length - 1));
}

export interface Extremes {
  readonly min: number;
  readonly max: number;
  readonly minAt: number;
  readonly maxAt: number;
}

/** Of equal ones the first. */
export function extremesOf(samples: Samples): Extremes {
  let minAt = 0;
  let maxAt = 0;
  for (let i = 1; i < samples.length; i += 1) {
    if ((samples[i] ?? 0) < (samples[minAt] ?? 0)) minAt = i;
    if ((samples[i] ?? 0) > (samples[maxAt] ?? 0)) maxAt = i;
  }
  return { min: samples[minAt] ?? Number.NaN, max: samples[maxAt] ?? Number.NaN, minAt, maxAt };
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? (upper + (sorted[middle - 1] ?? Number.NaN)) / 2 : upper;
}

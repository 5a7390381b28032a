/** Fewer samples: means of neighbours, counted from the end, so that the newest are never left out. */
import type { Epoch } from "../signal/epoch.ts";

/** The last `count` means of `every` neighbours each; null where there are not so many. */
export function groupMeans(
  samples: ArrayLike<number>,
  every: number,
  count: number = Math.floor(samples.length / every),
): Float64Array | null {
  const first = samples.length - count * every;
  if (first < 0) return null;
  return Float64Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < every; k += 1) sum += samples[first + i * every + k] ?? 0;
    return sum / every;
  });
}

/** The epoch at about `rateHz`, and not more; a mean stands at the middle of its samples. */
export function thinnedEpoch(epoch: Epoch, rateHz: number): Epoch {
  const every = Math.max(1, Math.round(epoch.rateHz / rateHz));
  const samples = groupMeans(epoch.samples, every) ?? new Float64Array(0);
  const first = epoch.samples.length - samples.length * every;
  const pulseIndex = (epoch.pulseIndex - first - (every - 1) / 2) / every;
  return { ...epoch, samples, rateHz: epoch.rateHz / every, pulseIndex };
}

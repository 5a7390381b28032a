/** A signal as a weighted sum of its own past (Yule 1927, Walker 1931), and what it does next if it goes on so. */

/** Weights of the last samples, the newest first. */
export type Autoregression = readonly number[];

/**
 * Weights from the autocorrelation of a stretch without a mean, by the recursion of Levinson and Durbin. The biased
 * autocorrelation keeps the model stable: what is predicted dies away and never grows. Null for a stretch that stands still or
 * is no longer than the order.
 */
export function yuleWalker(samples: ArrayLike<number>, order: number): Autoregression | null {
  const lags = autocorrelation(samples, order);
  const [power = 0] = lags;
  if (samples.length <= order || !(power > 0)) return null;
  let weights: number[] = [];
  let error = power;
  for (let k = 1; k <= order; k += 1) {
    const predicted = weights.reduce((sum, w, i) => sum + w * (lags[k - 1 - i] ?? 0), 0);
    const reflection = ((lags[k] ?? 0) - predicted) / error;
    const turned = weights.toReversed();
    weights = [...weights.map((w, i) => w - reflection * (turned[i] ?? 0)), reflection];
    error *= 1 - reflection * reflection;
    // The signal is told by its past to the last bit: more weights would be made of rounding.
    if (!(error > power * Number.EPSILON)) break;
  }
  return weights;
}

function autocorrelation(samples: ArrayLike<number>, order: number): readonly number[] {
  return Array.from({ length: order + 1 }, (_, lag) => {
    let sum = 0;
    for (let i = lag; i < samples.length; i += 1)
      sum += (samples[i] ?? 0) * (samples[i - lag] ?? 0);
    return sum;
  });
}

/** The samples with `count` more behind them. */
export function continued(
  samples: Float64Array,
  weights: Autoregression,
  count: number,
): Float64Array {
  const long = new Float64Array(samples.length + count);
  long.set(samples);
  for (let at = samples.length; at < long.length; at += 1) {
    let next = 0;
    for (const [i, weight] of weights.entries()) next += weight * (long[at - 1 - i] ?? 0);
    long[at] = next;
  }
  return long;
}

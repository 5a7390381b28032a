/** The normal distribution, to the last digits: likelihoods are compared near their maximum. */

const SQRT_PI = Math.sqrt(Math.PI);
/** Below it the series converges fast; above it the continued fraction does. */
const SERIES_UP_TO = 2;

/** `erf` by its series of positive terms (Abramowitz and Stegun 7.1.6). */
function erfSeries(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; term > sum * 1e-17; n += 1) {
    term *= (2 * z * z) / (2 * n + 1);
    sum += term;
  }
  return (2 / SQRT_PI) * Math.exp(-z * z) * sum;
}

/** `erfc` by its continued fraction (Abramowitz and Stegun 7.1.14), from the far end. */
function erfcFraction(z: number): number {
  let tail = 0;
  for (let n = 60; n > 0; n -= 1) tail = n / 2 / (z + tail);
  return Math.exp(-z * z) / SQRT_PI / (z + tail);
}

function erfcOfPositive(z: number): number {
  return z < SERIES_UP_TO ? 1 - erfSeries(z) : erfcFraction(z);
}

/** Probability that a standard normal draw is at most `z`. */
export function normalCdf(z: number): number {
  const half = erfcOfPositive(Math.abs(z) / Math.SQRT2) / 2;
  return z < 0 ? half : 1 - half;
}

/** The value that a standard normal draw stays below with probability `p`, by bisection. */
export function normalQuantile(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  if (p > 0.5) return -normalQuantile(1 - p);
  let low = -40;
  let high = 0;
  for (let i = 0; i < 100; i += 1) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

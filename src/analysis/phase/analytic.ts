/** The analytic signal of a stretch (Gabor 1946): phase and amplitude at each of its samples. */

export interface Analytic {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * By the discrete Fourier sum over the lines from `lowHz` to `highHz`, each doubled; the mirrored half is left out. The sum
 * takes the stretch for a period of something that repeats, so a few turns at either end are not to be used.
 */
export function analyticIn(
  samples: ArrayLike<number>,
  rateHz: number,
  [lowHz, highHz]: readonly [number, number],
): Analytic {
  const { length } = samples;
  const re = new Float64Array(length);
  const im = new Float64Array(length);
  const first = Math.max(1, Math.ceil((lowHz * length) / rateHz));
  const last = Math.min(Math.ceil(length / 2) - 1, Math.floor((highHz * length) / rateHz));
  const { cos, sin } = circle(length);
  for (let line = first; line <= last; line += 1) {
    let [a, b] = [0, 0];
    for (let i = 0; i < length; i += 1) {
      const at = (line * i) % length;
      a += (samples[i] ?? 0) * (cos[at] ?? 0);
      b -= (samples[i] ?? 0) * (sin[at] ?? 0);
    }
    for (let i = 0; i < length; i += 1) {
      const at = (line * i) % length;
      const [c, s] = [cos[at] ?? 0, sin[at] ?? 0];
      re[i] = (re[i] ?? 0) + (2 / length) * (a * c - b * s);
      im[i] = (im[i] ?? 0) + (2 / length) * (a * s + b * c);
    }
  }
  return { re, im };
}

function circle(points: number): { readonly cos: Float64Array; readonly sin: Float64Array } {
  const turn = (2 * Math.PI) / points;
  return {
    cos: Float64Array.from({ length: points }, (_, i) => Math.cos(turn * i)),
    sin: Float64Array.from({ length: points }, (_, i) => Math.sin(turn * i)),
  };
}

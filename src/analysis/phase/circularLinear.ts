/** How a size hangs on an angle: `a + b cos + c sin`, by least squares (Mardia 1976). */
import { leastSquares } from "../signal/linear.ts";

export interface CircularLinearFit {
  readonly n: number;
  /** Angle at which the size is largest. */
  readonly preferredRad: number;
  /** From the mean to the largest, in the unit of the sizes. */
  readonly depth: number;
  /** Part of the scatter that the angle explains. */
  readonly r2: number;
}

/** Null for fewer than four points, and where they do not decide it. */
export function circularLinear(
  points: readonly { readonly rad: number; readonly size: number }[],
): CircularLinearFit | null {
  const n = points.length;
  if (n < 4) return null;
  const rows = points.map(({ rad }) => [1, Math.cos(rad), Math.sin(rad)]);
  const sizes = points.map(({ size }) => size);
  const fit = leastSquares(rows, sizes);
  if (fit === null) return null;
  const [a = 0, b = 0, c = 0] = fit;
  const mean = sizes.reduce((sum, size) => sum + size, 0) / n;
  const total = sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0);
  const left = points.reduce(
    (sum, { rad, size }) => sum + (size - a - b * Math.cos(rad) - c * Math.sin(rad)) ** 2,
    0,
  );
  if (!(total > 0)) return null;
  return {
    n,
    preferredRad: Math.atan2(c, b),
    depth: Math.hypot(b, c),
    r2: Math.max(0, 1 - left / total),
  };
}

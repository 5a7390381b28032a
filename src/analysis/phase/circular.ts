/** Angles, in radians: differences and means around the circle. */

/** The same angle from -pi (not included) to pi. */
export function wrapped(rad: number): number {
  const turned = rad - 2 * Math.PI * Math.round(rad / (2 * Math.PI));
  return turned <= -Math.PI ? turned + 2 * Math.PI : turned;
}

export interface CircularSummary {
  readonly n: number;
  /** Null for no angles, and for angles that cancel each other. */
  readonly meanRad: number | null;
  /** Length of the mean of the unit vectors: 1 all alike, 0 none preferred. */
  readonly resultant: number;
  /** Circular standard deviation, sqrt(-2 ln R); null where R is 0. */
  readonly sdRad: number | null;
}

export function summaryOf(angles: readonly number[]): CircularSummary {
  const n = angles.length;
  const x = angles.reduce((sum, angle) => sum + Math.cos(angle), 0) / Math.max(1, n);
  const y = angles.reduce((sum, angle) => sum + Math.sin(angle), 0) / Math.max(1, n);
  const resultant = Math.min(1, Math.hypot(x, y));
  if (resultant < 1e-12) return { n, meanRad: null, resultant: 0, sdRad: null };
  return { n, meanRad: Math.atan2(y, x), resultant, sdRad: Math.sqrt(-2 * Math.log(resultant)) };
}

/** Least squares of a curve that is not linear in its parameters (Levenberg 1944, Marquardt 1963). */
import { inverse, type Matrix, normalEquations, solve } from "./linear.ts";

export interface CurveFit {
  readonly parameters: readonly number[];
  /** Sum of squared residuals. */
  readonly residual: number;
  readonly converged: boolean;
  /** Of the parameters, from the residuals; null where the data leave a parameter open. */
  readonly covariance: Matrix | null;
}

type Curve = (parameters: readonly number[], x: number) => number;

const MAX_STEPS = 200;
const SMALL_CHANGE = 1e-10;
/** Step of the numerical derivative: the cube root of the rounding error. */
const DERIVATIVE_STEP = 6e-6;

/** Derivatives of the curve by its parameters, by central differences. */
export function gradientOf(
  curve: Curve,
  parameters: readonly number[],
  x: number,
): readonly number[] {
  return parameters.map((value, i) => {
    const step = DERIVATIVE_STEP * Math.max(Math.abs(value), 1);
    const moved = (by: number): number => curve(parameters.with(i, value + by), x);
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

export function fitCurve(
  curve: Curve,
  start: readonly number[],
  xs: readonly number[],
  ys: readonly number[],
): CurveFit {
  const residualsOf = (parameters: readonly number[]): readonly number[] =>
    xs.map((x, i) => (ys[i] ?? 0) - curve(parameters, x));
  const sumOf = (residuals: readonly number[]): number =>
    residuals.reduce((sum, r) => sum + r * r, 0);

  let parameters = start;
  let residual = sumOf(residualsOf(parameters));
  let damping = 1e-3;
  let converged = false;
  for (let step = 0; step < MAX_STEPS && !converged && damping < 1e12; step += 1) {
    const rows = xs.map((x) => gradientOf(curve, parameters, x));
    const { gram, moment } = normalEquations(rows, residualsOf(parameters));
    const damped = gram.map((row, r) =>
      row.map((g, c) => (r === c ? g * (1 + damping) + 1e-12 : g)),
    );
    const change = solve(damped, moment);
    const moved = parameters.map((value, i) => value + (change?.[i] ?? 0));
    const next = sumOf(residualsOf(moved));
    // Not smaller, or not a number: a shorter step, nearer to the gradient.
    if (change === null || !(next <= residual)) {
      damping *= 10;
      continue;
    }
    converged = residual - next <= SMALL_CHANGE * (residual + SMALL_CHANGE);
    parameters = moved;
    residual = next;
    damping = Math.max(damping / 10, 1e-12);
  }
  const rows = xs.map((x) => gradientOf(curve, parameters, x));
  return { parameters, residual, converged, covariance: covarianceOf(rows, residual) };
}

function covarianceOf(rows: Matrix, residual: number): Matrix | null {
  const size = rows[0]?.length ?? 0;
  if (rows.length <= size) return null;
  const { gram } = normalEquations(rows, []);
  // Scaled to a unit diagonal, so that "vanishing" means the same for every parameter.
  const scales = gram.map((row, i) => Math.sqrt(row[i] ?? 0));
  if (scales.some((scale) => !(scale > 0))) return null;
  const scaled = gram.map((row, r) => row.map((g, c) => g / ((scales[r] ?? 1) * (scales[c] ?? 1))));
  const inverted = inverse(scaled);
  if (
    inverted === null ||
    inverted.some((row) => row.some((v) => !Number.isFinite(v) || Math.abs(v) > 1e10))
  ) {
    return null;
  }
  const variance = residual / (rows.length - size);
  return inverted.map((row, r) =>
    row.map((v, c) => (variance * v) / ((scales[r] ?? 1) * (scales[c] ?? 1))),
  );
}

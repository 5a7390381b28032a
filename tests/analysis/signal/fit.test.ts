import { describe, expect, it } from "vitest";
import { fitCurve } from "../../../src/analysis/signal/levenbergMarquardt.ts";
import { inverse, leastSquares, solve } from "../../../src/analysis/signal/linear.ts";

describe("linear systems", () => {
  it("are solved with a pivot where the diagonal has a zero", () => {
    expect(
      solve(
        [
          [0, 2],
          [3, 1],
        ],
        [4, 5],
      ),
    ).toEqual([1, 2]);
    expect(
      solve(
        [
          [1, 2],
          [2, 4],
        ],
        [1, 2],
      ),
    ).toBeNull();
    expect(
      inverse([
        [2, 0],
        [0, 4],
      ]),
    ).toEqual([
      [0.5, 0],
      [0, 0.25],
    ]);
  });

  it("least squares draws the line through points that lie on one", () => {
    const [offset, slope] =
      leastSquares(
        [
          [1, 0],
          [1, 1],
          [1, 2],
        ],
        [1, 3, 5],
      ) ?? [];
    expect(offset).toBeCloseTo(1, 12);
    expect(slope).toBeCloseTo(2, 12);
  });
});

// The Misra1a data set of the NIST Statistical Reference Datasets, y = b1 (1 - exp(-b2 x)), with its certified values.
const MISRA_X = [
  77.6, 114.9, 141.1, 190.8, 239.9, 289, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760,
];
const MISRA_Y = [
  10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.4, 75.47, 81.78,
];

describe("Levenberg-Marquardt", () => {
  it("reaches the certified values of Misra1a from the far start, errors and all", () => {
    const curve = ([b1 = 0, b2 = 0]: readonly number[], x: number): number =>
      b1 * (1 - Math.exp(-b2 * x));
    const { parameters, residual, covariance, converged } = fitCurve(
      curve,
      [500, 0.0001],
      MISRA_X,
      MISRA_Y,
    );
    expect(converged).toBe(true);
    expect((parameters[0] ?? 0) / 238.94212918).toBeCloseTo(1, 5);
    expect((parameters[1] ?? 0) / 5.5015643181e-4).toBeCloseTo(1, 5);
    expect(residual / 0.12455138894).toBeCloseTo(1, 5);
    expect(Math.sqrt(covariance?.[0]?.[0] ?? 0) / 2.7070075241).toBeCloseTo(1, 3);
    expect(Math.sqrt(covariance?.[1]?.[1] ?? 0) / 7.2668688436e-6).toBeCloseTo(1, 3);
  });

  it("has no covariance for a parameter that the data leave open", () => {
    const curve = ([a = 0, b = 0]: readonly number[], x: number): number => (a + b) * x;
    expect(fitCurve(curve, [1, 1], [1, 2, 3], [2.1, 3.9, 6]).covariance).toBeNull();
  });
});

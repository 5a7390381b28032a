import { describe, expect, it } from "vitest";
import { normalCdf, normalQuantile } from "../../src/base/normal.ts";

/** Of SciPy 1.17.1, `scipy.stats.norm`. */
const CDF: readonly (readonly [number, number])[] = [
  [-10, 7.61985302416047e-24],
  [-5, 2.866515718791933e-7],
  [-4.3, 8.539905470991794e-6],
  [-4.2, 1.334574901590631e-5],
  [-3, 0.0013498980316300933],
  [-1.96, 0.024997895148220435],
  [-0.5, 0.3085375387259869],
  [0, 0.5],
  [1.96, 0.9750021048517795],
  [4, 0.9999683287581669],
];

describe("the normal distribution", () => {
  it("agrees with SciPy to twelve digits, in the tail too", () => {
    for (const [z, p] of CDF) expect(Math.abs(normalCdf(z) / p - 1)).toBeLessThan(1e-12);
  });

  it("is continuous where the series hands over to the fraction", () => {
    const at = -2 * Math.SQRT2;
    expect(Math.abs(normalCdf(at - 1e-9) / normalCdf(at + 1e-9) - 1)).toBeLessThan(1e-7);
  });

  it("has a quantile that undoes it", () => {
    for (const p of [1e-9, 0.025, 0.5, 0.731, 0.999]) {
      expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 12);
    }
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  });
});

import { describe, expect, it } from "vitest";
import { mlPest } from "../../../src/analysis/threshold/maximumLikelihood.ts";
import { relativeFrequency } from "../../../src/analysis/threshold/relativeFrequency.ts";
import { thresholdSettings } from "../../../src/analysis/threshold/settings.ts";
import { stochasticDigital } from "../../../src/analysis/threshold/stochastic.ts";
import { accuracyOf, virtualSubjects } from "../virtualSubjects.ts";

// The whole table, with 2000 people, is in tests/slow/thresholds.test.ts.
describe("on five hundred virtual people, step cap and all", () => {
  const subjects = virtualSubjects(500);
  const settings = thresholdSettings();
  const from = ({ startPctMso }: { readonly startPctMso: number }) => ({ startPctMso });

  it("ML-PEST is unbiased and within 7 % after 20 pulses", () => {
    const { median, abs95, without } = accuracyOf(mlPest, subjects, settings, from);
    expect(Math.abs(median)).toBeLessThan(0.5);
    expect(abs95).toBeLessThan(7);
    expect(without).toBe(0);
  });

  it("five of ten ends a little high, as it must, and within 8 %", () => {
    const { median, abs95 } = accuracyOf(relativeFrequency, subjects, settings, from);
    expect(median).toBeGreaterThan(0);
    expect(median).toBeLessThan(2);
    expect(abs95).toBeLessThan(8);
  });

  it("digital stochastic approximation is within 6.5 % after 25 pulses", () => {
    const { abs95 } = accuracyOf(stochasticDigital, subjects, settings, from);
    expect(abs95).toBeLessThan(6.5);
  });
});

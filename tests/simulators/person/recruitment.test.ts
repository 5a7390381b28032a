import { describe, expect, it } from "vitest";
import { drawPerson } from "../../../simulators/person/population.ts";
import {
  curveUv,
  hitProbability,
  intensityOfProbability,
  type Recruitment,
  respondUv,
} from "../../../simulators/person/recruitment.ts";
import { createRandom } from "../../../src/base/random.ts";

/** The medians of the population. */
const MEDIAN: Recruitment = {
  logPlateauV: -2.468,
  scale: 10 ** 3.647,
  exponent: 10 ** 0.426,
  shiftPctMso: 10 ** 1.666,
  excitabilityPctMso: 4.9,
  outputDecades: 0.108,
  background: { locationUv: 8.3, scaleUv: 1.55, shape: 0.14 },
};

describe("recruitment", () => {
  it("follows the formula of the model, from its floor to its plateau", () => {
    expect(curveUv(MEDIAN, 10)).toBeCloseTo(0.1, 6);
    // 10^(-7 + 4.532 / (1 + 4436.1 / 33.66^2.6669)) V at 80 %MSO, worked out by hand.
    const drive = 80 - 10 ** 1.666;
    const byHand = 1e6 * 10 ** (-7 + 4.532 / (1 + 10 ** 3.647 / drive ** (10 ** 0.426)));
    expect(curveUv(MEDIAN, 80)).toBeCloseTo(byHand, 6);
    expect(curveUv(MEDIAN, 1e6)).toBeCloseTo(1e6 * 10 ** -2.468, 0);
  });

  it("draws answers at the rate that is computed without drawing", () => {
    const random = createRandom(3, "answers");
    for (const targetUv of [50, 200]) {
      const probability = hitProbability(MEDIAN, targetUv);
      for (const intensityPctMso of [62, 70, 78]) {
        const draws = 8000;
        let hits = 0;
        for (let i = 0; i < draws; i += 1) {
          if (respondUv(MEDIAN, intensityPctMso, random) >= targetUv) hits += 1;
        }
        expect(Math.abs(hits / draws - probability(intensityPctMso))).toBeLessThan(0.02);
      }
    }
  });

  it("has a background of a few microvolts whose tail is to the right", () => {
    const random = createRandom(3, "background");
    const draws = Array.from({ length: 20_000 }, () => respondUv(MEDIAN, 5, random)).sort(
      (a, b) => a - b,
    );
    const at = (p: number): number => draws[Math.floor(p * draws.length)] ?? 0;
    expect(at(0.5)).toBeGreaterThan(8.3);
    expect(at(0.5)).toBeLessThan(9.5);
    expect(at(0.99) - at(0.5)).toBeGreaterThan(2.5 * (at(0.5) - at(0.01)));
  });

  it("knows where half of the pulses are answered, and that some heads never answer", () => {
    const half = intensityOfProbability(MEDIAN, 50, 0.5) ?? 0;
    expect(hitProbability(MEDIAN, 50)(half)).toBeCloseTo(0.5, 3);
    expect(intensityOfProbability({ ...MEDIAN, logPlateauV: -6 }, 50, 0.5)).toBeNull();
  });
});

describe("people drawn from the population", () => {
  it("are the same for the same seed, and rise as the acceptance rules say", () => {
    const people = Array.from({ length: 100 }, (_, i) => drawPerson(createRandom(i, "person")));
    expect(drawPerson(createRandom(7, "person"))).toEqual(people[7]);
    for (const { recruitment, rmtPctMso } of people) {
      expect(rmtPctMso).toBeGreaterThan(30);
      expect(rmtPctMso).toBeLessThan(100);
      expect(curveUv(recruitment, 20)).toBeLessThan(30);
      expect(curveUv(recruitment, 120)).toBeGreaterThan(1000);
    }
  });
});

import { describe, expect, it } from "vitest";
import { drawPerson } from "../../../simulators/person/population.ts";
import { respondUv } from "../../../simulators/person/recruitment.ts";
import { blockMean, conditionRatio } from "../../../src/analysis/mep/blocks.ts";
import { recruitmentCurve } from "../../../src/analysis/mep/recruitmentCurve.ts";
import { silentPeriod } from "../../../src/analysis/mep/silentPeriod.ts";
import {
  globalMeanFieldPower,
  parametersOfPeak,
  type TEP_PEAKS,
  tepPeak,
} from "../../../src/analysis/mep/tep.ts";
import { createRandom } from "../../../src/base/random.ts";
import { trace, wave } from "./traces.ts";

const random = createRandom(11, "trials");
const around = (medianUv: number, logSd: number, count: number): readonly number[] =>
  Array.from({ length: count }, () => medianUv * Math.exp(logSd * random.normal()));

describe("a block of responses", () => {
  it("has the mean of the logarithms, without the first", () => {
    const { value, verdict, why } = blockMean.run([9999, 100, 400, 100, 400]);
    expect(value).toBeCloseTo(200, 9);
    expect([verdict, why]).toEqual(["doubtful", ["few-trials"]]);
    expect(blockMean.run(around(500, 0.4, 31)).verdict).toBe("good");
  });

  it("has none of too few", () => {
    expect(blockMean.run([1, 2, 3])).toMatchObject({ value: null, why: ["too-few-trials"] });
  });
});

describe("conditioned over test", () => {
  it("is the ratio of geometric means, with the error of its logarithm", () => {
    const conditioned = [200, 800, 200, 800, 200, 800, 200, 800];
    const test = [500, 2000, 500, 2000, 500, 2000, 500, 2000];
    const result = conditionRatio.run({ conditioned, test });
    expect(result).toMatchObject({ verdict: "good", unit: "ratio" });
    expect(result.value).toBeCloseTo(0.4, 9);
    const sd = Math.sqrt((8 / 7) * Math.log(2) ** 2);
    expect(result.details["logError"]).toBeCloseTo(sd * Math.sqrt(2 / 8), 9);
  });

  it("covers the truth in nineteen of twenty experiments", () => {
    let covered = 0;
    for (let i = 0; i < 400; i += 1) {
      const { details } = conditionRatio.run({
        conditioned: around(400, 0.5, 20),
        test: around(1000, 0.5, 20),
      });
      const [low = 0, high = 0] = details["interval95"] as readonly number[];
      if (low <= 0.4 && 0.4 <= high) covered += 1;
    }
    expect(covered / 400).toBeGreaterThan(0.9);
    expect(covered / 400).toBeLessThan(0.99);
  });

  it("doubts a test response of the wrong size, and refuses too few trials", () => {
    const small = conditionRatio.run({
      conditioned: around(50, 0.3, 10),
      test: around(100, 0.3, 10),
    });
    expect(small.why).toEqual(["test-off-target"]);
    const few = conditionRatio.run({ conditioned: [1, 2], test: around(1000, 0.3, 10) });
    expect(few).toMatchObject({ value: null, why: ["too-few-trials"] });
  });
});

describe("the recruitment curve", () => {
  const boltzmann = (x: number): number => 10 + 3000 / (1 + Math.exp((75 - x) / 4));
  const points = (intensities: readonly number[], perIntensity: number, logSd: number) =>
    intensities.flatMap((intensityPctMso) =>
      Array.from({ length: perIntensity }, () => ({
        intensityPctMso,
        peakToPeakUv: boltzmann(intensityPctMso) * Math.exp(logSd * random.normal()),
      })),
    );
  const WHOLE = [50, 55, 60, 65, 70, 75, 80, 85, 90, 95];

  it("gives back the curve that the data were made from", () => {
    const { value, details, verdict } = recruitmentCurve.run(points(WHOLE, 3, 0));
    expect(verdict).toBe("good");
    expect(value).toBeCloseTo(75, 4);
    expect(details["maxUv"]).toBeCloseTo(3000, 1);
    expect(details["slopePctMso"]).toBeCloseTo(4, 4);
    expect(details["floorUv"]).toBeCloseTo(10, 3);
  });

  it("has a band that holds the true curve at nineteen of twenty places", () => {
    let inside = 0;
    let places = 0;
    for (let i = 0; i < 60; i += 1) {
      const { details } = recruitmentCurve.run(points(WHOLE, 8, 0.4));
      const low = details["bandLowUv"] as readonly number[];
      const high = details["bandHighUv"] as readonly number[];
      WHOLE.forEach((x, at) => {
        places += 1;
        if ((low[at] ?? 0) <= boltzmann(x) && boltzmann(x) <= (high[at] ?? 0)) inside += 1;
      });
    }
    expect(inside / places).toBeGreaterThan(0.88);
    expect(inside / places).toBeLessThan(0.99);
  });

  it("says when the plateau was not reached, and when the data leave the floor open", () => {
    const rising = recruitmentCurve.run(points([55, 60, 65, 70, 75, 78], 8, 0.1));
    expect(rising.why).toContain("no-plateau");
    expect(rising.details["plateauReached"]).toBe(false);
    const high = recruitmentCurve.run(points([70, 74, 78, 82, 86, 90], 8, 0.05));
    expect(Math.abs((high.value ?? 0) - 75)).toBeLessThan(1);
  });

  it("refuses too few trials and too few intensities", () => {
    expect(recruitmentCurve.run(points(WHOLE, 1, 0)).why).toEqual(["too-few-trials"]);
    expect(recruitmentCurve.run(points([60, 70, 80], 10, 0)).why).toEqual(["too-few-intensities"]);
  });

  it("settles on every one of fifty virtual people, whose responses are no Boltzmann curve", () => {
    for (let i = 0; i < 50; i += 1) {
      const person = drawPerson(createRandom(i, "curve"));
      const draws = createRandom(i, "responses");
      const result = recruitmentCurve.run(
        [0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5].flatMap((share) =>
          Array.from({ length: 10 }, () => {
            const intensityPctMso = Math.round(share * person.rmtPctMso);
            const peakToPeakUv = respondUv(person.recruitment, intensityPctMso, draws);
            return { intensityPctMso, peakToPeakUv };
          }),
        ),
      );
      expect(result.why).not.toContain("no-convergence");
      expect((result.value ?? 0) / person.rmtPctMso).toBeGreaterThan(0.9);
    }
  });
});

describe("the silent period", () => {
  const silentFrom = 48;
  const active = (untilMs: number, seed: number) => {
    const noise = createRandom(seed, "contraction");
    const contraction = (ms: number): number =>
      40 * noise.normal() * (ms > silentFrom && ms < untilMs ? 0.03 : 1);
    return trace({ seed, signal: (ms) => contraction(ms) + wave(21, 3000, 20)(ms) });
  };

  it("ends where the activity comes back, to a few milliseconds", () => {
    for (const untilMs of [110, 150, 230]) {
      const { value, details, verdict } = silentPeriod.run(active(untilMs, untilMs));
      expect(verdict).toBe("good");
      expect(Math.abs((value ?? 0) - untilMs)).toBeLessThan(6);
      expect(Math.abs((details["silenceStartMs"] as number) - silentFrom)).toBeLessThan(6);
    }
  });

  it("is counted from pulse, response or silence, as asked", () => {
    const epoch = active(150, 3);
    const [pulse, response, silence] = (["pulse", "response-onset", "silence-start"] as const).map(
      (countedFrom) => silentPeriod.run(epoch, { countedFrom }).value ?? 0,
    ) as [number, number, number];
    expect(Math.abs(pulse - response - 21)).toBeLessThan(2);
    expect(Math.abs(pulse - silence - silentFrom)).toBeLessThan(6);
  });

  it("has no value without contraction, without silence, and without a return", () => {
    expect(silentPeriod.run(trace({ noiseUv: 2 })).why).toEqual(["too-little-contraction"]);
    expect(silentPeriod.run(trace({ noiseUv: 40 })).why).toEqual(["no-silence"]);
    expect(silentPeriod.run(active(1000, 5)).why).toEqual(["no-return"]);
  });
});

describe("responses in the EEG", () => {
  const peaks = { N15: 15, P30: 30, N45: 46, P60: 62, N100: 104, P180: 190 } as const;
  const evoked = (ms: number): number =>
    Object.entries(peaks).reduce((sum, [name, at]) => {
      const width = at < 70 ? 2.5 : 15;
      return sum + (name.startsWith("N") ? -5 : 5) * Math.exp(-(((ms - at) / width) ** 2) / 2);
    }, 0);
  const trials = Array.from({ length: 120 }, (_, seed) => {
    const artefact = (ms: number): number => (ms >= 0 && ms < 6 ? 8000 : 0);
    const signal = (ms: number): number => artefact(ms) + evoked(ms);
    return trace({ seed, rateHz: 1000, fromMs: -600, noiseUv: 4, offsetUv: 30 * seed, signal });
  });

  it("have their six peaks, each in its window and with its sign", () => {
    for (const [name, at] of Object.entries(peaks)) {
      const result = tepPeak.run(trials, parametersOfPeak(name as keyof typeof TEP_PEAKS));
      expect(result.verdict).toBe("good");
      expect(Math.abs((result.details["latencyMs"] as number) - at)).toBeLessThan(6);
      expect(Math.abs((result.value ?? 0) - (name.startsWith("N") ? -5 : 5))).toBeLessThan(1.5);
    }
  });

  it("are doubtful of few trials, and impossible of very few or of unlike ones", () => {
    expect(tepPeak.run(trials.slice(0, 50)).why).toEqual(["few-trials"]);
    expect(tepPeak.run(trials.slice(0, 5)).why).toEqual(["too-few-trials"]);
    expect(tepPeak.run([...trials, trace({ rateHz: 2000 })]).why).toEqual(["rates-differ"]);
  });

  it("have a field power that is the spread over channels", () => {
    const power = globalMeanFieldPower([Float64Array.of(1, 5), Float64Array.of(3, 5)]);
    expect([...power]).toEqual([1, 0]);
  });
});

import { describe, expect, it } from "vitest";
import { CONTRACTED, preStimulusRms } from "../../../src/analysis/mep/before.ts";
import { clippedSamples, flatStretch, mainsHum } from "../../../src/analysis/mep/checks.ts";
import { latencyDeviation, latencyLevel, latencySlope } from "../../../src/analysis/mep/latency.ts";
import { area, peakToPeak } from "../../../src/analysis/mep/size.ts";
import { trace, wave } from "./traces.ts";

describe("peak to peak", () => {
  it("is the distance of the extremes inside the window, whatever the offset", () => {
    const epoch = trace({ offsetUv: 5000, signal: wave(22, 800) });
    const result = peakToPeak.run(epoch);
    expect(result).toMatchObject({
      measure: "mep-peak-to-peak",
      version: 1,
      unit: "uV",
      verdict: "good",
      why: [],
    });
    expect(result.value).toBeCloseTo(800, 6);
    expect(result.details["minMs"]).toBeCloseTo(25, 6);
    expect(result.details["maxMs"]).toBeCloseTo(31, 6);
  });

  it("does not double a response of one sign", () => {
    const bump = (ms: number): number => (ms > 20 && ms < 30 ? -300 : 0);
    expect(peakToPeak.run(trace({ signal: bump })).value).toBe(300);
  });

  it("sees nothing outside its window, and its edges belong to it", () => {
    const spike = (at: number) => (ms: number) => (Math.abs(ms - at) < 0.05 ? 100 : 0);
    const window = { fromMs: 15, toMs: 50 };
    const valueAt = (at: number) => peakToPeak.run(trace({ signal: spike(at) }), { window }).value;
    expect([14.8, 15, 50, 50.2].map(valueAt)).toEqual([0, 100, 100, 0]);
  });

  it("is impossible when the epoch ends inside the window, and without a scale", () => {
    expect(peakToPeak.run(trace({ toMs: 45 }))).toMatchObject({
      value: null,
      verdict: "impossible",
      why: ["window-outside-epoch"],
    });
    expect(peakToPeak.run({ ...trace(), unit: "count" }).why).toEqual(["not-microvolts"]);
  });

  it("is doubtful when clipped or slow, and says so even behind a filter", () => {
    const filters = [{ kind: "lowpass", cutoffHz: 400, order: 2, phase: "causal" }] as const;
    const preparation = { blank: null, filters, baseline: null };
    const epoch = trace({ signal: wave(22, 800), range: [-300, 300], rateHz: 1000 });
    const { verdict, why } = peakToPeak.run(epoch, { preparation });
    expect(verdict).toBe("doubtful");
    expect(why).toEqual(["clipped", "low-rate"]);
  });

  it("keeps out of a filter what was blanked, and refuses a window that was blanked itself", () => {
    const artefact = (ms: number): number => (ms >= 0 && ms < 3 ? 20_000 : 0);
    const signal = (ms: number): number => artefact(ms) + wave(22, 800)(ms);
    const filters = [{ kind: "highpass", cutoffHz: 20, order: 2, phase: "zero" }] as const;
    const blank = { fromMs: -1, toMs: 5 };
    const measure = (preparation: Parameters<typeof peakToPeak.run>[1]) =>
      peakToPeak.run(trace({ signal }), preparation);
    const smeared = measure({ preparation: { blank: null, filters, baseline: null } }).value ?? 0;
    const clean = measure({ preparation: { blank, filters, baseline: null } }).value ?? 0;
    expect(Math.abs(clean - 800)).toBeLessThan(60);
    expect(Math.abs(smeared - 800)).toBeGreaterThan(200);
    const window = { fromMs: 4, toMs: 40 };
    expect(measure({ window, preparation: { blank, filters: [], baseline: null } }).why).toEqual([
      "window-in-blank",
    ]);
  });

  it("takes the pulse between two samples as it takes any other", () => {
    const epoch = trace({ signal: wave(22, 800) });
    const result = peakToPeak.run({ ...epoch, pulseIndex: epoch.pulseIndex + 0.5 });
    expect(result.details["minMs"]).toBeCloseTo(24.9, 6);
  });
});

describe("area", () => {
  it("is the integral of the rectified response", () => {
    // Two half waves of 400 uV and 6 ms: 2 * 400 * 6 * 2 / pi.
    const result = area.run(trace({ offsetUv: 77, signal: wave(22, 800) }));
    expect((result.value ?? 0) / ((2 * 400 * 6 * 2) / Math.PI)).toBeCloseTo(1, 2);
    expect(result.unit).toBe("uV.ms");
  });

  it("takes off what the background alone would have given", () => {
    const epoch = trace({ noiseUv: 5, signal: wave(22, 800) });
    const less = area.run(epoch).value ?? 0;
    const whole = area.run(epoch, { lessBackground: false }).value ?? 0;
    expect(whole - less).toBeCloseTo(35 * 5 * Math.sqrt(2 / Math.PI), -1);
  });
});

describe("latency", () => {
  const epoch = trace({ noiseUv: 2, offsetUv: -40, signal: wave(22, 1000) });

  it("is found by each method, each in its own place", () => {
    const byDeviation = latencyDeviation.run(epoch).value ?? 0;
    const byLevel = latencyLevel.run(epoch).value ?? 0;
    const bySlope = latencySlope.run(epoch).value ?? 0;
    // 6 uV of 500 are reached within 0.1 ms, 70 uV after 0.27 ms.
    expect(byDeviation).toBeGreaterThanOrEqual(21.8);
    expect(byDeviation).toBeLessThanOrEqual(22.4);
    expect(byLevel).toBeGreaterThanOrEqual(22.2);
    expect(byLevel).toBeLessThanOrEqual(22.6);
    expect(Math.abs(bySlope - 22)).toBeLessThanOrEqual(0.4);
  });

  it("does not depend on which phase is larger or comes first", () => {
    for (const factor of [1, -1]) {
      const lopsided = (ms: number): number => {
        const value = factor * wave(22, 400)(ms);
        return ms > 28 ? 3 * value : value;
      };
      for (const measure of [latencyDeviation, latencySlope]) {
        const { value } = measure.run(trace({ noiseUv: 1, signal: lopsided }));
        expect(Math.abs((value ?? 0) - 22)).toBeLessThanOrEqual(0.6);
      }
    }
  });

  it("has no value for noise, and says why", () => {
    for (const measure of [latencyDeviation, latencyLevel, latencySlope]) {
      expect(measure.run(trace({ noiseUv: 2 }))).toMatchObject({ value: null, why: ["too-small"] });
    }
    // A spike of one sample is no response.
    const spike = (ms: number): number => (Math.abs(ms - 25) < 0.05 ? 200 : 0);
    for (const measure of [latencyDeviation, latencySlope]) {
      expect(measure.run(trace({ noiseUv: 0.1, signal: spike })).why).toEqual(["no-onset"]);
    }
  });
});

describe("activity before the pulse", () => {
  it("rejects a trial with more than allowed at rest, and keeps the figure", () => {
    const quiet = preStimulusRms.run(trace({ noiseUv: 3, offsetUv: 900 }));
    expect(quiet.verdict).toBe("good");
    expect(quiet.value).toBeCloseTo(3, 0);
    const active = preStimulusRms.run(trace({ noiseUv: 25 }));
    expect(active).toMatchObject({ verdict: "rejected", why: ["pre-activation"] });
    expect(active.value).toBeGreaterThan(20);
  });

  it("asks for neither too little nor too much under contraction", () => {
    const verdicts = [5, 30, 80].map(
      (noiseUv) => preStimulusRms.run(trace({ noiseUv }), CONTRACTED).why,
    );
    expect(verdicts).toEqual([["too-little-contraction"], [], ["pre-activation"]]);
  });

  it("does not see the response", () => {
    expect(preStimulusRms.run(trace({ noiseUv: 3, signal: wave(22, 9000) })).verdict).toBe("good");
  });
});

describe("checks of the samples", () => {
  it("count what reaches the range, and notice a flat top where no range is known", () => {
    const clipped = clippedSamples.run(
      trace({ noiseUv: 3, signal: wave(22, 800), range: [-300, 300] }),
    );
    expect(clipped).toMatchObject({ verdict: "rejected", why: ["clipped"] });
    expect(clipped.value).toBeGreaterThan(20);
    const epoch = trace({ noiseUv: 3, signal: wave(22, 800), range: [-300, 300] });
    expect(clippedSamples.run({ ...epoch, range: null })).toMatchObject({
      verdict: "rejected",
      value: 0,
    });
    expect(clippedSamples.run(trace({ noiseUv: 3, signal: wave(22, 800) })).verdict).toBe("good");
  });

  it("take no flat top in the middle of a known range for clipping, and one that is near its end for it", () => {
    const flatAt = (uv: number, range: readonly [number, number]): string => {
      const signal = (ms: number): number => Math.min(uv, wave(22, 3 * uv)(ms));
      // The range bounds nothing here: the front end does.
      return clippedSamples.run({ ...trace({ signal }), range }).verdict;
    };
    expect(flatAt(152.5, [-3276.8, 3276.7])).toBe("good");
    expect(flatAt(1600, [-3276.8, 3276.7])).toBe("good");
    expect(flatAt(1700, [-3276.8, 3276.7])).toBe("rejected");
  });

  it("know the end of a range in single precision too", () => {
    const range = [-32768 * 0.1, 32767 * 0.1] as const;
    const { samples, ...rest } = trace({ noiseUv: 3, range });
    const single = Float32Array.from(samples);
    single[Math.round(rest.pulseIndex) + 150] = range[1];
    const clipped = { ...rest, samples: single, range };
    expect(clippedSamples.run(clipped)).toMatchObject({ value: 1, verdict: "rejected" });
    expect(peakToPeak.run(clipped).why).toContain("clipped");
  });

  it("tell a channel that stands still from a clipped one", () => {
    expect(flatStretch.run(trace({}))).toMatchObject({ verdict: "rejected", why: ["flat"] });
    expect(clippedSamples.run(trace({})).verdict).toBe("good");
    expect(flatStretch.run(trace({ noiseUv: 3 })).verdict).toBe("good");
  });

  it("measure mains hum with its harmonics, at its own frequency only", () => {
    const hum = (ms: number): number =>
      30 * Math.sin(0.1 * Math.PI * ms + 1) + 10 * Math.sin(0.3 * Math.PI * ms);
    const result = mainsHum.run(trace({ noiseUv: 2, offsetUv: 400, signal: hum }));
    expect(result).toMatchObject({ verdict: "doubtful", why: ["mains"] });
    expect(Math.abs((result.value ?? 0) - Math.sqrt((30 ** 2 + 10 ** 2) / 2))).toBeLessThan(0.5);
    const window = { fromMs: -100, toMs: 0 };
    const elsewhere = mainsHum.run(trace({ signal: hum }), { mainsHz: 60, harmonics: 1, window });
    expect(elsewhere.value).toBeLessThan(10);
  });
});

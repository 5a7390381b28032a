import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyticIn } from "../../../src/analysis/phase/analytic.ts";
import { continued, yuleWalker } from "../../../src/analysis/phase/autoregression.ts";
import { type CircularSummary, summaryOf, wrapped } from "../../../src/analysis/phase/circular.ts";
import { estimatePhase } from "../../../src/analysis/phase/estimate.ts";
import { nextInstantMs } from "../../../src/analysis/phase/instant.ts";
import { offlinePhase, phaseWithin } from "../../../src/analysis/phase/offline.ts";
import { createRandom } from "../../../src/base/random.ts";
import { read, sit } from "../../simulators/person/chair.ts";
import { type KnownRhythm, knownRhythm } from "./rhythms.ts";

const RATE_HZ = 1000;

/** Errors of the estimate `aheadMs` behind its last sample, at many places of a recording. */
function errorsOf(
  { samples, phaseRad }: KnownRhythm,
  aheadMs: number,
  rateHz = RATE_HZ,
): CircularSummary {
  const errors: number[] = [];
  const perMs = rateHz / 1000;
  for (let last = 2 * rateHz; last < samples.length - rateHz; last += Math.round(0.37 * rateHz)) {
    const result = estimatePhase(samples.subarray(0, last + 1), rateHz, aheadMs);
    if (!result.ok) throw new Error(result.why);
    const told = result.estimate.phaseRadAt(aheadMs) ?? Number.NaN;
    errors.push(wrapped(told - (phaseRad[last + aheadMs * perMs] ?? Number.NaN)));
  }
  return summaryOf(errors);
}

function cosine(hz: number, startRad: number, seconds: number, rateHz = RATE_HZ): KnownRhythm {
  const phaseRad = Float64Array.from(
    { length: seconds * rateHz },
    (_, i) => startRad + (2 * Math.PI * hz * i) / rateHz,
  );
  return { phaseRad, samples: phaseRad.map((phase) => 7 * Math.cos(phase)) };
}

describe("the phase of a rhythm from its past", () => {
  it.each([
    [9, 0],
    [10.5, 0],
    [10.5, 30],
    [12, 60],
  ])("is found within a quarter of a radian for a steady %s Hz, %s ms ahead", (hz, aheadMs) => {
    const { meanRad, sdRad } = errorsOf(cosine(hz, 1, 10), aheadMs);
    expect(Math.abs(meanRad ?? Number.NaN)).toBeLessThan(0.25);
    expect(sdRad ?? Number.NaN).toBeLessThan(0.15);
  });

  it.each([250, 500, 2000, 5000])("does not move with the rate: %s Hz", (rateHz) => {
    const at = (hz: number): number =>
      errorsOf(cosine(10.5, 1, 6, hz), 20, hz).meanRad ?? Number.NaN;
    // A sample of 250 Hz more or less would be 0.26.
    expect(Math.abs(at(rateHz) - at(1000))).toBeLessThan(0.05);
  });

  it("is found for a rhythm that wanders as alpha does, and the farther ahead the worse", () => {
    const alpha = { hz: 10.2, quality: 15, rateHz: RATE_HZ, seconds: 200, noise: 0.3 };
    const rhythm = knownRhythm({ ...alpha, seed: 4 });
    const [now, later, late] = [0, 40, 120].map((ms) => errorsOf(rhythm, ms));
    expect(Math.abs(now?.meanRad ?? Number.NaN)).toBeLessThan(0.3);
    expect(now?.resultant).toBeGreaterThan(0.8);
    expect(later?.resultant).toBeLessThan(now?.resultant ?? 0);
    expect(late?.resultant).toBeLessThan(later?.resultant ?? 0);
  });

  it("is nothing to a rhythm of the same kind that is another one: the figures do not flatter", () => {
    const one = knownRhythm({ hz: 10, quality: 15, rateHz: RATE_HZ, seconds: 200, seed: 4 });
    const other = knownRhythm({ hz: 10, quality: 15, rateHz: RATE_HZ, seconds: 200, seed: 5 });
    const { resultant } = errorsOf({ samples: one.samples, phaseRad: other.phaseRad }, 0);
    expect(resultant).toBeLessThan(0.2);
  });

  it("knows nothing of what comes behind the last sample", () => {
    const { samples } = knownRhythm({ hz: 10, quality: 15, rateHz: RATE_HZ, seconds: 6, seed: 1 });
    const changed = samples.map((x, i) => (i > 3000 ? 1e6 : x));
    const at = (all: Float64Array): number | null => {
      const result = estimatePhase(all.subarray(0, 3001), RATE_HZ, 30);
      return result.ok ? result.estimate.phaseRadAt(30) : null;
    };
    expect(at(changed)).toBe(at(samples));
    expect(at(samples)).not.toBeNull();
  });

  it("is refused where the stretch is too short, stands still, or is asked for too far ahead", () => {
    expect(estimatePhase(new Float64Array(500), RATE_HZ, 0)).toEqual({
      ok: false,
      why: "too-short",
    });
    expect(estimatePhase(new Float64Array(2000), RATE_HZ, 0)).toEqual({ ok: false, why: "flat" });
    const result = estimatePhase(cosine(10, 0, 2).samples, RATE_HZ, 50);
    expect(result.ok && result.estimate.phaseRadAt(51)).toBeNull();
    expect(result.ok && result.estimate.phaseRadAt(50)).not.toBeNull();
  });

  it("comes with the amplitude that the filter leaves, in proportion", () => {
    const amplitudeOf = (samples: Float64Array): number => {
      const result = estimatePhase(samples, RATE_HZ, 0);
      return result.ok ? result.estimate.amplitude : Number.NaN;
    };
    const { samples } = cosine(10.5, 0, 3);
    expect(amplitudeOf(samples)).toBeGreaterThan(2.5);
    expect(amplitudeOf(samples)).toBeLessThan(7);
    const twice = amplitudeOf(samples.map((x) => 2 * x));
    expect(twice / amplitudeOf(samples)).toBeCloseTo(2, 6);
    expect(amplitudeOf(cosine(25, 0, 3).samples)).toBeLessThan(0.3 * amplitudeOf(samples));
  });

  it("is found over the hand area of a simulated person, beside all that else is there", () => {
    const chair = sit("healthy-young", { seed: 3, channels: ["C3"] });
    const samples = read(chair.person, 0, 0, 150_000, 1);
    const phaseRad = samples.map((_, i) => chair.person.truth.phaseRad("mu", i));
    const { meanRad, sdRad } = errorsOf({ samples, phaseRad }, 0);
    // Seen: 50 to 54 degrees; by chance alone it would be far above 100.
    expect(((sdRad ?? Number.NaN) * 180) / Math.PI).toBeLessThan(60);
    expect(Math.abs(meanRad ?? Number.NaN)).toBeLessThan(0.35);
  });
});

describe("the phase at a pulse, judged afterwards", () => {
  const rateHz = 500;
  const epochOf = (from: number, rhythm: KnownRhythm) => ({
    samples: rhythm.samples.map((x, i) => (i > from ? 1e4 : x)),
    rateHz,
    pulseIndex: from,
    unit: "uV" as const,
    range: null,
  });

  it("is told by what was recorded before it alone", () => {
    const rhythm = cosine(10.5, 0.3, 4, rateHz);
    const epoch = epochOf(1000, rhythm);
    const { atPulseRad, triedErrorRad } = offlinePhase(epoch, 20);
    expect(Math.abs(wrapped((atPulseRad ?? 9) - (rhythm.phaseRad[1000] ?? 0)))).toBeLessThan(0.25);
    expect(Math.abs(triedErrorRad ?? 9)).toBeLessThan(0.25);
  });

  it("is not there without a second before the pulse", () => {
    const epoch = { ...epochOf(1000, cosine(10, 0, 4, rateHz)), pulseIndex: 300 };
    expect(offlinePhase(epoch, 20)).toEqual({ atPulseRad: null, triedErrorRad: null });
  });

  it("judges the estimator as the truth does, within what noise leaves open", () => {
    const rhythm = knownRhythm({ hz: 10, quality: 15, rateHz, seconds: 300, seed: 8, noise: 0.2 });
    const tried: number[] = [];
    for (let from = 1500; from < 149_000; from += 600) {
      const start = from - 1000;
      const cut = { samples: rhythm.samples.subarray(start), phaseRad: rhythm.phaseRad };
      const { triedErrorRad } = offlinePhase(epochOf(1000, cut), 20);
      if (triedErrorRad !== null) tried.push(triedErrorRad);
    }
    const offline = summaryOf(tried);
    const truth = errorsOf(rhythm, 20, rateHz);
    expect(offline.n).toBeGreaterThan(200);
    expect(Math.abs((offline.sdRad ?? 9) - (truth.sdRad ?? 0))).toBeLessThan(0.15);
  });

  it("in the middle of a recording is nearly the truth", () => {
    const rhythm = knownRhythm({ hz: 10, quality: 15, rateHz, seconds: 20, seed: 8 });
    const errors = Array.from({ length: 15 }, (_, i) => {
      const at = 1000 + i * 517;
      const seen = phaseWithin(rhythm.samples.slice(at - 900, at + 900), rateHz, 900);
      return wrapped((seen ?? 9) - (rhythm.phaseRad[at] ?? 0));
    });
    expect(summaryOf(errors).resultant).toBeGreaterThan(0.95);
  });
});

describe("the next instant of a phase", () => {
  const phaseRadAt = (ms: number): number => wrapped((2 * Math.PI * ms) / 100);

  it("lies where the phase turns through the target, within a period", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }),
        fc.double({ min: 0, max: 5000, noNaN: true }),
        (targetRad, fromMs) => {
          const ms = nextInstantMs(phaseRadAt, targetRad, fromMs, fromMs + 102);
          expect(ms).not.toBeNull();
          expect(ms ?? 0).toBeGreaterThanOrEqual(fromMs);
          expect(Math.abs(wrapped(phaseRadAt(ms ?? 0) - targetRad))).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it("is none where the phase does not get there, or is not known", () => {
    expect(nextInstantMs(phaseRadAt, Math.PI, 0, 40)).toBeNull();
    expect(nextInstantMs(() => null, 0, 0, 200)).toBeNull();
    expect(nextInstantMs((ms) => (ms > 20 ? null : phaseRadAt(ms)), Math.PI, 0, 100)).toBeNull();
  });
});

describe("a signal carried on by its own past", () => {
  it("goes on by the weights that it was made with, and dies away", () => {
    const random = createRandom(2, "second order");
    // Poles at r exp(+-i w): 2 r cos w and -r^2.
    const [a, b] = [2 * 0.98 * Math.cos((2 * Math.PI * 10) / 200), -(0.98 ** 2)];
    const samples = new Float64Array(50_000);
    for (let i = 2; i < samples.length; i += 1)
      samples[i] = a * (samples[i - 1] ?? 0) + b * (samples[i - 2] ?? 0) + random.normal();
    const weights = yuleWalker(samples, 2) ?? [];
    expect(weights[0]).toBeCloseTo(a, 1.5);
    expect(weights[1]).toBeCloseTo(b, 1.5);
    const long = continued(samples, weights, 2000);
    expect(long.slice(0, samples.length)).toEqual(samples);
    expect(long[samples.length]).toBeCloseTo(
      (weights[0] ?? 0) * (samples.at(-1) ?? 0) + (weights[1] ?? 0) * (samples.at(-2) ?? 0),
      9,
    );
    expect(Math.abs(long.at(-1) ?? 9)).toBeLessThan(1e-3);
  });

  it("never grows, whatever the samples are", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -100, max: 100, noNaN: true }), {
          minLength: 20,
          maxLength: 60,
        }),
        (samples) => {
          const weights = yuleWalker(samples, 8);
          if (weights === null) return;
          const long = continued(Float64Array.from(samples), weights, 3000);
          expect(Math.abs(long.at(-1) ?? 0)).toBeLessThan(2e4);
        },
      ),
    );
  });

  it("is none for samples that stand still", () => {
    expect(yuleWalker(new Float64Array(50), 5)).toBeNull();
    expect(yuleWalker([1, 2, 3], 5)).toBeNull();
  });
});

describe("angles", () => {
  it("have differences from -pi to pi", () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), (rad) => {
        const turned = wrapped(rad);
        expect(turned).toBeGreaterThan(-Math.PI - 1e-12);
        expect(turned).toBeLessThanOrEqual(Math.PI + 1e-12);
        expect(Math.cos(turned)).toBeCloseTo(Math.cos(rad), 9);
      }),
    );
  });

  it("have a mean across the seam of the circle", () => {
    const { meanRad, resultant } = summaryOf([Math.PI - 0.1, -Math.PI + 0.1]);
    expect(Math.abs(meanRad ?? 0)).toBeCloseTo(Math.PI, 9);
    expect(resultant).toBeCloseTo(Math.cos(0.1), 9);
    expect(summaryOf([])).toEqual({ n: 0, meanRad: null, resultant: 0, sdRad: null });
    expect(summaryOf([0, Math.PI]).meanRad).toBeNull();
  });

  it("of an analytic signal are those of the cosine in it", () => {
    const { samples, phaseRad } = cosine(10, 0.4, 1, 250);
    const { re, im } = analyticIn(samples, 250, [2, 40]);
    for (const i of [0, 40, 249])
      expect(wrapped(Math.atan2(im[i] ?? 0, re[i] ?? 0) - (phaseRad[i] ?? 0))).toBeCloseTo(0, 9);
  });
});

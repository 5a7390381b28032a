import { describe, expect, it } from "vitest";
import { millsNithi } from "../../../src/analysis/threshold/millsNithi.ts";
import { relativeFrequency } from "../../../src/analysis/threshold/relativeFrequency.ts";
import { thresholdSettings } from "../../../src/analysis/threshold/settings.ts";
import { staircase } from "../../../src/analysis/threshold/staircase.ts";
import { stochasticAnalog, stochasticDigital } from "../../../src/analysis/threshold/stochastic.ts";
import type { ThresholdMethod, ThresholdResult } from "../../../src/analysis/threshold/types.ts";
import { finish, sharp } from "./deterministic.ts";

/** What was asked for, equal neighbours as `60 x 5`. */
function levels({ trace }: ThresholdResult): string {
  const runs: { level: number; count: number }[] = [];
  for (const { askedPctMso } of trace) {
    const last = runs.at(-1);
    if (last?.level === askedPctMso) last.count += 1;
    else runs.push({ level: askedPctMso, count: 1 });
  }
  return runs
    .map(({ level, count }) => (count === 1 ? `${level}` : `${level} x ${count}`))
    .join(", ");
}

/** Answers from a list; what lies beyond it is a miss. */
function scripted(method: ThresholdMethod, options: object, answers: string): ThresholdResult {
  let at = 0;
  return finish(method, method.start(thresholdSettings(), options), ({ intensityPctMso }) => {
    const hit = answers[at] === "1";
    at += 1;
    return { kind: "seen", intensityPctMso, hit };
  });
}

describe("relative frequency", () => {
  const run = (thresholdPctMso: number, options: object): ThresholdResult =>
    finish(
      relativeFrequency,
      relativeFrequency.start(thresholdSettings(), options),
      sharp(thresholdPctMso),
    );

  it("leaves a level after five hits, and stops after six misses with the level before", () => {
    const result = run(62, { startPctMso: 64 });
    expect(levels(result)).toBe("64 x 5, 63 x 5, 62 x 5, 61 x 6");
    expect(result.outcome).toMatchObject({ thresholdPctMso: 62, intervalPctMso: null });
  });

  it("judges a level by its count, in whatever order the answers come", () => {
    // Five of ten pass at 60: five misses first. Four of ten fail at 59.
    const result = scripted(relativeFrequency, { startPctMso: 60 }, "00000111110000001");
    expect(levels(result)).toBe("60 x 10, 59 x 6");
    expect(result.outcome).toMatchObject({ thresholdPctMso: 60 });
  });

  it("needs ten hits or eleven misses of twenty, and may step by two", () => {
    const result = run(61, { startPctMso: 64, stepPctMso: 2, pulsesPerLevel: 20 });
    expect(levels(result)).toBe("64 x 10, 62 x 10, 60 x 11");
    expect(result.outcome).toMatchObject({ thresholdPctMso: 62 });
  });

  it("climbs when its start turns out not to be above threshold", () => {
    const result = run(58, { startPctMso: 50 });
    expect(levels(result)).toBe("50 x 6, 55, 60 x 5, 59 x 5, 58 x 5, 57 x 6");
    expect(result.outcome).toMatchObject({ thresholdPctMso: 58 });
  });

  it("ascends by five until the answers are consistent, then descends by one", () => {
    const result = run(43, { form: "ascending", startPctMso: 30 });
    expect(levels(result)).toBe("30, 35, 40, 45 x 5, 44 x 5, 43 x 5, 42 x 6");
    expect(result.outcome).toMatchObject({ thresholdPctMso: 43 });
  });

  it("finds a threshold at the very ceiling", () => {
    const result = run(100, { form: "ascending", startPctMso: 90 });
    expect(result.outcome).toMatchObject({ kind: "found", thresholdPctMso: 100 });
  });

  it("gives up at the floor rather than below it", () => {
    const start = relativeFrequency.start(thresholdSettings({ minPctMso: 20 }), {
      startPctMso: 22,
    });
    const { outcome } = finish(relativeFrequency, start, sharp(5));
    expect(outcome).toEqual({ kind: "gave-up", why: "floor-reached" });
  });
});

describe("Mills-Nithi", () => {
  it("finds the highest level never answered and the lowest always answered", () => {
    const start = millsNithi.start(thresholdSettings(), {});
    const result = finish(millsNithi, start, sharp(37));
    // The hits on the way down count: 37 has one already.
    expect(levels(result)).toBe("20, 30, 40, 39, 38, 37, 36 x 10, 37 x 9");
    expect(result.outcome).toMatchObject({
      thresholdPctMso: 36.5,
      intervalPctMso: [36, 37],
    });
  });

  it("goes up from above the highest level that ever missed, and one more at each miss", () => {
    const answers = `001${"0"}1${"0".repeat(10)}0${"1".repeat(10)}`;
    const result = scripted(millsNithi, {}, answers);
    // 40 hit; 39 missed, then hit; 38 never; up from 40: missed; 41 answered ten times.
    expect(levels(result)).toBe("20, 30, 40, 39 x 2, 38 x 10, 40, 41 x 10");
    expect(result.outcome).toMatchObject({ thresholdPctMso: 39.5, intervalPctMso: [38, 41] });
  });

  it("has no upper threshold where the ceiling itself misses", () => {
    const start = millsNithi.start(thresholdSettings({ maxPctMso: 60, ceilingMisses: 0 }), {});
    let at60 = 0;
    const { outcome } = finish(millsNithi, start, ({ intensityPctMso }) => {
      if (intensityPctMso === 60) at60 += 1;
      return { kind: "seen", intensityPctMso, hit: intensityPctMso === 60 && at60 % 2 === 1 };
    });
    expect(outcome).toMatchObject({ kind: "not-obtainable", abovePctMso: 60 });
  });
});

describe("the staircase", () => {
  it("steps by 4, 3, 2 and 1 from reversal to reversal", () => {
    const result = finish(staircase, staircase.start(thresholdSettings()), sharp(60));
    expect(levels(result)).toBe("65, 61, 57, 60, 58, 59, 60");
    expect(result.outcome).toMatchObject({ thresholdPctMso: 60 });
  });

  it("ends one above where the last answer was a miss", () => {
    const result = scripted(staircase, {}, "01010");
    expect(levels(result)).toBe("65, 69, 66, 68, 67");
    expect(result.outcome).toMatchObject({ thresholdPctMso: 68 });
  });
});

describe("stochastic approximation", () => {
  it("divides its gain by k + 1 after the k-th change of sign, and keeps what the dial rounds away", () => {
    const result = scripted(stochasticDigital, { startPctMso: 60, pulses: 5 }, "11011");
    const gain = 20 / 3;
    const wanted = [60];
    for (const [sign, k] of [
      [1, 1],
      [1, 1],
      [-1, 2],
      [1, 3],
      [1, 3],
    ] as const) {
      wanted.push((wanted.at(-1) ?? 0) - (sign * gain) / k);
    }
    expect(result.trace.map(({ wantedPctMso }) => wantedPctMso)).toEqual(wanted.slice(0, 5));
    expect(result.outcome).toMatchObject({ thresholdPctMso: wanted[5] });
  });

  it("moves by decades in its analog form, and counts what is below its floor as the floor", () => {
    let state = stochasticAnalog.start(thresholdSettings(), { startPctMso: 60 });
    state = stochasticAnalog.answer(state, {
      kind: "measured",
      intensityPctMso: 60,
      peakToPeakUv: 500,
    });
    expect(stochasticAnalog.next(state)).toMatchObject({ wantedPctMso: 60 - 20 / 3 });
    state = stochasticAnalog.answer(state, {
      kind: "measured",
      intensityPctMso: 53,
      peakToPeakUv: 0,
    });
    const decades = Math.log10(50);
    expect(stochasticAnalog.next(state)).toMatchObject({
      wantedPctMso: 60 - 20 / 3 + (decades * 20) / 3 / 2,
    });
  });

  it("goes on from where a capped pulse was delivered", () => {
    const settings = thresholdSettings({ highestBeforePctMso: 40 });
    let state = stochasticDigital.start(settings, { startPctMso: 60 });
    expect(stochasticDigital.next(state)).toMatchObject({
      intensityPctMso: 50,
      bounds: ["THR-01"],
    });
    state = stochasticDigital.answer(state, { kind: "seen", intensityPctMso: 50, hit: true });
    expect(stochasticDigital.next(state)).toMatchObject({ wantedPctMso: 50 - 20 / 3 });
  });
});

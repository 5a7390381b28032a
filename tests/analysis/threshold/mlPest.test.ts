import { describe, expect, it } from "vitest";
import { mapOne, mlPest } from "../../../src/analysis/threshold/maximumLikelihood.ts";
import { thresholdSettings } from "../../../src/analysis/threshold/settings.ts";
import { finish, sharp } from "./deterministic.ts";

const RESPONSES = [..."0010110100110101"].map((digit) => digit === "1");
const UNCAPPED = thresholdSettings({ maxRisePctMso: null, maxPctMso: 130 });
const to = (toPctMso: number) => ({ fromPctMso: 1, toPctMso, stepPctMso: 0.5 });

function scripted(options: object) {
  let state = mlPest.start(UNCAPPED, { startPctMso: 45, pulses: RESPONSES.length, ...options });
  const asked: number[] = [];
  for (const hit of RESPONSES) {
    const step = mlPest.next(state);
    if (step.kind === "done") throw new Error("ended early");
    asked.push(step.intensityPctMso);
    state = mlPest.answer(state, { kind: "seen", intensityPctMso: step.intensityPctMso, hit });
  }
  const end = mlPest.next(state);
  if (end.kind !== "done") throw new Error("did not end");
  return { asked, outcome: end.result.outcome };
}

// Computed apart from this code, with SciPy's normal distribution.
describe("ML-PEST", () => {
  it("asks for what a separate computation asks for, with the pseudo-hit at 100 %MSO", () => {
    const { asked, outcome } = scripted({ grid: to(100), pseudoHitPctMso: 100 });
    expect(asked).toEqual([45, 72, 86, 79, 83, 80, 78, 80, 79, 80, 81, 80, 79, 80, 79, 80]);
    expect(outcome).toMatchObject({
      kind: "found",
      thresholdPctMso: 79,
      intervalPctMso: [76, 83],
    });
  });

  it("asks for more, and finds more, with the pseudo-hit beyond the dial: pseudo-data matter and are in the result", () => {
    const { asked, outcome } = scripted({ grid: to(130), pseudoHitPctMso: 130.5 });
    expect(asked).toEqual([45, 85, 107, 96, 102, 98, 96, 98, 96, 98, 99, 98, 97, 98, 97, 98]);
    expect(outcome).toMatchObject({ thresholdPctMso: 97, intervalPctMso: [92.5, 101.5] });
  });

  it("climbs by at most ten after a miss, and says that THR-01 held it back", () => {
    let state = mlPest.start(thresholdSettings(), { startPctMso: 45 });
    state = mlPest.answer(state, { kind: "seen", intensityPctMso: 45, hit: false });
    expect(mlPest.next(state)).toMatchObject({
      kind: "pulse",
      intensityPctMso: 55,
      wantedPctMso: 84.75,
      bounds: ["THR-01"],
    });
  });

  it("ends as soon as half of its interval is as narrow as asked", () => {
    const start = mlPest.start(thresholdSettings(), { stopHalfWidthPctMso: 4, minPulses: 5 });
    const { outcome, counts } = finish(mlPest, start, sharp(61.3));
    expect(counts.pulses).toBeLessThan(20);
    if (outcome.kind !== "found" || outcome.intervalPctMso === null) throw new Error(outcome.kind);
    const [low, high] = outcome.intervalPctMso;
    expect((high - low) / 2).toBeLessThanOrEqual(4);
    expect(low).toBeLessThanOrEqual(61.3);
    expect(high).toBeGreaterThanOrEqual(61.3);
  });

  it("calls a threshold above the study's ceiling not obtainable rather than naming a number", () => {
    const start = mlPest.start(thresholdSettings({ maxPctMso: 70, ceilingMisses: 0 }), {});
    const respond = sharp(69.5);
    // Answered once, by chance, and never again.
    let once = true;
    const { outcome } = finish(mlPest, start, (pulse) => {
      if (pulse.intensityPctMso < 70 || !once)
        return { ...respond(pulse), peakToPeakUv: 5 } as const;
      once = false;
      return respond(pulse);
    });
    expect(outcome).toEqual({
      kind: "not-obtainable",
      abovePctMso: 70,
      why: "estimate-above-the-ceiling",
    });
  });
});

describe("MAP-1", () => {
  it("starts from the population and is moved away by responses", () => {
    const options = { startPctMso: 66, pulses: 20 };
    const settings = thresholdSettings();
    const low = finish(mapOne, mapOne.start(settings, options), sharp(44.5)).outcome;
    if (low.kind !== "found") throw new Error(low.kind);
    expect(low.thresholdPctMso).toBeGreaterThan(43);
    expect(low.thresholdPctMso).toBeLessThan(48);
  });
});

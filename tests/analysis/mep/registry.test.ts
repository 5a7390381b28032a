import { describe, expect, it } from "vitest";
import type { MeasureResult } from "../../../src/analysis/mep/measure.ts";
import { REASONS } from "../../../src/analysis/mep/measure.ts";
import { MEASURES, type MeasureSource, measureAgain } from "../../../src/analysis/mep/measures.ts";
import { trace, wave } from "./traces.ts";

const noisy = trace({ noiseUv: 30, fromMs: -600, signal: wave(22, 2000) });
/** As it is stored: single precision. */
const epoch = { ...noisy, samples: Float32Array.from(noisy.samples) };
const amplitudes = Array.from({ length: 40 }, (_, i) => 200 + ((i * 37) % 500));
const SOURCES: Readonly<Record<MeasureSource["takes"], MeasureSource>> = {
  epoch: { takes: "epoch", input: epoch },
  epochs: { takes: "epochs", input: Array.from({ length: 20 }, () => epoch) },
  block: { takes: "block", input: amplitudes },
  conditions: { takes: "conditions", input: { conditioned: amplitudes, test: amplitudes } },
  points: {
    takes: "points",
    input: amplitudes.map((peakToPeakUv, i) => ({
      intensityPctMso: 50 + (i % 8) * 5,
      peakToPeakUv,
    })),
  },
};

describe.each(Object.entries(MEASURES))("%s", (name, measure) => {
  const source = SOURCES[measure.takes];
  const run = (): MeasureResult => {
    const again = measureAgain({ measure: name, version: measure.version, parameters: {} }, source);
    if (!again.ok) throw new Error(again.why);
    return again.value;
  };

  it("gives the same from what was stored, digit for digit, and holds only what JSON can", () => {
    const first = run();
    const stored = JSON.parse(JSON.stringify(first)) as MeasureResult;
    expect(stored).toEqual(first);
    expect(measureAgain(stored, source)).toEqual({ ok: true, value: stored });
  });

  it("has a value exactly when it is not impossible, and a reason exactly when it is not good", () => {
    const { value, verdict, why, parameters } = run();
    expect(value === null).toBe(verdict === "impossible");
    expect(why.length === 0).toBe(verdict === "good");
    for (const reason of why) expect(REASONS).toHaveProperty(reason);
    expect(Object.keys(parameters).length).toBeGreaterThan(0);
  });

  it("is not confused with another version or fed with something else", () => {
    const { parameters } = run();
    expect(measureAgain({ measure: name, version: 99, parameters }, source)).toEqual({
      ok: false,
      why: "unknown-measure",
    });
    const other = Object.values(SOURCES).find(({ takes }) => takes !== measure.takes);
    if (other === undefined) throw new Error("no other source");
    expect(measureAgain({ measure: name, version: measure.version, parameters }, other)).toEqual({
      ok: false,
      why: "other-input",
    });
  });
});

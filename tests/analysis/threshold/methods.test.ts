import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recomputeThreshold, THRESHOLD_METHODS } from "../../../src/analysis/threshold/methods.ts";
import { TARGETS, thresholdSettings } from "../../../src/analysis/threshold/settings.ts";
import type {
  ThresholdMethod,
  ThresholdResult,
  ThresholdState,
  Trial,
} from "../../../src/analysis/threshold/types.ts";
import { finish, type Pulse, sharp } from "./deterministic.ts";

const METHODS: readonly ThresholdMethod[] = Object.values(THRESHOLD_METHODS);
/** How far each may end from a sharp threshold, %MSO. The analog and the serial form weigh sizes, not answers. */
const TOLERANCE: Readonly<Record<string, number>> = {
  "relative-frequency": 0,
  "mills-nithi": 1,
  "ml-pest": 2,
  "map-1": 2,
  "stochastic-analog": 2.5,
  "stochastic-digital": 2.5,
  "staircase-4321": 2,
  "serial-tracking": 1.5,
};
/** The serial rule moves by single steps: it starts near. */
const optionsOf = (method: ThresholdMethod, thresholdPctMso: number): object =>
  method.name === "serial-tracking" ? { startPctMso: thresholdPctMso + 4, pulses: 15 } : {};

/** Any amplitude at all, and now and then a trial that is rejected. */
const trials = fc.infiniteStream(
  fc.oneof(
    { weight: 5, arbitrary: fc.double({ min: 0, max: 6000, noNaN: true }) },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
);
const answering =
  (stream: Iterator<number | null>) =>
  ({ intensityPctMso }: Pulse): Trial => {
    const peakToPeakUv = stream.next().value as number | null;
    return peakToPeakUv === null
      ? { kind: "rejected", intensityPctMso, why: "pre-activation" }
      : { kind: "measured", intensityPctMso, peakToPeakUv };
  };

describe.each(METHODS.map((method) => [method.name, method] as const))("%s", (name, method) => {
  it("finds a sharp threshold", () => {
    for (const thresholdPctMso of [34, 47, 58, 71, 88]) {
      const start = method.start(thresholdSettings(), optionsOf(method, thresholdPctMso));
      const { outcome, counts } = finish(method, start, sharp(thresholdPctMso));
      if (outcome.kind !== "found") throw new Error(`${thresholdPctMso}: ${outcome.kind}`);
      // A sharp threshold of whole percents may be told half a step below it.
      expect(Math.abs(outcome.thresholdPctMso - thresholdPctMso)).toBeLessThanOrEqual(
        TOLERANCE[name] ?? 0,
      );
      expect(counts.pulses).toBe(counts.hits + counts.misses);
    }
  });

  it("takes a response of exactly the target as one, at rest and under contraction", () => {
    for (const target of Object.values(TARGETS)) {
      const start = method.start(thresholdSettings({ target }));
      const { intensityPctMso } = method.next(start) as Pulse;
      const answered = [target.targetUv, target.targetUv - 0.001].map((peakToPeakUv) =>
        method.answer(start, { kind: "measured", intensityPctMso, peakToPeakUv }),
      );
      expect(answered.map(({ trace }) => trace[0]?.hit)).toEqual([true, false]);
    }
  });

  it("never leaves the range, never climbs above THR-01 whatever the responses, and always ends", () => {
    fc.assert(
      fc.property(
        trials,
        fc.integer({ min: 20, max: 60 }),
        fc.integer({ min: 65, max: 100 }),
        (stream, before, max) => {
          const settings = thresholdSettings({
            maxPctMso: max,
            minPctMso: 10,
            highestBeforePctMso: before,
          });
          let highest = before;
          const result = finish(method, method.start(settings), answering(stream), (_, pulse) => {
            expect(pulse.intensityPctMso).toBeGreaterThanOrEqual(10);
            expect(pulse.intensityPctMso).toBeLessThanOrEqual(max);
            expect(pulse.intensityPctMso).toBeLessThanOrEqual(highest + 10);
            expect(Number.isInteger(pulse.intensityPctMso)).toBe(true);
            const isHeld = Math.floor(pulse.wantedPctMso + 0.5) !== pulse.intensityPctMso;
            expect(pulse.bounds.length > 0).toBe(isHeld);
            highest = Math.max(highest, pulse.intensityPctMso);
          });
          expect(result.counts.pulses).toBeLessThanOrEqual(settings.maxPulses);
          if (result.outcome.kind === "found") {
            expect(result.outcome.thresholdPctMso).toBeLessThanOrEqual(max);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("repeats a rejected trial at its intensity and learns nothing from it", () => {
    fc.assert(
      fc.property(trials, (stream) => {
        const answers: Trial[] = [];
        const respond = answering(stream);
        const settings = thresholdSettings({
          maxRejected: 1000,
          maxRejectedInRow: 1000,
          maxPulses: 1000,
        });
        let rejectedAt: number | null = null;
        const result = finish(method, method.start(settings), (pulse) => {
          if (rejectedAt !== null) expect(pulse.intensityPctMso).toBe(rejectedAt);
          const trial = respond(pulse);
          rejectedAt = trial.kind === "rejected" ? pulse.intensityPctMso : null;
          if (trial.kind !== "rejected") answers.push(trial);
          return trial;
        });
        const without = finish(method, method.start(settings), () => answers.shift() as Trial);
        expect(without.outcome).toEqual(result.outcome);
      }),
      { numRuns: 25 },
    );
  });

  it("gives up when trials are rejected again and again", () => {
    const respond = ({ intensityPctMso }: Pulse): Trial => ({
      kind: "rejected",
      intensityPctMso,
      why: "noise",
    });
    const settings = thresholdSettings({ maxRejectedInRow: 4 });
    const { outcome, counts } = finish(method, method.start(settings), respond);
    expect(outcome).toEqual({ kind: "gave-up", why: "too-many-rejected" });
    expect(counts).toMatchObject({ pulses: 4, rejected: 4, hits: 0, misses: 0 });
  });

  it("says not obtainable at the ceiling for a head that never answers", () => {
    const settings = thresholdSettings({ maxPctMso: 72 });
    const start = method.start(settings, { ...optionsOf(method, 72), pulses: 60 });
    const { outcome, trace } = finish(method, start, sharp(1000));
    expect(outcome).toEqual({
      kind: "not-obtainable",
      abovePctMso: 72,
      why: "misses-at-the-ceiling",
    });
    expect(trace.filter(({ trial }) => trial.intensityPctMso === 72)).toHaveLength(6);
  });

  it("is plain data: written down after any pulse and read back it ends the same, and can be computed again", () => {
    const respond = sharp(57);
    const states: ThresholdState[] = [];
    const direct = finish(method, method.start(thresholdSettings()), respond, (state) =>
      states.push(state),
    );
    for (const state of states.filter((_, i) => i % 7 === 0)) {
      const revived = JSON.parse(JSON.stringify(state)) as ThresholdState;
      expect(finish(method, revived, respond)).toEqual(direct);
    }
    const written = JSON.parse(JSON.stringify(direct)) as ThresholdResult;
    expect(recomputeThreshold(written).kind).toBe("same");
  });

  it("notices a result that this method cannot have given", () => {
    const result = finish(method, method.start(thresholdSettings()), sharp(57));
    const [first, ...others] = result.trace;
    if (first === undefined) throw new Error("no trial");
    const forged = {
      ...result,
      trace: [{ ...first, askedPctMso: first.askedPctMso + 1 }, ...others],
    };
    expect(recomputeThreshold(forged)).toMatchObject({ kind: "differs", at: 0 });
    expect(recomputeThreshold({ ...result, version: 99 })).toMatchObject({
      kind: "unknown-method",
    });
    const cut = { ...result, trace: result.trace.slice(0, -1) };
    expect(recomputeThreshold(cut)).toMatchObject({ kind: "differs", at: cut.trace.length });
  });
});

describe("methods that weigh sizes", () => {
  it("take a yes without an amplitude as a rejected trial", () => {
    for (const name of ["stochastic-analog", "serial-tracking"]) {
      const method = THRESHOLD_METHODS[name] as ThresholdMethod;
      const start = method.start(thresholdSettings());
      const { trace } = method.answer(start, { kind: "seen", intensityPctMso: 65, hit: true });
      expect(trace[0]).toMatchObject({ hit: null, trial: { kind: "rejected" } });
    }
  });
});

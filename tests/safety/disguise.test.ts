import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeclaredPattern, Dose } from "../../src/contract/dose.ts";
import { classify } from "../../src/safety/classify.ts";
import { checkPlan } from "../../src/safety/envelope.ts";
import { loadDefaultProfile } from "../../src/safety/limits.ts";
import { expand } from "../../src/safety/pulses.ts";
import {
  conventional,
  type DoseSpec,
  doses,
  input,
  planOf,
  speaking,
  starts,
  tbs,
  tbsSpecs,
  trainSpecs,
} from "./fixtures.ts";

const limits = loadDefaultProfile();

const FAST = { hz: 20, pulses: 100 };
const everyMs = 1000 / FAST.hz;

/** A train of 5 s at 20 Hz, which the tables refuse, as single starts. */
function bare(over: (i: number) => Partial<DoseSpec> = () => ({})): Dose[] {
  return [
    ...doses(
      Array.from({ length: FAST.pulses }, (_, i) => ({ dueMs: i * everyMs, pct: 45, ...over(i) })),
    ),
  ];
}

describe("trains in disguise", () => {
  const DECLARED: readonly DeclaredPattern[] = [
    "single",
    "paired",
    "pas",
    "threshold-tracking",
    "closed-loop-single",
    "closed-loop-burst",
    "custom",
    "iTBS",
    "cTBS",
    "imTBS",
    "QPS",
    "conventional",
  ];
  it.each(DECLARED)("a train declared as %s is refused by DUR-01", (declared) => {
    const report = checkPlan(input(planOf([declared], bare())));
    expect(speaking(report, ["hard"])).toContain("DUR-01");
    expect(report.starts).toBe(false);
  });

  it("a claim that does not hold is named", () => {
    const report = checkPlan(input(planOf(["QPS"], bare())));
    const claim = report.findings.find(({ rule }) => rule === "DUR-04");
    expect(claim?.detail).toContain("declares QPS");
    expect(claim?.detail).toContain("20 Hz");
  });

  it("a train cut into blocks is one train", () => {
    const held = bare((i) => ({ block: i % 4 }));
    const report = checkPlan(input(planOf(["single", "custom", "conventional", "pas"], held)));
    expect(speaking(report, ["hard"])).toContain("DUR-01");
  });

  it("a train cut into device-timed pieces with pauses below a second is one train", () => {
    const pieces = trainSpecs({ hz: 20, pulses: 20, offS: 0.5, trains: 4 });
    expect(speaking(checkPlan(input(planOf(["conventional"], doses(pieces)))), ["hard"])).toEqual([
      "DUR-01",
      "ITI-01",
    ]);
  });

  it("a slow start does not hide a fast train: the highest rate counts", () => {
    const slow = Array.from({ length: 30 }, (_, i) => ({ dueMs: i * 1000, pct: 45 }));
    const fast = trainSpecs({ hz: 20, pulses: 30, startMs: 30_000, pct: 45 });
    const report = checkPlan(input(planOf(["custom"], doses([...slow, ...fast]))));
    expect(speaking(report, ["hard"])).toContain("DUR-01");
  });

  it("nor does a slow end", () => {
    const fast = trainSpecs({ hz: 20, pulses: 30, pct: 45 });
    const slow = Array.from({ length: 30 }, (_, i) => ({ dueMs: 2450 + i * 1000, pct: 45 }));
    const report = checkPlan(input(planOf(["custom"], doses([...fast, ...slow]))));
    expect(speaking(report, ["hard"])).toContain("DUR-01");
  });

  it("a train that goes on from an earlier segment is one train", () => {
    const half = doses(trainSpecs({ hz: 20, pulses: 30 }));
    const plan = conventional({ hz: 20, pulses: 30 });
    const before = half.map((dose) => ({ ...dose, dueMs: -1500 }));
    expect(speaking(checkPlan(input(plan)))).toEqual([]);
    expect(speaking(checkPlan(input(plan, { earlier: before })))).toEqual(["DUR-01"]);
    const absolute = { earlier: half, planStartMs: 1500 };
    expect(speaking(checkPlan(input(plan, absolute)))).toEqual(["DUR-01"]);
    expect(speaking(checkPlan(input(plan, { earlier: half, planStartMs: 5000 })))).toEqual([
      "ITI-02",
    ]);
    expect(speaking(checkPlan(input(plan, { earlier: half, planStartMs: 30_000 })))).toEqual([]);
  });

  it("an earlier segment is not judged again, and its pulses count for the session", () => {
    const before = doses(trainSpecs({ hz: 20, pulses: 400, pct: 90 })).map((dose) => ({
      ...dose,
      dueMs: -600_000,
    }));
    const plan = starts("single", { count: 2700, everyMs: 2000 });
    expect(speaking(checkPlan(input(plan, { earlier: before })))).toEqual(["CUM-01"]);
  });

  it("theta bursts of earlier segments count for the session", () => {
    const plan = tbs("iTBS", { bursts: 10, trains: 20, periodMs: 10_000 });
    const before = plan.doses.map((dose) => ({ ...dose, dueMs: dose.dueMs - 3_600_000 }));
    expect(speaking(checkPlan(input(plan, { earlier: before })))).toEqual(["TBS-01"]);
    const late = before.map((dose) => ({ ...dose, dueMs: dose.dueMs + 3_300_000 }));
    expect(
      speaking(
        checkPlan(
          input(plan, {
            earlier: [
              ...before,
              ...late,
              ...late.map((dose) => ({ ...dose, dueMs: dose.dueMs + 1_000 })),
            ],
          }),
        ),
      ),
    ).toContain("TBS-02");
  });

  it("pairs of an earlier segment are no theta bursts, triplets are", () => {
    const plan = tbs("iTBS", { bursts: 10, trains: 20, periodMs: 10_000 });
    const before = (shape: Dose["shape"]): readonly Dose[] =>
      doses(
        Array.from({ length: 60 }, (_, i) => ({ dueMs: i * 5000 - 3_600_000, pct: 38, shape })),
      );
    const spoken = (shape: Dose["shape"]): readonly string[] =>
      speaking(checkPlan(input(plan, { earlier: before(shape) })));
    expect(spoken({ kind: "pair", isiMs: 12 })).not.toContain("TBS-01");
    expect(spoken({ kind: "burst", pulses: 3, isiMs: 20 })).toContain("TBS-01");
  });

  it("theta bursts that run into another block are judged as a conventional train", () => {
    const specs = [
      ...tbsSpecs({ bursts: 10, trains: 1, periodMs: 10_000 }),
      { dueMs: 2400, block: 1, pct: 32 },
    ];
    const report = checkPlan(input(planOf(["iTBS", "single"], doses(specs))));
    expect(speaking(report, ["hard"])).toContain("DUR-01");
  });

  it("a single pulse between trains does not lengthen their interval", () => {
    const [one, two] = trainSpecs({ hz: 10, pulses: 10, offS: 3, trains: 2 });
    if (one === undefined || two === undefined) throw new Error("two trains");
    const plan = planOf(["conventional", "single"], doses([one, { dueMs: 2400, block: 1 }, two]));
    expect(speaking(checkPlan(input(plan)))).toEqual(["ITI-02"]);
  });

  it("a conventional train below 1 Hz is judged by the row of 1 Hz", () => {
    const held = doses(Array.from({ length: 340 }, (_, i) => ({ dueMs: i * 1111, pct: 60 })));
    expect(speaking(checkPlan(input(planOf(["conventional"], held))))).toEqual(["DUR-01"]);
    expect(speaking(checkPlan(input(planOf(["single"], held))))).toEqual([]);
  });

  it("fractions of milliseconds do not make a train faster than it is", () => {
    const held = doses(
      Array.from({ length: 40 }, (_, i) => ({ dueMs: i * 33.333333333, pct: 45 })),
    );
    const plan = planOf(["custom"], held);
    const pulses = expand(held, { inPlan: true, shiftMs: 12_345.678 });
    expect(classify(plan, pulses, limits).trains[0]?.frequencyHz).toBeCloseTo(30, 4);
  });

  it("whatever is declared and however it is cut, 5 s at 20 Hz never starts", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...DECLARED), { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat({ max: 3 }), { minLength: FAST.pulses, maxLength: FAST.pulses }),
        (patterns, blocks) => {
          const held = bare((i) => ({
            block: (blocks[i] ?? 0) % patterns.length,
            train: i,
          }));
          return !checkPlan(input(planOf(patterns, held))).starts;
        },
      ),
      { numRuns: 60 },
    );
  });

  it("every pulse belongs to exactly one train, in order of time", () => {
    const arbitrary = fc.array(
      fc.record({
        gapMs: fc.double({ min: 1, max: 8000, noNaN: true }),
        pulses: fc.integer({ min: 1, max: 20 }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(arbitrary, (parts) => {
        let dueMs = 0;
        const specs = parts.map(({ gapMs, pulses }): DoseSpec => {
          const spec = { dueMs, shape: { kind: "burst", pulses, isiMs: 5 } as const };
          dueMs += (pulses - 1) * 5 + gapMs;
          return spec;
        });
        const held = doses(specs);
        const pulses = expand(held, { inPlan: true, shiftMs: 0 });
        const { trains } = classify(planOf(["custom"], held), pulses, limits);
        expect(trains.flatMap((train) => train.pulses)).toEqual(pulses);
        trains.slice(1).forEach((train, i) => {
          expect(train.startMs - (trains[i]?.endMs ?? 0)).toBeGreaterThan(1000);
        });
      }),
      { numRuns: 50 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeclaredPattern, Dose } from "../../src/contract/dose.ts";
import { classify } from "../../src/safety/classify.ts";
import { checkPlan } from "../../src/safety/envelope.ts";
import { loadDefaultProfile } from "../../src/safety/limits.ts";
import { expand } from "../../src/safety/pulses.ts";
import { exceeds, lookUp } from "../../src/safety/tables.ts";
import {
  conventional,
  type DoseSpec,
  doses,
  input,
  planOf,
  session,
  speaking,
  starts,
  tbs,
  tbsSpecs,
  threshold,
  trainSpecs,
} from "./fixtures.ts";

const limits = loadDefaultProfile();
const { hard, soft } = limits.trainDuration;

function kinds(patterns: readonly DeclaredPattern[], held: readonly Dose[]): readonly string[] {
  const plan = planOf(patterns, held);
  const pulses = expand(held, { inPlan: true, shiftMs: 0 });
  return [...new Set(classify(plan, pulses, limits).trains.map(({ kind }) => kind))];
}

describe("looking up tables", () => {
  it.each([
    [20, 100, 2.05],
    [20, 100.5, 1.6],
    [20, 90, 2.05],
    [20, 1, 2.05],
    [19, 100, 2.05],
    [11, 101, 1.6],
    [10, 120, 4.2],
    [10, 121, 2.9],
    [6, 110, 5],
    [1, 120, 360],
    [0.5, 130, 50],
    [25, 110, 0.84],
    [50, 100, 0.64],
  ])("%d Hz at %d %% RMT: %d s", (hz, pct, maxS) => {
    expect(lookUp(hard, hz, pct)?.maxS).toBeCloseTo(maxS, 9);
  });

  it("refuses above the last column, a rate of nothing and an empty table", () => {
    expect(lookUp(hard, 20, 131)).toBeNull();
    expect(lookUp(hard, 0, 100)).toBeNull();
    expect(lookUp(hard, Number.NaN, 100)).toBeNull();
    expect(lookUp({ ...hard, rows: [] }, 20, 100)).toBeNull();
    expect(
      lookUp({ ...hard, rows: [{ frequencyHz: 20, maxS: [], censored: [] }] }, 20, 100),
    ).toBeNull();
  });

  it("a limit that is missing from a profile refuses the train", () => {
    const bare = {
      ...limits,
      trainDuration: { ...limits.trainDuration, hard: { ...hard, rows: [] } },
    };
    const report = checkPlan(input(conventional({ hz: 10, pulses: 2 }), { limits: bare }));
    expect(speaking(report)).toEqual(["DUR-01"]);
  });

  it.each([
    [hard, 20, 100, 41, true],
    [hard, 20, 100, 42, false],
    [soft, 20, 100, 30, true],
    [soft, 20, 100, 31, false],
    [soft, 25, 110, 17, true],
    [soft, 25, 110, 18, false],
    [soft, 25, 120, 7, true],
    [soft, 25, 120, 8, false],
    [hard, 10, 120, 42, true],
    [hard, 10, 120, 43, false],
  ])("allows whole pulses only: %#", (table, frequencyHz, pct, pulses, fits) => {
    const cell = lookUp(table, frequencyHz, pct);
    if (cell === null) throw new Error("no cell");
    const elapsedMs = ((pulses - 1) * 1000) / frequencyHz;
    expect(exceeds(cell, { pulses, frequencyHz, elapsedMs })).toBe(!fits);
  });

  it("looks up with the real output, rounded up, not with what was asked for", () => {
    // 110 % of an RMT of 47 is 51.7 and becomes 52 %MSO: 110.6 %, so the column of 120 %.
    const request = {
      value: 110,
      base: "%RMT",
      threshold: { kind: "RMT", percentMso: 47 },
    } as const;
    const shape = { kind: "train", pulses: 32, frequencyHz: 20 } as const;
    const plan = planOf(["conventional"], doses([{ dueMs: 0, shape, pct: 52, over: { request } }]));
    const report = checkPlan(
      input(plan, { session: session({ thresholds: [threshold({ percentMso: 47 })] }) }),
    );
    expect(speaking(report)).toEqual(["DUR-01"]);
    expect(report.findings.find(({ rule }) => rule === "DUR-01")?.detail).toContain("111 % RMT");
  });

  it("takes the lowest threshold where a dose names none", () => {
    const plan = conventional({ hz: 20, pulses: 20, pct: 45 });
    const two = [threshold({ percentMso: 60 }), threshold({ percentMso: 30 })];
    expect(speaking(checkPlan(input(plan, { session: session({ thresholds: two }) })))).toEqual([
      "INT-04",
    ]);
  });

  it("a longer, faster or stronger train is never allowed where a shorter, slower, weaker one is not", () => {
    const allowed = (hz: number, pulses: number, pct: number): boolean => {
      const cell = lookUp(hard, hz, pct);
      return (
        cell !== null &&
        !exceeds(cell, { pulses, frequencyHz: hz, elapsedMs: ((pulses - 1) * 1000) / hz })
      );
    };
    fc.assert(
      fc.property(
        fc.constantFrom(1, 5, 10, 20, 25),
        fc.integer({ min: 2, max: 2000 }),
        fc.integer({ min: 1, max: 140 }),
        fc.integer({ min: 0, max: 50 }),
        fc.integer({ min: 0, max: 50 }),
        (hz, pulses, pct, more, stronger) =>
          !allowed(hz, pulses + more, pct + stronger) || allowed(hz, pulses, pct),
      ),
    );
  });
});

describe("patterns by their instants", () => {
  const itbs = { bursts: 10, trains: 3, periodMs: 10_000 };
  it.each([
    ["iTBS", tbsSpecs(itbs), "iTBS"],
    ["iTBS", tbsSpecs({ ...itbs, hz: 30 }), "iTBS"],
    ["iTBS", tbsSpecs({ ...itbs, periodMs: 30_000 }), "iTBS"],
    ["iTBS", tbsSpecs({ ...itbs, hz: 40 }), "conventional"],
    ["iTBS", tbsSpecs({ ...itbs, bursts: 11 }), "conventional"],
    ["iTBS", tbsSpecs({ ...itbs, periodMs: 9_000 }), "conventional"],
    ["iTBS", tbsSpecs({ ...itbs, trains: 61 }), "conventional"],
    ["iTBS", tbsSpecs(itbs).slice(0, -1).concat({ dueMs: 99_000 }), "conventional"],
    ["cTBS", tbsSpecs({ bursts: 200, trains: 1, periodMs: 1 }), "cTBS"],
    ["cTBS", tbsSpecs({ bursts: 201, trains: 1, periodMs: 1 }), "conventional"],
    ["cTBS", tbsSpecs({ bursts: 100, trains: 2, periodMs: 40_000 }), "conventional"],
    ["imTBS", tbsSpecs({ bursts: 25, trains: 8, periodMs: 15_000 }), "imTBS"],
    ["imTBS", tbsSpecs({ bursts: 25, trains: 8, periodMs: 10_000 }), "conventional"],
    ["conventional", tbsSpecs(itbs), "conventional"],
    ["custom", tbsSpecs(itbs), "conventional"],
  ] as const)("%s %#", (declared, specs: readonly DoseSpec[], kind) => {
    expect(kinds([declared], doses(specs))).toContain(kind);
    expect(kinds([declared], doses(specs)).includes("conventional")).toBe(kind === "conventional");
  });

  it("mixed rates inside one block of theta bursts are no theta bursts", () => {
    const mixed = [
      ...tbsSpecs({ ...itbs, trains: 1 }),
      ...tbsSpecs({ ...itbs, trains: 1, hz: 30, startMs: 10_000 }),
    ];
    expect(kinds(["iTBS"], doses(mixed))).toEqual(["conventional"]);
  });

  const quad = (isiMs: number): Dose["shape"] => ({ kind: "burst", pulses: 4, isiMs });
  it.each([
    [quad(5), 5000, 360, "QPS"],
    [quad(1.5), 5000, 2, "QPS"],
    [quad(1000), 5000, 2, "QPS"],
    [quad(1250), 5000, 2, "single"],
    [quad(1.4), 5000, 2, "conventional"],
    [quad(1251), 5005, 2, "single"],
    [quad(5), 4900, 2, "conventional"],
    [quad(5), 5000, 361, "conventional"],
    [{ kind: "burst", pulses: 5, isiMs: 5 }, 5000, 4, "conventional"],
  ] as const)("quadripulses %#", (shape, everyMs, count, kind) => {
    const held = doses(Array.from({ length: count }, (_, i) => ({ dueMs: i * everyMs, shape })));
    expect(kinds(["QPS"], held)).toContain(kind);
    if (kind !== "QPS") expect(kinds(["QPS"], held)).not.toContain("QPS");
  });

  const triplet = (isiMs: number): Dose["shape"] => ({ kind: "burst", pulses: 3, isiMs });
  it.each([
    [triplet(10), 1000, 200, "mu-triplets"],
    [triplet(11), 1000, 20, "conventional"],
    [triplet(10), 990, 20, "conventional"],
    [triplet(10), 1000, 201, "conventional"],
    [{ kind: "burst", pulses: 2, isiMs: 10 } as const, 1000, 4, "conventional"],
  ])("triplets %#", (shape, everyMs, count, kind) => {
    const held = doses(Array.from({ length: count }, (_, i) => ({ dueMs: i * everyMs, shape })));
    expect(kinds(["closed-loop-burst"], held)).toEqual([kind]);
  });

  const pair = (isiMs: number): Dose["shape"] => ({ kind: "pair", isiMs });
  it.each([
    ["paired", pair(3), 4000, "paired"],
    ["threshold-tracking", pair(3), 4000, "paired"],
    ["paired", pair(200), 4000, "paired"],
    ["paired", pair(0.4), 4000, "conventional"],
    ["paired", pair(201), 4000, "conventional"],
    ["paired", pair(3), 900, "conventional"],
    ["single", pair(3), 4000, "conventional"],
  ] as const)("pairs %#", (declared, shape, everyMs, kind) => {
    const held = doses(Array.from({ length: 4 }, (_, i) => ({ dueMs: i * everyMs, shape })));
    expect(kinds([declared], held)).toEqual([kind]);
  });

  it("pairs may be made of two starts", () => {
    const held = doses([0, 3, 4000, 4003].map((dueMs) => ({ dueMs })));
    expect(kinds(["paired"], held)).toEqual(["paired"]);
    expect(speaking(checkPlan(input(planOf(["paired"], held))))).toEqual([]);
    const fast = doses([0, 3, 1900, 1903].map((dueMs) => ({ dueMs })));
    expect(speaking(checkPlan(input(planOf(["paired"], fast))))).toEqual(["SPP-03"]);
  });

  it("fewer bursts in a train than the pattern has are still the pattern", () => {
    expect(kinds(["iTBS"], doses(tbsSpecs({ bursts: 5, trains: 2, periodMs: 10_000 })))).toEqual([
      "iTBS",
    ]);
  });
});

const FAST = { hz: 20, pulses: 100 };
const everyMs = 1000 / FAST.hz;

/** A train of 5 s at 20 Hz, which the tables refuse, as single starts. */
function bare(
  declared: DeclaredPattern,
  over: (i: number) => Partial<DoseSpec> = () => ({}),
): Dose[] {
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
    const report = checkPlan(input(planOf([declared], bare(declared))));
    expect(speaking(report, ["hard"])).toContain("DUR-01");
    expect(report.starts).toBe(false);
  });

  it("a claim that does not hold is named", () => {
    const report = checkPlan(input(planOf(["QPS"], bare("QPS"))));
    const claim = report.findings.find(({ rule }) => rule === "DUR-04");
    expect(claim?.detail).toContain("declares QPS");
    expect(claim?.detail).toContain("20 Hz");
  });

  it("a train cut into blocks is one train", () => {
    const held = bare("single", (i) => ({ block: i % 4 }));
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
          const held = bare("single", (i) => ({
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

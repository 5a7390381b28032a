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
  tbsSpecs,
  threshold,
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
    // 110 % of an RMT of 48 is 52.8 and becomes 53 %MSO: 110.4 %, so the column of 120 %.
    const request = {
      value: 110,
      base: "%RMT",
      threshold: { kind: "RMT", percentMso: 48 },
    } as const;
    const shape = { kind: "train", pulses: 32, frequencyHz: 20 } as const;
    const plan = planOf(["conventional"], doses([{ dueMs: 0, shape, pct: 53, over: { request } }]));
    const report = checkPlan(
      input(plan, { session: session({ thresholds: [threshold({ percentMso: 48 })] }) }),
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

  it("pairs that are too fast are not called single pulses that are too close", () => {
    const fast = starts("paired", { count: 4, everyMs: 900, shape: pair(3) });
    expect(speaking(checkPlan(input(fast)), ["hard"])).toContain("SPP-03");
    expect(speaking(checkPlan(input(fast)), ["hard"])).not.toContain("SPP-01");
  });

  it("fewer bursts in a train than the pattern has are still the pattern", () => {
    expect(kinds(["iTBS"], doses(tbsSpecs({ bursts: 5, trains: 2, periodMs: 10_000 })))).toEqual([
      "iTBS",
    ]);
  });
});

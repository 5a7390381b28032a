import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { silentPeriodMean } from "../../../src/analysis/mep/silentPeriod.ts";
import { repeatsOf } from "../../../src/app/measure/repeats.ts";
import { resultLines } from "../../../src/app/measure/resultLines.ts";
import {
  groupsOf,
  means,
  medianOf,
  ratios,
  recruitment,
  silences,
} from "../../../src/app/measure/results.ts";
import type { Trial } from "../../../src/app/measure/trialDesk.ts";

let number = 0;

function trial(change: Partial<Trial>): Trial {
  number += 1;
  return {
    segment: 1,
    dose: number,
    block: 0,
    intent: number,
    condition: null,
    intensityPctMso: [60],
    isiMs: null,
    nerveLeadMs: null,
    site: null,
    aligned: "mark",
    channel: "FDI",
    epoch: null,
    channels: [],
    atMs: 1000 * number,
    measures: [],
    peakToPeakUv: 1000,
    rejected: false,
    why: [],
    ...change,
  };
}

const many = (n: number, change: (i: number) => Partial<Trial>): readonly Trial[] =>
  Array.from({ length: n }, (_, i) => trial(change(i)));

const silent = (value: number | null): Trial["measures"] => [
  {
    measure: "silent-period",
    version: 1,
    parameters: {},
    value,
    unit: "ms",
    verdict: value === null ? "impossible" : "good",
    why: value === null ? ["no-silence"] : [],
    details: {},
  },
];

describe("groups of trials", () => {
  it("hold each trial once, the rejected ones by number alone, in order of their intervals", () => {
    const trials = [
      trial({ condition: "ISI 12 ms", isiMs: 12, peakToPeakUv: 1500 }),
      trial({ condition: "test alone", peakToPeakUv: 900 }),
      trial({ condition: "ISI 2.5 ms", isiMs: 2.5, peakToPeakUv: 300 }),
      trial({ condition: "ISI 2.5 ms", isiMs: 2.5, peakToPeakUv: 9999, rejected: true }),
      trial({ condition: "test alone", peakToPeakUv: null, rejected: true }),
    ];
    expect(groupsOf(trials)).toEqual([
      { condition: "test alone", isiMs: null, n: 1, rejected: 1, peakToPeakUv: [900] },
      { condition: "ISI 2.5 ms", isiMs: 2.5, n: 1, rejected: 1, peakToPeakUv: [300] },
      { condition: "ISI 12 ms", isiMs: 12, n: 1, rejected: 0, peakToPeakUv: [1500] },
    ]);
  });

  it("without a condition are named by their output, 90 before 100", () => {
    const trials = [100, 90, 100].map((pct) => trial({ intensityPctMso: [pct] }));
    expect(groupsOf(trials).map(({ condition }) => condition)).toEqual(["90 %MSO", "100 %MSO"]);
  });

  it("are compared with the test pulse alone, and without it with nothing", () => {
    const halves = [
      ...many(10, () => ({ condition: "test alone", peakToPeakUv: 1000 })),
      ...many(10, () => ({ condition: "ISI 3 ms", isiMs: 3, peakToPeakUv: 500 })),
    ];
    const [ratio, ...none] = ratios(groupsOf(halves));
    expect(none).toEqual([]);
    expect(ratio).toMatchObject({ condition: "ISI 3 ms", measure: { verdict: "good" } });
    expect(ratio?.measure?.value).toBeCloseTo(0.5, 9);
    const alone = ratios(groupsOf(halves.slice(10)));
    expect(alone[0]?.measure).toMatchObject({ value: null, why: ["too-few-trials"] });
  });

  it("have a mean of amplitudes that a rejected one does not move", () => {
    const trials = [
      ...many(5, () => ({ peakToPeakUv: 400 })),
      trial({ peakToPeakUv: 40_000, rejected: true }),
    ];
    expect(means(groupsOf(trials))[0]?.measure?.value).toBeCloseTo(400, 9);
    expect(recruitment(trials).value).toBeNull();
  });
});

describe("silent periods of a group", () => {
  it("have a mean over the trials that have one, and the line says of how many", () => {
    const trials = [160, 180, 200, null].map((ms) => trial({ measures: silent(ms) }));
    const groups = silences(groupsOf(trials));
    expect(groups[0]).toMatchObject({
      silentPeriodsMs: [160, 180, 200],
      n: 4,
      measure: { value: 180, unit: "ms", verdict: "doubtful", why: ["few-trials"] },
    });
    const [, line] = resultLines("csp", groups, [], {});
    expect(line).toContain("180 ms");
    expect(line).toContain("n 4, 3 with a value");
    expect(line).not.toContain("uV");
  });

  it("are not made up where no muscle fell silent", () => {
    const trials = many(5, () => ({ measures: silent(null) }));
    expect(silences(groupsOf(trials))[0]?.measure).toMatchObject({ value: null });
    expect(silentPeriodMean.run([]).why).toEqual(["too-few-trials"]);
  });
});

describe("the median of a measure", () => {
  it("counts neither rejected trials nor those without a value", () => {
    const trials = [
      ...[10, 20, 30, 40].map((ms) => trial({ measures: silent(ms) })),
      trial({ measures: silent(9000), rejected: true }),
      trial({ measures: silent(null) }),
    ];
    expect(medianOf(trials, "silent-period")).toBe(25);
    expect(medianOf(trials.slice(0, 3), "silent-period")).toBe(20);
    expect(medianOf(trials, "another")).toBeNull();
    expect(medianOf([], "silent-period")).toBeNull();
  });
});

describe("rejected trials", () => {
  const sound = (n: number): readonly Trial[] => many(n, () => ({ condition: "test alone" }));

  it("are given again, each kind in a block of its own, with the same stimuli", () => {
    const again = repeatsOf(
      [
        ...sound(20),
        trial({ condition: "test alone", rejected: true }),
        trial({ condition: "ISI 2 ms", isiMs: 2, intensityPctMso: [40, 60], rejected: true }),
        trial({ condition: "ISI N20+2", nerveLeadMs: 22.1, rejected: true }),
        trial({ condition: "ISI N20+2", nerveLeadMs: 22.1, rejected: true }),
      ],
      "sai",
    );
    if (again === null) throw new Error("no repeats");
    expect(again.trials).toBe(4);
    const patterns = (again.protocol.blocks ?? []).flatMap((block) =>
      "pattern" in block ? [block.pattern] : [],
    );
    expect(patterns).toMatchObject([
      { type: "single", totalPulses: 1 },
      {
        type: "paired",
        isiMs: [2],
        conditioning: { value: 40, base: "%MSO" },
        test: { value: 60, base: "%MSO" },
        trialsPerCondition: 1,
      },
      {
        type: "paired",
        isiMs: [22.1],
        conditioning: { value: null, base: expect.stringContaining("nerve") },
        test: { value: 60, base: "%MSO" },
        trialsPerCondition: 2,
      },
    ]);
    const named = again.named(trial({ condition: "ISI 22.1 ms", nerveLeadMs: 22.1 }));
    expect(named.condition).toBe("ISI N20+2");
  });

  it("are left alone where there are none, or nothing else", () => {
    expect(repeatsOf(sound(10), "x")).toBeNull();
    expect(
      repeatsOf(
        many(10, () => ({ rejected: true })),
        "x",
      ),
    ).toBeNull();
    expect(repeatsOf([], "x")).toBeNull();
  });

  it("are never more than a quarter of the trials, and never more than twenty", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 200 }),
        (good, bad) => {
          const rejected = many(bad, () => ({ rejected: true }));
          const again = repeatsOf([...sound(good), ...rejected], "x");
          const most = Math.min(20, Math.ceil((good + bad) / 4));
          expect(again?.trials).toBe(Math.min(bad, most));
        },
      ),
      { numRuns: 50 },
    );
  });
});

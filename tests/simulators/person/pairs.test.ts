import { describe, expect, it } from "vitest";
import { geometricMean, sit, type TrialOptions } from "./chair.ts";

/** Conditioned over unconditioned responses, interleaved, test pulse at about a millivolt. */
function ratio(
  subject: string,
  rmtPctMso: number,
  conditioned: (testPct: number) => TrialOptions,
  trials = 300,
): number {
  const chair = sit(subject, { seed: 21 });
  const test = 1.25 * rmtPctMso;
  const sizes = Array.from({ length: trials }, () => [
    chair.respond({ pct: test }),
    chair.respond(conditioned(test)),
  ]);
  const column = (i: number): readonly number[] => sizes.map((row) => row[i] ?? 0);
  return geometricMean(column(1)) / geometricMean(column(0));
}

const near = (value: number, expected: number, part = 0.13): void => {
  expect(value).toBeGreaterThan(expected * (1 - part));
  expect(value).toBeLessThan(expected * (1 + part));
};

const pair =
  (rmt: number, cs: number, isiMs: number) =>
  (test: number): TrialOptions => ({ pct: [cs * rmt, test], isiMs });

describe("short-interval inhibition", () => {
  it.each([
    ["healthy-young", 62, 0.35],
    ["healthy-older", 66, 0.45],
    ["mci-amyloid", 61, 0.5],
    ["ad-mild", 57, 0.6],
  ])("of %s is that of the table at 2.5 ms and 80 %", (subject, rmt, factor) => {
    near(ratio(subject, rmt, pair(rmt, 0.8, 2.5)), factor);
  });

  it.each([
    [1, 0.45],
    [2, 0.4],
    [3, 0.45],
    [5, 0.8],
  ])("goes through its line at %d ms", (isiMs, factor) => {
    near(ratio("healthy-young", 62, pair(62, 0.75, isiMs)), factor);
  });

  it("is U-shaped in the conditioning pulse: none below 50 %, half at 60 %", () => {
    near(ratio("healthy-young", 62, pair(62, 0.45, 2.5)), 1);
    near(ratio("healthy-young", 62, pair(62, 0.6, 2.5)), 0.675);
  });

  it("is the same from two discharges as from one of a pair", () => {
    const chair = sit("healthy-young", { seed: 21 });
    const sizes = Array.from({ length: 300 }, () => {
      const alone = chair.respond({ pct: 77 });
      chair.respond({ pct: 0.8 * 62 });
      return chair.respond({ pct: 77, afterMs: 2.5 }) / alone;
    });
    near(geometricMean(sizes), 0.35);
  });
});

describe("facilitation", () => {
  it.each([
    ["healthy-young", 62, 10, 1.3],
    ["healthy-young", 62, 12, 1.4],
    ["ad-mild", 57, 15, 1.4],
    ["ad-mild", 57, 25, 1],
  ])("of %s (%d %%) at %d ms is %d, in dementia as in health", (subject, rmt, isiMs, factor) => {
    near(ratio(subject, rmt, pair(rmt, 0.8, isiMs)), factor);
  });

  it("peaks at 1.3, 2.7 and 4.3 ms when the weaker pulse comes second", () => {
    const at = (isiMs: number): number =>
      ratio("healthy-older", 66, (test) => ({ pct: [test, 0.9 * 66], isiMs }));
    near(at(1.3), 1.6);
    near(at(2), 1);
    near(at(2.7), 1.7);
    near(at(3.5), 1);
    near(at(4.3), 1.4);
  });
});

describe("long-interval inhibition", () => {
  it.each([
    [50, 0.9],
    [100, 0.3],
    [150, 0.4],
    [200, 0.8],
  ])("at %d ms is %d", (isiMs, factor) => {
    near(
      ratio("healthy-older", 66, (test) => ({ pct: [test, test], isiMs })),
      factor,
    );
  });

  it("is weaker in dementia, and absent after a weak pulse", () => {
    near(
      ratio("ad-mild", 57, (test) => ({ pct: [test, test], isiMs: 100 })),
      0.36,
    );
    near(ratio("healthy-older", 66, pair(66, 0.8, 100)), 1);
  });
});

describe("a stimulus of the nerve before a pulse", () => {
  const sai = (subject: string, rmt: number, n20Ms: number, plusMs: number): number =>
    ratio(subject, rmt, (test) => ({ pct: test, nerveLeadMs: n20Ms + plusMs }));

  it("inhibits healthy-older at N20+2, and hardly ad-mild", () => {
    near(sai("healthy-older", 66, 20.1, 2), 0.65);
    near(sai("ad-mild", 57, 20.6, 2), 0.92);
  });

  it.each([
    ["healthy-young", 62, 18.9, 0.55],
    ["mci-amyloid", 61, 20.4, 0.75],
  ])("inhibits %s as the table says", (subject, rmt, n20Ms, factor) => {
    near(sai(subject, rmt, n20Ms, 2), factor);
  });

  it("depends on the person's own N20", () => {
    near(sai("healthy-young", 62, 18.9, 0), 0.8);
    near(sai("healthy-young", 62, 18.9, 4), 0.65);
    near(sai("healthy-young", 62, 18.9, 8), 0.95);
    near(sai("healthy-young", 62, 18.9, -8), 1);
  });

  it("inhibits again at 200 ms, in dementia too", () => {
    near(
      ratio("ad-mild", 57, (test) => ({ pct: test, nerveLeadMs: 200 })),
      0.61,
    );
    near(
      ratio("ad-mild", 57, (test) => ({ pct: test, nerveLeadMs: 600 })),
      1,
    );
  });
});

describe("a pulse over the other hemisphere", () => {
  const ihi = (subject: string, rmt: number, isiMs: number): number =>
    ratio(subject, rmt, (test) => ({
      pct: [test, test],
      isiMs,
      hemispheres: ["other", "tested"],
    }));

  it("inhibits at 10 and 40 ms, less in dementia", () => {
    near(ihi("healthy-older", 66, 10), 0.55);
    near(ihi("healthy-older", 66, 40), 0.65);
    near(ihi("ad-mild", 57, 10), 0.66);
  });

  it("makes no response of its own in the recorded muscles", () => {
    const chair = sit("healthy-older");
    expect(chair.respond({ pct: 100, hemispheres: ["other"] })).toBe(0);
  });
});

describe("trains", () => {
  it("add nothing to a response beyond what pairs do", () => {
    const chair = sit("healthy-older", { seed: 2 });
    const single = geometricMean(chair.responses(200, { pct: 95 }));
    const within = Array.from({ length: 40 }, () => {
      chair.respond({ pct: 95 });
      return chair.responses(4, { pct: 95, afterMs: 500 });
    }).flat();
    near(geometricMean(within) / single, 1, 0.2);
  });

  it("spread to the upper arm from the 26th pulse of a fast one on, in edge-spread alone", () => {
    const biceps = (subject: string, intervalMs: number): readonly number[] => {
      const chair = sit(subject, { channels: ["FDI", "BB"] });
      return Array.from({ length: 40 }, (_, i) => {
        chair.respond({ pct: 66, afterMs: i === 0 ? 5000 : intervalMs });
        const response = chair.person.truth.responses().at(-1);
        return response?.spreadsUntilMs === null ? 0 : 1;
      });
    };
    const first = (all: readonly number[]): number => all.indexOf(1);
    expect(first(biceps("edge-spread", 100))).toBe(25);
    expect(first(biceps("edge-spread", 50))).toBe(25);
    expect(first(biceps("edge-spread", 200))).toBe(-1);
    expect(first(biceps("healthy-young", 50))).toBe(-1);
  });
});

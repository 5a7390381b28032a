import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/contract/dose.ts";
import { checkPlan } from "../../src/safety/envelope.ts";
import {
  conventional,
  doses,
  input,
  planOf,
  session,
  speaking,
  starts,
  tbs,
  threshold,
} from "./fixtures.ts";

const KOCH = { hz: 20, pulses: 40, offS: 28, trains: 40 };
const RMT_50 = [threshold({ percentMso: 50 })];
const AMT_40 = [threshold({ kind: "AMT", percentMso: 40 })];

function qps(isiMs: number): Plan {
  const specs = Array.from({ length: 360 }, (_, i) => ({
    dueMs: i * 5000,
    shape: { kind: "burst", pulses: 4, isiMs } as const,
    pct: 36,
    train: i + 1,
  }));
  return planOf(["QPS"], doses(specs));
}

/** Flags that come with the published library, for what can be expanded; RMT 50 or AMT 40. */
const LIBRARY: readonly (readonly [string, Plan, "ok" | "soft" | "hard", readonly string[]])[] = [
  ["koch-2018-precuneus", conventional(KOCH), "soft", ["DUR-02"]],
  ["cotelli-2011-offline", conventional({ ...KOCH, trains: 50 }), "soft", ["DUR-02"]],
  [
    "ahmed-2012-20hz",
    conventional({ hz: 20, pulses: 100, offS: 25, trains: 20, pct: 45 }),
    "hard",
    ["DUR-01"],
  ],
  ["ahmed-2012-1hz", conventional({ hz: 1, pulses: 1000, offS: 30, trains: 2 }), "ok", []],
  ["moussavi-2021", conventional({ hz: 20, pulses: 30, offS: 10, trains: 50 }), "ok", []],
  [
    "zhao-2017 at 100 %",
    conventional({ hz: 20, pulses: 200, offS: 22.5, trains: 20 }),
    "hard",
    ["CUM-01", "DUR-01"],
  ],
  ["turriziani-2012", conventional({ hz: 1, pulses: 600, pct: 45 }), "ok", []],
  ["marra-2015-mci", conventional({ hz: 10, pulses: 50, offS: 25, trains: 40, pct: 55 }), "ok", []],
  ["jia-2021-parietal", conventional({ hz: 10, pulses: 20, offS: 28, trains: 40 }), "ok", []],
  [
    "padala-2020-ad-apathy",
    conventional({ hz: 10, pulses: 40, offS: 26, trains: 75, pct: 60 }),
    "soft",
    ["DUR-02", "ITI-02"],
  ],
  [
    "leocani-2021-h2",
    conventional({ hz: 10, pulses: 20, offS: 20, trains: 42, pct: 60 }),
    "soft",
    ["ITI-02"],
  ],
  ["alcala-2018-5hz", conventional({ hz: 5, pulses: 50, offS: 60, trains: 30 }), "ok", []],
  ["rtms-1hz", conventional({ hz: 1, pulses: 900, pct: 45 }), "ok", []],
  ["rtms-5hz", conventional({ hz: 5, pulses: 50, offS: 50, trains: 18, pct: 45 }), "ok", []],
  ["rtms-10hz", conventional({ hz: 10, pulses: 15, offS: 58.5, trains: 10, pct: 45 }), "ok", []],
  ["rtms-20hz", conventional({ hz: 20, pulses: 20, offS: 60, trains: 10 }), "ok", []],
  [
    "wu-2022-aitbs",
    { ...tbs("iTBS", { bursts: 10, trains: 20, periodMs: 10_000, pct: 35 }), interSessionMin: 15 },
    "soft",
    ["SES-02", "TBS-01"],
  ],
  [
    "threed-itbs600",
    tbs("iTBS", { bursts: 10, trains: 20, periodMs: 10_000, pct: 60 }),
    "soft",
    ["TBS-01"],
  ],
  [
    "saint-2020, one session",
    { ...tbs("iTBS", { bursts: 10, trains: 60, periodMs: 10_000, pct: 45 }), interSessionMin: 50 },
    "soft",
    ["SES-02", "TBS-01"],
  ],
  [
    "itbs-30hz",
    tbs("iTBS", { hz: 30, bursts: 10, trains: 20, periodMs: 10_000, pct: 45 }),
    "soft",
    ["TBS-01"],
  ],
  ["tep-single", starts("single", { count: 120, everyMs: 2000, pct: 55 }), "ok", []],
  ["io-curve at its top", starts("single", { count: 70, everyMs: 5000, pct: 75 }), "ok", []],
  [
    "lici",
    starts("paired", { count: 60, everyMs: 4000, shape: { kind: "pair", isiMs: 200 }, pct: 60 }),
    "ok",
    [],
  ],
  [
    "mu-triplets",
    starts("closed-loop-burst", {
      count: 200,
      everyMs: 1000,
      shape: { kind: "burst", pulses: 3, isiMs: 10 },
      pct: 40,
    }),
    "soft",
    ["PAT-01"],
  ],
];

/** The same for entries in percent of AMT. */
const LIBRARY_AMT: readonly (readonly [string, Plan, "ok" | "soft", readonly string[]])[] = [
  ["itbs-600", tbs("iTBS", { bursts: 10, trains: 20, periodMs: 10_000 }), "ok", []],
  ["ctbs-600", tbs("cTBS", { bursts: 200, trains: 1, periodMs: 40_000 }), "ok", []],
  ["ctbs-300", tbs("cTBS", { bursts: 100, trains: 1, periodMs: 20_000 }), "ok", []],
  ["imtbs-600", tbs("imTBS", { bursts: 25, trains: 8, periodMs: 15_000 }), "ok", []],
  ["qps-5", qps(5), "soft", ["PAT-01"]],
  ["qps-50", qps(50), "soft", ["PAT-01"]],
];

describe("verdicts on the published library", () => {
  it.each(LIBRARY)("%s at an RMT of 50", (_, plan, verdict, rules) => {
    const report = checkPlan(input(plan, { session: session({ thresholds: RMT_50 }) }));
    expect(speaking(report)).toEqual(rules);
    expect(report.verdict).toBe(verdict);
    expect(report.starts).toBe(verdict !== "hard");
  });

  it.each(LIBRARY_AMT)("%s at an AMT of 40", (_, plan, verdict, rules) => {
    const report = checkPlan(input(plan, { session: session({ thresholds: AMT_40 }) }));
    expect(speaking(report)).toEqual(rules);
    expect(report.verdict).toBe(verdict);
    expect(report.starts).toBe(true);
    expect(report.findings).toContainEqual(
      expect.objectContaining({ rule: "INT-01", tier: "warn", effect: "shown" }),
    );
  });
});

describe("the precuneus protocol at an RMT of 45", () => {
  const thresholds = [threshold({ percentMso: 45 })];
  const plan = conventional({ ...KOCH, pct: 45 });

  it("starts on a simulated rig and shows that its trains are longer than Chen 1997", () => {
    const report = checkPlan(input(plan, { session: session({ thresholds }) }));
    expect(report).toMatchObject({ verdict: "soft", starts: true });
    const finding = report.findings.find(({ rule }) => rule === "DUR-02");
    expect(finding?.effect).toBe("shown");
    expect(finding?.source).toContain("Chen 1997");
    expect(finding?.source).toContain("consistency-checked");
    expect(finding?.detail).toContain("40 times");
  });

  it("records what a simulated rig leaves out as not applicable", () => {
    const report = checkPlan(
      input(plan, {
        session: session({ thresholds, screening: null, checklist: null, operator: null }),
      }),
    );
    const left = report.findings.filter(({ effect }) => effect === "not-applicable");
    expect(left.map(({ rule }) => rule).sort()).toEqual([
      "INT-01",
      "INT-02",
      "PRE-01",
      "SCR-01",
      "SCR-02",
      "WDG-01",
    ]);
    expect(report).toMatchObject({ verdict: "soft", starts: true });
  });
});

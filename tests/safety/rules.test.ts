import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/contract/dose.ts";
import { checkPlan } from "../../src/safety/envelope.ts";
import { RULES as TABLE } from "../../src/safety/rules/table.ts";
import { RULES } from "../../src/safety/rules.ts";
import { AFTER, AT_REST, BROKEN, IN_COMPANY, real, SINGLES } from "./brokenPlans.ts";
import { doses, EMPTY, input, planOf, session, speaking, starts, threshold } from "./fixtures.ts";

describe("one rule broken at a time", () => {
  it.each(BROKEN)("%s speaks alone: %s", (rule, _, given) => {
    const report = checkPlan(given);
    expect(speaking(report)).toEqual([rule]);
    const tier = TABLE.find(({ id }) => id === rule)?.tier;
    expect(
      report.findings
        .filter((found) => found.rule === rule && found.tier !== "warn")
        .map((found) => found.tier),
    ).toContain(tier);
    expect(report.verdict).toBe(tier);
    expect(report.starts).toBe(tier === "soft" && given.rig.simulated);
  });

  it("every rule of the plan check that can refuse is broken above", () => {
    const checked = TABLE.filter(
      ({ check, tier }) => check !== undefined && tier !== "warn" && check.name !== "",
    );
    const broken = new Set<string>([
      ...BROKEN.map(([rule]) => rule),
      ...IN_COMPANY.flatMap(([rules]) => rules),
    ]);
    expect(checked.map(({ id }) => id).filter((id) => !broken.has(id))).toEqual([]);
  });

  it.each(IN_COMPANY)("%j speak of %s", (rules, _, given) => {
    const report = checkPlan(given);
    expect(speaking(report)).toEqual(rules);
    expect(report).toMatchObject({ verdict: "hard", starts: false });
  });

  it("refuses quadripulses above 90 % AMT and more bursts than the pattern has", () => {
    const burst = { kind: "burst", pulses: 4, isiMs: 5 } as const;
    const strong = starts("QPS", { count: 5, everyMs: 5000, shape: burst, pct: 37 });
    expect(speaking(checkPlan(input(strong)))).toEqual(["DUR-04", "PAT-01"]);
    const blocks = [0, 1].flatMap((block) =>
      Array.from({ length: 200 }, (_, i) => ({
        dueMs: (block * 200 + i) * 5000,
        shape: burst,
        pct: 30,
        block,
      })),
    );
    expect(speaking(checkPlan(input(planOf(["QPS", "QPS"], doses(blocks)))))).toEqual([
      "DUR-04",
      "PAT-01",
    ]);
    const unknown = checkPlan(input(strong, { session: session({ thresholds: [] }) }));
    expect(speaking(unknown, ["hard"])).toEqual(["DUR-04"]);
  });

  it("a single pulse above 100 %MSO is hard, whatever the RMT", () => {
    const strong = starts("single", { count: 1, everyMs: 1, pct: 101 });
    const report = checkPlan(
      input(strong, { session: session({ thresholds: [threshold({ percentMso: 90 })] }) }),
    );
    expect(speaking(report)).toEqual(["INT-03", "SPP-02"]);
    expect(report.verdict).toBe("hard");
  });

  it("hunting may come back to where it was before", () => {
    const climb = (steps: readonly number[]): Plan =>
      planOf(["threshold-tracking"], doses(steps.map((pct, i) => ({ dueMs: i * 5000, pct }))));
    expect(speaking(checkPlan(input(climb([40, 50, 38, 60]))))).toEqual([]);
    expect(speaking(checkPlan(input(climb([40, 50, 38, 61]))))).toEqual(["THR-01"]);
  });

  it("a first session is offered a ramp, which blocks nothing", () => {
    const report = checkPlan(input(AT_REST, { session: session({ firstSession: true }) }));
    expect(speaking(report, ["warn"])).toEqual(["RMP-01"]);
    expect(report).toMatchObject({ verdict: "ok", starts: true });
    const singles = checkPlan(input(SINGLES, { session: session({ firstSession: true }) }));
    expect(speaking(singles, ["warn"])).toEqual([]);
  });

  it("single pulses without any threshold start, and it is said that they cannot be judged", () => {
    const report = checkPlan(input(SINGLES, { session: session({ thresholds: [] }) }));
    expect(report).toMatchObject({ verdict: "ok", starts: true });
    expect(speaking(report, ["warn"])).toEqual(["SPP-02"]);
  });

  it("a session of single pulses may follow another one at once", () => {
    const given = real(
      { ledger: { ...EMPTY, lastSessionEndUtc: AFTER(1), sessions24h: 12 } },
      SINGLES,
    );
    expect(checkPlan(given)).toMatchObject({ verdict: "ok", starts: true });
  });

  it.each([
    ["L DLPFC", "right", ["INT-01"]],
    ["R DLPFC", "right", []],
    ["left M1", "left", []],
    ["L DLPFC and R DLPFC", "right", []],
    ["precuneus", "right", []],
  ] as const)(
    "compares the side of target %s with the side of a threshold (%s)",
    (target, hemisphere, rules) => {
      const request = {
        value: 100,
        base: "%RMT",
        threshold: { kind: "RMT", percentMso: 50 },
      } as const;
      const plan = planOf(["single"], doses([{ dueMs: 0, over: { request } }]), {
        blocks: [{ index: 0, label: "b", pattern: "single", target }],
      });
      const report = checkPlan(
        real({ session: session({ thresholds: [threshold({ hemisphere })] }) }, plan),
      );
      expect(speaking(report)).toEqual(rules);
    },
  );
});

describe("the table of rules", () => {
  it("holds the 35 rules, each once", () => {
    expect(RULES).toHaveLength(35);
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(35);
  });

  it("says of every rule what it does, where it acts and by which source", () => {
    for (const rule of RULES) {
      expect(rule.what.length).toBeGreaterThan(10);
      expect(rule.acts).not.toBe("");
      expect(rule.source).not.toBe("");
      expect(rule.onSimulated).not.toBe("");
    }
  });

  it("a rule without a plan check acts elsewhere", () => {
    const elsewhere = TABLE.filter(({ check }) => check === undefined);
    expect(elsewhere.map(({ id }) => id)).toEqual([
      "INT-05",
      "TMP-01",
      "WDG-01",
      "STP-01",
      "EMG-01",
    ]);
    for (const { acts } of elsewhere) expect(acts).not.toContain("plan check");
  });
});

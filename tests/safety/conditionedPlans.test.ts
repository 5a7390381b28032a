import { describe, expect, it } from "vitest";
import { checkPlan } from "../../src/safety/envelope.ts";
import type { CheckInput } from "../../src/safety/types.ts";
import { conditionedPlan, OTHER_RMT, SECOND, TWO, TWO_REAL, UNKNOWN_RMT } from "./conditioned.ts";
import { input, planOf, session, speaking, threshold } from "./fixtures.ts";

const KNOWN = session({ thresholds: [threshold(), OTHER_RMT] });

function simulated(over: Partial<CheckInput> = {}, plan = conditionedPlan()): CheckInput {
  return input(plan, { rig: TWO, session: KNOWN, ...over });
}

function real(over: Partial<CheckInput> = {}, plan = conditionedPlan()): CheckInput {
  return input(plan, { rig: TWO_REAL, session: KNOWN, limitsAccepted: true, ...over });
}

function rulesOf(given: CheckInput): readonly string[] {
  return speaking(checkPlan(given));
}

describe("a plan with conditioning pulses of a second stimulator", () => {
  it("is let through where both thresholds are known and both stimulators set", () => {
    expect(rulesOf(simulated())).toEqual([]);
    const report = checkPlan(real());
    expect(speaking(report)).toEqual([]);
    expect(report.starts).toBe(true);
  });

  it("is refused by a rig without a second stimulator (DEV-01)", () => {
    const { second: _, ...one } = TWO;
    const report = checkPlan(simulated({ rig: one }));
    expect(speaking(report)).toEqual(["DEV-01"]);
    expect(report.starts).toBe(false);
  });

  it("is refused at another output than the dial has, and above the operator's ceiling (INT-03)", () => {
    expect(rulesOf(simulated({}, conditionedPlan({ over: { pctMso: 59 } })))).toEqual(["INT-03"]);
    const high = { ...SECOND, intensityPctMso: 60, maxPctMso: 55 };
    expect(rulesOf(simulated({ rig: { ...TWO, second: high } }))).toEqual(["INT-03"]);
  });

  it("is refused above what its request resolves to (INT-01)", () => {
    const request = {
      value: 100,
      base: "%RMT (contralateral)",
      threshold: { kind: "RMT-other", percentMso: 50 },
    } as const;
    expect(rulesOf(simulated({}, conditionedPlan({ over: { request } })))).toEqual(["INT-01"]);
  });

  it("is never judged by the threshold of the tested side (INT-01)", () => {
    const request = {
      value: 120,
      base: "%RMT (contralateral)",
      threshold: { kind: "RMT", percentMso: 50 },
    } as const;
    expect(rulesOf(simulated({}, conditionedPlan({ over: { request } })))).toEqual(["INT-01"]);
  });

  it("without RMT-other is refused on a real rig, and only told of on a simulated one", () => {
    const unknown = conditionedPlan({ over: { request: UNKNOWN_RMT } });
    const alone = session({ thresholds: [threshold()] });
    expect(rulesOf(real({ session: alone }, unknown))).toEqual(["INT-01"]);
    const inMso = { value: 60, base: "%MSO (contralateral)", threshold: null };
    expect(
      rulesOf(real({ session: alone }, conditionedPlan({ over: { request: inMso } }))),
    ).toEqual(["INT-01"]);
    const report = checkPlan(simulated({ session: alone }, unknown));
    expect(report.starts).toBe(true);
    expect(speaking(report)).toEqual([]);
    expect(speaking(report, ["warn"])).toEqual(["SPP-02"]);
  });

  it("is soft above 150 % of RMT-other, however high the RMT of the tested side (SPP-02)", () => {
    const low = { ...OTHER_RMT, percentMso: 39 };
    const request = { value: 60, base: "%MSO (contralateral)", threshold: null };
    const plan = conditionedPlan({ over: { request } });
    const held = session({ thresholds: [threshold({ percentMso: 90 }), low] });
    expect(rulesOf(simulated({ session: held }, plan))).toEqual(["SPP-02"]);
    expect(checkPlan(real({ session: held }, plan)).starts).toBe(false);
  });

  it("needs RMT-other measured with that stimulator, coil, pulse and side on a real rig", () => {
    const withOther = (over: Partial<typeof OTHER_RMT>): readonly string[] =>
      rulesOf(real({ session: session({ thresholds: [threshold(), { ...OTHER_RMT, ...over }] }) }));
    expect(withOther({ stimulator: "magstim-super-rapid2" })).toEqual(["INT-01"]);
    expect(withOther({ waveform: "biphasic" })).toEqual(["INT-01"]);
    expect(withOther({ hemisphere: "left" })).toEqual(["INT-01"]);
    expect(withOther({ muscle: null })).toEqual(["INT-01"]);
    expect(withOther({ coilSerial: "C-1" })).toEqual(["INT-02"]);
    expect(withOther({ measuredAt: "2026-05-03T08:00:00.000Z" })).toEqual(["INT-02"]);
  });

  it("cannot have both coils on one side on a real rig", () => {
    const second = { ...SECOND, side: "left" } as const;
    const other = { ...OTHER_RMT, hemisphere: "left" } as const;
    const plan = conditionedPlan({
      dose: {
        request: { value: 100, base: "%RMT", threshold: { kind: "RMT", percentMso: 50 } },
      },
    });
    const held = session({ thresholds: [threshold(), other] });
    expect(rulesOf(real({ rig: { ...TWO_REAL, second }, session: held }, plan))).toEqual([
      "INT-01",
    ]);
    expect(rulesOf(real({}, plan))).toEqual([]);
  });

  it("counts both pulses of every trial (CUM-01, CUM-02)", () => {
    const soft = conditionedPlan({ count: 1501, everyMs: 5000 });
    expect(rulesOf(simulated({}, soft))).toEqual(["CUM-01"]);
    const hard = conditionedPlan({ count: 2501, everyMs: 5000 });
    expect(rulesOf(simulated({}, hard))).toContain("CUM-02");
    const earlier = conditionedPlan({ count: 1499 }).doses.map((dose) => ({
      ...dose,
      dueMs: dose.dueMs - 10_000_000,
    }));
    expect(rulesOf(simulated({ earlier }, conditionedPlan({ count: 1 })))).toEqual([]);
    expect(rulesOf(simulated({ earlier }, conditionedPlan({ count: 2 })))).toEqual(["CUM-01"]);
  });

  it("is judged as pairs, at most one every 2 s (SPP-03)", () => {
    const second = { ...SECOND, minIntervalMs: 500 };
    const fast = conditionedPlan({ everyMs: 1500 });
    expect(rulesOf(simulated({ rig: { ...TWO, second } }, fast))).toEqual(["SPP-03"]);
  });

  it("keeps the rest that the second stimulator needs, over segments too (ITI-03)", () => {
    const quick = conditionedPlan({ everyMs: 2900 });
    expect(rulesOf(simulated({}, quick))).toEqual(["ITI-03"]);
    const earlier = conditionedPlan({ count: 1 }).doses.map((dose) => ({ ...dose, dueMs: -1900 }));
    expect(rulesOf(simulated({ earlier }, conditionedPlan({ count: 1 })))).toEqual(["ITI-03"]);
  });

  it("as single pulses is no pair of anything: 10 ms apart is too close (SPP-01)", () => {
    const report = checkPlan(simulated({}, conditionedPlan({ pattern: "single" })));
    expect(report.starts).toBe(false);
    expect(speaking(report)).toContain("SPP-01");
  });

  it("lets no conditioning pulse excuse a steep climb of a threshold hunt (THR-01)", () => {
    const hunt = conditionedPlan({ count: 1, pct: 40, pattern: "threshold-tracking" });
    const [first] = hunt.doses;
    if (first === undefined) throw new Error("one dose");
    const steep = { ...first, index: 1, dueMs: 6000, intensityPctMso: [55] };
    const plan = planOf(["threshold-tracking"], [first, steep], { pulses: 4 });
    expect(rulesOf(simulated({}, plan))).toEqual(["THR-01"]);
  });

  it.each([
    ["before a pair", { shape: { kind: "pair", isiMs: 2 }, intensityPctMso: [50, 50] }, {}],
    ["before a train", { shape: { kind: "train", pulses: 5, frequencyHz: 10 } }, {}],
    ["inside a train of the host", { hostTrain: { position: 1, count: 2 } }, {}],
    ["beside a stimulus of a nerve", { nerve: { leadMs: 20 } }, {}],
    ["at the instant of its pulse", {}, { leadMs: 0 }],
    ["behind its pulse", {}, { leadMs: -10 }],
    ["a quarter of a second before", {}, { leadMs: 250 }],
    ["at no instant", {}, { leadMs: Number.NaN }],
    ["of no output", {}, { pctMso: Number.NaN }],
  ] as const)("cannot be read with a conditioning pulse %s", (_, dose, over) => {
    const plan = conditionedPlan({ count: 1, dose, over });
    const counted = { ...plan, pulses: plan.pulses };
    const report = checkPlan(simulated({}, counted));
    expect(speaking(report)).toEqual(["PLAN"]);
    expect(report.starts).toBe(false);
  });

  it("cannot be read when a conditioning pulse comes before the dose in front of it", () => {
    const plan = conditionedPlan({ count: 2, everyMs: 9 });
    expect(rulesOf(simulated({}, plan))).toEqual(["PLAN"]);
  });

  it("cannot be read when it counts its test pulses alone", () => {
    expect(rulesOf(simulated({}, { ...conditionedPlan({ count: 4 }), pulses: 4 }))).toEqual([
      "PLAN",
    ]);
  });
});

import { describe, expect, it } from "vitest";
import type { DoseShape, Plan } from "../../src/contract/dose.ts";
import { redeem } from "../../src/safety/permit.ts";
import type { Gate } from "../../src/safety/types.ts";
import { conventional, doses, planOf, readyFor } from "./fixtures.ts";
import { arm, ask, BASE_MS, codeOf, doseAt, open } from "./gateFixtures.ts";

function windowPlan(by: "trigger" | "stored-protocol"): Plan {
  const shape: DoseShape = {
    kind: "external",
    maxPulses: 10,
    minIntervalMs: 4000,
    windowMs: 60_000,
    by,
  };
  return planOf(["external"], doses([{ dueMs: 0, shape }]));
}

function permitted(plan: Plan): { readonly gate: Gate; readonly permit: object } {
  const gate = open(plan);
  expect(arm(gate, plan)).toBe("ok");
  const permit = ask(gate, plan, 0);
  if (!permit.ok) throw new Error(codeOf(permit));
  return { gate, permit: permit.value };
}

describe("a permit for somebody else's trigger", () => {
  it("fires nothing from this side", () => {
    const { permit } = permitted(windowPlan("trigger"));
    expect(codeOf(redeem(permit as never, "dev-1", BASE_MS, { kind: "fire" }))).toBe(
      "GATE_PERMIT_MISMATCH",
    );
  });

  it("starts a stored protocol once", () => {
    const { permit } = permitted(windowPlan("stored-protocol"));
    expect(codeOf(redeem(permit as never, "dev-1", BASE_MS, { kind: "fire" }))).toBe("ok");
    expect(codeOf(redeem(permit as never, "dev-1", BASE_MS, { kind: "fire" }))).toBe(
      "GATE_PERMIT_SPENT",
    );
  });

  it("carries its ceilings, and the plan was weighed as if they were reached", () => {
    const { permit } = permitted(windowPlan("trigger"));
    expect(permit).toMatchObject({ maxPulses: 10, ceilingPctMso: 50 });
    const fast: DoseShape = {
      kind: "external",
      maxPulses: 200,
      minIntervalMs: 50,
      windowMs: 60_000,
      by: "trigger",
    };
    expect(() => open(planOf(["external"], doses([{ dueMs: 0, shape: fast }])))).toThrow("DUR-01");
  });
});

describe("the watch over an open window", () => {
  const plan = windowPlan("trigger");
  const seen = (over: object): ReturnType<typeof readyFor> => readyFor(doseAt(plan, 0), 1000, over);
  const judge = (over: object): string => {
    const refusal = permitted(plan).gate.judgeWindow(doseAt(plan, 0), seen(over), 1000);
    return refusal === null ? "ok" : `${refusal.code} ${refusal.rule}`;
  };

  it("finds nothing wrong with a device that recharges", () => {
    expect(judge({ state: "armed" })).toBe("ok");
    expect(judge({})).toBe("ok");
  });

  it.each([
    [{ intensityPctMso: [55] }, "GATE_DOSE_REFUSED INT-05"],
    [{ state: "standby" }, "GATE_DEVICE_STATE DEV-01"],
    [{ mode: "train" }, "GATE_DOSE_REFUSED DEV-01"],
    [{ fault: "hot" }, "GATE_DEVICE_STATE FLT-01"],
    [{ coilPresent: false }, "GATE_DEVICE_STATE DEV-01"],
    [{ isiMs: 3 }, "GATE_DOSE_REFUSED DEV-01"],
  ])("finds %j", (over, expected) => {
    expect(judge(over)).toBe(expected);
  });
});

describe("thresholds that were measured with something else", () => {
  const fromThreshold = {
    value: 100,
    base: "%RMT",
    threshold: { kind: "RMT", percentMso: 50 },
  } as const;

  it("permit nothing any more", () => {
    const plain = conventional({ hz: 20, pulses: 40, offS: 28, trains: 2 });
    const plan: Plan = {
      ...plain,
      doses: plain.doses.map((dose) => ({ ...dose, request: fromThreshold })),
    };
    const gate = open(plan);
    expect(arm(gate, plan)).toBe("ok");
    expect(ask(gate, plan, 0).ok).toBe(true);
    gate.voidThresholds("coil: 60 before, 72 now");
    expect(codeOf(ask(gate, plan, 1))).toBe("GATE_THRESHOLD_VOID INT-01");
    expect(codeOf(gate.permitSettings(doseAt(plan, 1), 0))).toBe("GATE_THRESHOLD_VOID INT-01");
  });

  it("are no matter for doses in percent of output", () => {
    const plan = conventional({ hz: 20, pulses: 40, offS: 28, trains: 2 });
    const gate = open(plan);
    gate.voidThresholds("coil: 60 before, 72 now");
    expect(codeOf(gate.permitSettings(doseAt(plan, 0), 0))).toBe("ok");
  });
});

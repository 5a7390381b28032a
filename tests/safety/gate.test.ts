import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/contract/dose.ts";
import type { Hazard } from "../../src/contract/hazard.ts";
import { openGate } from "../../src/safety/gate.ts";
import { redeem } from "../../src/safety/permit.ts";
import { createStopLatch } from "../../src/safety/stop.ts";
import type { IntentReceipt } from "../../src/safety/types.ts";
import { conventional, doses, input, planOf } from "./fixtures.ts";
import {
  arm,
  ask,
  BASE_MS,
  codeOf,
  doseAt,
  KOCH,
  mintReceipt,
  open,
  receipt,
} from "./gateFixtures.ts";

describe("opening a gate", () => {
  it("a refused plan has no gate, only the report that says why", () => {
    const opened = openGate(input(conventional({ hz: 20, pulses: 100 })), "dev-1");
    expect(opened.ok).toBe(false);
    if (!opened.ok) expect(opened.error).toMatchObject({ verdict: "hard", starts: false });
  });

  it("a plan that starts has one, and its report stays with it", () => {
    expect(open(KOCH).report).toMatchObject({ verdict: "soft", starts: true });
  });

  it("a plan that is changed after opening is another plan", () => {
    const held = structuredClone(KOCH) as unknown as { doses: { intensityPctMso: number[] }[] };
    const plan = held as unknown as Plan;
    const gate = open(plan);
    expect(arm(gate, plan)).toBe("ok");
    for (const dose of held.doses) dose.intensityPctMso[0] = 90;
    expect(codeOf(ask(gate, plan, 0))).toBe("GATE_DOSE_REFUSED");
    const permit = ask(gate, plan, 0, { dose: doseAt(KOCH, 0) });
    if (!permit.ok) throw new Error(codeOf(permit));
    expect(permit.value.ceilingPctMso).toBe(50);
  });
});

describe("permits of a dose", () => {
  it("lets one dose out in its window and fires once", () => {
    const gate = open(KOCH);
    expect(arm(gate, KOCH)).toBe("ok");
    const permit = ask(gate, KOCH, 0);
    if (!permit.ok) throw new Error(codeOf(permit));
    expect(permit.value).toMatchObject({
      notBeforeMs: BASE_MS,
      notAfterMs: BASE_MS + 5,
      ceilingPctMso: 50,
      maxPulses: 40,
    });
    const fire: Hazard = { kind: "fire" };
    expect(codeOf(redeem(permit.value, "dev-1", BASE_MS - 0.001, fire))).toBe(
      "GATE_PERMIT_EXPIRED",
    );
    expect(codeOf(redeem(permit.value, "dev-1", BASE_MS, { kind: "arm" }))).toBe(
      "GATE_PERMIT_MISMATCH",
    );
    expect(codeOf(redeem(permit.value, "dev-1", BASE_MS, fire))).toBe("ok");
    expect(codeOf(redeem(permit.value, "dev-1", BASE_MS, fire))).toBe("GATE_PERMIT_SPENT");
  });

  it("permits no dose twice", () => {
    const gate = open(KOCH);
    arm(gate, KOCH);
    expect(codeOf(ask(gate, KOCH, 0))).toBe("ok");
    expect(codeOf(ask(gate, KOCH, 0))).toBe("GATE_DOSE_REFUSED WDG-02");
  });

  it("keeps the order: a dose that was left out is over", () => {
    const gate = open(KOCH);
    arm(gate, KOCH);
    expect(codeOf(ask(gate, KOCH, 1))).toBe("ok");
    expect(codeOf(ask(gate, KOCH, 0))).toBe("GATE_DOSE_REFUSED WDG-02");
    expect(codeOf(ask(gate, KOCH, 2))).toBe("ok");
  });

  it("a dose that was booked is over", () => {
    const gate = open(KOCH);
    arm(gate, KOCH);
    gate.book(doseAt(KOCH, 0), "skipped-late", 1);
    expect(codeOf(ask(gate, KOCH, 0))).toBe("GATE_DOSE_REFUSED WDG-02");
  });

  it.each([
    ["more intensity", { intensityPctMso: [51] }],
    ["more pulses", { shape: { kind: "train", pulses: 41, frequencyHz: 20 } }],
    ["another instant", { dueMs: 1 }],
    ["a wider late limit", { lateLimitMs: 500 }],
    ["an index outside the plan", { index: 99 }],
  ] as const)("knows the doses of its plan by their content: not one with %s", (_, over) => {
    const gate = open(KOCH);
    arm(gate, KOCH);
    expect(codeOf(ask(gate, KOCH, 0, { dose: { ...doseAt(KOCH, 0), ...over } }))).toBe(
      "GATE_DOSE_REFUSED",
    );
  });

  it("takes an equal copy of a dose, since doses travel between processes", () => {
    const gate = open(KOCH);
    arm(gate, KOCH);
    expect(codeOf(ask(gate, KOCH, 0, { dose: structuredClone(doseAt(KOCH, 0)) }))).toBe("ok");
  });

  it("needs a receipt, its own, and each receipt once", () => {
    const gate = open(KOCH);
    arm(gate, KOCH);
    const paper = receipt(doseAt(KOCH, 0));
    expect(codeOf(ask(gate, KOCH, 0, { paper: { intentSeq: 1 } as IntentReceipt }))).toBe(
      "GATE_NO_RECEIPT",
    );
    expect(codeOf(ask(gate, KOCH, 0, { paper: structuredClone({ ...paper }) }))).toBe(
      "GATE_NO_RECEIPT",
    );
    expect(codeOf(ask(gate, KOCH, 0, { paper }))).toBe("ok");
    expect(codeOf(ask(gate, KOCH, 1, { paper }))).toBe("GATE_NO_RECEIPT");
    expect(
      codeOf(ask(gate, KOCH, 1, { paper: mintReceipt(paper.intentSeq, doseAt(KOCH, 1)) })),
    ).toBe("GATE_NO_RECEIPT");
  });

  it("takes a receipt for the dose of its intent alone", () => {
    const gate = open(KOCH);
    arm(gate, KOCH);
    const [first, second] = [receipt(doseAt(KOCH, 0)), receipt(doseAt(KOCH, 1))];
    expect(codeOf(ask(gate, KOCH, 0, { paper: second }))).toBe("GATE_NO_RECEIPT");
    expect(codeOf(ask(gate, KOCH, 0, { paper: first }))).toBe("ok");
    expect(codeOf(ask(gate, KOCH, 1, { paper: second }))).toBe("ok");
  });

  it("a receipt that one gate took is worth nothing at another", () => {
    const paper = receipt(doseAt(KOCH, 0));
    const [one, two] = [open(KOCH), open(KOCH)];
    arm(one, KOCH);
    arm(two, KOCH);
    expect(codeOf(ask(one, KOCH, 0, { paper }))).toBe("ok");
    expect(codeOf(ask(two, KOCH, 0, { paper }))).toBe("GATE_NO_RECEIPT");
  });

  it("refuses the next dose when the clock went backwards", () => {
    const plan = planOf(["custom"], doses([{ dueMs: 0 }, { dueMs: 40 }]));
    const gate = open(plan);
    arm(gate, plan);
    expect(codeOf(ask(gate, plan, 0, { askMs: 0 }))).toBe("ok");
    expect(codeOf(ask(gate, plan, 1, { askMs: -50 }))).toBe("GATE_CLOCK_JUMP");
    expect(codeOf(ask(gate, plan, 1, { askMs: -40 }))).toBe("ok");
  });

  it("a refusal of the guard spends no receipt", () => {
    const gate = open(KOCH);
    arm(gate, KOCH);
    const paper = receipt(doseAt(KOCH, 0));
    expect(codeOf(ask(gate, KOCH, 0, { paper, askMs: -40, seen: { state: "armed" } }))).toBe(
      "GATE_DEVICE_STATE DEV-01",
    );
    expect(codeOf(ask(gate, KOCH, 0, { paper }))).toBe("ok");
  });

  it("needs the device armed for this dose", () => {
    const gate = open(KOCH);
    expect(codeOf(ask(gate, KOCH, 0))).toBe("GATE_DEVICE_STATE");
    expect(arm(gate, KOCH, 0, 0)).toBe("ok");
    expect(codeOf(ask(gate, KOCH, 0))).toBe("ok");
    expect(codeOf(ask(gate, KOCH, 1))).toBe("GATE_DEVICE_STATE");
    expect(arm(gate, KOCH, 1, 2)).toBe("ok");
    expect(codeOf(ask(gate, KOCH, 1))).toBe("ok");
  });

  it("a run may slide later, never earlier", () => {
    const gate = open(KOCH);
    arm(gate, KOCH);
    expect(codeOf(ask(gate, KOCH, 0, { shiftMs: 1000 }))).toBe("ok");
    expect(codeOf(ask(gate, KOCH, 1, { shiftMs: 999 }))).toBe("GATE_DOSE_REFUSED WDG-02");
    expect(codeOf(ask(gate, KOCH, 1, { shiftMs: 5000 }))).toBe("ok");
    expect(codeOf(ask(gate, KOCH, 2, { shiftMs: 1000 }))).toBe("GATE_DOSE_REFUSED WDG-02");
  });

  it("inside a host-timed train a skipped pulse takes the rest with it", () => {
    const held = doses(
      Array.from({ length: 6 }, (_, i) => ({
        dueMs: Math.floor(i / 3) * 20_000 + (i % 3) * 1000,
        pct: 45,
        train: Math.floor(i / 3) + 1,
        over: { hostTrain: { position: i % 3, count: 3 } },
      })),
    );
    const plan = planOf(["conventional"], held);
    const gate = open(plan);
    arm(gate, plan);
    expect(codeOf(ask(gate, plan, 0))).toBe("ok");
    gate.book(doseAt(plan, 0), "delivered", 1);
    expect(codeOf(ask(gate, plan, 2))).toBe("GATE_DOSE_REFUSED WDG-02");
    expect(codeOf(ask(gate, plan, 1))).toBe("ok");
    gate.book(doseAt(plan, 1), "skipped-late", 1);
    expect(codeOf(ask(gate, plan, 2))).toBe("GATE_DOSE_REFUSED WDG-02");
    expect(codeOf(ask(gate, plan, 3))).toBe("ok");
    gate.book(doseAt(plan, 3), "unknown", 1);
    expect(codeOf(ask(gate, plan, 4))).toBe("ok");
  });
});

describe("stopping", () => {
  it("nothing leaves after a stop, and what is out is worth nothing", () => {
    const gate = open(KOCH);
    arm(gate, KOCH);
    const permit = ask(gate, KOCH, 0);
    gate.stop("pedal");
    gate.stop("signal");
    expect(gate.stopped).toBe("pedal");
    if (permit.ok)
      expect(codeOf(redeem(permit.value, "dev-1", BASE_MS, { kind: "fire" }))).toBe("GATE_STOPPED");
    expect(codeOf(ask(gate, KOCH, 1))).toBe("GATE_STOPPED STP-01");
    expect(arm(gate, KOCH, 1)).toBe("GATE_STOPPED STP-01");
    expect(codeOf(gate.permitSettings(doseAt(KOCH, 1), 1))).toBe("GATE_STOPPED STP-01");
  });

  it("a latch that gates share stops them all", () => {
    const latch = createStopLatch();
    const [one, two] = [1, 2].map(() => openGate(input(KOCH), "dev-1", latch));
    if (!one?.ok || !two?.ok) throw new Error("no gates");
    one.value.stop("pedal");
    expect(two.value.stopped).toBe("pedal");
    expect(arm(two.value, KOCH)).toBe("GATE_STOPPED STP-01");
  });
});

describe("booking", () => {
  it("counts delivered and unknown pulses, each dose once", () => {
    const gate = open(KOCH);
    expect(gate.bookedPulses()).toBe(0);
    gate.book(doseAt(KOCH, 0), "unknown", 1);
    gate.book(doseAt(KOCH, 0), "skipped-late", 2);
    gate.book(doseAt(KOCH, 1), "refused-by-device", 3);
    expect(gate.bookedPulses()).toBe(40);
    gate.book(doseAt(KOCH, 1), "delivered", 4);
    expect(gate.bookedPulses()).toBe(80);
  });

  it("a dose of another plan is a bug", () => {
    expect(() => open(KOCH).book({ ...doseAt(KOCH, 0), dueMs: 9 }, "delivered", 1)).toThrow(
      "CLI_BUG",
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dose, Plan } from "../../src/contract/dose.ts";
import type { Hazard } from "../../src/contract/hazard.ts";
import type { StimulatorStatus } from "../../src/contract/stimulator.ts";
import { openGate } from "../../src/safety/gate.ts";
import { redeem } from "../../src/safety/permit.ts";
import { claimReceiptMint } from "../../src/safety/receipts.ts";
import { createStopLatch } from "../../src/safety/stop.ts";
import type { CheckInput, Gate, IntentReceipt } from "../../src/safety/types.ts";
import { conventional, device, doses, input, planOf, readyFor, starts } from "./fixtures.ts";

const mintReceipt = claimReceiptMint();
let seq = 0;
function receipt(): IntentReceipt {
  seq += 1;
  return mintReceipt(seq);
}

/** Where the plan's start lies on the run's clock, ms. */
const BASE_MS = 60_000;
const KOCH = conventional({ hz: 20, pulses: 40, offS: 28, trains: 3 });

function open(plan: Plan, over: Partial<CheckInput> = {}): Gate {
  const opened = openGate(input(plan, over), "dev-1");
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.value;
}

function doseAt(plan: Plan, index: number): Dose {
  const dose = plan.doses[index];
  if (dose === undefined) throw new Error(`no dose ${index}`);
  return dose;
}

function standby(dose: Dose, atMs: number, over: Partial<StimulatorStatus> = {}): StimulatorStatus {
  return readyFor(dose, atMs, { state: "standby", ...over });
}

function codeOf(
  result: { ok: true } | { ok: false; error: { code: string; rule: string | null } },
): string {
  return result.ok
    ? "ok"
    : [result.error.code, result.error.rule].filter((part) => part !== null).join(" ");
}

function arm(gate: Gate, plan: Plan, first = 0, last = plan.doses.length - 1): string {
  const dose = doseAt(plan, first);
  return codeOf(gate.permitArm(dose, doseAt(plan, last), standby(dose, 100), 100));
}

interface Ask {
  readonly shiftMs?: number;
  readonly askMs?: number;
  readonly seen?: Partial<StimulatorStatus>;
  readonly paper?: IntentReceipt;
  readonly dose?: Dose;
}

function ask(gate: Gate, plan: Plan, index: number, how: Ask = {}): ReturnType<Gate["permitDose"]> {
  const dose = how.dose ?? doseAt(plan, index);
  const dueMs = BASE_MS + doseAt(plan, index).dueMs + (how.shiftMs ?? 0);
  const nowMs = dueMs + (how.askMs ?? -20);
  return gate.permitDose(
    dose,
    dueMs,
    how.paper ?? receipt(),
    readyFor(dose, nowMs - 100, how.seen),
    nowMs,
  );
}

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
  });
});

describe("permits of a dose", () => {
  it("lets one dose out in its window and fires once", () => {
    const gate = open(KOCH);
    expect(arm(gate, KOCH)).toBe("ok");
    const permit = ask(gate, KOCH, 0);
    if (!permit.ok) throw new Error(codeOf(permit));
    expect(permit.value).toMatchObject({
      notBeforeMs: BASE_MS - 1,
      notAfterMs: BASE_MS + 5,
      ceilingPctMso: 50,
      maxPulses: 40,
    });
    const fire: Hazard = { kind: "fire" };
    expect(codeOf(redeem(permit.value, "dev-1", BASE_MS - 2, fire))).toBe("GATE_PERMIT_EXPIRED");
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
    const paper = receipt();
    expect(codeOf(ask(gate, KOCH, 0, { paper: { intentSeq: 1 } as IntentReceipt }))).toBe(
      "GATE_NO_RECEIPT",
    );
    expect(codeOf(ask(gate, KOCH, 0, { paper: structuredClone({ ...paper }) }))).toBe(
      "GATE_NO_RECEIPT",
    );
    expect(codeOf(ask(gate, KOCH, 0, { paper }))).toBe("ok");
    expect(codeOf(ask(gate, KOCH, 1, { paper }))).toBe("GATE_NO_RECEIPT");
    expect(codeOf(ask(gate, KOCH, 1, { paper: mintReceipt(paper.intentSeq) }))).toBe(
      "GATE_NO_RECEIPT",
    );
  });

  it("a refusal of the guard spends no receipt", () => {
    const gate = open(KOCH);
    arm(gate, KOCH);
    const paper = receipt();
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

describe("permits to set and to arm", () => {
  it("grants exactly what the device model lists for the dose", () => {
    const grants: readonly Hazard[] = [
      { kind: "setting", setting: "durationTenthsS", value: 10 },
      { kind: "intensity", channel: "A", pctMso: 50 },
      { kind: "setting", setting: "frequencyTenthsHz", value: 200 },
      { kind: "setting", setting: "pulses", value: 40 },
    ];
    const gate = open(KOCH, { device: device({ grants: () => grants }) });
    const permit = gate.permitSettings(doseAt(KOCH, 0), 1000);
    if (!permit.ok) throw new Error(codeOf(permit));
    for (const grant of grants)
      expect(codeOf(redeem(permit.value, "dev-1", 1010, grant))).toBe("ok");
    expect(codeOf(redeem(permit.value, "dev-1", 1010, { kind: "fire" }))).toBe(
      "GATE_PERMIT_MISMATCH",
    );
    expect(codeOf(redeem(permit.value, "dev-1", 1010, { kind: "arm" }))).toBe(
      "GATE_PERMIT_MISMATCH",
    );
  });

  it.each([
    ["more intensity", { kind: "intensity", channel: "A", pctMso: 51 }],
    ["an intensity that is no number", { kind: "intensity", channel: "A", pctMso: Number.NaN }],
    ["another channel", { kind: "intensity", channel: "B", pctMso: 1 }],
    ["more pulses", { kind: "setting", setting: "pulses", value: 41 }],
    ["a higher rate", { kind: "setting", setting: "frequencyTenthsHz", value: 201 }],
    ["a higher rate in Hz", { kind: "setting", setting: "frequencyHz", value: 20.1 }],
    ["enhanced power", { kind: "setting", setting: "enhancedPower", value: 1 }],
    ["no coil switch", { kind: "setting", setting: "ignoreCoilSwitch", value: 1 }],
    ["firing", { kind: "fire" }],
    ["arming", { kind: "arm" }],
    ["anything unknown", { kind: "unknown", why: "glued" }],
  ] as const)("refuses a device model that lists %s", (_, grant) => {
    const gate = open(KOCH, { device: device({ grants: () => [grant] }) });
    expect(codeOf(gate.permitSettings(doseAt(KOCH, 0), 1000))).toBe("GATE_DOSE_REFUSED DEV-01");
  });

  it("a single pulse is set to one pulse and no rate", () => {
    const plan = starts("single", { count: 2, everyMs: 5000 });
    const lists = (value: number): Gate =>
      open(plan, {
        device: device({
          grants: () => [
            { kind: "safe" },
            { kind: "setting", setting: "pulses", value },
            { kind: "setting", setting: "frequencyHz", value: 9 },
          ],
        }),
      });
    expect(codeOf(lists(1).permitSettings(doseAt(plan, 0), 1))).toBe("ok");
    expect(codeOf(lists(2).permitSettings(doseAt(plan, 0), 1))).toBe("GATE_DOSE_REFUSED DEV-01");
  });

  it.each([
    { intensityPctMso: [51] },
    { intensityPctMso: [50, 1] },
    { train: null },
    { train: { pulses: 41, frequencyHz: 20, durationS: 2.05 } },
  ])("refuses a device model that would set %j", (settings) => {
    const gate = open(KOCH, { device: device({ settings }) });
    const expected = settings.train === null ? "ok" : "GATE_DOSE_REFUSED DEV-01";
    expect(codeOf(gate.permitSettings(doseAt(KOCH, 0), 1000))).toBe(expected);
  });

  it("a single pulse is not set as a train", () => {
    const plan = starts("single", { count: 2, everyMs: 5000 });
    const gate = open(plan, {
      device: device({ settings: { train: { pulses: 1, frequencyHz: 1, durationS: 1 } } }),
    });
    expect(codeOf(gate.permitSettings(doseAt(plan, 0), 1000))).toBe("GATE_DOSE_REFUSED DEV-01");
  });

  it("refuses to set for a dose of another plan", () => {
    const gate = open(KOCH);
    expect(codeOf(gate.permitSettings({ ...doseAt(KOCH, 0), dueMs: 7 }, 1000))).toBe(
      "GATE_DOSE_REFUSED",
    );
  });

  it("an arm permit says how much can come of it and arms once", () => {
    const gate = open(KOCH);
    const permit = gate.permitArm(
      doseAt(KOCH, 0),
      doseAt(KOCH, 2),
      standby(doseAt(KOCH, 0), 100),
      100,
    );
    if (!permit.ok) throw new Error(codeOf(permit));
    expect(permit.value).toMatchObject({ ceilingPctMso: 50, maxPulses: 120 });
    expect(codeOf(redeem(permit.value, "dev-1", 110, { kind: "fire" }))).toBe(
      "GATE_PERMIT_MISMATCH",
    );
    expect(codeOf(redeem(permit.value, "dev-1", 110, { kind: "arm" }))).toBe("ok");
    expect(codeOf(redeem(permit.value, "dev-1", 110, { kind: "arm" }))).toBe("GATE_PERMIT_SPENT");
  });

  it("refuses to arm backwards, for doses that are over, or for another plan's", () => {
    const gate = open(KOCH);
    expect(arm(gate, KOCH, 1, 0)).toBe("GATE_DOSE_REFUSED");
    expect(arm(gate, KOCH)).toBe("ok");
    expect(codeOf(ask(gate, KOCH, 0))).toBe("ok");
    expect(arm(gate, KOCH, 0, 2)).toBe("GATE_DOSE_REFUSED");
    const other = { ...doseAt(KOCH, 1), dueMs: 3 };
    expect(codeOf(gate.permitArm(other, doseAt(KOCH, 2), standby(other, 100), 100))).toBe(
      "GATE_DOSE_REFUSED",
    );
  });

  it.each([
    [
      "what it reads back is another intensity",
      { intensityPctMso: [52] },
      "GATE_DOSE_REFUSED INT-05",
    ],
    ["it is not set to trains", { mode: "single" }, "GATE_DOSE_REFUSED DEV-01"],
    ["it is armed already", { state: "armed" }, "GATE_DEVICE_STATE DEV-01"],
    ["the read-back is old", { atMs: -2000 }, "GATE_DEVICE_STATE WDG-01"],
  ] as const)("refuses to arm a device when %s", (_, over, code) => {
    const gate = open(KOCH);
    const first = doseAt(KOCH, 0);
    expect(codeOf(gate.permitArm(first, first, standby(first, 100, over), 100))).toBe(code);
  });

  it("one refused dose in the group refuses the arming", () => {
    const plan = planOf(
      ["single"],
      doses([
        { dueMs: 0, pct: 50 },
        { dueMs: 5000, pct: 55 },
      ]),
    );
    expect(arm(open(plan), plan, 0, 1)).toBe("GATE_DOSE_REFUSED INT-05");
    expect(arm(open(plan), plan, 0, 0)).toBe("ok");
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

describe("any sequence of requests", () => {
  const PLAN = starts("single", { count: 8, everyMs: 1000, pct: 50 });
  const step = fc.record({
    what: fc.constantFrom("dose", "dose", "dose", "dose", "arm", "book", "stop"),
    index: fc.nat({ max: 8 }),
    askMs: fc.constantFrom(-60, -20, 0, 4, 6),
    shiftMs: fc.constantFrom(0, 0, 0, -5, 700),
    state: fc.constantFrom("ready", "ready", "ready", "armed"),
    outcome: fc.constantFrom("delivered", "refused-by-device", "skipped-late", "unknown"),
  });

  it("permits each dose at most once, in order, none after a stop, and never too many or too soon", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const gate = open(PLAN);
        arm(gate, PLAN);
        const given: { index: number; dueMs: number }[] = [];
        let stopped = false;
        for (const { what, index, askMs, shiftMs, state, outcome } of steps) {
          const dose = PLAN.doses[index];
          if (what === "stop") {
            gate.stop("test");
            stopped = true;
          } else if (dose === undefined) {
          } else if (what === "arm") {
            arm(gate, PLAN, index);
          } else if (what === "book") {
            gate.book(dose, outcome as "unknown", 0);
          } else {
            const permit = ask(gate, PLAN, index, {
              askMs,
              shiftMs,
              seen: { state: state as "ready" },
            });
            if (!permit.ok) continue;
            expect(stopped).toBe(false);
            given.push({ index, dueMs: dose.dueMs + shiftMs });
          }
        }
        given.slice(1).forEach(({ index, dueMs }, i) => {
          const before = given[i];
          if (before === undefined) return;
          expect(index).toBeGreaterThan(before.index);
          expect(dueMs - before.dueMs).toBeGreaterThanOrEqual(1000);
        });
        expect(given.length).toBeLessThanOrEqual(PLAN.pulses);
        expect(gate.bookedPulses()).toBeLessThanOrEqual(PLAN.pulses);
      }),
      { numRuns: 200 },
    );
  });
});

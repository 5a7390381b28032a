import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dose, Plan } from "../../src/contract/dose.ts";
import type { OutcomeKind } from "../../src/contract/events.ts";
import { type Permit, redeem } from "../../src/safety/permit.ts";
import { conditionerProblem, secondDeviceId } from "../../src/safety/secondStimulator.ts";
import type { CheckInput, Gate } from "../../src/safety/types.ts";
import { conditionedPlan, OTHER_RMT, SECOND, TWO } from "./conditioned.ts";
import { session, starts, threshold } from "./fixtures.ts";
import { arm, ask, BASE_MS, codeOf, doseAt, open } from "./gateFixtures.ts";

const OVER: Partial<CheckInput> = {
  rig: TWO,
  session: session({ thresholds: [threshold(), OTHER_RMT] }),
};
const PLAN = conditionedPlan();
/** Of a dose whose conditioning pulse comes 10 ms before it, ms. */
const AHEAD_MS = -30;

function ready(plan: Plan = PLAN, confirmedPct: number | null = 60): Gate {
  const gate = open(plan, OVER);
  arm(gate, plan);
  if (confirmedPct !== null) gate.confirmConditioner(confirmedPct);
  return gate;
}

function firstMs(index: number, plan: Plan = PLAN): number {
  return BASE_MS + doseAt(plan, index).dueMs - 10;
}

function conditionerOf(gate: Gate, index: number, plan: Plan = PLAN, aheadMs = 20) {
  return gate.permitConditioner(doseAt(plan, index), firstMs(index, plan) - aheadMs);
}

function granted(result: ReturnType<Gate["permitConditioner"]>): Permit {
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

const FIRE = { kind: "fire" } as const;

describe("the permit of a conditioning pulse", () => {
  it("is given once, for the dose permitted last, at its instant, for the other port alone", () => {
    const gate = ready();
    expect(codeOf(ask(gate, PLAN, 0, { askMs: AHEAD_MS }))).toBe("ok");
    const permit = granted(conditionerOf(gate, 0));
    expect(permit).toMatchObject({
      maxPulses: 1,
      ceilingPctMso: 60,
      notBeforeMs: firstMs(0),
      notAfterMs: firstMs(0) + 0.5,
    });
    expect(codeOf(conditionerOf(gate, 0))).toBe("GATE_DOSE_REFUSED");
    expect(codeOf(redeem(permit, "dev-1", firstMs(0), FIRE) as never)).toContain("MISMATCH");
    const second = secondDeviceId("dev-1");
    expect(codeOf(redeem(permit, second, firstMs(0) - 1, FIRE) as never)).toContain("EXPIRED");
    expect(redeem(permit, second, firstMs(0), FIRE).ok).toBe(true);
    expect(codeOf(redeem(permit, second, firstMs(0), FIRE) as never)).toContain("SPENT");
  });

  it("leaves the permit of the test pulse as it was, and neither fires the other's port", () => {
    const gate = ready();
    const test = ask(gate, PLAN, 0, { askMs: AHEAD_MS });
    granted(conditionerOf(gate, 0));
    if (!test.ok) throw new Error(test.error.detail);
    expect(test.value.maxPulses).toBe(1);
    const dueMs = BASE_MS + doseAt(PLAN, 0).dueMs;
    expect(redeem(test.value, secondDeviceId("dev-1"), dueMs, FIRE).ok).toBe(false);
    expect(redeem(test.value, "dev-1", dueMs, FIRE).ok).toBe(true);
  });

  it("has expired half a millisecond after its instant", () => {
    const gate = ready();
    ask(gate, PLAN, 0, { askMs: AHEAD_MS });
    const permit = granted(conditionerOf(gate, 0));
    expect(redeem(permit, secondDeviceId("dev-1"), firstMs(0) + 0.6, FIRE).ok).toBe(false);
  });

  it("is refused before its dose was permitted, and for any other dose", () => {
    const gate = ready();
    expect(codeOf(conditionerOf(gate, 0))).toBe("GATE_DOSE_REFUSED");
    ask(gate, PLAN, 0, { askMs: AHEAD_MS });
    expect(codeOf(conditionerOf(gate, 1))).toBe("GATE_DOSE_REFUSED");
    expect(codeOf(conditionerOf(gate, 0))).toBe("ok");
  });

  it("is refused for a dose that is not quite the plan's, and for one without", () => {
    const gate = ready();
    ask(gate, PLAN, 0, { askMs: AHEAD_MS });
    const dose = doseAt(PLAN, 0);
    const louder = { ...dose, conditioner: { ...dose.conditioner, pctMso: 61 } } as Dose;
    expect(codeOf(gate.permitConditioner(louder, firstMs(0) - 20))).toBe("GATE_DOSE_REFUSED");
    const plain = starts("single", { count: 1, everyMs: 1000 });
    const bare = open(plain, OVER);
    arm(bare, plain);
    ask(bare, plain, 0);
    expect(codeOf(bare.permitConditioner(doseAt(plain, 0), BASE_MS - 20))).toBe(
      "GATE_DOSE_REFUSED",
    );
  });

  it.each([
    [null, "nobody confirmed"],
    [61, "the operator confirmed 61"],
    [0, "the operator confirmed 0"],
  ])("is refused where the operator confirmed %s instead of 60 percent", (pct, words) => {
    const gate = ready(PLAN, pct);
    ask(gate, PLAN, 0, { askMs: AHEAD_MS });
    const refused = conditionerOf(gate, 0);
    expect(codeOf(refused)).toBe("GATE_DOSE_REFUSED INT-05");
    expect(refused.ok ? "" : refused.error.detail).toContain(words);
  });

  it("is refused when its instant has passed or is far ahead, and after a stop", () => {
    const gate = ready();
    ask(gate, PLAN, 0, { askMs: AHEAD_MS });
    expect(codeOf(conditionerOf(gate, 0, PLAN, -0.1))).toBe("GATE_DOSE_REFUSED WDG-02");
    expect(codeOf(conditionerOf(gate, 0, PLAN, 60))).toBe("GATE_DOSE_REFUSED");
    gate.stop("operator");
    expect(codeOf(conditionerOf(gate, 0))).toBe("GATE_STOPPED STP-01");
  });

  it("is worth nothing after a stop that comes between", () => {
    const gate = ready();
    ask(gate, PLAN, 0, { askMs: AHEAD_MS });
    const permit = granted(conditionerOf(gate, 0));
    gate.stop("operator");
    expect(redeem(permit, secondDeviceId("dev-1"), firstMs(0), FIRE).ok).toBe(false);
  });

  it("is refused sooner than the second stimulator is ready, even if a plan check let it through", () => {
    const dose = doseAt(PLAN, 0);
    const dueMs = BASE_MS + dose.dueMs;
    const ruleAfter = (restMs: number): string | null => {
      const state = { confirmedPctMso: 60, lastMs: dueMs - 10 - restMs, open: { index: 0, dueMs } };
      return conditionerProblem(state, dose, SECOND, dueMs - 30)?.rule ?? null;
    };
    expect(ruleAfter(2999)).toBe("ITI-03");
    expect(ruleAfter(3000)).toBeNull();
  });
});

describe("the dose that is conditioned", () => {
  it("is weighed from its first pulse on: late by 1 ms there is too late", () => {
    expect(codeOf(ask(ready(), PLAN, 0, { askMs: -10 + 0.9 }))).toBe("ok");
    expect(codeOf(ask(ready(), PLAN, 0, { askMs: -10 + 1.1 }))).toBe("GATE_DOSE_REFUSED WDG-02");
    expect(codeOf(ask(ready(), PLAN, 0, { askMs: -60 }))).toBe("ok");
    expect(codeOf(ask(ready(), PLAN, 0, { askMs: -61 }))).toBe("GATE_DOSE_REFUSED");
  });

  it("counts two pulses in the books of the gate, whatever became of one of them", () => {
    const gate = ready();
    ask(gate, PLAN, 0, { askMs: AHEAD_MS });
    gate.book(doseAt(PLAN, 0), "unknown", 0);
    expect(gate.bookedPulses()).toBe(2);
  });
});

describe("any sequence of requests for conditioned doses", () => {
  const MANY = conditionedPlan({ count: 6, everyMs: 3000 });
  const step = fc.record({
    what: fc.constantFrom(
      ...(["dose", "dose", "dose", "dose", "pulse", "pulse", "pulse", "pulse"] as const),
      ...(["dose", "dose", "dose", "dose", "pulse", "pulse", "pulse", "pulse"] as const),
      ...(["other", "book", "confirm", "confirm", "confirm", "arm", "stop"] as const),
    ),
    ahead: fc.constantFrom(0, 0, 0, 0, -1, 1),
    askMs: fc.constantFrom(AHEAD_MS, AHEAD_MS, AHEAD_MS, -10, 0, 4),
    shiftMs: fc.constantFrom(...Array.from({ length: 20 }, () => 0), -5, 700),
    pct: fc.constantFrom(60, 60, 60, 59, 100),
    spend: fc.constantFrom(1, 1, 2),
    outcome: fc.constantFrom<OutcomeKind>("delivered", "skipped-late", "unknown"),
  });

  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
  interface Left {
    readonly port: "first" | "second";
    readonly atMs: number;
  }
  interface World {
    readonly gate: Gate;
    readonly left: Left[];
    confirmed: number | null;
    next: number;
    dueMs: number;
  }

  /** Tries the bytes as often as asked, as a broken driver would. */
  function leave({ left }: World, port: Left["port"], permit: Permit, times: number): void {
    const id = port === "first" ? "dev-1" : secondDeviceId("dev-1");
    for (let i = 0; i < times; i++) {
      const atMs = permit.notBeforeMs;
      if (redeem(permit, id, atMs, FIRE).ok) left.push({ port, atMs });
    }
  }

  function test(world: World, one: Step): void {
    const dose = MANY.doses[world.next + one.ahead];
    if (dose === undefined) return;
    const permit = ask(world.gate, MANY, dose.index, one);
    if (!permit.ok) return;
    world.next = dose.index + 1;
    world.dueMs = BASE_MS + dose.dueMs + one.shiftMs;
    leave(world, "first", permit.value, one.spend);
  }

  function condition(world: World, one: Step): void {
    const dose = MANY.doses[world.next - 1 + (one.what === "other" ? one.ahead : 0)];
    if (dose === undefined) return;
    const permit = world.gate.permitConditioner(dose, world.dueMs - 30);
    if (!permit.ok) return;
    expect(world.confirmed).toBe(60);
    leave(world, "second", permit.value, one.spend);
  }

  const act: Readonly<Record<Step["what"], (world: World, one: Step) => void>> = {
    dose: test,
    pulse: condition,
    other: condition,
    book: ({ gate, next }, { ahead, outcome }) => {
      const dose = MANY.doses[next + ahead];
      if (dose !== undefined) gate.book(dose, outcome, 0);
    },
    confirm: (world, { pct }) => {
      world.gate.confirmConditioner(pct);
      world.confirmed = pct;
    },
    arm: ({ gate, next }) => {
      arm(gate, MANY, Math.min(next, MANY.doses.length - 1));
    },
    stop: ({ gate }) => gate.stop("test"),
  };

  it("lets no more pulses leave than the plan has, none after a stop, none unconfirmed", () => {
    let most = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const gate = ready(MANY, null);
        const world: World = { gate, left: [], confirmed: null, next: 0, dueMs: 0 };
        for (const one of steps) {
          const before = world.left.length;
          const stopped = gate.stopped !== null;
          act[one.what](world, one);
          expect(stopped && world.left.length > before).toBe(false);
        }
        const second = world.left.filter(({ port }) => port === "second");
        expect(world.left.length).toBeLessThanOrEqual(MANY.pulses);
        expect(second.length).toBeLessThanOrEqual(MANY.doses.length);
        expect(gate.bookedPulses()).toBeLessThanOrEqual(MANY.pulses);
        second.slice(1).forEach(({ atMs }, i) => {
          expect(atMs - (second[i]?.atMs ?? Number.NaN)).toBeGreaterThanOrEqual(3000 - 0.01);
        });
        most = Math.max(most, second.length);
      }),
      { numRuns: 300 },
    );
    // The lapses above must not keep every run from getting anywhere.
    expect(most).toBeGreaterThan(2);
  });
});

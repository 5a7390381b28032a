import { describe, expect, it } from "vitest";
import type { Dose, Plan } from "../../src/contract/dose.ts";
import { checkPlan } from "../../src/safety/envelope.ts";
import type { CheckInput } from "../../src/safety/types.ts";
import { device, doses, input, planOf } from "./fixtures.ts";

/** From a pair to a test pulse alone 5 s, else 4 s; 3 s for its energy. */
const DEVICE = device({
  restMs: 3000,
  betweenMs: (before: Dose, next: Dose) =>
    before.shape.kind === "pair" && next.shape.kind === "pulse" ? 5000 : 4000,
});
const PAIR = { kind: "pair", isiMs: 10 } as const;
const PULSE = { kind: "pulse" } as const;

function planAt(...[second, third]: readonly [number, number]): Plan {
  return planOf(
    ["paired"],
    doses([
      { dueMs: 0, shape: PULSE, pct: 54 },
      { dueMs: second, shape: PAIR, pct: [36, 54] },
      { dueMs: third, shape: PULSE, pct: 54 },
    ]),
  );
}

function restsOf(plan: Plan, over: Partial<CheckInput> = {}): readonly string[] {
  const { findings } = checkPlan(input(plan, { device: DEVICE, ...over }));
  return findings.filter(({ rule }) => rule === "ITI-03").map(({ detail }) => detail);
}

describe("a rest that hangs on the dose before and the dose after", () => {
  it("passes when it is long enough, to the millisecond, from the last pulse on", () => {
    expect(restsOf(planAt(4000, 9010))).toEqual([]);
  });

  it.each([
    [3999, 9010, "3999 ms before the next start, test-device needs 4000 ms to be ready for it"],
    [4000, 9009, "4999 ms before the next start, test-device needs 5000 ms to be ready for it"],
  ])("blocks a plan that has less: starts at %d and %d ms", (second, third, words) => {
    expect(restsOf(planAt(second, third))).toEqual([words]);
    expect(checkPlan(input(planAt(second, third), { device: DEVICE })).starts).toBe(false);
  });

  it("is for its energy where that is longer", () => {
    const slow = device({ restMs: 6000, betweenMs: () => 4000 });
    const [words] = restsOf(planAt(5000, 12_000), { device: slow });
    expect(words).toBe("5000 ms before the next start, test-device needs 6000 ms");
  });

  it("is the energy alone behind a hold, where the run waits until the device is ready", () => {
    const held = { ...planAt(4000, 7010), holds: [{ beforeDose: 2, text: "look" }] };
    expect(restsOf(held)).toEqual([]);
    const [words] = restsOf({ ...held, doses: planAt(4000, 7009).doses });
    expect(words).toBe("2999 ms before the next start, test-device needs 3000 ms");
  });

  it("is the energy alone after an earlier segment, whose end the next one waits for", () => {
    const earlier = doses([{ dueMs: -3010, shape: PAIR, pct: [36, 54] }]);
    expect(restsOf(planAt(4000, 9010), { earlier, planStartMs: 0 })).toEqual([]);
    const late = doses([{ dueMs: -3009, shape: PAIR, pct: [36, 54] }]);
    expect(restsOf(planAt(4000, 9010), { earlier: late, planStartMs: 0 })).toHaveLength(1);
  });
});

import { describe, expect, it } from "vitest";
import type { Dose } from "../../src/contract/dose.ts";
import type { DeviceModel } from "../../src/contract/stimulator.ts";
import { dues, expand, one, planOf, problemsOf, RMT } from "./expanding.ts";
import { fakeModel } from "./fakeModel.ts";

/** Sinks by a percent in 100 ms, and needs 1.5 s for a change of settings and 4.15 s for any start. */
function sinking(between?: DeviceModel["minRestBetweenMs"]): DeviceModel {
  const level = ({ intensityPctMso }: Dose, channel: number): number =>
    intensityPctMso.length === 1
      ? ([0, ...intensityPctMso][channel] ?? 0)
      : (intensityPctMso[channel] ?? 0);
  const rest = (before: Dose, next: Dose): number => {
    const drop = Math.max(...[0, 1].map((i) => level(before, i) - level(next, i)), 0);
    return Math.max(4150, 1500 + 100 * drop);
  };
  return {
    ...fakeModel({ model: "sinker", hostMinIntervalMs: 4150 }, () => [], 4000),
    minRestBetweenMs: between ?? rest,
  };
}

const paired = (more: {
  readonly conditioning?: number;
  readonly range?: string;
  readonly alone?: number;
  readonly isiMs?: string;
  readonly each?: number;
}): string => {
  const { conditioning = 80, range = "[4, 6]", alone = 15, isiMs = "[1, 3]", each = 15 } = more;
  return one(
    RMT,
    `{ type: paired, isiMs: ${isiMs}, conditioning: { value: ${conditioning}, base: "%RMT" }, test: { value: 120, base: "%RMT" }, trialsPerCondition: ${each}, unconditionedTrials: ${alone}, interPulseS: ${range} }`,
  );
};

const intervals = (times: readonly number[]): readonly number[] =>
  times.slice(1).map((time, i) => time - (times[i] ?? 0));

describe("the interval between trials on a device that sinks", () => {
  it("is drawn from what is left of the published range, and the plan shows it", () => {
    const plan = planOf(paired({}), { model: sinking() });
    const drawn = intervals(dues(plan));
    // 36 % down to nothing, from the second pulse of a pair 3 ms long.
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(5200);
    expect(Math.min(...drawn)).toBeLessThan(5300);
    expect(Math.max(...drawn)).toBeGreaterThan(5900);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(6000);
    expect(plan.roundings).toContainEqual({
      what: "shortest interval between trials (4-6 s; test alone after ISI 3 ms)",
      asked: 4,
      planned: 5.2,
      unit: "s",
    });
  });

  it("is the same range for every condition and every seed", () => {
    for (const seed of [1, 2, 3]) {
      const plan = planOf(paired({}), { model: sinking(), seed });
      const longAlike = plan.doses.some((dose, i) => {
        const next = plan.doses[i + 1];
        const alike = next !== undefined && next.place.condition === dose.place.condition;
        return alike && next.dueMs - dose.dueMs > 5200;
      });
      expect(longAlike).toBe(true);
      expect(Math.min(...intervals(dues(plan)))).toBeGreaterThanOrEqual(5200);
    }
  });

  it("stays as published where the device needs no more", () => {
    const plan = planOf(paired({ range: "[8, 10]" }), { model: sinking() });
    expect(plan.roundings.filter(({ what }) => what.startsWith("shortest"))).toEqual([]);
    const free = planOf(paired({ range: "[8, 10]" }), { model: fakeModel() });
    expect(dues(plan)).toEqual(dues(free));
  });

  it("looks at the conditions that there are", () => {
    const without = planOf(paired({ alone: 0 }), { model: sinking() });
    expect(without.roundings).toContainEqual(expect.objectContaining({ asked: 4, planned: 4.2 }));
    const one_ = planOf(paired({ alone: 0, each: 1, isiMs: "[3]" }), { model: sinking() });
    expect(one_.roundings.filter(({ what }) => what.startsWith("shortest"))).toEqual([]);
  });

  it("counts a whole need of the range's upper end as fitting", () => {
    const at = (ms: number): DeviceModel => sinking(() => ms);
    expect(expand(paired({ isiMs: "[10]" }), { model: at(5990) }).ok).toBe(true);
    expect(intervals(dues(planOf(paired({ isiMs: "[10]" }), { model: at(5990) })))).toContain(6000);
    expect(expand(paired({ isiMs: "[10]" }), { model: at(5991) }).ok).toBe(false);
  });

  it("is refused where the need exceeds it, with the need, the range and the ways out", () => {
    const [problem, ...more] = problemsOf(paired({ conditioning: 100 }), { model: sinking() });
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ kind: "device-cannot", rule: "ITI-03", field: "pattern" });
    expect(problem?.detail).toBe(
      "sinker: test alone after ISI 3 ms needs 6.1 s from start to start (recharging, sinking, setting and arming), the protocol gives 4-6 s; what helps: an interval of 6.1 s or more at its upper end, or a smaller drop in output from trial to trial, or blocks of one condition (4.2 s)",
    );
  });

  it("is refused where a fixed interval is too short, and says no more than helps", () => {
    const single = "{ type: single, totalPulses: 5, interPulseS: [3, 3] }";
    const [problem] = problemsOf(one(RMT, single), { model: sinking() });
    expect(problem?.detail).toBe(
      "sinker: 45 %MSO twice running needs 4.2 s from start to start (recharging), the protocol gives 3 s; what helps: an interval of 4.2 s or more at its upper end",
    );
  });
});

describe("the interval between single pulses on a device that sinks", () => {
  const levels = (values: string): string =>
    one(
      `{ values: ${values}, base: "%MSO" }`,
      "{ type: single, totalPulses: 30, interPulseS: [4, 7] }",
    );

  it("leaves room for the farthest drop between two levels in random order", () => {
    const plan = planOf(levels("[30, 50, 70]"), { model: sinking() });
    expect(plan.roundings).toContainEqual(
      expect.objectContaining({
        what: "shortest interval between trials (4-7 s; 30 %MSO after 70 %MSO)",
        planned: 5.5,
      }),
    );
    expect(problemsOf(levels("[10, 50, 70]"), { model: sinking() })[0]?.rule).toBe("ITI-03");
  });

  it("leaves room for no drop that a ramp does not have", () => {
    const ramp = '{ value: 100, base: "%MSO", ramp: { fromPct: 20, toPct: 100, trains: 5 } }';
    const plan = planOf(one(ramp, "{ type: single, totalPulses: 9, interPulseS: [4, 7] }"), {
      model: sinking(),
    });
    expect(plan.doses[0]?.intensityPctMso).toEqual([20]);
    expect(plan.roundings).toContainEqual(expect.objectContaining({ planned: 4.2 }));
  });
});

describe("the interval between trials on a device that knows its rest alone", () => {
  it("is not narrowed: what it cannot keep is refused", () => {
    const model = fakeModel({ hostMinIntervalMs: 4150 });
    const [problem] = problemsOf(paired({}), { model });
    expect(problem).toMatchObject({ kind: "device-cannot", rule: "DEV-01" });
    expect(problem?.detail).toContain("no closer than 4150 ms (needed: 3997 ms)");
  });
});

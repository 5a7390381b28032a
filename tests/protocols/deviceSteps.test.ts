import { describe, expect, it } from "vitest";
import type { DoseShape, Rounding } from "../../src/contract/dose.ts";
import type { DeviceModel } from "../../src/contract/stimulator.ts";
import { one, planOf, problemsOf } from "./expanding.ts";
import { fakeModel } from "./fakeModel.ts";

const RMT = '{ value: 80, base: "%RMT" }';
const ITBS =
  "{ type: iTBS, pulsesPerBurst: 3, intraBurstHz: 50, burstHz: 5, burstsPerTrain: 10, interTrainIntervalS: 8, trains: 2 }";
const THIRTY_HZ = ITBS.replace("intraBurstHz: 50", "intraBurstHz: 30");

/** A device whose intervals move in whole milliseconds. */
function wholeMs(deviceTimed: DeviceModel["capabilities"]["deviceTimed"]): DeviceModel {
  const moved = (
    asked: number,
  ): { readonly to: number; readonly roundings: readonly Rounding[] } => {
    const to = Math.round(asked);
    const rounding = { what: "interval", asked, planned: to, unit: "ms" };
    return { to, roundings: to === asked ? [] : [rounding] };
  };
  return {
    ...fakeModel({ deviceTimed }),
    onSteps: (shape: DoseShape) => {
      if (shape.kind !== "burst" && shape.kind !== "burst-train" && shape.kind !== "pair")
        return { shape, roundings: [] };
      const { to, roundings } = moved(shape.isiMs);
      return { shape: { ...shape, isiMs: to }, roundings };
    },
  };
}

const ALL = { train: true, burst: true, pair: true, burstTrain: true };

describe("a device that times trains of bursts", () => {
  it("gets one start a train", () => {
    const plan = planOf(one(RMT, ITBS), { model: fakeModel({ deviceTimed: ALL }) });
    expect(plan.doses.map(({ dueMs }) => dueMs)).toEqual([0, 10_000]);
    expect(plan.doses[0]?.shape).toEqual({
      kind: "burst-train",
      bursts: 10,
      burstHz: 5,
      pulsesPerBurst: 3,
      isiMs: 20,
    });
    expect(plan.pulses).toBe(60);
  });
});

describe("figures between a device's steps", () => {
  it("are moved within the tolerance, and the plan shows the move", () => {
    const plan = planOf(one(RMT, THIRTY_HZ), { model: wholeMs(ALL) });
    expect(plan.doses[0]?.shape).toMatchObject({ kind: "burst-train", isiMs: 33 });
    expect(plan.roundings).toContainEqual({
      what: "interval",
      asked: 1000 / 30,
      planned: 33,
      unit: "ms",
    });
  });

  it("are refused beyond the tolerance, naming the nearest step", () => {
    const paired =
      '{ type: paired, isiMs: [2.5], conditioning: { value: 80, base: "%RMT" }, test: { value: 120, base: "%RMT" }, trialsPerCondition: 2, interPulseS: [5, 6] }';
    const [problem] = problemsOf(one(RMT, paired), { model: wholeMs(ALL) });
    expect(problem).toMatchObject({ kind: "device-cannot", rule: "DEV-01" });
    expect(problem?.detail).toContain("2.5 ms is 3 ms, more than 2 % away");
  });

  it("are refused when they are instants that somebody wrote down", () => {
    const moving = {
      ...fakeModel(),
      onSteps: (shape: DoseShape) => ({
        shape,
        roundings: [{ what: "frequency", asked: 20, planned: 20.1, unit: "Hz" }],
      }),
    };
    const [problem] = problemsOf(one(RMT, "{ type: custom, pulseTimesMs: [0, 50, 100] }"), {
      model: moving,
    });
    expect(problem?.detail).toContain("explicit times are not moved");
  });
});

describe("a window for somebody else's trigger", () => {
  const WINDOW =
    "{ type: external, maxPulses: 20, maxRateHz: 0.25, windowS: 120, windows: 2, interWindowS: 30 }";

  it("is one dose with its ceilings", () => {
    const plan = planOf(one(RMT, WINDOW));
    expect(plan.doses.map(({ dueMs }) => dueMs)).toEqual([0, 150_000]);
    expect(plan.doses[0]?.shape).toEqual({
      kind: "external",
      maxPulses: 20,
      minIntervalMs: 4000,
      windowMs: 120_000,
      by: "trigger",
    });
    expect(plan.pulses).toBe(40);
    expect(plan.durationMs).toBe(270_000);
  });

  it("is refused where nobody could hold it to them", () => {
    const model = fakeModel({ externalTrigger: false });
    expect(problemsOf(one(RMT, WINDOW), { model })[0]).toMatchObject({ kind: "device-cannot" });
  });

  it("needs every ceiling", () => {
    const open = "{ type: external, maxPulses: 20, maxRateHz: null, windowS: null }";
    expect(problemsOf(one(RMT, open)).map(({ field }) => field)).toEqual([
      "pattern.maxRateHz",
      "pattern.windowS",
    ]);
  });
});

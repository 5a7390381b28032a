import { describe, expect, it } from "vitest";
import {
  CONVENTIONAL,
  dues,
  ITBS,
  lacking,
  one,
  outputs,
  planOf,
  problemsOf,
  RMT,
} from "./expanding.ts";
import { fakeModel, threshold } from "./fakeModel.ts";

describe("intensities", () => {
  it("rounds percent of a threshold half up and records it", () => {
    const plan = planOf(one('{ value: 110, base: "%RMT" }', CONVENTIONAL), {
      thresholds: [threshold("RMT", 45)],
    });
    expect(outputs(plan)).toEqual([50, 50, 50]);
    expect(plan.roundings).toEqual([
      { what: "intensity 110 %RMT, RMT 45 %MSO", asked: 49.5, planned: 50, unit: "%MSO" },
    ]);
  });

  it("rounds onto the step of the device", () => {
    const model = fakeModel({ intensityStepPctMso: 0.5 });
    expect(outputs(planOf(one('{ value: 101, base: "%RMT" }', CONVENTIONAL), { model }))[0]).toBe(
      45.5,
    );
  });

  it("plans an output above 100 %MSO as asked, for the gate to refuse", () => {
    const plan = planOf(one('{ value: 150, base: "%RMT" }', CONVENTIONAL), {
      thresholds: [threshold("RMT", 80)],
    });
    expect(outputs(plan)[0]).toBe(120);
  });

  it("names the missing threshold by kind and says how to give it", () => {
    const [problem] = problemsOf(one('{ value: 80, base: "%AMT" }', ITBS), {
      thresholds: [threshold("RMT", 45)],
    });
    expect(problem).toMatchObject({
      kind: "missing-threshold",
      field: "intensity.base",
      rule: "INT-01",
    });
    expect(problem?.detail).toContain("--threshold AMT=PERCENT_MSO");
  });

  it("does not choose between thresholds of two hemispheres by itself", () => {
    const thresholds = [threshold("RMT", 45, "left"), threshold("RMT", 52, "right")];
    expect(problemsOf(one(RMT, CONVENTIONAL), { thresholds })[0]?.kind).toBe("missing-threshold");
    const right = '{ value: 100, base: "%RMT", hemisphere: right }';
    expect(outputs(planOf(one(right, CONVENTIONAL), { thresholds }))[0]).toBe(52);
  });

  it("needs a measurement for 1 mV, V/m and any other words", () => {
    for (const base of ["1mV", "V/m", "200 uV target", "%RMT200"]) {
      const found = problemsOf(one(`{ value: 100, base: "${base}" }`, CONVENTIONAL));
      expect(found.map((problem) => problem.kind)).toEqual(["to-be-measured"]);
      expect(found[0]?.detail).toContain(base);
    }
  });

  it("takes an output of 1 mV that was measured, whole or in part", () => {
    const thresholds = [threshold("RMT", 45), threshold("1mV", 55)];
    const whole = planOf(one('{ value: null, base: "1mV" }', CONVENTIONAL), { thresholds });
    expect(outputs(whole)).toEqual([55, 55, 55]);
    expect(whole.doses[0]?.request.threshold).toEqual({ kind: "1mV", percentMso: 55 });
    const ramped = '{ value: null, base: "1mV", ramp: { fromPct: 50, toPct: 100, trains: 2 } }';
    expect(outputs(planOf(one(ramped, CONVENTIONAL), { thresholds }))).toEqual([28, 55, 55]);
  });

  it("ramps the first trains and then stays at the stated intensity", () => {
    const pattern = CONVENTIONAL.replace("trains: 3", "trains: 5");
    const ramped = '{ value: 100, base: "%MSO", ramp: { fromPct: 40, toPct: 60, trains: 3 } }';
    const plan = planOf(one(ramped, pattern));
    expect(outputs(plan)).toEqual([40, 50, 60, 60, 60]);
    expect(plan.doses.map((dose) => dose.request.value)).toEqual([40, 50, 60, 60, 60]);
  });

  it("collects every problem and not the first alone", () => {
    const pattern = "{ type: conventional, frequencyHz: null, trains: null, pulsesPerTrain: 10 }";
    expect(
      problemsOf(one('{ value: null, base: "%RMT" }', pattern)).map((problem) => problem.field),
    ).toEqual([
      "pattern.frequencyHz",
      "pattern.trains",
      "pattern.interTrainIntervalS",
      "intensity.value",
    ]);
  });
});

describe("trains", () => {
  it("counts the off time from the end of the train's last interval", () => {
    const plan = planOf(one(RMT, CONVENTIONAL));
    expect(dues(plan)).toEqual([0, 10_000, 20_000]);
    expect(plan.durationMs).toBe(22_000);
    expect(plan.pulses).toBe(60);
  });

  it("accepts pulses that do not divide the stated duration and records it, without a shorter off time", () => {
    const plan = planOf(
      one(
        RMT,
        "{ type: conventional, frequencyHz: 30, pulsesPerTrain: 100, trainDurationS: 3.34, interTrainIntervalS: 10, trains: 2 }",
      ),
    );
    expect(plan.roundings).toEqual([
      { what: "train duration", asked: 3.34, planned: 3.333, unit: "s" },
    ]);
    expect(dues(plan)).toEqual([0, 13_340]);
  });

  it("refuses figures that contradict each other", () => {
    const wrong =
      "{ type: conventional, frequencyHz: 20, pulsesPerTrain: 40, trainDurationS: 5, trains: 1, totalPulses: 41 }";
    const found = problemsOf(one(RMT, wrong));
    expect(found.map(({ kind, field }) => [kind, field])).toEqual([
      ["inconsistent", "pattern.trainDurationS"],
      ["inconsistent", "pattern.totalPulses"],
    ]);
  });

  it("times the pulses from the host when the device makes no trains and the interval is long enough", () => {
    const pattern =
      "{ type: conventional, frequencyHz: 1, pulsesPerTrain: 3, interTrainIntervalS: 10, trains: 2 }";
    const plan = planOf(one(RMT, pattern), lacking("train"));
    expect(dues(plan)).toEqual([0, 1000, 2000, 13_000, 14_000, 15_000]);
    expect(plan.doses.map((dose) => dose.hostTrain?.position)).toEqual([1, 2, 3, 1, 2, 3]);
    expect(plan.doses.map((dose) => dose.place.train)).toEqual([1, 1, 1, 2, 2, 2]);
    expect(plan.doses[0]?.lateLimitMs).toBe(5);
  });

  it("says why a device without trains cannot give a fast one", () => {
    const [problem] = problemsOf(one(RMT, CONVENTIONAL), lacking("train"));
    expect(problem?.kind).toBe("device-cannot");
    expect(problem?.detail).toContain("no closer than 1000 ms (needed: 100 ms)");
  });

  it("lets the host time what the device's own train generator cannot represent", () => {
    const model = fakeModel({ hostMinIntervalMs: 1000 }, (dose) =>
      dose.shape.kind === "train"
        ? [{ rule: "DEV-01", detail: "trains of 1 to 1000 pulses", source: "test" }]
        : [],
    );
    const slow = "{ type: conventional, frequencyHz: 0.9, pulsesPerTrain: 4, trains: 1 }";
    expect(planOf(one(RMT, slow), { model }).doses).toHaveLength(4);
    const bare = problemsOf(one(RMT, slow.replace("0.9", "1")), { model });
    expect(bare[0]).toMatchObject({ kind: "device-cannot", rule: "DEV-01" });
    expect(bare[0]?.detail).toContain("trains of 1 to 1000 pulses");
  });

  it("leaves a want of power or energy to the gate, which names its rule", () => {
    const model = fakeModel({}, () => [{ rule: "INT-03", detail: "too much", source: "test" }]);
    expect(planOf(one(RMT, CONVENTIONAL), { model }).doses).toHaveLength(3);
  });

  it("shortens the late limit to half of a short interval", () => {
    const fast = "{ type: conventional, frequencyHz: 200, pulsesPerTrain: 2, trains: 1 }";
    expect(planOf(one(RMT, fast), lacking("train", 5)).doses[0]?.lateLimitMs).toBe(2.5);
  });
});

describe("bursts", () => {
  it("plans theta burst as bursts of the device, skipped together when one is missed", () => {
    const plan = planOf(one(RMT, ITBS));
    expect(plan.doses).toHaveLength(20);
    expect(plan.doses[0]?.shape).toEqual({ kind: "burst", pulses: 3, isiMs: 20 });
    expect(dues(plan).slice(8, 12)).toEqual([1600, 1800, 10_000, 10_200]);
    expect(plan.doses[11]?.hostTrain).toEqual({ position: 2, count: 10 });
    expect(plan.durationMs).toBe(12_000);
  });

  it("refuses theta burst on a device that makes no bursts, and names one that does", () => {
    const [problem] = problemsOf(one(RMT, ITBS), lacking("burst"));
    expect(problem?.kind).toBe("device-cannot");
    expect(problem?.detail).toContain("magpro-x100");
  });

  it("gives slow bursts as short trains where the device has trains and time to rest", () => {
    const qps = "{ type: QPS, pulsesPerBurst: 4, isiMs: 50, burstIntervalS: 5, bursts: 3 }";
    const plan = planOf(one(RMT, qps), lacking("burst"));
    expect(plan.doses.map((dose) => dose.shape)).toEqual(
      Array(3).fill({ kind: "train", pulses: 4, frequencyHz: 20 }),
    );
    expect(plan.doses.map((dose) => dose.hostTrain)).toEqual([null, null, null]);
  });

  it("does not give bursts as short trains when the device must rest longer between them", () => {
    const deviceTimed = { train: true, burst: false, pair: false, burstTrain: false };
    const capabilities = { deviceTimed, hostMinIntervalMs: 1000 };
    const qps = "{ type: QPS, pulsesPerBurst: 4, isiMs: 50, burstIntervalS: 5, bursts: 3 }";
    const model = fakeModel(capabilities, () => [], 4851);
    expect(problemsOf(one(RMT, qps), { model }).map(({ kind }) => kind)).toEqual(["device-cannot"]);
    const rested = fakeModel(capabilities, () => [], 4850);
    expect(planOf(one(RMT, qps), { model: rested }).pulses).toBe(12);
  });

  it("gives slow bursts pulse by pulse where the host can keep every interval", () => {
    const qps = "{ type: QPS, pulsesPerBurst: 2, isiMs: 1250, burstIntervalS: 5, bursts: 2 }";
    const deviceTimed = { train: false, burst: false, pair: false, burstTrain: false };
    const model = fakeModel({ deviceTimed, hostMinIntervalMs: 1000 });
    const plan = planOf(one(RMT, qps), { model });
    expect(dues(plan)).toEqual([0, 1250, 5000, 6250]);
    expect(plan.doses[3]?.hostTrain).toEqual({ position: 2, count: 2 });
  });

  it("refuses bursts and pairs that the device's own generator cannot represent", () => {
    const words = { rule: "DEV-01", detail: "not on its steps", source: "test" } as const;
    const model = fakeModel({}, () => [words]);
    expect(problemsOf(one(RMT, ITBS), { model })).toEqual([
      { kind: "device-cannot", field: "pattern", detail: "fake: not on its steps", rule: "DEV-01" },
    ]);
    const pairs = `{ type: paired, isiMs: [2], conditioning: ${RMT}, test: ${RMT}, trialsPerCondition: 1, interPulseS: [4, 6] }`;
    expect(problemsOf(one(RMT, pairs), { model }).map(({ rule }) => rule)).toEqual(["DEV-01"]);
  });

  it("refuses a burst that is longer than the interval between bursts", () => {
    const wrong = ITBS.replace("intraBurstHz: 50", "intraBurstHz: 10");
    expect(problemsOf(one(RMT, wrong)).map((problem) => problem.kind)).toEqual(["inconsistent"]);
  });
});

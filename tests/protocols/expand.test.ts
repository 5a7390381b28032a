import { describe, expect, it } from "vitest";
import { type ExpandContext, type ExpandProblem, expandProtocol } from "../../protocols/expand.ts";
import { parseProtocolText } from "../../protocols/parse.ts";
import type { Dose, Plan } from "../../src/contract/dose.ts";
import { context, fakeModel, threshold } from "./fakeModel.ts";

const RMT = '{ value: 100, base: "%RMT" }';
const CONVENTIONAL =
  "{ type: conventional, frequencyHz: 10, pulsesPerTrain: 20, interTrainIntervalS: 8, trains: 3 }";
const ITBS =
  "{ type: iTBS, pulsesPerBurst: 3, intraBurstHz: 50, burstHz: 5, burstsPerTrain: 10, interTrainIntervalS: 8, trains: 2 }";

function expand(
  body: string,
  change: Partial<ExpandContext> = {},
): ReturnType<typeof expandProtocol> {
  const read = parseProtocolText(`pulsetrain: 1\nid: lab\n${body}`, "lab.yaml");
  if (!read.ok) throw new Error(JSON.stringify(read.error, null, 1));
  return expandProtocol(read.value, context(change));
}

function planOf(body: string, change: Partial<ExpandContext> = {}): Plan {
  const plan = expand(body, change);
  if (!plan.ok) throw new Error(JSON.stringify(plan.error, null, 1));
  return plan.value;
}

function problemsOf(body: string, change: Partial<ExpandContext> = {}): readonly ExpandProblem[] {
  const plan = expand(body, change);
  return plan.ok ? [] : plan.error;
}

function one(intensity: string, pattern: string): string {
  return `intensity: ${intensity}\npattern: ${pattern}\n`;
}

const dues = (plan: Plan): readonly number[] => plan.doses.map((dose) => dose.dueMs);
const outputs = (plan: Plan): readonly number[] =>
  plan.doses.map((dose: Dose) => dose.intensityPctMso[0] ?? Number.NaN);

/** A device without a certain gift. */
const lacking = (
  gift: "train" | "burst" | "pair",
  hostMinIntervalMs = 1000,
): Partial<ExpandContext> => {
  const deviceTimed = { train: true, burst: true, pair: true, [gift]: false };
  return { model: fakeModel({ deviceTimed, hostMinIntervalMs }) };
};

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
    const deviceTimed = { train: true, burst: false, pair: false };
    const capabilities = { deviceTimed, hostMinIntervalMs: 1000 };
    const qps = "{ type: QPS, pulsesPerBurst: 4, isiMs: 50, burstIntervalS: 5, bursts: 3 }";
    const model = fakeModel(capabilities, () => [], 4851);
    expect(problemsOf(one(RMT, qps), { model }).map(({ kind }) => kind)).toEqual(["device-cannot"]);
    const rested = fakeModel(capabilities, () => [], 4850);
    expect(planOf(one(RMT, qps), { model: rested }).pulses).toBe(12);
  });

  it("gives slow bursts pulse by pulse where the host can keep every interval", () => {
    const qps = "{ type: QPS, pulsesPerBurst: 2, isiMs: 1250, burstIntervalS: 5, bursts: 2 }";
    const deviceTimed = { train: false, burst: false, pair: false };
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

describe("single and paired pulses", () => {
  const SINGLE = "{ type: single, totalPulses: 200, interPulseS: [4, 6] }";

  it("keeps the jitter inside its bounds", () => {
    const times = dues(planOf(one(RMT, SINGLE)));
    const intervals = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    expect(Math.min(...intervals)).toBeGreaterThanOrEqual(4000);
    expect(Math.max(...intervals)).toBeLessThanOrEqual(6000);
    expect(Math.min(...intervals)).toBeLessThan(4200);
    expect(Math.max(...intervals)).toBeGreaterThan(5800);
  });

  it("draws the same jitter from the same seed and another from another", () => {
    const times = (seed: number): readonly number[] => dues(planOf(one(RMT, SINGLE), { seed }));
    expect(times(7)).toEqual(times(7));
    expect(times(7)).not.toEqual(times(8));
  });

  it("gives every level of a recruitment curve equally often, in random order", () => {
    const levels = '{ values: [90, 110, 130], base: "%RMT" }';
    const plan = planOf(one(levels, "{ type: single, totalPulses: 30, interPulseS: [5, 7] }"));
    const order = plan.doses.map((dose) => dose.place.condition);
    for (const condition of ["90 %RMT", "110 %RMT", "130 %RMT"]) {
      expect(order.filter((other) => other === condition)).toHaveLength(10);
    }
    expect(order).not.toEqual([...order].sort());
    expect(
      problemsOf(one(levels, "{ type: single, totalPulses: 31, interPulseS: [5, 7] }"))[0]?.kind,
    ).toBe("inconsistent");
  });

  const PAIRED =
    '{ type: paired, isiMs: [2, 10], conditioning: { value: 80, base: "%RMT" }, test: { value: 120, base: "%RMT" }, trialsPerCondition: 5, unconditionedTrials: 4, interPulseS: [4, 6] }';

  it("mixes pairs and test pulses alone, with both outputs in a pair", () => {
    const plan = planOf(one(RMT, PAIRED));
    const count = (condition: string): number =>
      plan.doses.filter((dose) => dose.place.condition === condition).length;
    expect([count("ISI 2 ms"), count("ISI 10 ms"), count("test alone")]).toEqual([5, 5, 4]);
    expect(plan.pulses).toBe(24);
    const pair = plan.doses.find((dose) => dose.place.condition === "ISI 10 ms");
    expect(pair).toMatchObject({ shape: { kind: "pair", isiMs: 10 }, intensityPctMso: [36, 54] });
    const alone = plan.doses.find((dose) => dose.place.condition === "test alone");
    expect(alone).toMatchObject({ shape: { kind: "pulse" }, intensityPctMso: [54] });
  });

  it("names a stimulator for pairs when this one gives none", () => {
    const [problem] = problemsOf(one(RMT, PAIRED), lacking("pair"));
    expect(problem).toMatchObject({ kind: "device-cannot" });
    expect(problem?.detail).toContain("magstim-bistim");
  });

  it("refuses starts closer than the host can time them", () => {
    const model = fakeModel({ hostMinIntervalMs: 1000 });
    const quick = "{ type: single, totalPulses: 5, interPulseS: [0.5, 2] }";
    expect(problemsOf(one(RMT, quick), { model })[0]?.kind).toBe("device-cannot");
  });
});

describe("custom patterns", () => {
  it("plans stated times as host-timed pulses", () => {
    const plan = planOf(
      one(RMT, "{ type: custom, pulseTimesMs: [0, 200, 1000], trains: 2, interTrainIntervalS: 5 }"),
    );
    expect(dues(plan)).toEqual([0, 200, 1000, 6000, 6200, 7000]);
    expect(plan.doses[4]?.hostTrain).toEqual({ position: 2, count: 3 });
    expect(plan.blocks[0]?.pattern).toBe("custom");
  });

  it("lets the device time equal spacing", () => {
    const plan = planOf(one(RMT, "{ type: custom, pulseTimesMs: [0, 50, 100, 150] }"));
    expect(plan.doses.map((dose) => dose.shape)).toEqual([
      { kind: "train", pulses: 4, frequencyHz: 20 },
    ]);
  });

  it("refuses uneven times that the host cannot keep", () => {
    const [problem] = problemsOf(one(RMT, "{ type: custom, pulseTimesMs: [0, 10, 500] }"));
    expect(problem?.kind).toBe("device-cannot");
  });
});

describe("blocks", () => {
  const block = (label: string): string =>
    `  - { label: ${label}, intensity: ${RMT}, pattern: ${CONVENTIONAL} }\n`;

  it("chains blocks with rests, waits and repeats", () => {
    const plan = planOf(
      `blocks:\n${block("a")}  - restS: 8\n${block("b")}  - waitUntil: { afterS: 60, from: block-end, block: a }\n  - repeat: 2\n    blocks:\n${block("c").replace(/^/gm, "    ").trimEnd()}\n      - restS: 18\n`,
    );
    expect(plan.blocks.map((entry) => entry.label)).toEqual(["a", "b", "c", "c"]);
    expect(dues(plan).filter((_, i) => i % 3 === 0)).toEqual([0, 30_000, 82_000, 122_000]);
    expect(plan.durationMs).toBe(162_000);
    expect(plan.doses.map((dose) => dose.index)).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });

  it("does not make up a rest between two blocks", () => {
    const [problem] = problemsOf(`blocks:\n${block("a")}${block("b")}`);
    expect(problem).toMatchObject({ kind: "missing-figure", field: "blocks[1]" });
    expect(problem?.detail).toContain('between "a" and "b"');
  });

  it("places an operator's hold before the dose that follows", () => {
    const plan = planOf(
      `blocks:\n${block("a")}  - hold: turn the coil\n  - restS: 5\n${block("b")}`,
    );
    expect(plan.holds).toEqual([{ beforeDose: 3, text: "turn the coil" }]);
    expect(problemsOf(`blocks:\n${block("a")}  - hold: the end\n`)[0]?.kind).toBe("inconsistent");
  });

  it("refuses a wait across a hold, for an instant that has passed, or for an unknown block", () => {
    const wait = (text: string): string => `  - waitUntil: ${text}\n`;
    const across = `${block("a")}  - hold: x\n${wait("{ afterS: 90, from: block-end, block: a }")}${block("b")}`;
    expect(problemsOf(`blocks:\n${across}`)[0]?.detail).toContain(
      "how long the hold takes is not known",
    );
    const passed = `${block("a")}${wait("{ afterS: 5, from: session-start }")}${block("b")}`;
    expect(problemsOf(`blocks:\n${passed}`)[0]?.detail).toContain("5 s of the plan have passed");
    const unknown = `${block("a")}${wait("{ afterS: 5, from: block-start, block: z }")}${block("b")}`;
    expect(problemsOf(`blocks:\n${unknown}`)[0]?.detail).toContain(
      'no earlier block is labelled "z"',
    );
  });

  it("refuses a plan of endless repeats instead of filling the memory", () => {
    const many = `blocks:\n  - repeat: 100000\n    blocks:\n${block("a").replace(/^/gm, "    ").trimEnd()}\n      - restS: 1\n`;
    expect(problemsOf(many).map((problem) => problem.kind)).toEqual(["inconsistent"]);
  });

  it("keeps several targets as one block and makes up no pause between them", () => {
    const plan = planOf(`target: [L DLPFC, R DLPFC]\n${one(RMT, CONVENTIONAL)}`);
    expect(plan.blocks).toEqual([
      {
        index: 0,
        label: "L DLPFC + R DLPFC",
        pattern: "conventional",
        target: "L DLPFC + R DLPFC",
      },
    ]);
    expect(plan.holds).toEqual([]);
  });

  it("takes the minutes between sessions from the schedule", () => {
    expect(
      planOf(`schedule: { interSessionMin: 50 }\n${one(RMT, CONVENTIONAL)}`).interSessionMin,
    ).toBe(50);
    expect(planOf(one(RMT, CONVENTIONAL)).interSessionMin).toBeNull();
  });
});

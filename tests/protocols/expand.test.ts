import { describe, expect, it } from "vitest";
import { CONVENTIONAL, dues, lacking, one, planOf, problemsOf, RMT } from "./expanding.ts";
import { fakeModel } from "./fakeModel.ts";

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

  it("gives the first pulse alone where a weak second one is to facilitate it", () => {
    const sicf = PAIRED.replace("conditioning: { value: 80,", "conditioning: { value: 120,")
      .replace("test: { value: 120,", "test: { value: 90,")
      .replace("interPulseS", "alone: conditioning, interPulseS");
    const plan = planOf(one(RMT, sicf));
    const outputs = (condition: string): unknown =>
      plan.doses.find((dose) => dose.place.condition === condition)?.intensityPctMso;
    expect(outputs("test alone")).toEqual([54]);
    expect(outputs("ISI 2 ms")).toEqual([54, 40.5].map(Math.round));
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

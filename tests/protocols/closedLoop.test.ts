import { describe, expect, it } from "vitest";
import { dues, lacking, one, planOf, problemsOf, RMT } from "./expanding.ts";
import { fakeModel } from "./fakeModel.ts";

const EEG = { eeg: true } as const;

const single = (trigger: string, rest = "totalPulses: 100, interPulseS: [2, 6]"): string =>
  one(RMT, `{ type: closed-loop-single, ${rest}, trigger: ${trigger} }`);
const PHASES = "{ rhythm: mu, phases: [peak, trough, random], toleranceRad: 0.1 }";

const burst = (trigger: string, rest = "bursts: 5, totalPulses: 15"): string =>
  one(
    '{ value: 80, base: "%RMT" }',
    `{ type: closed-loop-burst, pulsesPerBurst: 3, intraBurstHz: 100, ${rest}, trigger: ${trigger} }`,
  );
const NEGATIVE = "{ rhythm: mu, phase: negative peak, minInterTriggerS: 1 }";

describe("single pulses at phases of the EEG", () => {
  const { doses } = planOf(single(PHASES), EEG);
  const by = (name: string): typeof doses => doses.filter((d) => d.place.condition === name);

  it("come at each phase as often as 100 pulses allow, in random order", () => {
    expect([by("peak"), by("trough"), by("random")].map(({ length }) => length)).toEqual([
      34, 33, 33,
    ]);
    const order = doses.map(({ place }) => place.condition);
    expect(order.slice(0, 34)).not.toEqual(Array.from({ length: 34 }, () => "peak"));
  });

  it("wait for 0 at peaks, pi at troughs, and each random one for a phase of its own", () => {
    expect(new Set(by("peak").map(({ phase }) => phase?.targetRad))).toEqual(new Set([0]));
    expect(new Set(by("trough").map(({ phase }) => phase?.targetRad))).toEqual(new Set([Math.PI]));
    const drawn = by("random").map(({ phase }) => phase?.targetRad ?? Number.NaN);
    expect(new Set(drawn).size).toBe(33);
    for (const quarter of [-4, -2, 0, 2]) {
      const [from, to] = [(quarter * Math.PI) / 4, ((quarter + 2) * Math.PI) / 4];
      expect(drawn.filter((rad) => rad >= from && rad < to).length).toBeGreaterThan(2);
    }
  });

  it("have as long as the tolerance lasts in the fastest rhythm of the band", () => {
    for (const { lateLimitMs, phase } of doses) {
      expect(phase?.bandHz).toEqual([8, 13]);
      expect(lateLimitMs).toBeCloseTo(1.224, 3);
    }
    const loose = single("{ rhythm: mu, phases: [peak], toleranceRad: 3 }");
    expect(planOf(loose, EEG).doses[0]?.lateLimitMs).toBe(5);
  });

  it("come no sooner after each other than the protocol says", () => {
    const starts = dues(planOf(single(PHASES), EEG));
    const gaps = starts.slice(1).map((ms, i) => ms - (starts[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(6000);
  });

  it("take a band that is written out as it is written", () => {
    const written = single('{ rhythm: "beta 15-25 Hz", phases: [peak], toleranceRad: 0.1 }');
    expect(planOf(written, EEG).doses[0]?.phase?.bandHz).toEqual([15, 25]);
  });

  it("are refused without an EEG, and with every other reason at once", () => {
    expect(problemsOf(single(PHASES)).map(({ kind }) => kind)).toEqual(["device-cannot"]);
    const kinds = problemsOf(single("{ rhythm: gamma, phases: [flank] }")).map(
      ({ field, kind }) => `${kind} ${field.split(".").slice(1).join(".")}`,
    );
    expect(kinds).toEqual([
      "missing-figure trigger.toleranceRad",
      "inconsistent trigger",
      "device-cannot ",
      "inconsistent trigger.rhythm",
    ]);
  });

  it("do not fill in an interval that nobody gave", () => {
    const problems = problemsOf(single(PHASES, "totalPulses: 10, interPulseS: null"), EEG);
    expect(problems.map(({ kind }) => kind)).toEqual(["missing-figure"]);
  });
});

describe("bursts at a phase of the EEG", () => {
  it("are starts of the device, each at that phase", () => {
    const plan = planOf(burst(NEGATIVE), EEG);
    expect(dues(plan)).toEqual([0, 1000, 2000, 3000, 4000]);
    expect(plan.pulses).toBe(15);
    for (const { phase, shape } of plan.doses) {
      expect(shape).toEqual({ kind: "burst", pulses: 3, isiMs: 10 });
      expect(phase?.targetRad).toBe(Math.PI);
    }
  });

  it("take the phase that stands before what it is compared with", () => {
    const trigger =
      '{ rhythm: mu, phase: "negative peak (vs positive peak vs random)", minInterTriggerS: 1 }';
    expect(planOf(burst(trigger), EEG).doses[0]?.place.condition).toBe("negative peak");
  });

  it("are refused by a device that makes none, and with a total that does not add up", () => {
    const without = problemsOf(burst(NEGATIVE), { ...EEG, ...lacking("burst") });
    expect(without.map(({ kind }) => kind)).toContain("device-cannot");
    const wrong = problemsOf(burst(NEGATIVE, "bursts: 5, totalPulses: 16"), EEG);
    expect(wrong.map(({ kind }) => kind)).toEqual(["inconsistent"]);
  });

  it("are refused where a device cannot make their interval", () => {
    const model = fakeModel({}, () => [{ rule: "DEV-01", detail: "no 10 ms", source: "a test" }]);
    const problems = problemsOf(burst(NEGATIVE), { ...EEG, model });
    expect(problems[0]?.detail).toContain("no 10 ms");
  });
});

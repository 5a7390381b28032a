import { describe, expect, it } from "vitest";
import type { Dose } from "../../src/contract/dose.ts";
import type { StimulatorStatus } from "../../src/contract/stimulator.ts";
import { capsOf } from "../../src/safety/caps.ts";
import {
  GUARD_START,
  type GuardCaps,
  type GuardRequest,
  type GuardState,
  guardArm,
  guardDose,
} from "../../src/safety/guard.ts";
import { conventional, device, doses, input, planOf, readyFor, starts, tbs } from "./fixtures.ts";

const PLAN = conventional({ hz: 10, pulses: 20, offS: 28, trains: 3 });
const [TRAIN] = PLAN.doses;
const [SINGLE] = starts("single", { count: 1, everyMs: 1 }).doses;
if (TRAIN === undefined || SINGLE === undefined) throw new Error("no doses");
const CAPS = capsOf(input(PLAN));
const DUE_MS = 10_000;

function request(
  over: Partial<GuardRequest> = {},
  seen: Partial<StimulatorStatus> = {},
  dose: Dose = TRAIN as Dose,
): GuardRequest {
  return {
    dose,
    dueMs: DUE_MS,
    nowMs: DUE_MS - 20,
    seen: readyFor(dose, DUE_MS - 120, seen),
    train: device().settingsFor(dose).train,
    channel: "A",
    ...over,
  };
}

function verdict(
  given: GuardRequest,
  caps: GuardCaps = CAPS,
  state: GuardState = GUARD_START,
): string {
  const result = guardDose(state, given, caps);
  return result.ok ? "ok" : [result.error.code, result.error.rule ?? "-"].join(" ");
}

describe("the numbers handed to the guard", () => {
  it("are those of the plan", () => {
    expect(CAPS).toMatchObject({
      maxPctMso: 50,
      maxPulsesPerTrain: 20,
      maxPulses: 60,
      minInterPulseMs: 100,
    });
    expect(CAPS.minRestAfterTrainMs).toBeCloseTo(28_100, 6);
  });

  it("count a train over the borders of its doses", () => {
    const caps = capsOf(input(tbs("iTBS", { bursts: 10, trains: 2, periodMs: 10_000 })));
    expect(caps).toMatchObject({ maxPulsesPerTrain: 30, minInterPulseMs: 20, maxPulses: 60 });
  });

  it("are zero where the plan has no such interval", () => {
    const caps = capsOf(input(starts("single", { count: 1, everyMs: 1 })));
    expect(caps).toMatchObject({
      minInterPulseMs: 0,
      minRestAfterTrainMs: 0,
      maxPulsesPerTrain: 1,
    });
  });

  it("leave to the session only what earlier segments have not used", () => {
    const earlier = doses([
      { dueMs: -9_000_000, shape: { kind: "train", pulses: 4990, frequencyHz: 1 } },
    ]);
    expect(capsOf(input(PLAN, { earlier })).maxPulses).toBe(10);
    const rodent = { ...PLAN, species: "rodent" } as const;
    expect(capsOf(input(rodent, { earlier })).maxPulses).toBe(60);
  });
});

describe("the guard lets a dose pass", () => {
  it("with everything as planned", () => {
    expect(verdict(request())).toBe("ok");
  });

  it.each([-50, 0, 5])("asked for %d ms from its instant", (lateMs) => {
    expect(verdict(request({ nowMs: DUE_MS + lateMs }))).toBe("ok");
  });

  it.each([
    ["its coil", { coilPresent: null }],
    ["its intensity", { intensityPctMso: null }],
    ["enhanced power", { enhancedPower: null }],
  ] as const)("of a device that does not tell %s", (_, seen) => {
    expect(verdict(request({}, seen))).toBe("ok");
  });

  it("of a device that cannot tell its temperature", () => {
    const seen = { coilTemperatureC: null, coilTemperatureAtMs: null };
    expect(verdict(request({}, seen), { ...CAPS, reportsTemperature: false })).toBe("ok");
  });

  it("with a single pulse and no temperature", () => {
    const seen = { coilTemperatureC: null, coilTemperatureAtMs: null };
    expect(verdict(request({}, seen, SINGLE))).toBe("ok");
  });

  it("with 1 %MSO of difference", () => {
    expect(verdict(request({}, { intensityPctMso: [51] }))).toBe("ok");
  });
});

describe("the guard refuses a dose", () => {
  it.each([
    [{ state: "armed" }, "GATE_DEVICE_STATE DEV-01"],
    [{ state: "standby" }, "GATE_DEVICE_STATE DEV-01"],
    [{ activity: "wait" }, "GATE_DEVICE_STATE DEV-01"],
    [{ activity: "train" }, "GATE_DEVICE_STATE DEV-01"],
    [{ remote: false }, "GATE_DEVICE_STATE WDG-01"],
    [{ coilPresent: false }, "GATE_DEVICE_STATE DEV-01"],
    [{ fault: "E12" }, "GATE_DEVICE_STATE FLT-01"],
    [{ enhancedPower: true }, "GATE_DEVICE_STATE DEV-01"],
    [{ intensityPctMso: [48.9] }, "GATE_DOSE_REFUSED INT-05"],
    [{ intensityPctMso: [51.1] }, "GATE_DOSE_REFUSED INT-05"],
    [{ intensityPctMso: [] }, "GATE_DOSE_REFUSED INT-05"],
    [{ intensityPctMso: [Number.NaN] }, "GATE_DOSE_REFUSED INT-05"],
    [{ mode: "single" }, "GATE_DOSE_REFUSED DEV-01"],
    [{ mode: null }, "GATE_DOSE_REFUSED DEV-01"],
    [{ train: null }, "GATE_DOSE_REFUSED DEV-01"],
    [{ train: { pulses: 21, frequencyHz: 10, durationS: 2 } }, "GATE_DOSE_REFUSED DEV-01"],
    [{ train: { pulses: 20, frequencyHz: 10.1, durationS: 2 } }, "GATE_DOSE_REFUSED DEV-01"],
    [{ train: { pulses: 20, frequencyHz: 10, durationS: 2.1 } }, "GATE_DOSE_REFUSED DEV-01"],
    [{ coilTemperatureC: 40 }, "GATE_DEVICE_STATE TMP-01"],
    [{ coilTemperatureC: Number.NaN }, "GATE_DEVICE_STATE TMP-01"],
    [{ coilTemperatureC: null }, "GATE_DEVICE_STATE TMP-01"],
    [{ coilTemperatureAtMs: null }, "GATE_DEVICE_STATE TMP-01"],
    [{ coilTemperatureAtMs: DUE_MS - 20 - 30_001 }, "GATE_DEVICE_STATE TMP-01"],
    [{ atMs: DUE_MS - 20 - 501 }, "GATE_DEVICE_STATE WDG-01"],
    [{ atMs: DUE_MS + 10 }, "GATE_CLOCK_JUMP -"],
    [{ atMs: Number.NaN }, "GATE_CLOCK_JUMP -"],
  ] as const)("when the device says %j", (seen, expected) => {
    expect(verdict(request({}, seen as Partial<StimulatorStatus>))).toBe(expected);
  });

  it("of one start while the device is set to trains", () => {
    expect(verdict(request({}, { mode: "train" }, SINGLE))).toBe("GATE_DOSE_REFUSED DEV-01");
  });

  const PAIR = {
    ...(SINGLE as Dose),
    shape: { kind: "pair", isiMs: 3 },
    intensityPctMso: [36, 54],
  } as const;
  const BURST = { ...(SINGLE as Dose), shape: { kind: "burst", pulses: 3, isiMs: 20 } } as const;
  it.each([
    [PAIR, { isiMs: 3 }, "ok"],
    [PAIR, { isiMs: 4 }, "GATE_DOSE_REFUSED DEV-01"],
    [PAIR, { isiMs: null }, "GATE_DOSE_REFUSED DEV-01"],
    [PAIR, { isiMs: 3, burstPulses: 2 }, "GATE_DOSE_REFUSED DEV-01"],
    [BURST, { isiMs: 20, burstPulses: 3 }, "ok"],
    [BURST, { isiMs: 20, burstPulses: 5 }, "GATE_DOSE_REFUSED DEV-01"],
    [SINGLE as Dose, { isiMs: 3 }, "GATE_DOSE_REFUSED DEV-01"],
  ] as const)("whose start is not what one start gives (%#)", (dose, seen, expected) => {
    const roomy = { ...CAPS, maxPctMso: 100, minInterPulseMs: 1, maxPulsesPerTrain: 10 };
    expect(verdict(request({}, seen, dose), roomy)).toBe(expected);
  });

  it("of a host-timed train without a fresh temperature", () => {
    const held = { ...(SINGLE as Dose), hostTrain: { position: 0, count: 5 } };
    expect(verdict(request({}, { coilTemperatureC: null }, held))).toBe("GATE_DEVICE_STATE TMP-01");
  });

  it("of a single pulse on a hot coil", () => {
    expect(verdict(request({}, { coilTemperatureC: 41 }, SINGLE))).toBe("GATE_DEVICE_STATE TMP-01");
  });

  it.each([
    [{ nowMs: DUE_MS + 5.001 }, "GATE_DOSE_REFUSED WDG-02"],
    [{ nowMs: DUE_MS - 50.1 }, "GATE_DOSE_REFUSED -"],
    [{ nowMs: DUE_MS + 1001 }, "GATE_CLOCK_JUMP -"],
    [{ nowMs: Number.NaN }, "GATE_CLOCK_JUMP -"],
    [{ dueMs: Number.POSITIVE_INFINITY }, "GATE_CLOCK_JUMP -"],
  ])("at %j", (over, expected) => {
    expect(verdict(request(over))).toBe(expected);
  });

  it("later than 5 ms even where the dose itself allows more", () => {
    const held = { ...(TRAIN as Dose), lateLimitMs: 50 };
    expect(verdict(request({ nowMs: DUE_MS + 6 }, {}, held))).toBe("GATE_DOSE_REFUSED WDG-02");
  });

  it("when the clock goes backwards", () => {
    expect(verdict(request(), CAPS, { ...GUARD_START, lastNowMs: DUE_MS })).toBe(
      "GATE_CLOCK_JUMP -",
    );
  });

  const lastPulse = (sinceMs: number, pulsesInTrain = 20): GuardState => ({
    lastNowMs: 0,
    lastPulseMs: DUE_MS - sinceMs,
    pulsesInTrain,
    pulses: 20,
  });
  it.each([
    ["a rest shorter than the plan's", lastPulse(28_000), CAPS, "GATE_DOSE_REFUSED ITI-03"],
    ["the rest of the plan", lastPulse(28_100), CAPS, "ok"],
    ["pulses closer than the plan's", lastPulse(99), CAPS, "GATE_DOSE_REFUSED WDG-02"],
    ["a train that grows beyond the plan's", lastPulse(500, 1), CAPS, "GATE_DOSE_REFUSED DUR-01"],
    [
      "more pulses than the session may have",
      lastPulse(30_000),
      { ...CAPS, maxPulses: 39 },
      "GATE_DOSE_REFUSED CUM-02",
    ],
    [
      "more intensity than the plan has",
      lastPulse(30_000),
      { ...CAPS, maxPctMso: 49 },
      "GATE_DOSE_REFUSED INT-03",
    ],
  ] as const)("by its numbers: %s", (_, state, caps, expected) => {
    expect(verdict(request(), caps, state)).toBe(expected);
  });

  it("of a pair whose pulses are closer than the plan's", () => {
    const [pair] = starts("paired", {
      count: 1,
      everyMs: 1,
      shape: { kind: "pair", isiMs: 3 },
    }).doses;
    expect(verdict(request({}, {}, pair), { ...CAPS, minInterPulseMs: 4 })).toBe(
      "GATE_DOSE_REFUSED WDG-02",
    );
    expect(verdict(request({}, {}, pair), { ...CAPS, minInterPulseMs: 3 })).toBe("ok");
  });
});

describe("what the guard remembers", () => {
  it("a dose counts from the moment it is permitted, at its scheduled instants", () => {
    const result = guardDose(GUARD_START, request(), CAPS);
    expect(result).toEqual({
      ok: true,
      value: { lastNowMs: DUE_MS - 20, lastPulseMs: DUE_MS + 1900, pulsesInTrain: 20, pulses: 20 },
    });
  });

  it("lets the whole plan pass at its own instants, shifted by a fraction", () => {
    const held = doses(Array.from({ length: 60 }, (_, i) => ({ dueMs: i * 1000, pct: 45 })));
    const plan = planOf(["conventional"], held);
    const caps = capsOf(input(plan));
    let state = GUARD_START;
    for (const dose of held) {
      const dueMs = 0.1 + 0.2 + dose.dueMs;
      const seen = readyFor(dose, dueMs - 60);
      const result = guardDose(
        state,
        { dose, dueMs, nowMs: dueMs - 20, seen, train: null, channel: "A" },
        caps,
      );
      if (!result.ok) throw new Error(result.error.detail);
      state = result.value;
    }
    expect(state).toMatchObject({ pulses: 60, pulsesInTrain: 60 });
  });
});

describe("the guard before a device with two channels", () => {
  const ALONE: Dose = { ...(SINGLE as Dose), intensityPctMso: [54] };
  const PAIR: Dose = {
    ...ALONE,
    shape: { kind: "pair", isiMs: 3 },
    intensityPctMso: [36, 54],
  };
  const caps: GuardCaps = { ...CAPS, maxPctMso: 100, minInterPulseMs: 0 };
  const said = (
    dose: Dose,
    channel: "A" | "B",
    intensityPctMso: readonly number[],
    isiMs: number | null = dose.shape.kind === "pair" ? dose.shape.isiMs : null,
  ): string => verdict(request({ channel }, { intensityPctMso, isiMs }, dose), caps);
  const NO = "GATE_DOSE_REFUSED INT-05";

  it.each([
    ["A", [54, 0]],
    ["A", [54]],
    ["A", [53, 0]],
    ["B", [0, 54]],
    ["B", [0, 55]],
  ] as const)("passes one pulse of channel %s on a device that shows %j", (channel, told) => {
    expect(said(ALONE, channel, told)).toBe("ok");
  });

  it.each([
    ["the other channel a little above 0", "B", [1, 54]],
    ["the other channel a little above 0", "A", [54, 1]],
    ["less than a percent on the other channel", "B", [0.4, 54]],
    ["the channels swapped", "B", [54, 0]],
    ["the channels swapped", "A", [0, 54]],
    ["both channels at the dose", "A", [54, 54]],
    ["both channels at the dose", "B", [54, 54]],
    ["the conditioning power still there", "B", [36, 54]],
    ["its own channel too high", "B", [0, 56]],
    ["its own channel too low", "B", [0, 52]],
    ["its own channel not at all", "B", [0]],
    ["its own channel not at all", "A", []],
    ["one channel, and the dose is on the other", "B", [54]],
    ["something that is no number on the other", "B", [Number.NaN, 54]],
    ["something that is no number on its own", "B", [0, Number.NaN]],
    ["a negative figure on the other", "B", [-1, 54]],
    ["a third channel", "B", [0, 54, 10]],
  ] as const)("refuses one pulse of a device that shows %s (%s)", (_, channel, told) => {
    expect(said(ALONE, channel, told)).toBe(NO);
    const standby = request(
      { channel },
      { intensityPctMso: told, state: "standby", isiMs: null },
      ALONE,
    );
    expect(guardArm(standby, caps, 2000)).toMatchObject({ ok: false, error: { rule: "INT-05" } });
  });

  it("refuses one pulse of a device that would give two, whatever its powers are", () => {
    expect(said(ALONE, "B", [0, 54], 3)).toBe("GATE_DOSE_REFUSED DEV-01");
    expect(said(ALONE, "B", [0, 54], 0)).toBe("GATE_DOSE_REFUSED DEV-01");
  });

  it("holds a pair to both channels in their order, whichever gives single pulses", () => {
    for (const channel of ["A", "B"] as const) {
      expect(said(PAIR, channel, [36, 54])).toBe("ok");
      expect(said(PAIR, channel, [54, 36])).toBe(NO);
      expect(said(PAIR, channel, [0, 54])).toBe(NO);
      expect(said(PAIR, channel, [36])).toBe(NO);
    }
  });

  it("says which channel is not as it should be", () => {
    const seen = { intensityPctMso: [36, 54], isiMs: null };
    const result = guardDose(GUARD_START, request({ channel: "B" }, seen, ALONE), caps);
    expect(result).toMatchObject({
      error: { detail: "the dose has nothing on channel A, the device says 36 %MSO" },
    });
  });
});

describe("the guard before arming", () => {
  it("wants standby and a read-back that is young enough", () => {
    const standby = request({}, { state: "standby" });
    expect(guardArm(standby, CAPS, 2000).ok).toBe(true);
    expect(guardArm(request(), CAPS, 2000)).toMatchObject({
      ok: false,
      error: { code: "GATE_DEVICE_STATE" },
    });
    expect(guardArm(standby, CAPS, 99)).toMatchObject({ ok: false, error: { rule: "WDG-01" } });
  });

  it("does not arm while a train runs, and minds no waiting time", () => {
    expect(guardArm(request({}, { state: "standby", activity: "train" }), CAPS, 2000).ok).toBe(
      false,
    );
    expect(guardArm(request({}, { state: "standby", activity: "wait" }), CAPS, 2000).ok).toBe(true);
  });
});

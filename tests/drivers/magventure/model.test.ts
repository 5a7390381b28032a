import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { driver } from "../../../drivers/magventure/index.ts";
import { nearestOn } from "../../../drivers/magventure/pro/scales.ts";
import { BURST_INTERVALS_MS, PAIR_INTERVALS_MS } from "../../../drivers/magventure/wire/scales.ts";
import type { Dose, DoseShape } from "../../../src/contract/dose.ts";
import type { Hazard } from "../../../src/contract/hazard.ts";
import type { DeviceModel, ScaleStretch } from "../../../src/contract/stimulator.ts";
import { doseOf } from "./bench.ts";

function modelOf(name: string, options: Readonly<Record<string, unknown>> = {}): DeviceModel {
  const model = driver.describe({ driver: name, mains: null, softwareVersion: null, options });
  if (!model.ok) throw new Error(model.error);
  return model.value;
}

function complaint(name: string, options: Readonly<Record<string, unknown>>): string {
  const model = driver.describe({ driver: name, mains: null, softwareVersion: null, options });
  return model.ok ? "" : model.error;
}

const why = (model: DeviceModel, shape: DoseShape, pct: readonly number[] = [50]): string =>
  model
    .judgeDose(doseOf(shape, pct))
    .map(({ rule, detail }) => `${rule} ${detail}`)
    .join("; ");

/** iTBS of Huang 2005: ten bursts of three at 50 Hz, five a second. */
const ITBS: DoseShape = {
  kind: "burst-train",
  bursts: 10,
  burstHz: 5,
  pulsesPerBurst: 3,
  isiMs: 20,
};
const SICI: DoseShape = { kind: "pair", isiMs: 3 };

describe("what each model can do", () => {
  const rows: readonly (readonly [string, boolean, boolean, number])[] = [
    // model, pairs, bursts, highest rate
    ["magpro-r30", false, true, 30],
    ["magpro-x100", false, true, 100],
    ["magpro-r30-option", true, false, 30],
    ["magpro-x100-option", true, true, 100],
    ["magpro-r30-option-mono", true, true, 100],
    ["magpro-mst", true, true, 100],
  ];
  it("covers all models of the driver", () => {
    expect(driver.models).toEqual(rows.map(([name]) => name));
  });
  it.each(rows)("%s: pairs %s, bursts %s, up to %i Hz", (name, pair, burst, hz) => {
    const model = modelOf(name);
    expect(model.capabilities.deviceTimed).toEqual({ train: true, pair, burst, burstTrain: burst });
    expect(model.capabilities.channels).toBe(pair ? 2 : 1);
    expect(model.maxFrequencyHz(50)).toBe(hz);
    expect(why(model, SICI, [40, 60]) === "").toBe(pair);
    expect(why(model, ITBS) === "").toBe(burst);
    expect(why(model, { kind: "train", pulses: 40, frequencyHz: 20 })).toBe("");
    expect(why(model, { kind: "train", pulses: 10, frequencyHz: hz + 1 })).toMatch(
      new RegExp(`up to ${hz} Hz`),
    );
  });

  it("names the models that can where one cannot", () => {
    expect(why(modelOf("magpro-r30"), SICI, [40, 60])).toMatch(
      /modes Standard.*magpro-x100-option/,
    );
    expect(why(modelOf("magpro-x100"), SICI, [40, 60])).toMatch(/magpro-r30-option/);
    expect(why(modelOf("magpro-r30-option"), ITBS)).toMatch(/no bursts; magpro-r30, magpro-x100/);
  });

  it("names its range for values that are off its scales", () => {
    const model = modelOf("magpro-x100-option");
    expect(why(model, { kind: "pair", isiMs: 2.55 }, [50, 50])).toMatch(/1 to 10 in steps of 0.1/);
    expect(why(model, { kind: "pair", isiMs: 0.9 }, [50, 50])).toMatch(/1 to 10/);
    expect(why(model, { kind: "burst", pulses: 6, isiMs: 20 })).toMatch(/2 to 5/);
    expect(why(model, { kind: "burst", pulses: 3, isiMs: 33.3 })).toMatch(/21 to 100/);
    expect(why(model, { kind: "train", pulses: 1050, frequencyHz: 10 })).toMatch(/1100 to 2000/);
    expect(why(model, { kind: "train", pulses: 10, frequencyHz: 1.5 })).toMatch(/2 to 100/);
    expect(why(model, { kind: "pulse" }, [50.5])).toMatch(/^INT-03/);
    expect(why(model, { kind: "pulse" }, [101])).toMatch(/^INT-03/);
    expect(why(model, { kind: "pulse" }, [50, 50])).toMatch(/2 intensities/);
    expect(why(model, { ...ITBS, burstHz: 21 })).toMatch(/up to 20 Hz/);
    expect(why(model, { ...ITBS, burstHz: 20 })).toMatch(/do not fit/);
  });

  it("keeps monophasic pairs at 2 ms and more, and 5 a second on its scale", () => {
    const model = modelOf("magpro-x100-option", { waveform: "monophasic" });
    expect(why(model, { kind: "pair", isiMs: 1.9 }, [50, 50])).toMatch(/2 to 10/);
    expect(why(model, { kind: "pair", isiMs: 2 }, [50, 50])).toBe("");
    const rate = model.capabilities.ranges.find(
      ({ setting }) => setting === "pair repetition rate",
    );
    expect(rate?.scale.at(-1)?.to).toBe(5);
    expect(why(model, ITBS)).toMatch(/bursts are biphasic/);
  });

  it("makes no pairs in mode Power, whose percentages are another output", () => {
    const model = modelOf("magpro-x100-option", { mode: "power" });
    expect(model.capabilities.waveform).toBe("biphasic (power)");
    expect(why(model, SICI, [40, 60])).toMatch(/mode: standard/);
  });

  it("takes in Twin only pairs that its ratios give", () => {
    const model = modelOf("magpro-x100-option", { pairMode: "twin" });
    expect(why(model, SICI, [40, 60])).toBe("");
    expect(why(model, SICI, [50, 100])).toBe("");
    expect(why(model, SICI, [90, 10])).toMatch(/pairMode: dual/);
    expect(why(model, SICI, [0, 50])).toMatch(/pairMode: dual/);
  });

  it("knows tenths of a hertz with the device's option only", () => {
    const shape: DoseShape = { kind: "train", pulses: 10, frequencyHz: 12.5 };
    expect(why(modelOf("magpro-x100"), shape)).not.toBe("");
    expect(why(modelOf("magpro-x100", { extendedRates: true }), shape)).toBe("");
  });
});

describe("the rig's options", () => {
  it.each([
    ["magpro-x100", { waveform: "halfsine" }, /no halfsine pulses/],
    ["magpro-r30", { currentDirection: "reverse" }, /current direction is normal/],
    ["magpro-x100", { mode: "power" }, /no Power mode/],
    ["magpro-x100", { waveform: "sinus" }, /monophasic, biphasic, halfsine/],
    ["magpro-x100", { waveform: "toString" }, /monophasic, biphasic, halfsine/],
    ["magpro-x100", { wavefrom: "biphasic" }, /no option wavefrom.*knows waveform/],
    ["magpro-x100", { knownCoil: "60" }, /knownCoil/],
    ["magpro-x100", { extendedRates: "yes" }, /true or false/],
    ["magpro-x100", { outputDelayMs: -9.95 }, /outputDelayMs -9.95/],
    ["magpro-x100", { chargeDelayMs: 5 }, /chargeDelayMs 5/],
  ])("of %s are refused in words: %o", (name, options, words) => {
    expect(complaint(name, options)).toMatch(words);
  });
  it("take all that a model has", () => {
    const options = {
      waveform: "monophasic",
      mode: "power",
      currentDirection: "reverse",
      pairMode: "twin",
      extendedRates: true,
      knownCoil: 60,
      inputDelayMs: 0.5,
      outputDelayMs: -3.2,
      chargeDelayMs: 250,
      priorWarningSound: true,
    };
    expect(complaint("magpro-x100-option", options)).toBe("");
  });
});

describe("figures on the device's steps", () => {
  it("are moved to the nearest legal value and told", () => {
    const { onSteps } = modelOf("magpro-x100-option");
    expect(onSteps?.({ kind: "pair", isiMs: 12.3 })).toEqual({
      shape: { kind: "pair", isiMs: 12.5 },
      roundings: [{ what: "interval of the pair", asked: 12.3, planned: 12.5, unit: "ms" }],
    });
    expect(onSteps?.({ kind: "burst", pulses: 3, isiMs: 1000 / 30 })?.shape).toEqual({
      kind: "burst",
      pulses: 3,
      isiMs: 33,
    });
    expect(onSteps?.(ITBS)).toEqual({ shape: ITBS, roundings: [] });
    expect(onSteps?.({ kind: "train", pulses: 1050, frequencyHz: 1.04 })?.shape).toEqual({
      kind: "train",
      pulses: 1050,
      frequencyHz: 1,
    });
  });

  it("are those that the device's own tables hold", () => {
    const scales = new Map(
      modelOf("magpro-x100-option").capabilities.ranges.map(({ setting, scale }) => [
        setting,
        scale,
      ]),
    );
    const valuesOf = (scale: readonly ScaleStretch[] | undefined): number[] =>
      (scale ?? []).flatMap(({ from, to, step }) =>
        Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) =>
          Number((from + i * step).toFixed(1)),
        ),
      );
    expect(valuesOf(scales.get("burst interval"))).toEqual(BURST_INTERVALS_MS.toReversed());
    expect(valuesOf(scales.get("pair interval"))).toEqual(PAIR_INTERVALS_MS.toReversed());
  });

  it("are never nearer to another step", () => {
    const scale = [
      { from: 0.5, to: 10, step: 0.1 },
      { from: 10.5, to: 20, step: 0.5 },
      { from: 21, to: 100, step: 1 },
    ];
    fc.assert(
      fc.property(fc.double({ min: 0, max: 120, noNaN: true }), (asked) => {
        const best = Math.min(...BURST_INTERVALS_MS.map((one) => Math.abs(one - asked)));
        expect(Math.abs(nearestOn(scale, asked) - asked)).toBeCloseTo(best, 6);
      }),
    );
  });
});

describe("what a dose may set", () => {
  const doses: readonly (readonly [string, Dose])[] = [
    ["pulse", doseOf({ kind: "pulse" })],
    ["pair", doseOf(SICI, [40, 60])],
    ["burst", doseOf({ kind: "burst", pulses: 3, isiMs: 20 })],
    ["train", doseOf({ kind: "train", pulses: 40, frequencyHz: 20 })],
    ["burst-train", doseOf(ITBS)],
  ];
  it.each(doses)("never arms, fires or goes beyond it: %s", (_, dose) => {
    const grants = modelOf("magpro-x100-option").grantsFor(dose);
    expect(new Set(grants.map(({ kind }) => kind))).toEqual(new Set(["setting", "intensity"]));
    const intensities = grants.filter(
      (grant): grant is Extract<Hazard, { kind: "intensity" }> => grant.kind === "intensity",
    );
    expect(intensities.map(({ pctMso }) => pctMso)).toEqual(dose.intensityPctMso);
  });
  it("is one train of its own, with the rate and the pulses of the dose", () => {
    const grants = modelOf("magpro-x100-option").grantsFor(doseOf(ITBS));
    const values = (name: string): number[] =>
      grants.flatMap((grant) =>
        grant.kind === "setting" && grant.setting === name ? [grant.value] : [],
      );
    expect(values("trains")).toEqual([1, 1]);
    expect(values("pulses")).toEqual([10, 10]);
    expect(values("frequencyTenthsHz")).toEqual([50, 50]);
    expect(values("burstPulses")).toEqual([3]);
    expect(values("intervalTenthsMs")).toEqual([200]);
    expect(values("page")).toEqual([2]);
    expect(values("waveform")).toEqual([3]);
  });
  it("grants nothing for amplitude 0, which is safe", () => {
    const grants = modelOf("magpro-x100").grantsFor(doseOf({ kind: "pulse" }, [0]));
    expect(grants.some(({ kind }) => kind === "intensity")).toBe(false);
  });
});

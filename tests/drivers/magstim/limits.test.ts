import { describe, expect, it } from "vitest";
import { classify } from "../../../drivers/magstim/hazard.ts";
import { driver } from "../../../drivers/magstim/index.ts";
import { describe as describeModel } from "../../../drivers/magstim/rapid/capabilities.ts";
import {
  joulesPerPulse,
  maxContinuousHz,
  maxFrequencyHz,
  maxOnTimeS,
  minWaitS,
} from "../../../drivers/magstim/rapid/limits.ts";
import { settingSteps } from "../../../drivers/magstim/rapid/prepare.ts";
import { encode } from "../../../drivers/magstim/wire/commands.ts";
import type { DoseShape } from "../../../src/contract/dose.ts";
import type { DeviceModel, StimulatorConfig } from "../../../src/contract/stimulator.ts";
import { CONFIG, doseOf, PULSE, TRAIN } from "./bench.ts";

function modelOf(change: Partial<StimulatorConfig> = {}): DeviceModel {
  const model = describeModel({ ...CONFIG, ...change });
  if (!model.ok) throw new Error(model.error);
  return model.value;
}

const train = (frequencyHz: number, pulses: number): DoseShape => ({
  kind: "train",
  frequencyHz,
  pulses,
});
const rulesOf = (shape: DoseShape, pct: number, change: Partial<StimulatorConfig> = {}): string[] =>
  modelOf(change)
    .judgeDose(doseOf(shape, [pct]))
    .map(({ rule }) => rule);

describe("the energy rules", () => {
  // Power, frequency, pulses, joules, wait s, on time s, continuous Hz: figures of `nicolasmcnair/magpy`.
  it.each([
    [50, 10, 20, 63.0, 0.5, 100, 16.667],
    [60, 20, 100, 90.7, 3.638, 34.73, 11.577],
    [80, 10, 300, 161.2, 16.057, 39.082, 6.514],
    [100, 15, 150, 252.0, 26, 16.667, 4.167],
    [40, 26, 260, 40.3, 0.5, 60.126, 26.055],
    [30, 50, 500, 22.7, 0.81, 55.507, 46.256],
  ])(
    "at %i %%, %i Hz and %i pulses",
    (power, frequency, pulses, joules, waitS, onS, continuousHz) => {
      expect(joulesPerPulse(power)).toBe(joules);
      expect(minWaitS(power, frequency, pulses)).toBeCloseTo(waitS, 3);
      expect(maxOnTimeS(power, frequency)).toBeCloseTo(onS, 3);
      expect(maxContinuousHz(power)).toBeCloseTo(continuousHz, 3);
    },
  );

  it("divide by nothing at 0 % and 0 Hz, and know nothing above 100 %", () => {
    expect(maxOnTimeS(0, 10)).toBe(Number.POSITIVE_INFINITY);
    expect(maxContinuousHz(0)).toBe(Number.POSITIVE_INFINITY);
    expect(minWaitS(50, 0, 10)).toBe(Number.POSITIVE_INFINITY);
    expect(minWaitS(101, 10, 10)).toBe(Number.POSITIVE_INFINITY);
    expect(maxOnTimeS(101, 10)).toBe(0);
  });

  it.each([
    [240, 0, 50, 15],
    [240, 1, 100, 25],
    [240, 2, 100, 41],
    [115, 0, 36, 11],
    [115, 1, 60, 22],
    [115, 2, 60, 25],
  ] as const)("know the frequencies of %i V and type %i", (mains, type, low, high) => {
    expect(maxFrequencyHz(mains, type, 0)).toBe(low);
    expect(maxFrequencyHz(mains, type, 100)).toBe(high);
    expect(maxFrequencyHz(mains, type, 101)).toBeNull();
  });
});

describe("what the model can deliver", () => {
  it("needs the mains voltage and says so", () => {
    const refused = describeModel({ ...CONFIG, mains: null });
    expect(!refused.ok && refused.error).toMatch(/mains: 240/);
    expect(() => driver.create({ config: { ...CONFIG, mains: null } } as never)).toThrowError(
      /RIG_FILE_BAD/,
    );
  });

  it("refuses options and versions that it does not understand", () => {
    expect(describeModel({ ...CONFIG, options: { enhanced: true } }).ok).toBe(false);
    expect(describeModel({ ...CONFIG, softwareVersion: "new" }).ok).toBe(false);
  });

  it("takes pulses from 0 to 100 % in whole percents", () => {
    expect(rulesOf({ kind: "pulse" }, 0)).toEqual([]);
    expect(rulesOf({ kind: "pulse" }, 100)).toEqual([]);
    for (const pct of [-1, 101, 50.5, Number.NaN])
      expect(rulesOf({ kind: "pulse" }, pct)).toEqual(["INT-03"]);
  });

  it.each([
    ["the inclusive limit of the table", train(50, 100), 50, {}, []],
    ["one above the table", train(51, 51), 50, {}, ["INT-03"]],
    ["the same on 115 V", train(50, 100), 50, { mains: 115 }, ["INT-03"]],
    ["tenths up to 30 Hz", train(29.5, 59), 30, {}, []],
    ["tenths above 30 Hz", train(30.5, 61), 30, {}, ["DEV-01"]],
    ["tenths above 30 Hz on old software", train(30.5, 61), 30, { softwareVersion: "8.0" }, []],
    ["a count that ends between two steps", train(15, 50), 30, {}, ["DEV-01"]],
    ["half seconds beyond 30 s", train(2, 61), 30, {}, ["DEV-01"]],
    ["whole seconds beyond 30 s", train(2, 62), 30, {}, []],
    ["600 s", train(1, 600), 30, {}, []],
    ["more than 600 s", train(1, 601), 30, {}, ["DEV-01"]],
    ["more than 6000 pulses", train(100, 6100), 10, {}, ["DEV-01"]],
    ["10 s on old software", train(10, 100), 30, { softwareVersion: "8.0" }, []],
    ["11 s on old software", train(10, 110), 30, { softwareVersion: "8.0" }, ["DEV-01"]],
    [
      "more than 1000 pulses on old software",
      train(100, 1001),
      10,
      { softwareVersion: "8.0" },
      ["DEV-01"],
    ],
    ["more energy than a minute allows", train(20, 800), 60, {}, ["ITI-03"]],
    ["a train of no pulses", train(10, 0), 30, {}, ["DEV-01"]],
    ["a train of no frequency", train(0, 10), 30, {}, ["DEV-01"]],
  ] as const)("judges %s", (_, shape, pct, change, rules) => {
    expect(rulesOf(shape, pct, change)).toEqual(rules);
  });

  it("names the counts that would fit", () => {
    const [problem] = modelOf().judgeDose(doseOf(train(15, 50), [30]));
    expect(problem?.detail).toMatch(/48 and 51/);
  });

  it("refuses pairs and bursts with the reason and the alternative", () => {
    const [pair] = modelOf().judgeDose(doseOf({ kind: "pair", isiMs: 3 }, [50, 50]));
    const [burst] = modelOf().judgeDose(doseOf({ kind: "burst", pulses: 3, isiMs: 20 }));
    expect(pair?.detail).toMatch(/magstim-bistim/);
    expect(burst?.detail).toMatch(/0\.5 s.*external triggers/);
  });

  it("rests a second after a pulse, and after a train its last period and the longer wait", () => {
    const model = modelOf();
    expect(model.minRestAfterMs(PULSE)).toBe(1000);
    expect(model.minRestAfterMs(doseOf({ kind: "pulse" }, [105]))).toBe(2000);
    expect(model.minRestAfterMs(TRAIN)).toBe(50 + 500);
    expect(model.minRestAfterMs(doseOf(train(20, 100), [60]))).toBeCloseTo(50 + 3638, 0);
  });
});

describe("the grants of a dose", () => {
  it.each([
    PULSE,
    TRAIN,
    doseOf({ kind: "pulse" }, [0]),
    doseOf(train(29.5, 59), [30]),
    doseOf(train(10, 10), [100]),
  ])("cover exactly what preparing can send, from any mode: $shape", (dose) => {
    const model = modelOf();
    const grants = model.grantsFor(dose).map((grant) => JSON.stringify(grant));
    const used = new Set<number>();
    for (const mode of ["single", "train"] as const) {
      for (const enhancedPower of [true, false]) {
        let from = 0;
        const steps = settingSteps(dose.intensityPctMso[0] ?? 0, model.settingsFor(dose), {
          mode,
          enhancedPower,
        });
        const commands = steps.flatMap(({ command, orElse }) =>
          orElse === undefined ? [command] : [command, orElse],
        );
        for (const command of commands) {
          const encoded = encode(command, { model: "rapid", major: 9, highResolution: false });
          const hazard = encoded.ok ? classify(encoded.value) : null;
          if (hazard?.kind === "safe") continue;
          const place = grants.indexOf(JSON.stringify(hazard), from);
          expect(place, JSON.stringify(command)).toBeGreaterThanOrEqual(from);
          used.add(place);
          from = place + 1;
        }
      }
    }
    expect(used.size).toBe(grants.length);
  });
});

import { describe, expect, it } from "vitest";
import { driver as module } from "../../../drivers/magstim/index.ts";
import type { DoseShape } from "../../../src/contract/dose.ts";
import type { SettingRange } from "../../../src/contract/stimulator.ts";
import { type BenchOptions, doseOf, onBench } from "./bench.ts";
import { PERMIT } from "./fakePort.ts";
import { modelOf } from "./pairBench.ts";

const CODE = "b2c3-d4e5f607-46";
const HORIZON: BenchOptions = {
  config: { driver: "magstim-horizon" },
  version: "V9.4.0",
  unlockCode: CODE,
  deviceCode: CODE,
};
const MODEL = modelOf({ driver: "magstim-horizon", mains: 240 });
const train = (frequencyHz: number, pulses: number): DoseShape => ({
  kind: "train",
  frequencyHz,
  pulses,
});
const rulesOf = (shape: DoseShape, pct: number): string[] =>
  MODEL.judgeDose(doseOf(shape, [pct])).map(({ rule }) => rule);

describe("a Horizon", () => {
  it("takes control with its unlock code and is asked as a Rapid of version 9 is", () =>
    onBench(async ({ driver, fake }) => {
      expect(await driver.connect()).toEqual({
        model: "magstim-horizon",
        softwareVersion: "9.4.0",
        detail: { coilTemperatureC: "24" },
      });
      expect(fake.commands()).toEqual([`Q${CODE}`, "ND", "\\@", "F@"]);
    }, HORIZON));

  it("is set for a train by frames of the wide format, without leaving enhanced power", () =>
    onBench(async ({ driver, fake }) => {
      await driver.connect();
      const before = fake.written.length;
      const settings = { frequencyHz: 10, pulses: 50, durationS: 5 };
      await driver.prepare({ intensityPctMso: [60], train: settings, isiMs: null }, PERMIT);
      expect(fake.commands().slice(before)).toEqual([
        ...["\\@", "[0010", "@060", "B0100", "[0050", "D00050", "\\@"],
      ]);
    }, HORIZON));

  it("whose enhanced power is on is not set, since no command is known that leaves it", () =>
    onBench(async ({ driver, fake }) => {
      fake.body.rapid |= 0x01;
      await driver.connect();
      const settings = { intensityPctMso: [60], train: null, isiMs: null };
      await expect(driver.prepare(settings, PERMIT)).rejects.toMatchObject({
        code: "DEVICE_CONFLICT",
        detail: expect.stringMatching(/enhanced power/),
      });
      expect(fake.commands()).not.toContain("@060");
      expect(JSON.stringify(MODEL.grantsFor(doseOf({ kind: "pulse" }, [60])))).not.toContain(
        "enhanced",
      );
    }, HORIZON));

  // Figures of `neuromti/ctrl-magstim_stimulators` at the ends and at one power between them.
  it.each([
    [0, 60],
    [33, 60],
    [34, 59],
    [50, 40],
    [100, 20],
  ])("at %i %% refills up to %i Hz", (pct, hz) => {
    expect(MODEL.maxFrequencyHz(pct)).toBe(hz);
    expect(rulesOf(train(hz, hz), pct)).toEqual([]);
    expect(rulesOf(train(hz + 1, hz + 1), pct)).toEqual(["INT-03"]);
  });

  it("is held to the energy rules of the Rapid", () => {
    expect(rulesOf(train(20, 1400), 60)).toEqual(["ITI-03"]);
    expect(MODEL.minRestAfterMs(doseOf(train(20, 100), [60]))).toBeCloseTo(50 + 3638, 0);
  });

  it.each([115, null] as const)("has no figures for %s V", (mains) => {
    const config = { driver: "magstim-horizon", mains, softwareVersion: null, options: {} };
    const described = module.describe(config);
    expect(!described.ok && described.error).toMatch(/mains: 240/);
  });

  it("has the wide format whatever its version says", () => {
    const old = modelOf({ driver: "magstim-horizon", mains: 240, softwareVersion: "1.2" });
    expect(old.judgeDose(doseOf(train(10, 1100), [10]))).toEqual([]);
  });
});

describe("the ranges of every model", () => {
  const rangesOf = (config: Parameters<typeof modelOf>[0]): readonly SettingRange[] =>
    modelOf(config).capabilities.ranges;
  const named = (ranges: readonly SettingRange[], setting: string): SettingRange | undefined =>
    ranges.find((one) => one.setting === setting);

  it("are there, each with its source, in rising stretches", () => {
    for (const driver of module.models) {
      const ranges = rangesOf({ driver, mains: 240 });
      expect(ranges.length).toBeGreaterThan(0);
      for (const { scale, source } of ranges) {
        expect(source).not.toBe("");
        for (const [i, { from, to, step }] of scale.entries()) {
          expect(to).toBeGreaterThanOrEqual(from);
          expect(step).toBeGreaterThan(0);
          expect(from).toBeGreaterThan(scale[i - 1]?.to ?? -1);
        }
      }
    }
  });

  it.each([
    ["8.0", 240, 0.1, 100, 1000, 10],
    ["9.0", 240, 0.1, 100, 6000, 600],
    ["9.0", 115, 0.1, 60, 6000, 600],
  ] as const)(
    "of a Super Rapid² with software %s on %i V",
    (softwareVersion, mains, leastHz, mostHz, pulses, seconds) => {
      const ranges = rangesOf({ driver: "magstim-super-rapid2", mains, softwareVersion });
      expect(named(ranges, "frequency")?.scale[0]?.from).toBe(leastHz);
      expect(named(ranges, "frequency")?.scale.at(-1)?.to).toBe(mostHz);
      expect(named(ranges, "pulses")?.scale).toEqual([{ from: 1, to: pulses, step: 1 }]);
      expect(named(ranges, "duration")?.scale.at(-1)?.to).toBe(seconds);
      const isCoarse = softwareVersion === "9.0";
      expect(named(ranges, "frequency")?.scale.length).toBe(isCoarse ? 2 : 1);
      expect(named(ranges, "charge delay") !== undefined).toBe(isCoarse);
    },
  );

  it("agree with the judgement, one step inside and one outside", () => {
    for (const softwareVersion of ["8.0", "9.0"]) {
      const model = modelOf({ driver: "magstim-super-rapid2", mains: 240, softwareVersion });
      const most = named(model.capabilities.ranges, "pulses")?.scale.at(-1)?.to ?? 0;
      expect(model.judgeDose(doseOf(train(100, most), [1]))).toEqual([]);
      expect(model.judgeDose(doseOf(train(100, most + 10), [1]))).not.toEqual([]);
    }
    const bistim = modelOf({});
    const interval = named(bistim.capabilities.ranges, "interval");
    for (const { from, to, step } of interval?.scale ?? []) {
      for (const isiMs of [from, to, from + step]) {
        const dose = doseOf({ kind: "pair", isiMs: Math.round(isiMs * 10) / 10 }, [40, 60]);
        expect(bistim.judgeDose(dose)).toEqual([]);
      }
    }
  });

  it("come with latencies and shapes that were published, and a trigger input", () => {
    for (const driver of module.models) {
      const { capabilities } = modelOf({ driver, mains: 240 });
      expect(capabilities.externalTrigger).toBe(true);
      expect(capabilities.storedProtocol).toBe(false);
      expect(capabilities.pulseShapes).toContain(capabilities.waveform);
      // The longest that anybody measured on any model: 11.5 ms, `nigelrogasch/MAGIC` issue 18.
      expect(capabilities.worstLatencyMs.serial).toBeGreaterThanOrEqual(11.5);
      expect(capabilities.worstLatencyMs.trigger).toBeGreaterThanOrEqual(1.58);
    }
  });
});

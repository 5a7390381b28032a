import { describe, expect, it } from "vitest";
import { classify } from "../../../drivers/magstim/hazard.ts";
import { driver as module } from "../../../drivers/magstim/index.ts";
import type { DoseShape } from "../../../src/contract/dose.ts";
import { doseOf, PULSE } from "./bench.ts";
import { PERMIT } from "./fakePort.ts";
import { armFor, modelOf, onPair } from "./pairBench.ts";
import { bytesOf } from "./vectors.ts";

const ON_200 = { model: "200" } as const;
const MODEL = modelOf({ driver: "magstim-200" });

describe("a 200²", () => {
  it("is probed with control, power and temperature, by safe frames only", () =>
    onPair(async ({ driver, fake }) => {
      expect(await driver.connect()).toEqual({
        model: "magstim-200",
        softwareVersion: null,
        detail: { coilTemperatureC: "24" },
      });
      expect(fake.commands()).toEqual(["Q@", "J@", "J@", "F@"]);
      expect(fake.written.every((one) => classify(bytesOf(one.hex)).kind === "safe")).toBe(true);
      expect(driver.lastStatus()).toMatchObject({
        state: "standby",
        intensityPctMso: [30],
        mode: "single",
        train: null,
        isiMs: null,
        activity: "idle",
      });
    }, ON_200));

  it("gives a pulse that is shown by its recharging, and polls by J meanwhile", () =>
    onPair(async (bench) => {
      await bench.driver.connect();
      await armFor(bench, PULSE);
      const { done } = bench.driver.deliver(PULSE, PERMIT);
      expect(await done).toMatchObject({ outcome: "delivered", writtenHex: "454872" });
      expect((await bench.driver.awaitReady(2000)).state).toBe("ready");
      await bench.clock.wait(3000);
      const asked = new Set(bench.fake.commands());
      expect(asked).toEqual(new Set(["Q@", "J@", "F@", "@050", "EB", "EH"]));
      expect(bench.events).toEqual([]);
    }, ON_200));

  it("reads its power back and says when it is another", () =>
    onPair(async ({ driver, fake }) => {
      await driver.connect();
      fake.script = (command, body) => {
        if (command === "@050") body.powerA = 49;
        return command === "@050" ? "@\x89" : undefined;
      };
      const settings = { intensityPctMso: [50], train: null, isiMs: null };
      await expect(driver.prepare(settings, PERMIT)).rejects.toMatchObject({
        code: "DEVICE_READBACK_DIFFERS",
      });
    }, ON_200));

  it("is not armed before its capacitor can have sunk, a tenth of a second a percent", () =>
    onPair(async ({ driver, clock }) => {
      await driver.connect();
      const startMs = clock.now();
      const settings = { intensityPctMso: [10], train: null, isiMs: null };
      await driver.prepare(settings, PERMIT);
      expect(clock.now() - startMs).toBeGreaterThanOrEqual(2000);
      expect(clock.now() - startMs).toBeLessThan(2200);
      const againMs = clock.now();
      await driver.prepare(settings, PERMIT);
      expect(clock.now() - againMs).toBeLessThan(200);
    }, ON_200));

  it("still waits for a capacitor whose first wait a disarm has cut", () =>
    onPair(async ({ driver, clock }) => {
      await driver.connect();
      const settings = { intensityPctMso: [10], train: null, isiMs: null };
      const first = driver.prepare(settings, PERMIT);
      const refused = expect(first).rejects.toMatchObject({ code: "DEVICE_CONFLICT" });
      await clock.wait(500);
      await driver.disarm("test");
      await refused;
      const againMs = clock.now();
      await driver.prepare(settings, PERMIT);
      expect(clock.now() - againMs).toBeGreaterThan(1300);
    }, ON_200));

  it("is described without a software version, which it cannot be asked for", () => {
    expect(
      module.describe({ driver: "magstim-200", mains: 240, softwareVersion: "9.0", options: {} }),
    ).toMatchObject({ ok: false });
  });
});

describe("what a 200² can give", () => {
  it.each([
    [0, 2000],
    [49, 2000],
    [50, 3000],
    [79, 3000],
    [80, 4000],
    [100, 4000],
  ])("at %i %% a pulse every %i ms", (pct, restMs) => {
    expect(MODEL.minRestAfterMs(doseOf({ kind: "pulse" }, [pct]))).toBe(restMs);
    expect(MODEL.maxFrequencyHz(pct)).toBe(1000 / restMs);
  });

  it("counts an output that is no number as the slowest", () => {
    expect(MODEL.maxFrequencyHz(Number.NaN)).toBe(0.25);
  });

  it.each([
    [{ kind: "pair", isiMs: 3 }, [40, 60], "magstim-bistim"],
    [{ kind: "train", pulses: 10, frequencyHz: 10 }, [50], "magstim-super-rapid2"],
    [{ kind: "burst", pulses: 3, isiMs: 20 }, [50], "magpro-x100"],
    [
      { kind: "burst-train", bursts: 10, burstHz: 5, pulsesPerBurst: 3, isiMs: 20 },
      [50],
      "magpro-x100",
    ],
  ] as const satisfies readonly (readonly [DoseShape, readonly number[], string])[])(
    "no %o, with the reason and a model that can",
    (shape, pcts, alternative) => {
      const [problem, ...more] = MODEL.judgeDose(doseOf(shape, pcts));
      expect(more).toEqual([]);
      expect(problem).toMatchObject({ rule: "DEV-01" });
      expect(problem?.detail).toMatch(/one start of this device gives one pulse/);
      expect(problem?.detail).toContain(alternative);
    },
  );

  it.each([-1, 101, 50.5, Number.NaN])("not at %d %%", (pct) => {
    expect(MODEL.judgeDose(doseOf({ kind: "pulse" }, [pct]))).toMatchObject([{ rule: "INT-03" }]);
  });

  it("grants its power and nothing else", () => {
    expect(MODEL.grantsFor(PULSE)).toEqual([{ kind: "intensity", channel: "A", pctMso: 50 }]);
    expect(MODEL.grantsFor(doseOf({ kind: "pulse" }, [0]))).toEqual([]);
  });

  it.each([
    [40, 2000, ["ITI-03"]],
    [40, 2150, []],
    [60, 2150, ["ITI-03"]],
    [60, 3150, []],
    [90, 4150, []],
  ])("windows at %i %% with triggers %i ms apart", (pct, minIntervalMs, rules) => {
    const by = "trigger" as const;
    const shape = { kind: "external", maxPulses: 5, minIntervalMs, windowMs: 60_000, by } as const;
    expect(MODEL.judgeDose(doseOf(shape, [pct])).map(({ rule }) => rule)).toEqual(rules);
    const stored = { ...shape, by: "stored-protocol" } as const;
    expect(MODEL.judgeDose(doseOf(stored, [pct]))).toMatchObject([{ rule: "DEV-01" }]);
  });
});

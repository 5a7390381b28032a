import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { intervalSetting } from "../../../drivers/magstim/bistim/interval.ts";
import { settingSteps, type Wanted } from "../../../drivers/magstim/bistim/prepare.ts";
import { SINGLE_INTERVAL_MS } from "../../../drivers/magstim/device/figures.ts";
import { classify } from "../../../drivers/magstim/hazard.ts";
import { driver as module } from "../../../drivers/magstim/index.ts";
import { encode } from "../../../drivers/magstim/wire/commands.ts";
import type { Dose } from "../../../src/contract/dose.ts";
import { doseOf } from "./bench.ts";
import { PERMIT } from "./fakePort.ts";
import { armFor, modelOf, onPair, PAIR, TEST_ALONE } from "./pairBench.ts";
import { bytesOf } from "./vectors.ts";

const MODEL = modelOf({});
const SIMULTANEOUS = { options: { simultaneous: true } };
const pairAt = (isiMs: number, pcts: readonly number[] = [40, 60]): Dose =>
  doseOf({ kind: "pair", isiMs }, pcts);

describe("a BiStim²", () => {
  it("is asked for its mode before its interval, by safe frames only", () =>
    onPair(async ({ driver, fake }) => {
      expect(await driver.connect()).toMatchObject({
        softwareVersion: null,
        detail: { systemMode: "2", coilTemperatureC: "24" },
      });
      expect(fake.commands()).toEqual(["Q@", "X@", "J@", "J@", "F@"]);
      expect(fake.written.every((one) => classify(bytesOf(one.hex)).kind === "safe")).toBe(true);
      expect(driver.lastStatus()).toMatchObject({ intensityPctMso: [30, 30], isiMs: 10 });
    }));

  it("that is in high resolution tells tenths of a millisecond", () =>
    onPair(async ({ driver, fake }) => {
      fake.body.mode = "4";
      await driver.connect();
      expect(driver.lastStatus()?.isiMs).toBe(1);
    }));

  it.each([
    ["a whole millisecond in low resolution", 3, "2", ["@040", "A060", "C003"]],
    ["a whole millisecond from high resolution", 3, "4", ["@040", "A060", "Z@", "C003"]],
    ["tenths in high resolution", 2.5, "2", ["@040", "A060", "Y@", "C025"]],
    ["tenths again", 99.9, "4", ["@040", "A060", "C999"]],
    ["the longest", 999, "2", ["@040", "A060", "C999"]],
  ])("is set to %s, and reads it back", (_, isiMs, mode, commands) =>
    onPair(async ({ driver, fake, model }) => {
      fake.body.mode = mode;
      await driver.connect();
      const before = fake.written.length;
      const status = await driver.prepare(model.settingsFor(pairAt(isiMs)), PERMIT);
      expect(fake.commands().slice(before)).toEqual(["J@", ...commands, "X@", "J@"]);
      expect(status).toMatchObject({ isiMs, intensityPctMso: [40, 60], mode: "single" });
    }),
  );

  it("that does not tell its mode is put into a resolution each time", () =>
    onPair(async ({ driver, fake, model }) => {
      fake.body.mode = null;
      await driver.connect();
      for (const [isiMs, commands] of [
        [2.5, ["@040", "A060", "Y@", "C025"]],
        [2.5, ["@040", "A060", "Y@", "C025"]],
        [25, ["@040", "A060", "Z@", "C025"]],
      ] as const) {
        const before = fake.written.length;
        const status = await driver.prepare(model.settingsFor(pairAt(isiMs)), PERMIT);
        expect(fake.commands().slice(before)).toEqual(["J@", ...commands, "J@"]);
        expect(status.isiMs).toBe(isiMs);
      }
      expect(fake.commands().filter((one) => one === "X@").length).toBe(1);
    }));

  it("is put into a resolution when it was set to both units at once, which tells none", () =>
    onPair(async ({ driver, fake, model, clock }) => {
      fake.body.mode = "4";
      await driver.connect();
      Object.assign(fake.body, { mode: "1", interval: 0 });
      await clock.wait(3000);
      const status = await driver.prepare(model.settingsFor(pairAt(2.5)), PERMIT);
      expect(fake.commands()).toContain("Y@");
      expect(status.isiMs).toBe(2.5);
    }));

  it("is given a tenth of a second after a change of the resolution", () =>
    onPair(async ({ driver, fake, model }) => {
      await driver.connect();
      await driver.prepare(model.settingsFor(pairAt(2.5)), PERMIT);
      const at = (text: string): number => fake.written.find((one) => one.text === text)?.atMs ?? 0;
      expect(at("C025") - at("Y@")).toBeGreaterThanOrEqual(100);
    }));

  it.each([
    ["the interval", (command: string) => (command === "C003" ? "C\x89" : undefined)],
    ["the second power", (command: string) => (command === "A060" ? "A\x89" : undefined)],
    ["the resolution", (command: string) => (command === "X@" ? "X\x894" : undefined)],
  ])("is refused when %s reads back as another", (_, script) =>
    onPair(async ({ driver, fake, model }) => {
      await driver.connect();
      fake.script = script;
      await expect(driver.prepare(model.settingsFor(PAIR), PERMIT)).rejects.toMatchObject({
        code: "DEVICE_READBACK_DIFFERS",
      });
    }),
  );

  it("gives a pair that counts only once its second pulse is over", () =>
    onPair(async (bench) => {
      await bench.driver.connect();
      const dose = pairAt(200);
      await armFor(bench, dose);
      const { writtenMs, done } = bench.driver.deliver(dose, PERMIT);
      const { outcome, deviceReportedMs } = await done;
      expect(outcome).toBe("delivered");
      expect((deviceReportedMs ?? 0) - writtenMs).toBeGreaterThanOrEqual(200);
    }));

  it("that is disarmed between the two pulses gave nobody knows what", () =>
    onPair(async (bench) => {
      await bench.driver.connect();
      const dose = pairAt(500);
      await armFor(bench, dose);
      const { done } = bench.driver.deliver(dose, PERMIT);
      await bench.clock.wait(250);
      await bench.driver.disarm("test");
      expect((await done).outcome).toBe("unknown");
    }));

  it("is asked for its mode every second or so beside its settings", () =>
    onPair(async (bench) => {
      await bench.driver.connect();
      await armFor(bench, PAIR);
      const fromMs = bench.clock.now();
      await bench.clock.wait(10_000);
      const since = bench.fake.written.filter((one) => one.atMs > fromMs);
      expect(since.filter((one) => one.text === "X@").length).toBeGreaterThanOrEqual(8);
      const reads = since.filter((one) => one.text === "J@").map((one) => one.atMs);
      const gaps = reads.slice(1).map((atMs, i) => atMs - (reads[i] ?? 0));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(250);
      expect(bench.events).toEqual([]);
    }));
});

describe("a single pulse on a BiStim²", () => {
  it("is the second unit alone: the first is set to 0, and the interval to its shortest step", () =>
    onPair(async (bench) => {
      const { driver, fake, model } = bench;
      await driver.connect();
      await driver.prepare(model.settingsFor(PAIR), PERMIT);
      const before = fake.written.length;
      const status = await driver.prepare(model.settingsFor(TEST_ALONE), PERMIT);
      const isOrder = (one: string): boolean => !["J@", "X@", "F@"].includes(one);
      expect(fake.commands().slice(before).filter(isOrder)).toEqual(["@000", "A060", "C001"]);
      expect(status).toMatchObject({ intensityPctMso: [0, 60], isiMs: null });
      expect(fake.body.interval).toBe(1);
    }));

  it("waits until the first unit can have sunk to nothing", () =>
    onPair(async ({ driver, clock, model }) => {
      await driver.connect();
      await driver.prepare(model.settingsFor(PAIR), PERMIT);
      const startMs = clock.now();
      await driver.prepare(model.settingsFor(TEST_ALONE), PERMIT);
      expect(clock.now() - startMs).toBeGreaterThanOrEqual(4000);
    }));

  it("lets the first unit sink while the resolution settles", () =>
    onPair(async ({ driver, clock, fake, model }) => {
      await driver.connect();
      await driver.prepare(model.settingsFor(pairAt(2.5)), PERMIT);
      await driver.prepare(model.settingsFor(TEST_ALONE), PERMIT);
      const sunkFromMs = fake.written.find(({ text }) => text === "@000")?.atMs ?? 0;
      expect(fake.commands()).toContain("Z@");
      expect(clock.now() - sunkFromMs).toBeGreaterThanOrEqual(4000);
      expect(clock.now() - sunkFromMs).toBeLessThan(4000 + 100);
    }));

  it.each([
    [
      "an interval that is another",
      (command: string) => (command === "C001" ? "C\x89" : undefined),
    ],
    [
      "a first unit that is not at 0",
      (command: string) => (command === "@000" ? "@\x89" : undefined),
    ],
  ])("is refused when it reads back %s", (_, script) =>
    onPair(async ({ driver, fake, model }) => {
      await driver.connect();
      await driver.prepare(model.settingsFor(PAIR), PERMIT);
      fake.script = script;
      await expect(driver.prepare(model.settingsFor(TEST_ALONE), PERMIT)).rejects.toMatchObject({
        code: "DEVICE_READBACK_DIFFERS",
      });
    }),
  );

  it.each([
    ["the first unit's", [60, 0]],
    ["both units'", [40, 60]],
    ["without saying whose", [60]],
  ])("is not taken as %s", (_, intensityPctMso) =>
    onPair(async ({ driver, fake }) => {
      await driver.connect();
      const before = fake.written.length;
      const settings = { intensityPctMso, train: null, isiMs: null };
      await expect(driver.prepare(settings, PERMIT)).rejects.toMatchObject({
        code: "DEVICE_INVALID_DATA",
      });
      expect(fake.written.length).toBe(before);
    }),
  );

  it("never leaves an interval of 0, at which both units would discharge", () =>
    onPair(async ({ driver, fake, model }) => {
      fake.body.interval = 0;
      fake.body.mode = "1";
      await driver.connect();
      expect(driver.lastStatus()?.isiMs).toBe(0);
      const before = fake.written.length;
      const status = await driver.prepare(model.settingsFor(TEST_ALONE), PERMIT);
      const sent = fake.commands().slice(before);
      expect(sent.slice(0, 5)).toEqual(["J@", "@000", "A060", "Z@", "C001"]);
      expect(status.isiMs).toBeNull();
    }));

  it("is not given while the device is set for pairs, nor a pair for single pulses", () =>
    onPair(async (bench) => {
      await bench.driver.connect();
      await armFor(bench, PAIR);
      expect(() => bench.driver.deliver(TEST_ALONE, PERMIT)).toThrowError(/two pulses 3 ms apart/);
      expect(() => bench.driver.deliver(pairAt(4), PERMIT)).toThrowError(/two pulses 3 ms apart/);
      await bench.driver.disarm("test");
      await armFor(bench, TEST_ALONE);
      expect(() => bench.driver.deliver(PAIR, PERMIT)).toThrowError(/one pulse a start/);
      expect(bench.fake.starts).toEqual([]);
    }));
});

describe("what a BiStim² can give", () => {
  const rulesOf = (dose: Dose, model = MODEL): string[] =>
    model.judgeDose(dose).map(({ rule }) => rule);

  it.each([
    [pairAt(3), []],
    [pairAt(0.1), []],
    [pairAt(99.9), []],
    [pairAt(100), []],
    [pairAt(999), []],
    [pairAt(1000), ["DEV-01"]],
    [pairAt(100.5), ["DEV-01"]],
    [pairAt(2.55), ["DEV-01"]],
    [pairAt(0), ["DEV-01"]],
    [pairAt(-1), ["DEV-01"]],
    [pairAt(Number.NaN), ["DEV-01"]],
    [pairAt(3, [40]), ["DEV-01"]],
    [pairAt(3, [40, 101]), ["INT-03"]],
    [pairAt(3, [0, 60]), ["DEV-01"]],
    [pairAt(3, [40, 0]), ["DEV-01"]],
    [TEST_ALONE, []],
    [doseOf({ kind: "pulse" }, [40, 60]), ["DEV-01"]],
    [doseOf({ kind: "train", pulses: 10, frequencyHz: 10 }, [40]), ["DEV-01"]],
    [doseOf({ kind: "burst", pulses: 3, isiMs: 20 }, [40]), ["DEV-01"]],
  ] as const)("judges %#", (dose, rules) => {
    expect(rulesOf(dose)).toEqual(rules);
  });

  it("both units at once only by the rig file's word", () =>
    onPair(
      async (bench) => {
        const dose = pairAt(0, [50, 50]);
        expect(rulesOf(dose)).toEqual(["DEV-01"]);
        expect(rulesOf(dose, bench.model)).toEqual([]);
        await bench.driver.connect();
        await armFor(bench, dose);
        expect(bench.driver.lastStatus()?.isiMs).toBe(0);
        const { done } = bench.driver.deliver(dose, PERMIT);
        expect((await done).outcome).toBe("delivered");
      },
      { config: SIMULTANEOUS },
    ));

  it("and the driver refuses it without that word, whatever it is asked for", () =>
    onPair(async ({ driver, fake }) => {
      await driver.connect();
      const before = fake.written.length;
      const settings = { intensityPctMso: [50, 50], train: null, isiMs: 0 };
      await expect(driver.prepare(settings, PERMIT)).rejects.toMatchObject({
        code: "DEVICE_INVALID_DATA",
      });
      expect(fake.written.length).toBe(before);
    }));

  it.each([{ simultaneous: "yes" }, { enhanced: true }])("no option %o", (options) => {
    const config = { driver: "magstim-bistim", mains: null, softwareVersion: null, options };
    expect(module.describe(config).ok).toBe(false);
  });

  it("rests 4 s after every start", () => {
    for (const dose of [PAIR, TEST_ALONE]) expect(MODEL.minRestAfterMs(dose)).toBe(4000);
    expect(MODEL.maxFrequencyHz(30)).toBe(0.25);
    expect(MODEL.capabilities.deviceTimed.pair).toBe(true);
  });

  it.each([
    [3, 3],
    [2.5, 2.5],
    [2.54, 2.5],
    [2.56, 2.6],
    [0.04, 0.1],
    [99.94, 99.9],
    [99.96, 100],
    [100.4, 100],
    [1500, 999],
  ])("puts %d ms on the step %d, and shows the move", (asked, planned) => {
    const stepped = MODEL.onSteps?.({ kind: "pair", isiMs: asked });
    expect(stepped?.shape).toEqual({ kind: "pair", isiMs: planned });
    const roundings =
      asked === planned ? [] : [{ what: "interval of the pair", asked, planned, unit: "ms" }];
    expect(stepped?.roundings).toEqual(roundings);
  });

  it("moves no other shape, and never makes a simultaneous discharge of an interval", () => {
    expect(MODEL.onSteps?.({ kind: "pulse" })).toEqual({ shape: { kind: "pulse" }, roundings: [] });
    const property = fc.property(fc.double({ min: 0.0001, max: 2000, noNaN: true }), (isiMs) => {
      const stepped = MODEL.onSteps?.({ kind: "pair", isiMs });
      if (stepped?.shape.kind !== "pair") throw new Error("another shape");
      expect(stepped.shape.isiMs).toBeGreaterThan(0);
      expect(intervalSetting(stepped.shape.isiMs)).not.toBeNull();
    });
    fc.assert(property);
  });
});

describe("the grants of a dose on a BiStim²", () => {
  const doses = [PAIR, TEST_ALONE, pairAt(2.5), pairAt(999), doseOf({ kind: "pulse" }, [0])];
  const states = [null, "1", "2", "4"].flatMap((systemMode) =>
    [0, 10].map((ppOffset) => ({
      systemMode,
      highResolution: systemMode === "4" ? true : systemMode === "2" ? false : null,
      pair: { powerA: 30, powerB: 30, ppOffset },
    })),
  );

  it.each(doses)(
    "cover all that preparing can send, and nothing of them is left over: $shape",
    (dose) => {
      const { intensityPctMso, isiMs } = MODEL.settingsFor(dose);
      const [first = 0, second = 0] = intensityPctMso;
      const interval = intervalSetting(isiMs ?? SINGLE_INTERVAL_MS);
      if (interval === null) throw new Error("no interval");
      const wanted: Wanted = { first, second, interval, isiMs };
      const grants = MODEL.grantsFor(dose).map((grant) => JSON.stringify(grant));
      const used = new Set<string>();
      for (const state of states) {
        const left = [...grants];
        for (const { command } of settingSteps(wanted, state)) {
          const encoded = encode(command, { model: "bistim", major: 11, highResolution: false });
          if (!encoded.ok) throw new Error(encoded.error.why);
          const hazard = classify(encoded.value);
          if (hazard.kind === "safe") continue;
          const at = left.indexOf(JSON.stringify(hazard));
          expect(
            at,
            `${JSON.stringify(hazard)} in ${JSON.stringify(state)}`,
          ).toBeGreaterThanOrEqual(0);
          used.add(left[at] ?? "");
          left.splice(at, 1);
        }
      }
      expect([...used].sort()).toEqual([...grants].sort());
    },
  );
});

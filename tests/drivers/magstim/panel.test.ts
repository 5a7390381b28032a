/** What changes at the device itself: settings at its panel, coils, a BiStim's mode. */
import { describe, expect, it } from "vitest";
import type { StimulatorEvent } from "../../../src/contract/stimulator.ts";
import { onBench, readyForPulse, readyForTrain } from "./bench.ts";
import { PERMIT } from "./fakePort.ts";
import { armFor, onPair, PAIR, TEST_ALONE } from "./pairBench.ts";

const panelOf = (events: readonly StimulatorEvent[]): string[] =>
  events.flatMap((one) => (one.kind === "panel" ? [one.detail] : []));
const coilsOf = (events: readonly StimulatorEvent[]): string[] =>
  events.flatMap((one) =>
    one.kind === "equipment" ? [`${one.what}: ${one.was}, ${one.now}`] : [],
  );

describe("a setting that is changed at the panel", () => {
  it.each([
    ["the power", { power: 53 }, "power %MSO: 50 before, 53 now"],
    ["the mode", { rapid: 0x30 }, "mode: single before, train now"],
    ["enhanced power", { rapid: 0x39 }, "enhanced power: false before, true now"],
  ])("is told once: %s", (_, change, words) =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      Object.assign(bench.fake.body, change);
      await bench.clock.wait(3000);
      const [told, ...more] = panelOf(bench.events);
      expect(more).toEqual([]);
      expect(told).toContain(words);
    }),
  );

  it.each([
    ["frequency", { frequency: 210 }],
    ["pulses", { pulses: 41 }],
    ["duration", { duration: 21 }],
  ])("is told of a train too: %s", (_, change) =>
    onBench(async (bench) => {
      await readyForTrain(bench);
      Object.assign(bench.fake.body, change);
      await bench.clock.wait(1000);
      expect(panelOf(bench.events).join()).toContain("train: 40 pulses, 20 Hz, 2 s before");
    }),
  );

  it("is told in standby as well, and each further change", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      for (const power of [35, 45, 45, 30]) {
        bench.fake.body.power = power;
        await bench.clock.wait(5000);
      }
      expect(panelOf(bench.events)).toEqual([
        "power %MSO: 30 before, 35 now",
        "power %MSO: 35 before, 45 now",
        "power %MSO: 45 before, 30 now",
      ]);
    }));

  it("does not creep away by steps of a percent", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      bench.fake.body.power = 51;
      await bench.clock.wait(1000);
      expect(bench.events).toEqual([]);
      bench.fake.body.power = 52;
      await bench.clock.wait(1000);
      expect(panelOf(bench.events)).toEqual(["power %MSO: 50 before, 52 now"]);
    }));

  it("is not told of what our own orders change, kept or not", () =>
    onBench(async ({ driver, fake, clock, events }) => {
      await driver.connect();
      const single = { train: null, isiMs: null };
      const train = { frequencyHz: 20, pulses: 40, durationS: 2 };
      await driver.prepare({ intensityPctMso: [60], ...single }, PERMIT);
      await driver.prepare({ intensityPctMso: [40], train, isiMs: null }, PERMIT);
      fake.script = (command) =>
        command === "@070" ? undefined : command === "D00040" ? "DS" : undefined;
      await driver.prepare({ intensityPctMso: [70], train, isiMs: null }, PERMIT).catch(() => null);
      await clock.wait(5000);
      expect(events).toEqual([]);
      fake.body.power = 20;
      await clock.wait(5000);
      expect(panelOf(events).length).toBe(1);
    }));

  it.each([
    ["the interval", { interval: 4 }, "interval ms: 3 before, 4 now"],
    ["the first power", { powerA: 45 }, "power %MSO: 40 and 60 before, 45 and 60 now"],
    ["the second power", { powerB: 0 }, "power %MSO: 40 and 60 before, 40 and 0 now"],
    ["the resolution", { mode: "4" }, "interval ms: 3 before, 0.3 now"],
    ["simultaneous discharge", { mode: "1" }, "interval ms: 3 before, 0 now"],
  ])("is told on a BiStim²: %s", (_, change, words) =>
    onPair(async (bench) => {
      await bench.driver.connect();
      await armFor(bench, PAIR);
      Object.assign(bench.fake.body, change);
      await bench.clock.wait(3000);
      expect(panelOf(bench.events)[0]).toContain(words);
      expect(bench.events.filter((one) => one.kind !== "panel")).toEqual([]);
    }),
  );

  it("is told when the first unit wakes up during single pulses", () =>
    onPair(async (bench) => {
      await bench.driver.connect();
      await armFor(bench, TEST_ALONE);
      bench.fake.body.powerA = 20;
      await bench.clock.wait(1000);
      expect(panelOf(bench.events)[0]).toContain("interval ms: none before");
    }));

  it("is not told of a BiStim² that is set by us, in either resolution, with or without a mode", async () => {
    for (const mode of ["2", null]) {
      await onPair(async (bench) => {
        bench.fake.body.mode = mode;
        await bench.driver.connect();
        for (const dose of [
          PAIR,
          TEST_ALONE,
          { ...PAIR, shape: { kind: "pair", isiMs: 2.5 } },
          PAIR,
        ] as const) {
          await armFor(bench, dose);
          await bench.clock.wait(1500);
          await bench.driver.disarm("test");
        }
        expect(bench.events).toEqual([]);
      });
    }
  });
});

describe("a BiStim² that stops being the master of a pair", () => {
  it.each(["0", "3", "Q", "S"])(
    "is at fault with the mode %s, and can be neither armed nor believed",
    (mode) =>
      onPair(async (bench) => {
        await bench.driver.connect();
        await armFor(bench, PAIR);
        bench.fake.body.mode = mode;
        await bench.clock.wait(2000);
        expect(bench.events).toContainEqual(
          expect.objectContaining({ kind: "fault", code: "DEVICE_FAULT" }),
        );
        expect((await bench.driver.readStatus()).fault).toMatch(/no longer the master/);
        await bench.driver.disarm("test");
        await expect(bench.driver.arm(PERMIT)).rejects.toMatchObject({ code: "DEVICE_FAULT" });
      }),
  );
});

describe("a coil", () => {
  it("that is pulled and plugged in again is told as equipment that changed, both times", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      bench.fake.body.instr &= ~0x08;
      await bench.clock.wait(1000);
      expect(coilsOf(bench.events)).toEqual(["coil: a coil, no coil"]);
      expect(bench.events[0]).toMatchObject({ kind: "fault", code: "DEVICE_COIL" });
      bench.fake.body.instr |= 0x08;
      await bench.clock.wait(1000);
      expect(coilsOf(bench.events)).toEqual([
        "coil: a coil, no coil",
        "coil: no coil, a coil; it may be another one",
      ]);
    }));

  it.each(["200", "bistim"] as const)("is watched on a %s too, in standby as well", (model) =>
    onPair(
      async (bench) => {
        await bench.driver.connect();
        bench.fake.body.instr &= ~0x08;
        await bench.clock.wait(4000);
        bench.fake.body.instr |= 0x08;
        await bench.clock.wait(4000);
        expect(coilsOf(bench.events).length).toBe(2);
      },
      { model },
    ),
  );

  it("that was never there is no change", () =>
    onBench(async (bench) => {
      bench.fake.body.instr &= ~0x08;
      await bench.driver.connect();
      await bench.clock.wait(5000);
      expect(coilsOf(bench.events)).toEqual([]);
    }));
});

/**
 * Every driver of the family against its simulated device, which has its own codec: what the driver
 * reports must be what the device discharged.
 */
import { describe, expect, it } from "vitest";
import { driver as module } from "../../../drivers/magstim/index.ts";
import { simulator } from "../../../simulators/magstim/index.ts";
import type { Dose } from "../../../src/contract/dose.ts";
import type { StimulatorEvent } from "../../../src/contract/stimulator.ts";
import { doseOf } from "./bench.ts";
import { PERMIT } from "./fakePort.ts";
import { PAIR, TEST_ALONE, WINDOW } from "./pairBench.ts";
import { armOn, giveAt, onSimRig, type SimRig } from "./simRig.ts";

const CODE = "b2c3-d4e5f607-46";
const pulseAt = (pct: number): Dose => doseOf({ kind: "pulse" }, [pct]);
const pairOf = (isiMs: number, pcts: readonly number[]): Dose =>
  doseOf({ kind: "pair", isiMs }, pcts);
const foreign = (events: readonly StimulatorEvent[]): StimulatorEvent[] =>
  events.filter((one) => one.kind === "pulse");

/** Codes are given to devices that know them. */
const rigOf = (
  model: string,
): { readonly model: string; readonly unlockCode?: string; readonly deviceCode?: string } =>
  model === "magstim-horizon" ? { model, unlockCode: CODE, deviceCode: CODE } : { model };

describe("the drivers of the family", () => {
  it("are as many as the simulated devices", () => {
    expect([...module.models].sort()).toEqual([...simulator.models].sort());
  });
});

describe("a simulated 200²", () => {
  it.each([
    [45, 2150],
    [65, 3150],
    [95, 4150],
  ])("gives pulses at %i %% every %i ms, each one ready in time", (pct, stepMs) =>
    onSimRig({ model: "magstim-200" }, async (rig) => {
      await rig.driver.connect();
      const dose = pulseAt(pct);
      await armOn(rig, dose);
      let dueMs = rig.clock.now() + 500;
      const written: number[] = [];
      for (let round = 0; round < 20; round++) {
        const delivery = await giveAt(rig, dose, dueMs);
        expect(delivery.outcome).toBe("delivered");
        written.push(delivery.writtenMs);
        dueMs += stepMs;
      }
      expect(rig.discharges.map((one) => one.intensityPctMso)).toEqual(
        Array<number[]>(20).fill([pct]),
      );
      for (const [i, { atMs }] of rig.discharges.entries()) {
        const latencyMs = atMs - (written[i] ?? 0);
        expect(latencyMs).toBeGreaterThan(0);
        expect(latencyMs).toBeLessThanOrEqual(rig.model.capabilities.worstLatencyMs.serial ?? 0);
      }
      expect(rig.events).toEqual([]);
    }),
  );

  it("follows changes of power up and down, never above what was set", () =>
    onSimRig({ model: "magstim-200" }, async (rig) => {
      await rig.driver.connect();
      const powers = [50, 90, 20, 100, 1, 60];
      for (const pct of powers) {
        const startMs = rig.clock.now();
        await armOn(rig, pulseAt(pct));
        expect(rig.clock.now() - startMs).toBeLessThan(rig.model.capabilities.worstReadyMs + 500);
        expect((await rig.driver.deliver(pulseAt(pct), PERMIT).done).outcome).toBe("delivered");
        await rig.driver.disarm("test");
      }
      expect(rig.discharges.map((one) => one.intensityPctMso)).toEqual(powers.map((pct) => [pct]));
      expect(rig.events).toEqual([]);
    }));
});

describe("a simulated BiStim²", () => {
  it("gives conditioned and unconditioned trials in any order, as planned", () =>
    onSimRig({ model: "magstim-bistim" }, async (rig) => {
      await rig.driver.connect();
      const trials = [
        pairOf(2.5, [40, 60]),
        TEST_ALONE,
        pairOf(10, [40, 60]),
        pairOf(10, [40, 60]),
        TEST_ALONE,
        pairOf(0.1, [55, 60]),
        pairOf(999, [40, 60]),
      ];
      for (const dose of trials) {
        expect(rig.model.judgeDose(dose)).toEqual([]);
        await armOn(rig, dose);
        const delivery = await giveAt(rig, dose, rig.clock.now() + 500);
        expect(delivery.outcome).toBe("delivered");
        await rig.driver.disarm("test");
      }
      const given = rig.discharges.map(({ intensityPctMso, isiMs }) => ({
        intensityPctMso,
        isiMs,
      }));
      expect(given).toEqual(
        trials.map(({ shape, intensityPctMso }) =>
          shape.kind === "pair"
            ? { intensityPctMso, isiMs: shape.isiMs }
            : { intensityPctMso: [0, ...intensityPctMso], isiMs: 1 },
        ),
      );
      expect(rig.events).toEqual([]);
      expect((await rig.driver.close()).confirmed).toBe(true);
    }));

  it("gives pairs at the shortest interval that the model names", () =>
    onSimRig({ model: "magstim-bistim" }, async (rig) => {
      await rig.driver.connect();
      await armOn(rig, PAIR);
      let dueMs = rig.clock.now() + 500;
      for (let round = 0; round < 10; round++) {
        expect((await giveAt(rig, PAIR, dueMs)).outcome).toBe("delivered");
        dueMs += rig.model.capabilities.hostMinIntervalMs;
      }
      expect(rig.discharges.length).toBe(10);
      expect(rig.events).toEqual([]);
    }));

  it("discharges both units at once when the rig file allows it", () =>
    onSimRig({ model: "magstim-bistim", options: { simultaneous: true } }, async (rig) => {
      await rig.driver.connect();
      const dose = pairOf(0, [50, 50]);
      await armOn(rig, dose);
      expect((await rig.driver.deliver(dose, PERMIT).done).outcome).toBe("delivered");
      expect(rig.discharges).toMatchObject([{ intensityPctMso: [50, 50], isiMs: 0 }]);
      // And none of the pairs after it.
      await rig.driver.disarm("test");
      await armOn(rig, PAIR);
      expect((await rig.driver.deliver(PAIR, PERMIT).done).outcome).toBe("delivered");
      expect(rig.discharges[1]).toMatchObject({ intensityPctMso: [40, 60], isiMs: 3 });
    }));

  it.each([
    ["single", "runs alone"],
    ["external", "independent triggers"],
  ])("in the mode %s is refused by its name", (systemMode, words) =>
    onSimRig({ model: "magstim-bistim", body: { systemMode } }, async ({ driver }) => {
      await expect(driver.connect()).rejects.toMatchObject({
        code: "DEVICE_WRONG_ANSWER",
        detail: expect.stringContaining(words),
      });
    }),
  );

  it("as slave is refused by its name", () =>
    onSimRig({ model: "magstim-bistim", body: { role: "slave" } }, async ({ driver }) => {
      await expect(driver.connect()).rejects.toMatchObject({
        detail: expect.stringContaining("slave"),
      });
    }));
});

describe("a simulated Horizon", () => {
  it("takes its code and gives pulses and trains", () =>
    onSimRig(rigOf("magstim-horizon"), async (rig) => {
      expect((await rig.driver.connect()).softwareVersion).toBe("9.4.0");
      const train = doseOf({ kind: "train", pulses: 40, frequencyHz: 20 }, [60]);
      for (const dose of [pulseAt(50), train, pulseAt(30)]) {
        expect(rig.model.judgeDose(dose)).toEqual([]);
        await armOn(rig, dose);
        expect((await rig.driver.deliver(dose, PERMIT).done).outcome).toBe("delivered");
        await rig.driver.disarm("test");
      }
      expect(rig.discharges.length).toBe(42);
      expect(rig.events).toEqual([]);
    }));

  it("takes the highest frequency of its table at every power", () =>
    onSimRig(rigOf("magstim-horizon"), async (rig) => {
      await rig.driver.connect();
      for (let pct = 0; pct <= 100; pct += 10) {
        const frequencyHz = rig.model.maxFrequencyHz(pct);
        const dose = doseOf({ kind: "train", pulses: frequencyHz, frequencyHz }, [pct]);
        expect(rig.model.judgeDose(dose)).toEqual([]);
        await rig.driver.prepare(rig.model.settingsFor(dose), PERMIT);
      }
    }));
});

const DOSE_OF: Readonly<Record<string, Dose>> = { "magstim-bistim": PAIR };
const doseFor = (model: string): Dose => DOSE_OF[model] ?? pulseAt(50);
const ALL = simulator.models.map((model) => [model] as const);

async function armedOn(rig: SimRig, model: string): Promise<Dose> {
  const dose = doseFor(model);
  await rig.driver.connect();
  await armOn(rig, dose);
  return dose;
}

describe.each(ALL)("somebody else at a simulated %s", (model) => {
  it("who triggers without a window is told, by trigger input and by hand", () =>
    onSimRig(rigOf(model), async (rig) => {
      await armedOn(rig, model);
      rig.device.trigger();
      await rig.clock.wait(5000);
      expect(foreign(rig.events)).toMatchObject([{ expected: false }]);
      rig.device.panel?.("fire");
      await rig.clock.wait(5000);
      expect(foreign(rig.events).length).toBe(rig.discharges.length);
      expect(rig.discharges.length).toBe(2);
    }));

  it("who triggers in a window is counted, pulse for pulse", () =>
    onSimRig(rigOf(model), async (rig) => {
      const dose = await armedOn(rig, model);
      rig.driver.beginExternal?.(WINDOW, PERMIT);
      const restMs = rig.model.minRestAfterMs(dose);
      for (let round = 0; round < 30; round++) {
        rig.device.trigger();
        await rig.clock.wait(restMs + 130 + 7 * round);
      }
      expect(rig.discharges.length).toBe(30);
      expect(foreign(rig.events).length).toBe(30);
      await rig.driver.disarm("the window is over");
      rig.driver.endExternal?.();
      expect(rig.events.length).toBe(30);
    }));

  it("who triggers faster than the device can is counted to one pulse", () =>
    onSimRig(rigOf(model), async (rig) => {
      await armedOn(rig, model);
      rig.driver.beginExternal?.(WINDOW, PERMIT);
      const untilMs = rig.clock.now() + 30_000;
      while (rig.clock.now() < untilMs) {
        rig.device.trigger();
        await rig.clock.wait(5);
      }
      expect(rig.discharges.length).toBeGreaterThan(5);
      const missed = rig.discharges.length - foreign(rig.events).length;
      expect(Math.abs(missed)).toBeLessThanOrEqual(1);
    }));

  it("who turns the power, or takes the coil and brings it back, is told", () =>
    onSimRig(rigOf(model), async (rig) => {
      await armedOn(rig, model);
      rig.device.panel?.("power 75");
      await rig.clock.wait(1000);
      expect(rig.events.map(({ kind }) => kind)).toContain("panel");
      rig.device.panel?.("coil off");
      await rig.clock.wait(1000);
      rig.device.panel?.("coil on");
      await rig.clock.wait(4000);
      expect(rig.events.filter(({ kind }) => kind === "equipment").length).toBe(2);
    }));

  it("is no part of a start of ours by the trigger input", () =>
    onSimRig({ ...rigOf(model), byTrigger: true }, async (rig) => {
      const dose = await armedOn(rig, model);
      for (let round = 0; round < 3; round++) {
        await rig.driver.awaitReady(6000);
        const delivery = await giveAt(rig, dose, rig.clock.now() + 500);
        expect(delivery).toMatchObject({ outcome: "delivered", acknowledgedMs: null });
      }
      expect(rig.discharges.map(({ cause }) => cause)).toEqual(["trigger", "trigger", "trigger"]);
      expect(rig.events).toEqual([]);
    }));
});

describe("a hand at a simulated BiStim²", () => {
  it.each(["power-b 30", "interval 012", "interval 000", "resolution high"])(
    "that turns %s is told within two seconds",
    (order) =>
      onSimRig({ model: "magstim-bistim" }, async (rig) => {
        await rig.driver.connect();
        await rig.driver.prepare(rig.model.settingsFor(PAIR), PERMIT);
        rig.device.panel?.(order);
        await rig.clock.wait(2500);
        expect(rig.events.map(({ kind }) => kind)).toContain("panel");
      }),
  );
});

describe.each(ALL)("faults of a simulated %s", (model) => {
  const kinds = simulator.faultKinds.filter(
    (kind) => kind !== "jam-train" && kind !== "wrong-version",
  );
  it.each(kinds.flatMap((kind) => [0, 3, 12, 40].map((atMs) => [kind, atMs] as const)))(
    "make no dose more or less than it was: %s %i ms after the start",
    (kind, atMs) =>
      onSimRig(rigOf(model), async (rig) => {
        const dose = await armedOn(rig, model);
        await rig.driver.readStatus();
        rig.clock.at(rig.clock.now() + atMs, () =>
          rig.device.fault({ kind, when: { at: "start" } }),
        );
        const { done } = rig.driver.deliver(dose, PERMIT);
        const { outcome } = await done;
        await rig.clock.wait(6000);
        if (outcome === "delivered") expect(rig.discharges.length).toBe(1);
        if (outcome === "refused-by-device") expect(rig.discharges.length).toBe(0);
        expect(rig.discharges.length).toBeLessThanOrEqual(1);
        // A coil switch that is let go of makes a ready unit unready as a pulse does: in doubt it counts.
        const doubtful = kind === "coil-switch-released" ? 1 : 0;
        expect(foreign(rig.events).length, JSON.stringify(rig.events)).toBeLessThanOrEqual(
          doubtful,
        );
        await rig.driver.close();
      }),
  );
});

describe("a driver on the cable of another model", () => {
  const GROUP: Readonly<Record<string, string>> = {
    "magstim-200": "200",
    "magstim-bistim": "bistim",
  };
  const cases = module.models.flatMap((driver) =>
    simulator.models
      .filter((model) => (GROUP[driver] ?? "rapid") !== (GROUP[model] ?? "rapid"))
      .map((model) => [driver, model] as const),
  );
  it.each(cases)("says so: %s finds a %s", (driver, model) =>
    onSimRig({ model, driver }, async (rig) => {
      await expect(rig.driver.connect()).rejects.toMatchObject({
        code: "DEVICE_WRONG_ANSWER",
        detail: expect.stringMatching(/answers? on this port|runs alone/),
      });
      expect(rig.discharges).toEqual([]);
    }),
  );

  it("says so of a 200² that tells a mode", () =>
    onSimRig(
      { model: "magstim-200", driver: "magstim-bistim", body: { systemModeOf200: "told" } },
      async (rig) => {
        await expect(rig.driver.connect()).rejects.toMatchObject({
          detail: expect.stringMatching(/runs alone/),
        });
      },
    ));
});

describe("what peers disagree on, at simulated devices", () => {
  it.each([
    ["magstim-200", { outOfRange: "conflict", withoutControl: "silence", releaseStatus: "before" }],
    ["magstim-200", { disarm: "refused" }],
    [
      "magstim-bistim",
      { outOfRange: "conflict", withoutControl: "silence", releaseStatus: "before" },
    ],
    ["magstim-bistim", { disarm: "refused" }],
    [
      "magstim-horizon",
      { setterStatus: "old", trainEntry: "one-tenth", extendedStatus: "low-first" },
    ],
    ["magstim-horizon", { disarm: "refused", unusedDisarm: "drops-control" }],
  ])("costs a %s no dose: %o", (model, body) =>
    onSimRig({ ...rigOf(model), body }, async (rig) => {
      const dose = await armedOn(rig, model);
      expect((await rig.driver.deliver(dose, PERMIT).done).outcome).toBe("delivered");
      expect((await rig.driver.close()).confirmed).toBe(true);
      expect(rig.discharges.length).toBe(1);
    }),
  );
});

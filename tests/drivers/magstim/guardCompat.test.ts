/**
 * What the driver of a BiStim² reads back, before the guard of `src/safety`: a start leaves for the
 * dose that the device is set to, and for no other.
 */
import { describe, expect, it } from "vitest";
import type { Dose } from "../../../src/contract/dose.ts";
import type { StimulatorStatus } from "../../../src/contract/stimulator.ts";
import { settingsProblem } from "../../../src/safety/grants.ts";
import { GUARD_START, type GuardCaps, guardArm, guardDose } from "../../../src/safety/guard.ts";
import { doseOf } from "./bench.ts";
import { PERMIT } from "./fakePort.ts";
import { armFor, modelOf, onPair, PAIR, type PairBench, TEST_ALONE } from "./pairBench.ts";

const MODEL = modelOf({});

const CAPS: GuardCaps = {
  maxPctMso: 100,
  minInterPulseMs: 0,
  maxPulsesPerTrain: 2,
  maxPulses: 100,
  minRestAfterTrainMs: 0,
  maxIntensityDifferencePctMso: 1,
  statusMaxAgeMs: 250,
  maxLateMs: 5,
  hardC: 40,
  staleTemperatureMs: 30_000,
  reportsTemperature: true,
};

/** What the guard says to each of the doses while the device shows `seen`. */
function verdicts(seen: StimulatorStatus, nowMs: number, doses: readonly Dose[]): string[] {
  return doses.map((dose) => {
    const channel = MODEL.channelOf?.(dose) ?? "A";
    const request = { dose, dueMs: nowMs, nowMs, seen, train: null, channel };
    const result =
      seen.state === "standby"
        ? guardArm(request, CAPS, 2000)
        : guardDose(GUARD_START, request, CAPS);
    return result.ok ? "yes" : (result.error.rule ?? result.error.code);
  });
}

const DOSES = [
  PAIR,
  TEST_ALONE,
  doseOf({ kind: "pair", isiMs: 2.5 }, [40, 60]),
  doseOf({ kind: "pair", isiMs: 3 }, [45, 60]),
  doseOf({ kind: "pulse" }, [40]),
] as const;

async function verdictsFor(bench: PairBench, dose: Dose): Promise<readonly string[][]> {
  const { clock, driver, model } = bench;
  const standby = await driver.prepare(model.settingsFor(dose), PERMIT);
  const beforeArming = verdicts(standby, clock.now(), DOSES);
  await driver.arm(PERMIT);
  const ready = verdicts(await driver.readStatus(), clock.now(), DOSES);
  await driver.disarm("test");
  return [beforeArming, ready];
}

describe("the guard before a BiStim²", () => {
  it.each([
    [PAIR, ["yes", "INT-05", "DEV-01", "INT-05", "INT-05"]],
    [TEST_ALONE, ["INT-05", "yes", "INT-05", "INT-05", "INT-05"]],
    [DOSES[2], ["DEV-01", "INT-05", "yes", "INT-05", "INT-05"]],
  ] as const)("accepts the dose that it is set for and refuses the others: $shape", (dose, said) =>
    onPair(async (bench) => {
      await bench.driver.connect();
      expect(await verdictsFor(bench, dose)).toEqual([said, said]);
    }),
  );

  it("lets conditioned and unconditioned trials follow each other in any order", () =>
    onPair(async (bench) => {
      await bench.driver.connect();
      for (const dose of [PAIR, TEST_ALONE, DOSES[2], TEST_ALONE, PAIR, PAIR]) {
        expect(settingsProblem(bench.model, dose)).toBeNull();
        await armFor(bench, dose);
        const seen = await bench.driver.readStatus();
        expect(verdicts(seen, bench.clock.now(), [dose])).toEqual(["yes"]);
        const { done } = bench.driver.deliver(dose, PERMIT);
        expect((await done).outcome).toBe("delivered");
        await bench.driver.disarm("test");
      }
      expect(bench.fake.starts.length).toBe(6);
      expect(bench.events).toEqual([]);
    }));

  it.each([
    ["the first unit alone", { powerA: 60, powerB: 0, interval: 3 }],
    ["both units at once", { powerA: 0, powerB: 60, interval: 0 }],
    ["two pulses", { powerA: 60, powerB: 60, interval: 3 }],
    ["two pulses, the first a single percent", { powerA: 1, powerB: 60, interval: 3 }],
  ])("gives no single pulse to a device that is set to %s", (_, body) =>
    onPair(async ({ driver, fake, clock }) => {
      Object.assign(fake.body, body);
      if (body.interval === 0) fake.body.mode = "1";
      await driver.connect();
      const seen = await driver.readStatus();
      expect(verdicts(seen, clock.now(), [TEST_ALONE])).not.toEqual(["yes"]);
    }),
  );

  it("lets each dose of every model be set to no more than it has", () => {
    const models = ["magstim-200", "magstim-horizon", "magstim-rapid2"].map((driver) =>
      modelOf({ driver, mains: 240 }),
    );
    for (const model of models) expect(settingsProblem(model, TEST_ALONE)).toBeNull();
    expect(settingsProblem(modelOf({}), DOSES[2])).toBeNull();
  });
});

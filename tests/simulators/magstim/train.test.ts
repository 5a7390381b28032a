import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RAPID_FIGURES } from "../../../simulators/magstim/rapid/figures.ts";
import { energyWaitMs, joulesPerPulse } from "../../../simulators/magstim/rapid/limits.ts";
import { nextOfTrain, startTrain } from "../../../simulators/magstim/rapid/train.ts";
import { maxTenthsHz, rapidVariant } from "../../../simulators/magstim/rapid/variant.ts";
import { openBench, SINGLE_BIT, TRAIN_BIT, trainBench, verdictOf, WAIT_BIT } from "./bench.ts";

const ALPHA = { powerPct: 50, tenthsHz: 100, pulses: 20, tenthsS: 20 };

describe("a train that the device times", () => {
  it("gives every pulse at its own instant from the start, the first at once", async () => {
    const bench = await trainBench(ALPHA);
    const startMs = bench.clock.now();
    bench.say("EH");
    await bench.waitPolling(3000);
    expect(bench.discharges.map(({ atMs }) => atMs - startMs)).toEqual(
      Array.from({ length: 20 }, (_, k) => k * 100),
    );
    expect(bench.discharges.every(({ cause }) => cause === "train")).toBe(true);
    expect(bench.discharges.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, k) => k + 1));
    expect(bench.discharges[0]?.intensityPctMso).toEqual([50]);
  });

  it("shows the train bit, then the wait bit for half a second, then ready", async () => {
    const bench = await trainBench(ALPHA);
    bench.say("EH");
    expect(bench.status()).toMatchObject({ state: "armed", rapid: 0x30 | TRAIN_BIT });
    await bench.waitPolling(1999);
    expect(bench.status().rapid).toBe(0x30 | TRAIN_BIT);
    await bench.wait(1);
    expect(bench.status()).toMatchObject({ state: "armed", rapid: 0x30 | WAIT_BIT });
    for (const text of ["B0100", "D00010", "[0010"])
      expect(verdictOf(bench.say(text))).toBe(`${text[0]}S`);
    expect(verdictOf(bench.say("EH"))).toBe("ES");
    await bench.waitPolling(499);
    expect(bench.status().rapid).toBe(0x30 | WAIT_BIT);
    await bench.wait(1);
    expect(bench.status()).toMatchObject({ state: "ready", rapid: 0x30 });
  });

  it("waits as long as the energy rule says after a hot train", async () => {
    const bench = await trainBench({ powerPct: 60, tenthsHz: 200, pulses: 100, tenthsS: 50 });
    bench.say("EH");
    await bench.waitPolling(5000 + 3630);
    expect(bench.status().state).toBe("armed");
    await bench.waitPolling(20);
    expect(bench.status().state).toBe("ready");
  });

  it("keeps the wait through disarming and arming again", async () => {
    const bench = await trainBench({ powerPct: 60, tenthsHz: 200, pulses: 100, tenthsS: 50 });
    bench.say("EH");
    await bench.waitPolling(5100);
    bench.say("EA");
    bench.say("EB");
    await bench.waitPolling(3500);
    expect(bench.status().state).toBe("armed");
    await bench.waitPolling(100);
    expect(bench.status().state).toBe("ready");
  });

  it("waits no longer than half a second when the energy rule is left to the host", async () => {
    const bench = await trainBench(
      { powerPct: 60, tenthsHz: 200, pulses: 100, tenthsS: 50 },
      { body: { energyWait: 0 } },
    );
    bench.say("EH");
    await bench.waitPolling(5500);
    expect(bench.status().state).toBe("ready");
  });

  it("stops at the duration when that comes before the pulses", async () => {
    const bench = await trainBench({ ...ALPHA, tenthsS: 10 });
    bench.say("EH");
    await bench.waitPolling(3000);
    expect(bench.discharges).toHaveLength(10);
  });

  it("stops at once when it is disarmed, and gives no pulse after", async () => {
    const bench = await trainBench(ALPHA);
    bench.say("EH");
    await bench.waitPolling(550);
    expect(verdictOf(bench.say("EA"))).toBe("E ok");
    await bench.waitPolling(5000);
    expect(bench.discharges).toHaveLength(6);
    expect(bench.status()).toMatchObject({ state: "standby", remote: true });
  });

  it("stops when the host falls silent for a second", async () => {
    const bench = await trainBench({ ...ALPHA, tenthsHz: 65 });
    bench.say("EH");
    await bench.wait(3000);
    expect(bench.discharges).toHaveLength(7);
    expect(bench.status()).toMatchObject({ state: "standby", remote: false });
  });

  it("starts on a trigger edge too", async () => {
    const bench = await trainBench({ ...ALPHA, pulses: 3 });
    bench.device.trigger();
    await bench.waitPolling(1000);
    expect(bench.discharges.map(({ cause }) => cause)).toEqual(["train", "train", "train"]);
  });
});

describe("train settings", () => {
  it("need train mode, which only standby may enter or leave", async () => {
    const bench = openBench();
    bench.say("Q@");
    expect(verdictOf(bench.say("B0100"))).toBe("BS");
    expect(verdictOf(bench.say("D00010"))).toBe("DS");
    bench.say("EB");
    expect(verdictOf(bench.say("[0010"))).toBe("[S");
    bench.say("EA");
    expect(verdictOf(bench.say("[0010"))).toBe("[ ok");
    expect(bench.status().rapid & SINGLE_BIT).toBe(0);
    bench.say("EB");
    expect(verdictOf(bench.say("[0000"))).toBe("[S");
    expect(verdictOf(bench.say("[0020"))).toBe("[ ok");
    bench.say("EA");
    bench.say("[0000");
    expect(bench.status().rapid & SINGLE_BIT).toBe(SINGLE_BIT);
  });

  it("show as they were set, in the widths of each version", () => {
    const shown = (version: string, texts: readonly string[]): string => {
      const bench = openBench({ version });
      for (const text of ["Q@", ...texts]) bench.say(text);
      return bench.status().shown;
    };
    expect(shown("5.0", ["[010", "@050", "B0100", "D0020", "[020"])).toBe(
      "050" + "0100" + "0020" + "020" + "001",
    );
    expect(shown("7.1", ["[010", "@050", "B0100", "D0020", "[020"])).toBe(
      "050" + "0100" + "0020" + "020" + "0001",
    );
    expect(shown("11.0", ["[0010", "@050", "B0100", "D00020", "[0020"])).toBe(
      "050" + "0100" + "00020" + "0020" + "0001",
    );
  });

  it("take the highest frequency of the table and nothing above it", () => {
    const bench = openBench();
    for (const text of ["Q@", "[0010", "@100"]) bench.say(text);
    expect(verdictOf(bench.say("B0250"))).toBe("B ok");
    expect(verdictOf(bench.say("B0260"))).toBe("B?");
  });

  it("lose frequency when a higher power allows only less", () => {
    const bench = openBench();
    for (const text of ["Q@", "[0010", "@040", "B0750", "@100"]) bench.say(text);
    expect(bench.status().shown.slice(0, 7)).toBe("100" + "0250");
  });

  it("refuse a start without a frequency", async () => {
    const bench = openBench();
    for (const text of ["Q@", "[0010", "D00010", "EB"]) bench.say(text);
    await bench.waitPolling(1500);
    expect(bench.status().state).toBe("ready");
    expect(verdictOf(bench.say("EH"))).toBe("ES");
  });
});

describe("limits of the Rapid group", () => {
  const variant = (type: "rapid" | "super" | "superPlus" | "horizon", mains: 240 | 115) =>
    rapidVariant({ model: type, type, mains, softwareVersion: "9.0", unlockCode: null });

  it.each([
    ["rapid", 240, 50, 15],
    ["super", 240, 100, 25],
    ["superPlus", 240, 100, 41],
    ["rapid", 115, 36, 11],
    ["super", 115, 60, 22],
    ["superPlus", 115, 60, 25],
    ["horizon", 240, 60, 20],
  ] as const)(
    "%s on %i V reaches %i Hz at low power and %i Hz at full",
    (type, mains, low, full) => {
      expect(maxTenthsHz(variant(type, mains), 1)).toBe(10 * low);
      expect(maxTenthsHz(variant(type, mains), 100)).toBe(10 * full);
    },
  );

  it.each([
    [50, 10, 20, 0],
    [60, 20, 100, 3638],
    [80, 10, 300, 16_057],
    [100, 15, 150, 26_000],
    [30, 50, 500, 810],
  ])(
    "at %i %% and %i Hz, %i pulses ask for a wait of %i ms",
    (powerPct, frequencyHz, pulses, expectedMs) => {
      expect(energyWaitMs({ powerPct, frequencyHz, pulses })).toBeCloseTo(expectedMs, -1);
    },
  );

  it("know the energy of a pulse", () => {
    expect(joulesPerPulse(50)).toBe(63);
    expect(joulesPerPulse(100)).toBe(252);
    expect(RAPID_FIGURES.minWaitMs).toBe(500);
  });

  it("never give a pulse at or after the duration, nor more than were set", () => {
    const settings = fc.record({
      frequencyTenthsHz: fc.integer({ min: 1, max: 1000 }),
      pulses: fc.integer({ min: 1, max: 300 }),
      durationTenthsS: fc.integer({ min: 1, max: 300 }),
    });
    fc.assert(
      fc.property(settings, (asked) => {
        let train = startTrain(asked, false, 0);
        let lastMs = -1;
        for (
          let next = nextOfTrain(train);
          next?.input.kind === "train-pulse";
          next = nextOfTrain(train)
        ) {
          expect(next.atMs).toBeGreaterThan(lastMs);
          expect(next.atMs).toBeLessThan(asked.durationTenthsS * 100);
          lastMs = next.atMs;
          train = { ...train, fired: train.fired + 1 };
        }
        expect(train.fired).toBeGreaterThan(0);
        expect(train.fired).toBeLessThanOrEqual(asked.pulses);
        expect(nextOfTrain(train)?.atMs).toBeGreaterThan(lastMs);
      }),
    );
  });
});

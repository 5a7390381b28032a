/** Pulses that somebody else starts: told outside of windows and counted inside, on every model. */
import { describe, expect, it } from "vitest";
import type { Dose } from "../../../src/contract/dose.ts";
import type { Stimulator, StimulatorEvent } from "../../../src/contract/stimulator.ts";
import type { VirtualClock } from "../../../src/time/virtualClock.ts";
import { doseOf, onBench, PULSE, TRAIN } from "./bench.ts";
import { PERMIT } from "./fakePort.ts";
import { onPair, PAIR, TEST_ALONE, WINDOW } from "./pairBench.ts";

interface Device {
  script: (command: string, body: never) => string | Uint8Array | null | undefined;
  readonly body: { instr: number };
  readyAfterMs: number;
  trigger(): void;
  commands(): string[];
}

interface Rig {
  readonly clock: VirtualClock;
  readonly driver: Stimulator;
  readonly fake: Device;
  readonly events: StimulatorEvent[];
}

type Room = (work: (rig: Rig) => Promise<void>) => Promise<void>;

const pulsesOf = (events: readonly StimulatorEvent[]): number[] =>
  events.flatMap((one) => (one.kind === "pulse" ? [one.pulses ?? 1] : []));

/** Every model with a dose of its own, what it is set to, and the pulses of one start. */
const ROOMS: readonly (readonly [string, Room, Dose, number])[] = [
  ["a Rapid² set for pulses", (work) => onBench(work), PULSE, 1],
  ["a Rapid² set for trains", (work) => onBench(work), TRAIN, 40],
  [
    "a Horizon set for pulses",
    (work) => onBench(work, { config: { driver: "magstim-horizon" }, version: "V9.4.0" }),
    PULSE,
    1,
  ],
  ["a 200²", (work) => onPair(work, { model: "200" }), PULSE, 1],
  ["a BiStim² set for pairs", (work) => onPair(work), PAIR, 2],
  ["a BiStim² set for single pulses", (work) => onPair(work), TEST_ALONE, 1],
];

async function armed({ driver }: Rig, dose: Dose): Promise<void> {
  await driver.connect();
  const train = dose.shape.kind === "train" ? { frequencyHz: 20, pulses: 40, durationS: 2 } : null;
  const isiMs = dose.shape.kind === "pair" ? dose.shape.isiMs : null;
  const intensityPctMso =
    dose === TEST_ALONE ? [0, ...TEST_ALONE.intensityPctMso] : dose.intensityPctMso;
  await driver.prepare({ intensityPctMso, train, isiMs }, PERMIT);
  await driver.arm(PERMIT);
}

describe.each(ROOMS)("%s", (_, room, dose, pulses) => {
  it("that recharges or runs without a dose of ours tells of pulses that nobody expected", () =>
    room(async (rig) => {
      await armed(rig, dose);
      await rig.clock.wait(777);
      const atMs = rig.clock.now();
      rig.fake.trigger();
      await rig.clock.wait(5000);
      expect(pulsesOf(rig.events)).toEqual([pulses]);
      expect(rig.events).toMatchObject([{ kind: "pulse", expected: false, didtAPerUs: null }]);
      expect((rig.events[0]?.atMs ?? 0) - atMs).toBeLessThanOrEqual(250);
    }));

  it("says nothing of the kind after doses of ours, whatever the line loses", () =>
    room(async (rig) => {
      await armed(rig, dose);
      let asked = 0;
      rig.fake.script = (command) => {
        if (!["\\@", "J@", "X@", "F@"].includes(command)) return undefined;
        asked += 1;
        return asked % 7 === 0 ? null : undefined;
      };
      for (let round = 0; round < 8; round++) {
        // The order of the engine: quiet line, fresh status, then the start.
        const dueMs = rig.clock.now() + 330 + 37 * round;
        await rig.clock.until(dueMs - 330);
        rig.driver.quietUntil(dueMs);
        await rig.driver.readStatus();
        await rig.clock.until(dueMs);
        const { done } = rig.driver.deliver(dose, PERMIT);
        expect((await done).outcome).toBe("delivered");
        await rig.driver.awaitReady(4000);
      }
      expect(pulsesOf(rig.events)).toEqual([]);
    }));

  it("tells of a pulse that came between the last look and the disarm", () =>
    room(async (rig) => {
      await armed(rig, dose);
      await rig.driver.readStatus();
      rig.fake.trigger();
      await rig.driver.disarm("test");
      expect(pulsesOf(rig.events)).toEqual([pulses]);
    }));

  it("that refuses our fire because somebody else was first tells of that pulse", () =>
    room(async (rig) => {
      await armed(rig, dose);
      await rig.driver.readStatus();
      rig.fake.trigger();
      const { done } = rig.driver.deliver(dose, PERMIT);
      expect((await done).outcome).toBe("refused-by-device");
      await rig.clock.wait(1000);
      expect(pulsesOf(rig.events)).toEqual([pulses]);
    }));

  it("says nothing of the kind when it is armed, disarmed and armed again", () =>
    room(async (rig) => {
      await armed(rig, dose);
      for (let round = 0; round < 3; round++) {
        await rig.driver.disarm("test");
        await rig.driver.arm(PERMIT);
      }
      await rig.driver.close();
      expect(rig.events).toEqual([]);
    }));
});

describe.each(ROOMS)("a window on %s", (_, room, dose, pulses) => {
  it("counts every start of somebody else, at any spacing that the device allows", () =>
    room(async (rig) => {
      await armed(rig, dose);
      expect(rig.driver.beginExternal?.(WINDOW, PERMIT)).toBeNull();
      let given = 0;
      const lastMs = dose === TRAIN ? 2500 : 1000;
      for (let round = 0; round < 20; round++) {
        rig.fake.trigger();
        given += 1;
        await rig.clock.wait(lastMs + 120 + 13 * round);
      }
      expect(pulsesOf(rig.events)).toEqual(Array<number>(given).fill(pulses));
      rig.driver.endExternal?.();
    }));

  it("is looked at ten times a second, and not after its end", () =>
    room(async (rig) => {
      await armed(rig, dose);
      const looks = (): number =>
        rig.fake.commands().filter((one) => one === "\\@" || one === "J@").length;
      rig.driver.beginExternal?.(WINDOW, PERMIT);
      const before = looks();
      await rig.clock.wait(5000);
      expect(looks() - before).toBeGreaterThanOrEqual(40);
      rig.driver.endExternal?.();
      const after = looks();
      await rig.clock.wait(5000);
      expect(looks() - after).toBeLessThanOrEqual(26);
    }));

  it("writes nothing that is hazardous, and takes no dose of ours", () =>
    room(async (rig) => {
      await armed(rig, dose);
      rig.driver.beginExternal?.(WINDOW, PERMIT);
      await rig.driver.readStatus();
      expect(() => rig.driver.deliver(dose, PERMIT)).toThrowError(/somebody else/);
      expect(rig.fake.commands()).not.toContain("EH");
      rig.driver.endExternal?.();
      const { done } = rig.driver.deliver(dose, PERMIT);
      expect((await done).outcome).toBe("delivered");
      expect(pulsesOf(rig.events)).toEqual([]);
    }));

  it("does not open on a device that is not ready, nor for a stored protocol", () =>
    room(async (rig) => {
      await armed(rig, dose);
      const stored = doseOf(
        {
          kind: "external",
          maxPulses: 5,
          minIntervalMs: 5000,
          windowMs: 9000,
          by: "stored-protocol",
        },
        [50],
      );
      expect(() => rig.driver.beginExternal?.(stored, PERMIT)).toThrowError(/DEVICE_CONFLICT/);
      await rig.driver.disarm("test");
      expect(() => rig.driver.beginExternal?.(WINDOW, PERMIT)).toThrowError(/DEVICE_NOT_READY/);
    }));
});

describe("a trigger that is faster than the device", () => {
  it("cannot hide its pulses behind one long recharge", () =>
    onBench(async (bench) => {
      await armed(bench, PULSE);
      bench.driver.beginExternal?.(WINDOW, PERMIT);
      let given = 0;
      const untilMs = bench.clock.now() + 10_000;
      while (bench.clock.now() < untilMs) {
        if ((bench.fake.body.instr & 0x04) !== 0) {
          bench.fake.trigger();
          given += 1;
        }
        await bench.clock.wait(1);
      }
      expect(given).toBe(10);
      expect(Math.abs(pulsesOf(bench.events).length - given)).toBeLessThanOrEqual(1);
    }));
});

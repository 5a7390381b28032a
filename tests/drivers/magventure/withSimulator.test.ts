/**
 * The driver against the simulated device, which has its own codec: what the driver reports must be
 * what the device discharged.
 */
import { describe, expect, it } from "vitest";
import { driver as module } from "../../../drivers/magventure/index.ts";
import { simulator } from "../../../simulators/magventure/index.ts";
import type { Dose } from "../../../src/contract/dose.ts";
import type { Discharge, FaultOrder, SimulatedDevice } from "../../../src/contract/simulator.ts";
import type {
  Delivery,
  DeviceModel,
  Stimulator,
  StimulatorEvent,
} from "../../../src/contract/stimulator.ts";
import { createMemoryLink, plugIn } from "../../../src/io/memoryPort.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";
import { BURST, doseOf, ITBS, PAIR, PULSE, TRAIN, windowOf } from "./bench.ts";
import { PERMIT } from "./fakePro.ts";

interface Rig {
  readonly clock: VirtualClock;
  readonly driver: Stimulator;
  readonly device: SimulatedDevice;
  readonly model: DeviceModel;
  readonly discharges: Discharge[];
  readonly events: StimulatorEvent[];
}

interface RigOptions {
  readonly driver?: string;
  readonly device?: string;
  readonly body?: Readonly<Record<string, number>>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly simulated?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
}

async function onRig(options: RigOptions, work: (rig: Rig) => Promise<void>): Promise<void> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const name = options.driver ?? "magpro-x100-option";
  const device = simulator.create({
    model: options.device ?? name,
    clock,
    seed: options.seed ?? 1,
    softwareVersion: null,
    unlockCode: null,
    mains: 240,
    faults: [],
    ...(options.body === undefined ? {} : { body: options.body }),
    ...(options.simulated === undefined ? {} : { options: { simulated: options.simulated } }),
  });
  const link = createMemoryLink(clock, { baudRate: simulator.baudRate });
  plugIn(link, device);
  const rigOptions = options.options ?? {};
  const config = { driver: name, mains: null, softwareVersion: null, options: rigOptions };
  const described = module.describe(config);
  if (!described.ok) throw new Error(described.error);
  const driver = module.create({ config, clock, port: link.port, unlockCode: null });
  const discharges: Discharge[] = [];
  const events: StimulatorEvent[] = [];
  device.discharges$.subscribe((discharge) => discharges.push(discharge));
  driver.events$.subscribe((event) => events.push(event));
  await clock.run(() =>
    work({ clock, driver, device, model: described.value, discharges, events }),
  );
  device.close();
}

async function ready({ driver, model }: Rig, dose: Dose): Promise<void> {
  await driver.prepare(model.settingsFor(dose), PERMIT);
  await driver.arm(PERMIT);
}

/** Prepares, arms and gives the dose. */
async function give(rig: Rig, dose: Dose): Promise<Delivery> {
  await ready(rig, dose);
  return rig.driver.deliver(dose, PERMIT).done;
}

const pulses = (events: readonly StimulatorEvent[]) =>
  events.flatMap((event) => (event.kind === "pulse" ? [event] : []));

/** Stimuli that a dose is in the device's own account: a pair is one, a burst is its pulses. */
const stimuli: readonly (readonly [string, Dose, number])[] = [
  ["pulse", PULSE, 1],
  ["pair", PAIR, 1],
  ["burst", BURST, 3],
  ["train", TRAIN, 40],
  ["train of bursts", ITBS, 30],
];

describe("the driver on the simulated device", () => {
  it.each(simulator.models)("gives on %s what its model allows, and nothing else", (name) =>
    onRig({ driver: name }, async (rig) => {
      await rig.driver.connect();
      let expected = 0;
      for (const [, dose, count] of stimuli) {
        if (rig.model.judgeDose(dose).length > 0) continue;
        expect(await give(rig, dose)).toMatchObject({ outcome: "delivered" });
        await rig.driver.disarm("test");
        expected += count;
        expect(rig.discharges.length).toBe(expected);
      }
      expect(expected).toBeGreaterThan(40);
      expect(pulses(rig.events).length).toBe(rig.events.length - heats(rig.events));
      expect(pulses(rig.events).every((event) => event.expected)).toBe(true);
      expect(await rig.driver.close()).toEqual({ confirmed: true, detail: "disabled" });
    }),
  );

  it.each([
    ["pairs by one report", { onePairReportUpToMs: 3000 }],
    ["pairs by two reports", { onePairReportUpToMs: 0 }],
    ["bursts pulse by pulse", { reportPerBurstPulse: 1 }],
  ])("understands a device that tells %s", (_, body) =>
    onRig({ body }, async (rig) => {
      await rig.driver.connect();
      for (const [, dose] of stimuli) {
        expect(await give(rig, dose)).toMatchObject({ outcome: "delivered" });
        await rig.driver.disarm("test");
      }
      expect(rig.events.every((event) => event.kind === "pulse" && event.expected)).toBe(true);
    }),
  );

  it("gives pulses on a device that knows the documented commands alone, and no trains on trust", () =>
    onRig(
      { body: { knowsExperimental: 0, answersTrainAndDelays: 1 }, options: { knownCoil: 60 } },
      async (rig) => {
        await rig.driver.connect();
        expect(await give(rig, PULSE)).toMatchObject({ outcome: "delivered" });
        await rig.driver.disarm("test");
        await expect(ready(rig, TRAIN)).rejects.toMatchObject({
          detail: expect.stringMatching(/does not tell its train/),
        });
        expect(rig.discharges.length).toBe(1);
      },
    ));

  it("names the model that is there", () =>
    onRig({ driver: "magpro-r30", device: "magpro-x100" }, async ({ driver, discharges }) => {
      await expect(driver.connect()).rejects.toMatchObject({
        code: "DEVICE_WRONG_ANSWER",
        detail: expect.stringMatching(/driver: magpro-x100/),
      });
      expect(discharges).toEqual([]);
    }));

  it("gives pulses at the shortest interval that the model names, each one in time", () =>
    onRig({ body: { minAnswerMs: 80, maxAnswerMs: 80 } }, async (rig) => {
      await rig.driver.connect();
      await ready(rig, PULSE);
      const stepMs = rig.model.capabilities.hostMinIntervalMs;
      let dueMs = rig.clock.now() + 500;
      for (let round = 0; round < 60; round += 1) {
        await rig.clock.until(dueMs - 120);
        rig.driver.quietUntil(dueMs + 10);
        expect((await rig.driver.readStatus()).state).toBe("ready");
        expect(rig.clock.now()).toBeLessThanOrEqual(dueMs - 20);
        await rig.clock.until(dueMs);
        const { writtenMs, done } = rig.driver.deliver(PULSE, PERMIT);
        expect(writtenMs).toBe(dueMs);
        expect((await done).outcome).toBe("delivered");
        dueMs += stepMs;
      }
      expect(rig.discharges.length).toBe(60);
    }));

  it("reads what every legal pair interval was set to", () =>
    onRig({}, async (rig) => {
      await rig.driver.connect();
      for (const isiMs of [1, 1.1, 2.5, 9.9, 10, 10.5, 19.5, 20, 21, 99, 100, 110, 490, 500, 550]) {
        const dose = doseOf({ kind: "pair", isiMs }, [40, 60]);
        expect(await rig.driver.prepare(rig.model.settingsFor(dose), PERMIT)).toMatchObject({
          isiMs,
          intensityPctMso: [40, 60],
        });
      }
    }));
});

function heats(events: readonly StimulatorEvent[]): number {
  return events.filter(({ kind }) => kind === "junk").length;
}

describe("somebody at the simulated device", () => {
  it.each([
    ["amplitude 55", ["panel"]],
    ["mode dual", ["panel"]],
    ["waveform halfsine", ["equipment", "panel"]],
    ["direction reverse", ["equipment", "panel"]],
    ["page 2", ["panel"]],
    ["coil 82", ["equipment"]],
    ["disable", ["disarmed-itself"]],
    ["pulse", ["pulse"]],
    ["timing external", ["panel"]],
    ["pulses 50", ["panel"]],
    ["delay-in 0.5", ["panel"]],
  ])("is noticed within ten seconds: %s", (order, kinds) =>
    onRig({}, async (rig) => {
      await rig.driver.connect();
      await ready(rig, PULSE);
      rig.device.panel?.(order);
      await rig.clock.wait(10_000);
      const seen = rig.events.map(({ kind }) => kind);
      for (const kind of kinds) expect(seen).toContain(kind);
      expect(pulses(rig.events).every(({ expected }) => !expected)).toBe(true);
    }),
  );

  it("starts a train by hand: each of its pulses is foreign", () =>
    onRig({}, async (rig) => {
      await rig.driver.connect();
      await ready(rig, doseOf({ kind: "train", pulses: 5, frequencyHz: 5 }));
      rig.device.panel?.("start");
      await rig.clock.wait(3000);
      expect(rig.discharges.length).toBe(5);
      expect(pulses(rig.events).map(({ expected }) => expected)).toEqual(
        Array<boolean>(5).fill(false),
      );
      expect(rig.events.map(({ kind }) => kind)).toContain("panel");
    }));

  it("triggers single pulses in a window, each told with its own instant", () =>
    onRig({}, async (rig) => {
      await rig.driver.connect();
      const dose = windowOf("trigger");
      await ready(rig, dose);
      expect(rig.driver.beginExternal?.(dose, PERMIT)).toBeNull();
      for (let i = 0; i < 8; i += 1) {
        await rig.clock.wait(700);
        rig.device.trigger();
      }
      await rig.clock.wait(100);
      expect(rig.discharges.length).toBe(8);
      const told = pulses(rig.events);
      expect(told.map(({ expected }) => expected)).toEqual(Array<boolean>(8).fill(false));
      for (const [i, { atMs }] of told.entries())
        expect(atMs - (rig.discharges[i]?.atMs ?? 0)).toBeLessThan(50);
      await rig.driver.disarm("over");
      rig.driver.endExternal?.();
      rig.device.trigger();
      await rig.clock.wait(1000);
      expect(rig.discharges.length).toBe(8);
    }));

  it("triggers nothing where single starts over the wire are planned", () =>
    onRig({}, async (rig) => {
      rig.device.panel?.("timing external");
      await rig.driver.connect();
      await ready(rig, PULSE);
      rig.device.trigger();
      await rig.clock.wait(500);
      expect(rig.discharges).toEqual([]);
    }));
});

describe("a fault of the simulated device", () => {
  const now = (kind: string): FaultOrder => ({ kind, when: { at: "start" } });
  const cases = stimuli.flatMap(([name, dose, count]) =>
    simulator.faultKinds.flatMap((kind) =>
      [0, 5, 60, 700].map((atMs) => ({ name, dose, count, kind, atMs })),
    ),
  );
  it.each(cases)("never makes a $name more than it was: $kind $atMs ms after its bytes", (one) =>
    onRig({ seed: 1 + one.atMs }, async (rig) => {
      await rig.driver.connect();
      await ready(rig, one.dose);
      rig.clock.at(rig.clock.now() + one.atMs, () => rig.device.fault(now(one.kind)));
      const { done } = rig.driver.deliver(one.dose, PERMIT);
      const { outcome } = await done;
      await rig.clock.wait(3000);
      if (outcome === "delivered") expect(rig.discharges.length).toBe(one.count);
      expect(outcome).not.toBe("refused-by-device");
      expect(rig.discharges.length).toBeLessThanOrEqual(one.count);
      await rig.driver.close();
      await rig.clock.wait(3000);
      expect(rig.discharges.length).toBeLessThanOrEqual(one.count);
    }),
  );

  const instants = [0, 40, 90, 200, 400, 700, 900, 1100];
  it.each(simulator.faultKinds.flatMap((kind) => instants.map((atMs) => ({ kind, atMs }))))(
    "leaves nothing fired while preparing and arming: $kind after $atMs ms",
    ({ kind, atMs }) =>
      onRig({ seed: 1 + atMs }, async (rig) => {
        rig.clock.at(rig.clock.now() + atMs, () => rig.device.fault(now(kind)));
        try {
          await rig.driver.connect();
          await ready(rig, PAIR);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(DEVICE|PORT)_/) });
        }
        await rig.driver.close();
        expect(rig.discharges).toEqual([]);
      }),
  );
});

/**
 * The driver against the simulated device, which has its own codec: what the driver reports must be
 * what the device discharged.
 */
import { describe, expect, it } from "vitest";
import { driver as module } from "../../../drivers/magstim/index.ts";
import { createRapid, type RapidStimulator } from "../../../drivers/magstim/rapid/driver.ts";
import { simulator } from "../../../simulators/magstim/index.ts";
import type { Dose } from "../../../src/contract/dose.ts";
import type { Discharge, FaultOrder, SimulatedDevice } from "../../../src/contract/simulator.ts";
import type { Delivery, DeviceModel, StimulatorEvent } from "../../../src/contract/stimulator.ts";
import { createMemoryLink, plugIn } from "../../../src/io/memoryPort.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";
import { doseOf } from "./bench.ts";
import { PERMIT } from "./fakeRapid.ts";

interface Rig {
  readonly clock: VirtualClock;
  readonly driver: RapidStimulator;
  readonly device: SimulatedDevice;
  readonly model: DeviceModel;
  readonly discharges: Discharge[];
  readonly events: StimulatorEvent[];
}

interface RigOptions {
  readonly model?: string;
  readonly softwareVersion?: string;
  readonly unlockCode?: string;
  readonly deviceCode?: string;
}

async function onRig(options: RigOptions, work: (rig: Rig) => Promise<void>): Promise<void> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const name = options.model ?? "magstim-super-rapid2";
  const device = simulator.create({
    model: name,
    clock,
    seed: 1,
    softwareVersion: options.softwareVersion ?? null,
    unlockCode: options.deviceCode ?? null,
    mains: 240,
    faults: [],
  });
  const link = createMemoryLink(clock, { baudRate: simulator.baudRate });
  plugIn(link, device);
  const config = { driver: name, mains: 240, softwareVersion: null, options: {} } as const;
  const described = module.describe(config);
  if (!described.ok) throw new Error(described.error);
  const driver = createRapid({
    config,
    clock,
    port: link.port,
    unlockCode: options.unlockCode ?? null,
  });
  const discharges: Discharge[] = [];
  const events: StimulatorEvent[] = [];
  device.discharges$.subscribe((discharge) => discharges.push(discharge));
  driver.events$.subscribe((event) => events.push(event));
  await clock.run(() =>
    work({ clock, driver, device, model: described.value, discharges, events }),
  );
  device.close();
}

/** Prepares, arms and gives the dose. */
async function give({ driver, model }: Rig, dose: Dose): Promise<Delivery> {
  await driver.prepare(model.settingsFor(dose), PERMIT);
  await driver.arm(PERMIT);
  return driver.deliver(dose, PERMIT).done;
}

const pulseAt = (pct: number): Dose => doseOf({ kind: "pulse" }, [pct]);
const trainAt = (pct: number, frequencyHz: number, pulses: number): Dose =>
  doseOf({ kind: "train", frequencyHz, pulses }, [pct]);
/** The models that this driver's trains are for; the family's simulator has others too. */
const RAPID_GROUP = simulator.models.filter((model) => model.includes("rapid2"));
const now = (kind: string): FaultOrder => ({ kind, when: { at: "start" } });

describe("the driver on the simulated device", () => {
  const CODE = "a1b2-c3d4e5f6-1b";
  it.each(["5.0", "7.1", "8.0", "9.0", "10.2", "11.0"])(
    "gives a pulse and a train on software %s",
    (softwareVersion) =>
      onRig({ softwareVersion }, async (rig) => {
        expect((await rig.driver.connect()).softwareVersion).toBe(softwareVersion);
        expect((await give(rig, pulseAt(50))).outcome).toBe("delivered");
        await rig.driver.disarm("test");
        const train = await give(rig, trainAt(60, 20, 40));
        expect(train).toMatchObject({ outcome: "delivered" });
        expect(await rig.driver.close()).toEqual({ confirmed: true, detail: "standby" });
        expect(rig.discharges.length).toBe(41);
        expect(rig.discharges.map((one) => one.intensityPctMso[0])).toEqual([
          50,
          ...Array<number>(40).fill(60),
        ]);
        expect(rig.events).toEqual([]);
      }),
  );

  it.each(RAPID_GROUP)("gives the trains that the model of %s allows", (model) =>
    onRig({ model }, async (rig) => {
      await rig.driver.connect();
      let expected = 0;
      for (const dose of [
        trainAt(30, 10, 50),
        trainAt(55, 5, 50),
        trainAt(100, 15, 30),
        trainAt(20, 1, 10),
      ]) {
        expect(rig.model.judgeDose(dose)).toEqual([]);
        expect((await give(rig, dose)).outcome).toBe("delivered");
        expected += dose.shape.kind === "train" ? dose.shape.pulses : 1;
        // Disarmed within the wait after the train: the next settings have to wait for its end.
        await rig.driver.disarm("test");
        expect(rig.discharges.length).toBe(expected);
      }
    }),
  );

  it("takes control with an unlock code, and not with another", async () => {
    await onRig({ deviceCode: CODE, unlockCode: CODE }, async ({ driver }) => {
      await driver.connect();
    });
    await onRig({ deviceCode: CODE, unlockCode: "a1b2-c3d4e5f6-2c" }, async ({ driver }) => {
      await expect(driver.connect()).rejects.toMatchObject({ code: "DEVICE_UNLOCK_REFUSED" });
    });
    await onRig({ deviceCode: CODE }, async ({ driver }) => {
      await expect(driver.connect()).rejects.toMatchObject({ code: "DEVICE_SILENT" });
    });
  });

  it("gives pulses at the shortest interval that the model names, each one ready in time", () =>
    onRig({}, async (rig) => {
      await rig.driver.connect();
      await give(rig, pulseAt(50));
      const stepMs = rig.model.capabilities.hostMinIntervalMs;
      let dueMs = rig.clock.now() + stepMs;
      for (let round = 0; round < 20; round++) {
        // The order of the engine: quiet line and fresh status ahead, bytes at the instant.
        await rig.clock.until(dueMs - 120);
        rig.driver.quietUntil(dueMs + 10);
        expect((await rig.driver.readStatus()).state).toBe("ready");
        await rig.clock.until(dueMs);
        const { writtenMs, done } = rig.driver.deliver(pulseAt(50), PERMIT);
        expect(writtenMs).toBe(dueMs);
        expect((await done).outcome).toBe("delivered");
        dueMs += stepMs;
      }
      expect(rig.discharges.length).toBe(21);
      expect(rig.events).toEqual([]);
    }));

  it("waits for a capacitor that has to sink", () =>
    onRig({}, async (rig) => {
      await rig.driver.connect();
      await rig.driver.prepare(rig.model.settingsFor(pulseAt(100)), PERMIT);
      await rig.clock.wait(5000);
      const startMs = rig.clock.now();
      expect((await give(rig, pulseAt(5))).outcome).toBe("delivered");
      expect(rig.clock.now() - startMs).toBeLessThan(rig.model.capabilities.worstReadyMs + 500);
      expect(rig.discharges.map((one) => one.intensityPctMso)).toEqual([[5]]);
    }));

  const faults = [
    "drop-answer",
    "cut-answer",
    "corrupt-answer",
    "garbage",
    "silent",
    "reboot",
    "overheat",
    "coil-off",
    "error-bit",
    "refuse",
    "unplug",
    "delay-answer",
    "duplicate-answer",
    "unsolicited",
    "jam-train",
    "stuck-ready",
  ];
  it.each(faults.flatMap((kind) => [0, 5, 700].map((atMs) => [kind, atMs] as const)))(
    "never calls a train less than it was, with %s %i ms after its bytes",
    (kind, atMs) =>
      onRig({}, async (rig) => {
        await rig.driver.connect();
        const dose = trainAt(50, 20, 40);
        await rig.driver.prepare(rig.model.settingsFor(dose), PERMIT);
        await rig.driver.arm(PERMIT);
        rig.clock.at(rig.clock.now() + atMs, () => rig.device.fault(now(kind)));
        const { done } = rig.driver.deliver(dose, PERMIT);
        const { outcome } = await done;
        await rig.clock.wait(3000);
        if (outcome === "delivered") expect(rig.discharges.length).toBe(40);
        if (outcome === "refused-by-device") expect(rig.discharges.length).toBe(0);
        expect(rig.discharges.length).toBeLessThanOrEqual(40);
        await rig.driver.close();
      }),
  );
});

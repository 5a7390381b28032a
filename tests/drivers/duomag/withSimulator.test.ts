/**
 * The driver against the simulated device, which has its own codec: what the driver reports must be
 * what the device discharged. Permits are not at stake here; the classifier is.
 */
import { describe, expect, it } from "vitest";
import { classify } from "../../../drivers/duomag/hazard.ts";
import { driver as module } from "../../../drivers/duomag/index.ts";
import { simulator } from "../../../simulators/duomag/index.ts";
import type { Discharge, SimulatedDevice } from "../../../src/contract/simulator.ts";
import type {
  GuardedBytePort,
  Stimulator,
  StimulatorEvent,
} from "../../../src/contract/stimulator.ts";
import { createMemoryLink, type MemoryLink, plugIn } from "../../../src/io/memoryPort.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";
import { codeOf, configOf, doseOf, SETTINGS, WINDOW } from "./bench.ts";
import { PERMIT } from "./fakeDuomag.ts";

interface Rig {
  readonly clock: VirtualClock;
  readonly driver: Stimulator;
  readonly device: SimulatedDevice;
  readonly link: MemoryLink;
  readonly discharges: Discharge[];
  readonly events: StimulatorEvent[];
}

async function onRig(work: (rig: Rig) => Promise<void>): Promise<void> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const device = simulator.create({
    ...{ model: "duomag", clock, seed: 1, softwareVersion: null, unlockCode: null },
    ...{ mains: 240, faults: [] },
  });
  const link = createMemoryLink(clock, { baudRate: simulator.baudRate });
  plugIn(link, device);
  const { port } = link;
  const guarded: GuardedBytePort = {
    ...port,
    get isOpen() {
      return port.isOpen;
    },
    write: (bytes, permit) => {
      const { kind } = classify(bytes);
      if (kind === "unknown" || (kind !== "safe" && permit === undefined))
        throw new Error(`${kind} without a permit`);
      return port.write(bytes);
    },
  };
  const driver = module.create({ config: configOf(), clock, port: guarded, unlockCode: null });
  const discharges: Discharge[] = [];
  const events: StimulatorEvent[] = [];
  device.discharges$.subscribe((discharge) => discharges.push(discharge));
  driver.events$.subscribe((event) => events.push(event));
  await clock.run(() => work({ clock, driver, device, link, discharges, events }));
  device.close();
}

async function armedAt({ driver }: Rig, pct: number): Promise<void> {
  await driver.prepare({ ...SETTINGS, intensityPctMso: [pct] }, PERMIT);
  await driver.arm(PERMIT);
}

describe("the driver on the simulated DuoMAG", () => {
  it("delivers what it says, at the intensity that it set, in number, order and time", () =>
    onRig(async (rig) => {
      const { clock, driver, discharges, events } = rig;
      await driver.connect();
      const written: number[] = [];
      for (const pct of [20, 55, 100]) {
        await armedAt(rig, pct);
        for (let n = 0; n < 3; n += 1) {
          const sent = driver.deliver(doseOf({ kind: "pulse" }, [pct]), PERMIT);
          written.push(sent.writtenMs);
          expect(await sent.done).toMatchObject({ outcome: "delivered" });
          await driver.awaitReady(5000);
        }
        expect(await driver.disarm("next")).toMatchObject({ confirmed: true });
      }
      await clock.wait(1000);
      expect(discharges.map(({ intensityPctMso: [pct] }) => pct)).toEqual(
        [20, 55, 100].flatMap((pct) => [pct, pct, pct]),
      );
      for (const [n, { atMs }] of discharges.entries())
        expect(atMs - (written[n] ?? 0)).toBeLessThan(1);
      expect(events).toEqual([]);
      expect(await driver.close()).toMatchObject({ confirmed: true });
    }));

  it("does not start while the device recharges, and nothing is discharged then", () =>
    onRig(async (rig) => {
      await rig.driver.connect();
      await armedAt(rig, 50);
      const pulse = doseOf({ kind: "pulse" }, [50]);
      await rig.driver.deliver(pulse, PERMIT).done;
      expect(await codeOf(() => rig.driver.deliver(pulse, PERMIT))).toBe("DEVICE_NOT_READY");
      await rig.clock.wait(3000);
      expect(rig.discharges).toHaveLength(1);
    }));

  it("tells every pulse of somebody else's trigger in a window, and outside one as well", () =>
    onRig(async (rig) => {
      const { clock, device, discharges, driver, events } = rig;
      await driver.connect();
      await armedAt(rig, 50);
      driver.beginExternal?.(WINDOW, PERMIT);
      for (let n = 0; n < 3; n += 1) {
        device.trigger();
        await clock.wait(2000);
      }
      driver.endExternal?.();
      device.trigger();
      await clock.wait(500);
      expect(discharges).toHaveLength(4);
      const told = events.flatMap((event) => (event.kind === "pulse" ? [event.atMs] : []));
      expect(events).toHaveLength(4);
      for (const [n, atMs] of told.entries())
        expect(atMs - (discharges[n]?.atMs ?? 0)).toBeLessThan(45);
    }));

  it("discharges nothing by connecting, setting, arming, disarming and closing", () =>
    onRig(async (rig) => {
      await rig.driver.connect();
      for (const pct of [100, 1, 60]) {
        await armedAt(rig, pct);
        await rig.driver.disarm("test");
      }
      await rig.driver.close();
      await rig.clock.wait(2000);
      expect(rig.discharges).toEqual([]);
    }));

  it("loses the link in the middle of a dose: unknown, and a pulse that may have been", () =>
    onRig(async (rig) => {
      await rig.driver.connect();
      await armedAt(rig, 50);
      const { done } = rig.driver.deliver(doseOf({ kind: "pulse" }, [50]), PERMIT);
      rig.link.unplug("pulled");
      expect(await done).toMatchObject({ outcome: "unknown" });
      expect(rig.events).toMatchObject([{ kind: "link-lost" }]);
    }));
});

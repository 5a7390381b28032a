import { describe, expect, it } from "vitest";
import { type Bench, codeOf, doseOf, onBench, PULSE, ready, SETTINGS, WINDOW } from "./bench.ts";
import { PERMIT } from "./fakeDuomag.ts";

describe("connecting to a DuoMAG", () => {
  it("only listens when the intensity is 0", () =>
    onBench(async ({ driver, fake }) => {
      const identity = await driver.connect();
      expect(fake.written).toEqual([]);
      expect(identity).toMatchObject({ model: "duomag", detail: { coil: "70BF" } });
      expect(driver.lastStatus()).toMatchObject({
        state: "standby",
        intensityPctMso: [0],
        remote: true,
        coilPresent: true,
      });
    }));

  it("brings an intensity that it finds down to 0, and sends nothing else", () =>
    onBench(async ({ driver, fake, events }) => {
      fake.body.level = 40;
      const identity = await driver.connect();
      expect(identity.detail["foundAtPctMso"]).toBe("40");
      expect(fake.commands()).toEqual(["0000"]);
      expect(driver.lastStatus()?.intensityPctMso).toEqual([0]);
      expect(events).toEqual([]);
    }));

  it("fails when the device keeps its intensity, and closes the port", () =>
    onBench(async ({ driver, fake }) => {
      fake.body.level = 40;
      fake.swallow = () => true;
      expect(await codeOf(driver.connect())).toBe("DEVICE_READBACK_DIFFERS");
      expect(fake.commands().every((hex) => hex === "0000")).toBe(true);
      expect(fake.port.isOpen).toBe(false);
    }));

  it("fails on silence and on bytes that are no status", () =>
    onBench(async ({ driver, fake }) => {
      fake.silent = true;
      expect(await codeOf(driver.connect())).toBe("DEVICE_SILENT");
    }).then(() =>
      onBench(async ({ driver, fake }) => {
        fake.bend = () => Uint8Array.of(0xd5, 0x80, 0xff, 0x12);
        expect(await codeOf(driver.connect())).toBe("DEVICE_WRONG_ANSWER");
        expect(await codeOf(driver.connect())).toBe("DEVICE_WRONG_ANSWER");
      }),
    ));

  it("knows an older model, which does not tell its coil", () =>
    onBench(async ({ driver, fake }) => {
      fake.body.coil = null;
      expect((await driver.connect()).detail).toMatchObject({
        coil: "not told",
        statusForm: "older, without coil type",
      });
    }));
});

describe("setting a DuoMAG", () => {
  it("sends the delay before the intensity, each once, and returns what the device shows", () =>
    onBench(async ({ driver, fake }) => {
      await driver.connect();
      const status = await driver.prepare(SETTINGS, PERMIT);
      // 100 ms are 100 steps of 1 ms.
      expect(fake.commands()).toEqual(["9999b0b0", "3232"]);
      expect(status).toMatchObject({ state: "standby", intensityPctMso: [50] });
    }));

  it("leaves out what the device shows already", () =>
    onBench(async ({ driver, fake }) => {
      await driver.connect();
      await driver.prepare(SETTINGS, PERMIT);
      await driver.prepare(SETTINGS, PERMIT);
      expect(fake.commands()).toEqual(["9999b0b0", "3232"]);
      await driver.disarm("test");
      await driver.prepare(SETTINGS, PERMIT);
      expect(fake.commands().slice(2)).toEqual(["0000", "3232"]);
    }));

  it("sends the trigger-out delay only when the rig file has one", () =>
    onBench(
      async ({ driver, fake }) => {
        await driver.connect();
        await driver.prepare(SETTINGS, PERMIT);
        expect(fake.commands()).toEqual(["9999b0b0", "d9d9ecec", "3232"]);
      },
      { options: { variant: "xt", triggerOutDelayMs: 50 } },
    ));

  it("fails when a delay is not shown within a second, and sets no intensity then", () =>
    onBench(async ({ driver, fake, clock }) => {
      await driver.connect();
      fake.swallow = () => true;
      const startMs = clock.now();
      expect(await codeOf(driver.prepare(SETTINGS, PERMIT))).toBe("DEVICE_READBACK_DIFFERS");
      expect(clock.now() - startMs).toBeLessThan(1200);
      expect(fake.commands()).toEqual(["9999b0b0"]);
    }));

  it("goes back to 0 when the intensity is not shown, and sends it once", () =>
    onBench(async ({ driver, fake }) => {
      await driver.connect();
      fake.swallow = (hex) => hex === "3232";
      expect(await codeOf(driver.prepare(SETTINGS, PERMIT))).toBe("DEVICE_READBACK_DIFFERS");
      expect(fake.commands()).toEqual(["9999b0b0", "3232", "0000"]);
    }));

  it("believes no single status: an intensity that flickers past is not the one that was set", () =>
    onBench(async ({ driver, fake }) => {
      await driver.connect();
      fake.swallow = (hex) => hex === "3232";
      let count = 0;
      fake.bend = (bytes) => {
        count += 1;
        if (count % 3 === 0) bytes[1] = 50;
        return bytes;
      };
      expect(await codeOf(driver.prepare(SETTINGS, PERMIT))).toBe("DEVICE_READBACK_DIFFERS");
    }));

  it("refuses what the device cannot take before anything is sent", () =>
    onBench(async ({ driver, fake }) => {
      await driver.connect();
      const bad = [
        { ...SETTINGS, intensityPctMso: [0] },
        { ...SETTINGS, intensityPctMso: [101] },
        { ...SETTINGS, intensityPctMso: [50.5] },
        { ...SETTINGS, intensityPctMso: [] },
        { ...SETTINGS, intensityPctMso: [50, 60] },
        { ...SETTINGS, isiMs: 5 },
        { ...SETTINGS, burstPulses: 3 },
        { ...SETTINGS, train: { frequencyHz: 10, pulses: 10, durationS: 1 } },
      ];
      for (const settings of bad)
        expect(await codeOf(driver.prepare(settings, PERMIT))).toBe("DEVICE_INVALID_DATA");
      expect(fake.written).toEqual([]);
    }));

  it("refuses with a missing coil, an error flag, or while armed", () =>
    onBench(async (bench) => {
      const { driver, fake } = bench;
      await ready(bench);
      expect(await codeOf(driver.prepare(SETTINGS, PERMIT))).toBe("DEVICE_CONFLICT");
      await driver.disarm("test");
      fake.body.errors7 = 0x10;
      await bench.clock.wait(60);
      expect(await codeOf(driver.prepare(SETTINGS, PERMIT))).toBe("DEVICE_FAULT");
      fake.body.errors7 = 0x20;
      await bench.clock.wait(60);
      expect(await codeOf(driver.prepare(SETTINGS, PERMIT))).toBe("DEVICE_COIL");
      expect(fake.commands()).toEqual(["0000"]);
    }));

  it("stops at once when it is disarmed meanwhile", () =>
    onBench(async ({ clock, driver, fake }) => {
      await driver.connect();
      const preparing = codeOf(driver.prepare(SETTINGS, PERMIT));
      await clock.wait(45);
      await driver.disarm("stop");
      expect(await preparing).toBe("DEVICE_CONFLICT");
      expect(fake.commands()).not.toContain("3232");
      expect(fake.commands().at(-1)).toBe("0000");
    }));
});

describe("arming a DuoMAG", () => {
  it("writes nothing, and waits until the device is charged and stands still", () =>
    onBench(async ({ driver, fake }) => {
      await driver.connect();
      fake.chargeMs = 700;
      await driver.prepare(SETTINGS, PERMIT);
      fake.written.length = 0;
      const status = await driver.arm(PERMIT);
      expect(fake.written).toEqual([]);
      expect(status).toMatchObject({ state: "ready", intensityPctMso: [50] });
    }));

  it("fails without an intensity of ours, and when the knob was turned since", () =>
    onBench(async ({ clock, driver, fake }) => {
      await driver.connect();
      expect(await codeOf(driver.arm(PERMIT))).toBe("DEVICE_CONFLICT");
      await driver.prepare(SETTINGS, PERMIT);
      fake.body.level = 60;
      await clock.wait(60);
      expect(await codeOf(driver.arm(PERMIT))).toBe("DEVICE_READBACK_DIFFERS");
    }));

  it("fails and goes to 0 when the device does not charge", () =>
    onBench(async ({ driver, fake }) => {
      await driver.connect();
      fake.chargeMs = 60_000;
      await driver.prepare(SETTINGS, PERMIT);
      expect(await codeOf(driver.arm(PERMIT))).toBe("DEVICE_NOT_READY");
      expect(fake.commands().at(-1)).toBe("0000");
      expect(driver.lastStatus()).toMatchObject({ state: "standby", intensityPctMso: [0] });
    }));

  it("waits for ready again after a pulse", () =>
    onBench(async (bench) => {
      const { driver } = bench;
      await ready(bench);
      await driver.deliver(PULSE, PERMIT).done;
      expect(driver.lastStatus()?.state).toBe("armed");
      expect((await driver.awaitReady(1000)).state).toBe("ready");
      await driver.disarm("test");
      expect(await codeOf(driver.awaitReady(100))).toBe("DEVICE_NOT_READY");
    }));
});

describe("disarming a DuoMAG", () => {
  it("sends intensity 0 at once and is confirmed when the device shows it", () =>
    onBench(async (bench) => {
      const { driver, fake } = bench;
      await ready(bench);
      const disarming = driver.disarm("test");
      expect(fake.commands()).toEqual(["0000"]);
      expect(await disarming).toEqual({ confirmed: true, detail: "intensity 0" });
      expect(driver.lastStatus()?.state).toBe("standby");
    }));

  it("tries three times and is not confirmed when the device keeps its intensity", () =>
    onBench(async (bench) => {
      const { driver, fake } = bench;
      await ready(bench);
      fake.swallow = () => true;
      expect(await driver.disarm("test")).toMatchObject({ confirmed: false });
      expect(fake.commands()).toEqual(["0000", "0000", "0000"]);
    }));

  it("is not confirmed by a status from before it, nor by silence", () =>
    onBench(async ({ driver, fake }) => {
      await driver.connect();
      fake.silent = true;
      expect(await driver.disarm("test")).toMatchObject({ confirmed: false });
      expect(fake.commands()).toEqual(["0000", "0000", "0000"]);
    }));

  it("closes at 0, with the port closed, once", () =>
    onBench(async (bench) => {
      const { driver, fake } = bench;
      await ready(bench);
      expect(await driver.close()).toMatchObject({ confirmed: true });
      expect(await driver.close()).toMatchObject({ confirmed: true });
      expect(fake.commands()).toEqual(["0000"]);
      expect(fake.port.isOpen).toBe(false);
      expect(await codeOf(driver.readStatus())).toBe("PORT_NOT_OPEN");
      expect(await codeOf(driver.connect())).toBe("PORT_LOST");
    }));
});

describe("a window for somebody else's trigger", () => {
  const pulses = ({ events }: Bench): number =>
    events.filter((event) => event.kind === "pulse" && !event.expected).length;

  it("writes nothing, tells each pulse, and recharging in it is no trouble", () =>
    onBench(async (bench) => {
      const { clock, driver, events, fake } = bench;
      await ready(bench);
      expect(driver.beginExternal?.(WINDOW, PERMIT)).toBeNull();
      for (let n = 0; n < 3; n += 1) {
        fake.fire();
        await clock.wait(1000);
      }
      // One that came too early and was left out is no pulse, and no news inside the window.
      fake.fire();
      await clock.wait(5);
      fake.fire();
      await clock.wait(1000);
      driver.endExternal?.();
      expect(pulses(bench)).toBe(4);
      expect(events.every(({ kind }) => kind === "pulse")).toBe(true);
      expect(fake.written).toEqual([]);
    }));

  it("tells a pulse that came just before the way down, and none that the way down looks like", () =>
    onBench(async (bench) => {
      const { clock, driver, fake } = bench;
      await ready(bench);
      driver.beginExternal?.(WINDOW, PERMIT);
      fake.swallow = () => true;
      fake.fire();
      const disarming = driver.disarm("the window is over");
      await clock.wait(60);
      fake.swallow = () => false;
      await disarming;
      expect(pulses(bench)).toBe(1);
      driver.endExternal?.();
      expect(driver.lastStatus()?.state).toBe("standby");
    }).then(() =>
      onBench(async (bench) => {
        const { clock, driver } = bench;
        await ready(bench);
        driver.beginExternal?.(WINDOW, PERMIT);
        await driver.disarm("the window is over");
        await clock.wait(500);
        driver.endExternal?.();
        expect(pulses(bench)).toBe(0);
      }),
    ));

  it("opens only on a device that is ready, at the intensity of the dose, for its trigger input", () =>
    onBench(async (bench) => {
      const { driver } = bench;
      await driver.connect();
      expect(await codeOf(() => driver.beginExternal?.(WINDOW, PERMIT))).toBe("DEVICE_NOT_READY");
      await driver.prepare(SETTINGS, PERMIT);
      await driver.arm(PERMIT);
      const other = { ...WINDOW, intensityPctMso: [60] };
      expect(await codeOf(() => driver.beginExternal?.(other, PERMIT))).toBe("DEVICE_CONFLICT");
      const stored = doseOf({ ...WINDOW.shape, by: "stored-protocol" } as typeof WINDOW.shape);
      expect(await codeOf(() => driver.beginExternal?.(stored, PERMIT))).toBe("DEVICE_CONFLICT");
    }));
});

import { describe, expect, it } from "vitest";
import { driver as module } from "../../../drivers/magventure/index.ts";
import { type Bench, CONFIG, onBench } from "./bench.ts";
import { frameOf } from "./fakePro.ts";

const HAZARDS = /^(01(?!0000)|0201|03|04|06|07|08|0901|0a01|0b01)/;

/** Nothing that changes anything left, whatever was found. */
function onlyQuestions({ fake }: Bench): void {
  expect(fake.bodies().filter((body) => HAZARDS.test(body))).toEqual([]);
  expect(fake.written.every(({ permit }) => permit === undefined)).toBe(true);
}

describe("connecting", () => {
  it("asks what is there and leaves it disabled", () =>
    onBench(async (bench) => {
      const { driver, events, fake } = bench;
      const identity = await driver.connect();
      expect(fake.bodies()).toEqual(["00", "05", "0900", "0a00", "0b00", "0c00"]);
      expect(identity).toEqual({
        model: "magpro-x100-option",
        softwareVersion: null,
        detail: {
          serialNumber: "1234",
          coil: "60 (Cool-B65)",
          coilTemperatureC: "24",
          mode: "Standard",
          waveform: "Biphasic",
          currentDirection: "Normal",
          page: "Main",
          stimulusCount: "300",
          extendedRates: "false",
          delays: "in 0 ms, out 0 ms, charge 0 ms",
        },
      });
      expect(driver.lastStatus()).toMatchObject({
        state: "standby",
        remote: true,
        coilPresent: true,
        intensityPctMso: [0],
        mode: "single",
        activity: "idle",
        isiMs: null,
        burstPulses: null,
        waveform: "biphasic",
        currentDirection: "normal",
        coil: "60 (Cool-B65)",
        coilTemperatureC: 24,
      });
      expect(events).toEqual([]);
      onlyQuestions(bench);
    }));

  it("probes once, however often it is called", () =>
    onBench(async ({ driver, fake }) => {
      const [a, b] = await Promise.all([driver.connect(), driver.connect()]);
      expect(a).toBe(b);
      expect(fake.written.length).toBe(6);
    }));

  it("disables what it finds enabled, and a train that runs", () =>
    onBench(async (bench) => {
      bench.fake.body.enabled = true;
      bench.fake.body.running = true;
      await bench.driver.connect();
      expect(bench.fake.body).toMatchObject({ enabled: false, running: false });
      expect(bench.events).toEqual([]);
      onlyQuestions(bench);
    }));

  it("ends a train that runs though the device says it is disabled", () =>
    onBench(async (bench) => {
      bench.fake.body.running = true;
      await bench.driver.connect();
      expect(bench.fake.bodies()).toContain("0200");
      expect(bench.fake.body.running).toBe(false);
    }));

  it("rejects when what it found enabled does not disarm", () =>
    onBench(async (bench) => {
      const { driver, fake } = bench;
      fake.body.enabled = true;
      fake.script = (body) => (body === "0200" ? null : undefined);
      await expect(driver.connect()).rejects.toMatchObject({
        code: "DEVICE_CONFLICT",
        detail: expect.stringMatching(/still enabled/),
      });
      expect(fake.bodies().filter((body) => body === "0200").length).toBe(3);
      expect(fake.port.isOpen).toBe(false);
    }));

  it.each([
    [0, "R30", "magpro-r30"],
    [1, "X100", "magpro-x100"],
    [2, "R30+Option", "magpro-r30-option"],
    [4, "R30+Option+Mono", "magpro-r30-option-mono"],
    [5, "MST", "magpro-mst"],
    [6, "unassigned 6", "no driver knows it"],
  ])("names the model that is there when it is another: %i", (model, name, advice) =>
    onBench(async (bench) => {
      bench.fake.body.model = model;
      const failed = await bench.driver.connect().catch((error: unknown) => error);
      expect(failed).toMatchObject({ code: "DEVICE_WRONG_ANSWER" });
      expect(String(failed)).toContain(`is a MagPro ${name}`);
      expect(String(failed)).toContain(advice);
      expect(bench.fake.bodies()).toEqual(["00"]);
      onlyQuestions(bench);
    }),
  );

  it("names silence with what to look at, after one more try", () =>
    onBench(async ({ driver, fake, clock }) => {
      fake.script = () => null;
      await expect(driver.connect()).rejects.toMatchObject({
        code: "DEVICE_SILENT",
        detail: expect.stringMatching(/COM2/),
      });
      expect(fake.bodies()).toEqual(["00", "00"]);
      expect(clock.now()).toBe(2000);
      expect(fake.port.isOpen).toBe(false);
    }));

  it("knows a Magstim by its question marks", () =>
    onBench(async ({ driver, fake }) => {
      fake.script = () => {
        fake.sendRaw([0x3f, 0x3f, 0x3f]);
        return null;
      };
      await expect(driver.connect()).rejects.toMatchObject({
        code: "DEVICE_WRONG_ANSWER",
        detail: expect.stringMatching(/Magstim/),
      });
    }));

  it("names bytes that are no frame", () =>
    onBench(async ({ driver, events, fake }) => {
      fake.script = () => {
        fake.sendRaw([0x00, 0xfe, 0x80, 0x7f]);
        return null;
      };
      await expect(driver.connect()).rejects.toMatchObject({
        code: "DEVICE_WRONG_ANSWER",
        detail: expect.stringMatching(/no frame of a MagPro/),
      });
      expect(events[0]).toMatchObject({ kind: "junk", hex: "00fe807f" });
    }));

  it("takes an answer that stands behind junk and behind an event", () =>
    onBench(async ({ driver, events, fake }) => {
      let first = true;
      fake.script = () => {
        if (!first) return undefined;
        first = false;
        fake.sendRaw([0x00, 0xff]);
        // Another coil than the answer tells: it is as it is found, and nothing has changed yet.
        fake.say([3, 30, 72, fake.flags()]);
        return undefined;
      };
      await driver.connect();
      expect(events).toEqual([{ kind: "junk", atMs: 20, hex: "00ff", why: "00 begins no frame" }]);
      expect(driver.lastStatus()?.coilTemperatureC).toBe(24);
    }));

  it("goes on without the questions that no maker documented", () =>
    onBench(async ({ driver, fake }) => {
      fake.script = (body) => (/^0[abc]/.test(body) ? null : undefined);
      const { detail } = await driver.connect();
      expect(detail).toMatchObject({ delays: "not told", extendedRates: "not told" });
      expect(detail).toMatchObject({ page: "Main" });
    }));

  it("refuses another coil than the rig file names", () =>
    onBench(
      async ({ driver }) => {
        await expect(driver.connect()).rejects.toMatchObject({
          code: "DEVICE_COIL",
          detail: expect.stringMatching(/72 \(C-B60\).*60 \(Cool-B65\)/),
        });
      },
      { config: { options: { knownCoil: 72 } } },
    ));

  it("takes coil 0 for a coil only where the rig file says so", async () => {
    const coilPresent = async (options: Readonly<Record<string, unknown>>): Promise<unknown> => {
      let seen: unknown = null;
      await onBench(
        async ({ driver, fake }) => {
          fake.body.coil = 0;
          await driver.connect();
          seen = driver.lastStatus()?.coilPresent;
        },
        { config: { options } },
      );
      return seen;
    };
    expect(await coilPresent({})).toBe(false);
    expect(await coilPresent({ knownCoil: 0 })).toBe(true);
  });

  it("throws for a rig file that says what the model cannot be", () =>
    onBench(async ({ clock, fake: { port } }) => {
      const config = { ...CONFIG, options: { waveform: "sinus" } };
      const create = () => module.create({ config, clock, port, unlockCode: null });
      expect(create).toThrow(expect.objectContaining({ code: "RIG_FILE_BAD" }));
    }));

  it("does not come back after the link was lost", () =>
    onBench(async ({ driver, events, fake }) => {
      await driver.connect();
      fake.lose("cable");
      expect(events.at(-1)).toMatchObject({ kind: "link-lost", detail: "cable" });
      await expect(driver.connect()).rejects.toMatchObject({ code: "PORT_LOST" });
      await expect(driver.readStatus()).rejects.toMatchObject({ code: "PORT_LOST" });
      expect(await driver.disarm("test")).toMatchObject({ confirmed: false });
      expect(driver.lastStatus()?.remote).toBe(false);
    }));

  it("closes disabled, and is at its end then", () =>
    onBench(async ({ clock, driver, fake }) => {
      await driver.connect();
      expect(await driver.close()).toEqual({ confirmed: true, detail: "disabled" });
      expect(fake.bodies().at(-1)).toBe("0200");
      expect(fake.port.isOpen).toBe(false);
      await expect(driver.connect()).rejects.toMatchObject({ code: "PORT_LOST" });
      const count = fake.written.length;
      await clock.wait(20_000);
      expect(fake.written.length).toBe(count);
    }));
});

describe("the frame that the fake device builds", () => {
  it("is one of the vectors", () => {
    expect(Buffer.from(frameOf([1, 0x32, 0, 0x74])).toString("hex")).toBe("fe040132007487ff");
  });
});

import { describe, expect, it } from "vitest";
import { classify } from "../../../drivers/magstim/hazard.ts";
import { onBench, PULSE, readyForPulse } from "./bench.ts";
import { bytesOf, PERMIT } from "./fakeRapid.ts";

const CODE = "a1b2-c3d4e5f6-1b";
const CODE_HEX = "613162322d63336434653566362d3162";

describe("connecting", () => {
  it("takes control, asks for the version, then for parameters and temperature, with safe frames only", () =>
    onBench(async ({ driver, fake }) => {
      const identity = await driver.connect();
      expect(identity).toEqual({
        model: "magstim-super-rapid2",
        softwareVersion: "9.0",
        detail: { plus1Module: "detected", coilTemperatureC: "24" },
      });
      expect(fake.commands()).toEqual(["Q@", "ND", "\\@", "F@", "x@"]);
      expect(fake.written.every((one) => classify(bytesOf(one.hex)).kind === "safe")).toBe(true);
      expect(driver.lastStatus()).toMatchObject({
        state: "standby",
        remote: true,
        coilPresent: true,
        mode: "single",
        train: null,
        fault: null,
      });
    }));

  it("gives the unlock code in the place of the padding", () =>
    onBench(
      async ({ driver, fake }) => {
        await driver.connect();
        expect(fake.commands()[0]).toBe(`Q${CODE}`);
      },
      { unlockCode: CODE, deviceCode: CODE },
    ));

  it("disarms a device that it finds armed, before anything else", () =>
    onBench(async ({ driver, fake }) => {
      fake.body.instr = 0x0c;
      await driver.connect();
      expect(fake.commands().slice(0, 3)).toEqual(["Q@", "EA", "F@"]);
      expect(driver.lastStatus()?.state).toBe("standby");
    }));

  it("says that a code was refused when the device answers to everything else, and never shows the code", () =>
    onBench(
      async ({ driver, fake, events }) => {
        const error: unknown = await driver.connect().catch((caught: unknown) => caught);
        expect(error).toMatchObject({ code: "DEVICE_UNLOCK_REFUSED" });
        expect(String(error)).toMatch(/typing error/);
        expect(fake.port.isOpen).toBe(false);
        const said = JSON.stringify([
          String(error),
          (error as Error).stack,
          events,
          driver.lastStatus(),
        ]);
        expect(said).not.toContain("ffff-00000000");
        expect(said).not.toContain(Buffer.from("ffff-00000000").toString("hex"));
      },
      { unlockCode: "ffff-00000000-00", deviceCode: CODE },
    ));

  it("says that a code is missing when the device is there and gives no control", () =>
    onBench(
      async ({ driver }) => {
        await expect(driver.connect()).rejects.toMatchObject({
          code: "DEVICE_SILENT",
          detail: expect.stringMatching(/needs its unlock code/),
        });
      },
      { deviceCode: CODE },
    ));

  it("names the likely causes when nothing answers, and leaves no open port", () =>
    onBench(async ({ driver, fake }) => {
      fake.script = () => null;
      await expect(driver.connect()).rejects.toMatchObject({
        code: "DEVICE_SILENT",
        detail: expect.stringMatching(/main unit/),
      });
      expect(fake.port.isOpen).toBe(false);
    }));

  it("hides a code that an echoing cable brings back", () =>
    onBench(
      async ({ driver, fake, events }) => {
        fake.script = (command) =>
          command.startsWith("Q") ? bytesOf(`51${CODE_HEX}37`) : undefined;
        await expect(driver.connect()).rejects.toBeInstanceOf(Error);
        const junk = events.flatMap((one) => (one.kind === "junk" ? [one.hex] : [])).join("");
        expect(junk.length).toBeGreaterThanOrEqual(2 * 18);
        expect(junk).toMatch(/^(2a)+$/);
      },
      { unlockCode: CODE },
    ));

  it("refuses another software version than the rig file says, and gives control back", () =>
    onBench(
      async ({ driver, fake }) => {
        await expect(driver.connect()).rejects.toMatchObject({
          code: "DEVICE_WRONG_VERSION",
          detail: expect.stringMatching(/9\.0.*10\.2/),
        });
        expect(fake.commands().at(-1)).toBe("R@");
        expect(fake.port.isOpen).toBe(false);
      },
      { config: { softwareVersion: "10.2" } },
    ));

  it("asks a safe question a second time when the first is lost", () =>
    onBench(async ({ driver, fake }) => {
      let dropped = 0;
      fake.script = (command) => (command === "ND" && dropped++ === 0 ? null : undefined);
      await driver.connect();
      expect(fake.commands().filter((one) => one === "ND").length).toBe(2);
    }));

  it("reads the parameters of old software by their own widths", () =>
    onBench(
      async ({ driver, fake }) => {
        expect((await driver.connect()).softwareVersion).toBe("7.1");
        expect(driver.lastStatus()?.intensityPctMso).toEqual([30]);
        expect(fake.commands()).not.toContain("x@");
      },
      { version: "V7.1" },
    ));
});

describe("keeping control", () => {
  it("polls every 200 ms while armed, every 2 s in standby, and asks for the temperature within 10 s", () =>
    onBench(async (bench) => {
      const { driver, fake, clock } = bench;
      await driver.connect();
      const times = (text: string, fromMs: number): number[] =>
        fake.written
          .filter((one) => one.text === text && one.atMs >= fromMs)
          .map((one) => one.atMs);
      const standbyMs = clock.now();
      await clock.wait(10_000);
      expect(times("\\@", standbyMs).length).toBe(5);
      await driver.arm(PERMIT);
      const armedMs = clock.now();
      await clock.wait(30_000);
      const polls = times("\\@", armedMs);
      const gaps = polls.slice(1).map((atMs, place) => atMs - (polls[place] ?? 0));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(220);
      expect(times("F@", armedMs).length).toBeGreaterThanOrEqual(3);
    }));

  it("tells within a second that control is lost when an armed device falls silent", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      const silentMs = bench.clock.now();
      bench.fake.script = () => null;
      await bench.clock.wait(1000);
      const lost = bench.events.filter((one) => one.kind === "control-lost");
      expect(lost.length).toBe(1);
      expect((lost[0]?.atMs ?? 0) - silentMs).toBeLessThan(750);
      expect(bench.driver.lastStatus()?.remote).toBe(false);
      expect(() => bench.driver.deliver(PULSE, PERMIT)).toThrowError(/DEVICE_CONTROL_LOST/);
      expect(bench.fake.commands().filter((one) => one.startsWith("Q")).length).toBe(1);
    }));

  it("rides out one lost answer", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      let dropped = 0;
      bench.fake.script = (command) => (command === "\\@" && dropped++ === 0 ? null : undefined);
      await bench.clock.wait(2000);
      expect(bench.events).toEqual([]);
    }));

  it.each([
    ["control that somebody else took", (instr: number) => instr & 0x7f, "control-lost"],
    [
      "a device that left ready by itself",
      (instr: number) => (instr & ~0x07) | 1,
      "disarmed-itself",
    ],
    ["a coil that was pulled", (instr: number) => instr & ~0x08, "fault"],
    ["a coil to be replaced", (instr: number) => instr | 0x10, "fault"],
    ["a state that cannot be", (instr: number) => instr | 0x01, "fault"],
  ] as const)("tells of %s once", (_, change, kind) =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      bench.fake.body.instr = change(bench.fake.body.instr);
      await bench.clock.wait(2000);
      expect(bench.events.filter((one) => one.kind === kind).length).toBe(1);
    }),
  );

  it("asks for the error code when the error bit rises, and shows it in the status", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      bench.fake.body.instr |= 0x20;
      await bench.clock.wait(1000);
      expect(bench.events).toContainEqual(
        expect.objectContaining({ kind: "fault", code: "DEVICE_FAULT" }),
      );
      expect(bench.driver.lastStatus()?.fault).toBe("error C12");
      expect(bench.fake.commands().filter((one) => one === "I@").length).toBe(1);
    }));

  it("keeps the line quiet up to a deadline, and no longer than the silence rule allows", () =>
    onBench(async (bench) => {
      const { driver, fake, clock } = bench;
      await readyForPulse(bench);
      for (let round = 0; round < 20; round++) {
        await driver.readStatus();
        const dueMs = clock.now() + 30 + 17 * round;
        driver.quietUntil(dueMs);
        await clock.until(dueMs);
        const inQuiet = fake.written.filter(
          (one) => one.atMs > dueMs - 150 && one.atMs <= dueMs && one.atMs !== dueMs,
        );
        expect(inQuiet.every((one) => one.atMs <= dueMs - 20)).toBe(true);
        const { done } = driver.deliver(PULSE, PERMIT);
        expect((await done).outcome).toBe("delivered");
        await driver.awaitReady(2000);
      }
      driver.quietUntil(clock.now() + 140);
      for (let round = 0; round < 20; round++) {
        await clock.wait(100);
        driver.quietUntil(clock.now() + 140);
      }
      expect(bench.events).toEqual([]);
    }));
});

describe("junk on the line", () => {
  it("is told and does not disturb the answers around it", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      bench.fake.send(bytesOf("ff00ff"));
      bench.fake.send(bytesOf("518c22"));
      await bench.clock.wait(1000);
      const junk = bench.events.filter((one) => one.kind === "junk");
      expect(junk.map((one) => one.hex)).toEqual(["ff00ff", "518c22"]);
      expect(bench.driver.lastStatus()?.state).toBe("ready");
    }));

  it("is a silent answer when the checksum is wrong, and the question is asked again", () =>
    onBench(async ({ driver, fake, events }) => {
      await driver.connect();
      let damaged = 0;
      fake.script = (command) =>
        command === "\\@" && damaged++ === 0
          ? bytesOf("5c893830333030303030303030313030303030303035ff")
          : undefined;
      expect((await driver.readStatus()).state).toBe("standby");
      expect(events.map((one) => one.kind)).toContain("junk");
    }));
});

describe("the way down", () => {
  it("writes the disarm at once, whatever question is in flight", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      const reading = bench.driver.readStatus();
      const disarming = bench.driver.disarm("test");
      expect(bench.fake.commands().slice(-2)).toEqual(["\\@", "EA"]);
      expect(await disarming).toEqual({ confirmed: true, detail: "standby" });
      await reading;
    }));

  it("repeats the disarm when no answer comes, and says so when it stays unconfirmed", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      bench.fake.script = () => null;
      const before = bench.fake.written.length;
      expect((await bench.driver.disarm("test")).confirmed).toBe(false);
      expect(
        bench.fake
          .commands()
          .slice(before)
          .filter((one) => one === "EA").length,
      ).toBe(3);
    }));

  it("does not call a device disarmed that still shows ready", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      bench.fake.script = (command) =>
        command === "EA" ? "E\x8c" : command === "R@" ? "R\x0c" : undefined;
      expect(await bench.driver.disarm("test")).toMatchObject({
        confirmed: false,
        detail: expect.stringMatching(/not in standby/),
      });
    }));

  it("disarms, gives control back and closes the port, once", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      const [first, second] = await Promise.all([bench.driver.close(), bench.driver.close()]);
      expect(first).toEqual({ confirmed: true, detail: "standby" });
      expect(second).toBe(first);
      expect(bench.fake.commands().slice(-3)).toEqual(["EA", "\\@", "R@"]);
      expect(bench.fake.port.isOpen).toBe(false);
      await bench.clock.wait(10_000);
      expect(bench.fake.commands().at(-1)).toBe("R@");
      await expect(bench.driver.readStatus()).rejects.toMatchObject({ code: "PORT_NOT_OPEN" });
    }));

  it("tells of a lost port and refuses everything afterwards, without opening it again", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      bench.fake.lose("unplugged");
      expect(bench.events.filter((one) => one.kind === "link-lost").length).toBe(1);
      const { driver } = bench;
      const settings = { intensityPctMso: [50], train: null, isiMs: null };
      await expect(driver.readStatus()).rejects.toMatchObject({ code: "PORT_LOST" });
      await expect(driver.prepare(settings, PERMIT)).rejects.toMatchObject({ code: "PORT_LOST" });
      await expect(driver.arm(PERMIT)).rejects.toMatchObject({ code: "PORT_LOST" });
      await expect(driver.awaitReady(100)).rejects.toMatchObject({ code: "PORT_LOST" });
      await expect(driver.connect()).rejects.toMatchObject({ code: "PORT_LOST" });
      expect(() => driver.deliver(PULSE, PERMIT)).toThrowError(/PORT_LOST/);
      expect(await driver.disarm("test")).toMatchObject({ confirmed: false });
      const writes = bench.fake.written.length;
      await bench.clock.wait(5000);
      expect(bench.fake.written.length).toBe(writes);
      expect(bench.fake.port.isOpen).toBe(false);
      expect((await driver.close()).confirmed).toBe(false);
    }));
});

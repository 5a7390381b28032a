import { describe, expect, it } from "vitest";
import { doseOf, onBench, PULSE, readyForPulse, readyForTrain, TRAIN } from "./bench.ts";
import { bytesOf, PERMIT } from "./fakeRapid.ts";

describe("preparing", () => {
  it("sets a train in the order mode, power, frequency, duration, pulses, and reads it back", () =>
    onBench(async ({ driver, fake }) => {
      await driver.connect();
      const before = fake.written.length;
      const train = { frequencyHz: 20, pulses: 40, durationS: 2 };
      const status = await driver.prepare({ intensityPctMso: [50], train, isiMs: null }, PERMIT);
      expect(fake.commands().slice(before)).toEqual([
        "\\@",
        "[0010",
        "@050",
        "B0200",
        "[0020",
        "D00040",
        "\\@",
      ]);
      expect(status).toMatchObject({
        state: "standby",
        mode: "train",
        train,
        intensityPctMso: [50],
      });
      expect(fake.written.filter((one) => one.permit === PERMIT).length).toBe(5);
    }));

  it("leaves rTMS mode and enhanced power for a single pulse", () =>
    onBench(async ({ driver, fake }) => {
      fake.body.rapid = 0x31;
      fake.body.duration = 10;
      await driver.connect();
      const before = fake.written.length;
      await driver.prepare({ intensityPctMso: [40], train: null, isiMs: null }, PERMIT);
      expect(fake.commands().slice(before)).toEqual(["\\@", "_@", "[0000", "@040", "\\@"]);
    }));

  it("rejects when the device is set to something else than was asked", () =>
    onBench(async ({ driver, fake }) => {
      await driver.connect();
      fake.script = (command, body) => {
        if (command === "@050") body.power = 49;
        return command === "@050" ? "@\x89" : undefined;
      };
      const settings = { intensityPctMso: [50], train: null, isiMs: null };
      await expect(driver.prepare(settings, PERMIT)).rejects.toMatchObject({
        code: "DEVICE_READBACK_DIFFERS",
        detail: expect.stringMatching(/asked 50, read back 49/),
      });
    }));

  it("sends nothing that the software version of the device cannot take", () =>
    onBench(
      async ({ driver, fake }) => {
        await driver.connect();
        const before = fake.written.length;
        const train = { frequencyHz: 10, pulses: 200, durationS: 20 };
        await expect(
          driver.prepare({ intensityPctMso: [30], train, isiMs: null }, PERMIT),
        ).rejects.toMatchObject({ code: "DEVICE_INVALID_DATA" });
        expect(fake.written.length).toBe(before);
      },
      { version: "V8.0" },
    ));

  it("is refused while armed, before any hazardous byte", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      const hazards = bench.fake.written.filter((one) => one.permit !== undefined).length;
      const settings = { intensityPctMso: [60], train: null, isiMs: null };
      await expect(bench.driver.prepare(settings, PERMIT)).rejects.toMatchObject({
        code: "DEVICE_CONFLICT",
      });
      expect(bench.fake.written.filter((one) => one.permit !== undefined).length).toBe(hazards);
    }));

  it.each([
    ["@?", "DEVICE_INVALID_DATA"],
    ["@S", "DEVICE_CONFLICT"],
    ["?", "DEVICE_INVALID_COMMAND"],
    [null, "DEVICE_SILENT"],
  ])("turns the answer %s to a setting into %s, and sends it once only", (answer, code) =>
    onBench(async ({ driver, fake }) => {
      await driver.connect();
      fake.script = (command) => (command === "@050" ? answer : undefined);
      const settings = { intensityPctMso: [50], train: null, isiMs: null };
      await expect(driver.prepare(settings, PERMIT)).rejects.toMatchObject({ code });
      expect(fake.commands().filter((one) => one === "@050").length).toBe(1);
    }),
  );
});

describe("arming", () => {
  it("resolves when the device says ready", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      expect(bench.driver.lastStatus()).toMatchObject({
        state: "ready",
        coilTemperatureC: 24,
        intensityPctMso: [50],
      });
    }));

  it.each([
    ["a missing coil", { instr: 0x81 }, "DEVICE_COIL"],
    ["a coil to be replaced", { instr: 0x99 }, "DEVICE_COIL"],
    ["an error", { instr: 0xa9 }, "DEVICE_FAULT"],
    ["a hot coil", { temperature: 401 }, "DEVICE_COIL"],
  ])("is refused with %s, and no arm command leaves", (_, change, code) =>
    onBench(async ({ driver, fake }) => {
      await driver.connect();
      Object.assign(fake.body, change);
      await expect(driver.arm(PERMIT)).rejects.toMatchObject({ code });
      expect(fake.commands()).not.toContain("EB");
    }),
  );

  it("gives up and disarms when ready does not come in the model's own time", () =>
    onBench(async ({ driver, fake, clock }) => {
      await driver.connect();
      fake.readyAfterMs = 60_000;
      const startMs = clock.now();
      await expect(driver.arm(PERMIT)).rejects.toMatchObject({ code: "DEVICE_NOT_READY" });
      expect(clock.now() - startMs).toBeGreaterThan(11_000);
      expect(clock.now() - startMs).toBeLessThan(14_000);
      expect(fake.commands().indexOf("EA")).toBeGreaterThan(fake.commands().indexOf("EB"));
    }));

  it("takes no status from before the question, and none of a device that still waits", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      let asked = 0;
      bench.fake.script = (command, body) => {
        if (command === "\\@") asked += 1;
        if (command === "\\@" && asked === 1) return null;
        body.rapid = asked < 10 ? body.rapid | 0x04 : body.rapid & ~0x04;
        return undefined;
      };
      expect(await bench.driver.awaitReady(3000)).toMatchObject({
        state: "ready",
        activity: "idle",
      });
      expect(asked).toBe(10);
    }));

  it("disarms when nobody knows whether the arm command arrived, and does not repeat it", () =>
    onBench(async ({ driver, fake }) => {
      await driver.connect();
      fake.script = (command) => (command === "EB" ? null : undefined);
      await expect(driver.arm(PERMIT)).rejects.toMatchObject({ code: "DEVICE_SILENT" });
      expect(fake.commands().filter((one) => one.startsWith("E"))).toEqual(["EB", "EA"]);
    }));

  it("does not send the arm command when a disarm came first", () =>
    onBench(async ({ driver, fake }) => {
      await driver.connect();
      const arming = driver.arm(PERMIT);
      const refused = expect(arming).rejects.toMatchObject({ code: "DEVICE_CONFLICT" });
      await driver.disarm("test");
      await refused;
      expect(fake.commands()).not.toContain("EB");
    }));
});

describe("a single pulse", () => {
  it("is delivered when it was acknowledged by a ready device that then recharges", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      const { writtenMs, writtenHex, done } = bench.driver.deliver(PULSE, PERMIT);
      expect([writtenMs, writtenHex]).toEqual([bench.clock.now(), "454872"]);
      expect(await done).toMatchObject({
        outcome: "delivered",
        writtenMs,
        drainedMs: writtenMs + 3,
        acknowledgedMs: writtenMs + 10,
        deviceReportedMs: writtenMs + 20,
      });
      expect((await bench.driver.awaitReady(2000)).state).toBe("ready");
      expect(bench.clock.now() - writtenMs).toBeGreaterThanOrEqual(1000);
    }));

  it.each([
    ["ES", "refused-by-device"],
    ["E?", "refused-by-device"],
    ["?", "unknown"],
    [null, "unknown"],
    [bytesOf("458c2f"), "unknown"],
    [bytesOf("458c"), "unknown"],
    // Acknowledged by a device that says it was in standby.
    ["E\x89", "unknown"],
  ])("answered with %o is %s, and the bytes left once only", (answer, outcome) =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      bench.fake.script = (command) => (command === "EH" ? answer : undefined);
      const { done } = bench.driver.deliver(PULSE, PERMIT);
      expect((await done).outcome).toBe(outcome);
      expect(bench.fake.commands().filter((one) => one === "EH").length).toBe(1);
    }),
  );

  it("is unknown when the device acknowledged and did not recharge", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      bench.fake.script = (command) => (command === "EH" ? "E\x8c" : undefined);
      const { done } = bench.driver.deliver(PULSE, PERMIT);
      expect(await done).toMatchObject({
        outcome: "unknown",
        detail: expect.stringMatching(/did not recharge/),
      });
    }));

  it("is unknown when the device refuses every look after the acknowledgement", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      bench.fake.script = (command) => (command === "\\@" ? "\\S" : undefined);
      const { done } = bench.driver.deliver(PULSE, PERMIT);
      expect(await done).toMatchObject({ outcome: "unknown", deviceReportedMs: null });
    }));

  it("is refused without ready, in the wrong mode, or with a question on the line", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      expect(() => bench.driver.deliver(TRAIN, PERMIT)).toThrowError(/DEVICE_CONFLICT/);
      const reading = bench.driver.readStatus();
      expect(() => bench.driver.deliver(PULSE, PERMIT)).toThrowError(/DEVICE_CONFLICT/);
      await reading;
      const { done } = bench.driver.deliver(PULSE, PERMIT);
      expect(() => bench.driver.deliver(PULSE, PERMIT)).toThrowError(/DEVICE_CONFLICT/);
      await done;
      expect(() => bench.driver.deliver(PULSE, PERMIT)).toThrowError(/DEVICE_NOT_READY/);
      expect(bench.fake.commands().filter((one) => one === "EH").length).toBe(1);
    }));

  it("is not fired when the port refuses the permit", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      expect(() => bench.driver.deliver(PULSE, undefined as never)).toThrowError(
        /PORT_HAZARD_REFUSED/,
      );
      expect(bench.fake.commands()).not.toContain("EH");
    }));

  it("is unknown when the link ends before the answer", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      const { done } = bench.driver.deliver(PULSE, PERMIT);
      bench.fake.lose("unplugged");
      expect(await done).toMatchObject({ outcome: "unknown", acknowledgedMs: null });
    }));
});

describe("a train", () => {
  it("is delivered when it ran its time, as the device showed it", () =>
    onBench(async (bench) => {
      await readyForTrain(bench);
      const { writtenMs, done } = bench.driver.deliver(TRAIN, PERMIT);
      const delivery = await done;
      expect(delivery.outcome).toBe("delivered");
      expect((delivery.deviceReportedMs ?? 0) - writtenMs).toBeGreaterThanOrEqual(2000);
      expect((delivery.deviceReportedMs ?? 0) - writtenMs).toBeLessThan(2300);
      expect((await bench.driver.awaitReady(1000)).state).toBe("ready");
    }));

  it("keeps a second dose back until its outcome is known", () =>
    onBench(async (bench) => {
      await readyForTrain(bench);
      const { done } = bench.driver.deliver(TRAIN, PERMIT);
      await bench.clock.wait(650);
      expect(() => bench.driver.deliver(TRAIN, PERMIT)).toThrowError(/dose before/);
      await done;
    }));

  it("is unknown when it ended early", () =>
    onBench(async (bench) => {
      await readyForTrain(bench);
      const { done } = bench.driver.deliver(TRAIN, PERMIT);
      bench.clock.at(bench.clock.now() + 900, () => {
        bench.fake.body.rapid &= ~0x02;
      });
      expect(await done).toMatchObject({
        outcome: "unknown",
        detail: expect.stringMatching(/ended within/),
      });
    }));

  it("is unknown when the train bit stays", () =>
    onBench(async (bench) => {
      await readyForTrain(bench);
      bench.fake.script = (command, body) => {
        if (command === "\\@" && (body.instr & 0x02) !== 0) body.rapid |= 0x02;
        return undefined;
      };
      const { done } = bench.driver.deliver(TRAIN, PERMIT);
      expect(await done).toMatchObject({
        outcome: "unknown",
        detail: expect.stringMatching(/runs for/),
      });
    }));

  it("is unknown when it is disarmed while it runs, and the disarm does not wait", () =>
    onBench(async (bench) => {
      await readyForTrain(bench);
      const { done } = bench.driver.deliver(TRAIN, PERMIT);
      await bench.clock.wait(503);
      const atMs = bench.clock.now();
      const disarmed = bench.driver.disarm("stop");
      expect(bench.fake.written.at(-1)).toMatchObject({ text: "EA", atMs });
      expect(await disarmed).toEqual({ confirmed: true, detail: "standby" });
      expect(await done).toMatchObject({ outcome: "unknown", detail: "disarmed: stop" });
    }));

  it("is unknown when the coil goes missing in the middle", () =>
    onBench(async (bench) => {
      await readyForTrain(bench);
      const { done } = bench.driver.deliver(TRAIN, PERMIT);
      bench.clock.at(bench.clock.now() + 700, () => {
        bench.fake.body.instr &= ~0x08;
      });
      expect(await done).toMatchObject({ outcome: "unknown" });
      expect(bench.events).toContainEqual(
        expect.objectContaining({ kind: "fault", code: "DEVICE_COIL" }),
      );
    }));
});

describe("the charge delay", () => {
  it("is set with a permit and read back", () =>
    onBench(async ({ driver, fake }) => {
      await driver.connect();
      expect(await driver.setChargeDelayMs(500, PERMIT)).toBe(500);
      expect(fake.commands().slice(-2)).toEqual(["n0500", "o@"]);
      await expect(driver.setChargeDelayMs(2001, PERMIT)).rejects.toMatchObject({
        code: "WIRE_OUT_OF_RANGE",
      });
    }));

  it("that somebody has set is read on connecting, so that a long recharge is no pulse of somebody else", () =>
    onBench(async (bench) => {
      bench.fake.script = (command, body) =>
        command === "x@" ? `x${String.fromCharCode(body.instr, body.rapid)}\0\x04` : undefined;
      bench.fake.readyAfterMs = 1500;
      expect((await bench.driver.connect()).detail).toMatchObject({ chargeDelayMs: "500" });
      await bench.driver.arm(PERMIT);
      const by = "trigger" as const;
      const shape = {
        kind: "external",
        maxPulses: 5,
        minIntervalMs: 2000,
        windowMs: 9000,
        by,
      } as const;
      bench.driver.beginExternal?.(doseOf(shape), PERMIT);
      for (let round = 0; round < 3; round++) {
        bench.fake.trigger();
        await bench.clock.wait(2000);
      }
      expect(bench.events.map(({ kind }) => kind)).toEqual(["pulse", "pulse", "pulse"]);
    }));
});

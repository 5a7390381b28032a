import { describe, expect, it } from "vitest";
import { codeOf, doseOf, onBench, PULSE, ready, SETTINGS } from "./bench.ts";
import { PERMIT } from "./fakeDuomag.ts";

describe("a pulse of a DuoMAG", () => {
  it("is sent once and delivered when the device is seen uncharged", () =>
    onBench(async (bench) => {
      const { clock, driver, events, fake } = bench;
      await ready(bench);
      const startMs = clock.now();
      const { done, writtenHex, writtenMs } = driver.deliver(PULSE, PERMIT);
      expect({ writtenHex, writtenMs }).toEqual({ writtenHex: "7979", writtenMs: startMs });
      const delivery = await done;
      expect(delivery).toMatchObject({ outcome: "delivered", acknowledgedMs: null });
      expect(delivery.drainedMs).toBe(startMs + 1);
      expect(delivery.deviceReportedMs).toBeGreaterThan(startMs);
      expect(fake.commands()).toEqual(["7979"]);
      // The outcome tells it; it is no news.
      expect(events).toEqual([]);
    }));

  it("is refused by the device when one more omitted pulse is counted", () =>
    onBench(async (bench) => {
      const { driver, fake } = bench;
      await ready(bench);
      fake.swallow = () => {
        fake.body.omitted += 1;
        return true;
      };
      expect(await driver.deliver(PULSE, PERMIT).done).toMatchObject({
        outcome: "refused-by-device",
      });
      expect(fake.commands()).toEqual(["7979"]);
    }));

  it("is unknown when nothing is seen, and is not sent again", () =>
    onBench(async (bench) => {
      const { clock, driver, fake } = bench;
      await ready(bench);
      fake.swallow = () => true;
      expect(await driver.deliver(PULSE, PERMIT).done).toMatchObject({ outcome: "unknown" });
      await clock.wait(1000);
      expect(fake.commands()).toEqual(["7979"]);
    }));

  it("is not taken for delivered on a single status that says uncharged", () =>
    onBench(async (bench) => {
      const { driver, fake } = bench;
      await ready(bench);
      fake.swallow = () => true;
      let left = 1;
      fake.bend = (bytes) => {
        if (left-- === 1) bytes[8] = 0;
        return bytes;
      };
      expect(await driver.deliver(PULSE, PERMIT).done).toMatchObject({ outcome: "unknown" });
    }));

  it.each([
    ["an error flag", { errors8: 0x10 }],
    ["a coil that came off", { errors7: 0x20 }],
    ["another intensity", { level: 60 }],
  ] as const)("is unknown when %s comes with it", (_, change) =>
    onBench(async (bench) => {
      const { driver, fake } = bench;
      await ready(bench);
      fake.swallow = () => {
        Object.assign(fake.body, change, { charged: false });
        return true;
      };
      expect(await driver.deliver(PULSE, PERMIT).done).toMatchObject({ outcome: "unknown" });
    }),
  );

  it("is unknown when the device both discharged and counted an omitted pulse", () =>
    onBench(async (bench) => {
      const { driver, fake } = bench;
      await ready(bench);
      fake.swallow = () => {
        fake.body.charged = false;
        fake.body.omitted += 1;
        return true;
      };
      expect(await driver.deliver(PULSE, PERMIT).done).toMatchObject({ outcome: "unknown" });
    }));

  it("is unknown when it is disarmed or the link ends before the verdict", () =>
    onBench(async (bench) => {
      const { driver } = bench;
      await ready(bench);
      const { done } = driver.deliver(PULSE, PERMIT);
      await driver.disarm("stop");
      expect(await done).toMatchObject({ outcome: "unknown", detail: "disarmed: stop" });
    }).then(() =>
      onBench(async (bench) => {
        const { driver, fake } = bench;
        await ready(bench);
        const { done } = driver.deliver(PULSE, PERMIT);
        fake.lose("pulled");
        expect(await done).toMatchObject({ outcome: "unknown", detail: "pulled" });
        expect(await driver.disarm("stop")).toMatchObject({ confirmed: false });
      }),
    ));

  it("leaves by the trigger box where the rig has one, and not by the wire", () =>
    onBench(
      async (bench) => {
        const { driver, fake } = bench;
        await ready(bench);
        const { done, writtenHex } = driver.deliver(PULSE, PERMIT);
        expect(writtenHex).toBe("box");
        expect(await done).toMatchObject({ outcome: "delivered" });
        expect(fake.written).toEqual([]);
      },
      {
        trigger: (clock, fake) => ({
          name: "box",
          worstLatencyMs: 4,
          fire: () => {
            clock.at(clock.now() + 2, () => fake.fire());
            return { writtenMs: clock.now(), writtenHex: "box", drained: clock.until(clock.now()) };
          },
        }),
      },
    ));

  it("can follow at the shortest interval that the host times, again and again", () =>
    onBench(async (bench) => {
      const { clock, driver, events } = bench;
      await ready(bench);
      bench.fake.chargeMs = 200;
      for (let n = 0; n < 10; n += 1) {
        const startMs = clock.now();
        expect(await driver.deliver(PULSE, PERMIT).done).toMatchObject({ outcome: "delivered" });
        await clock.until(startMs + 300);
      }
      expect(events).toEqual([]);
    }));
});

describe("a pulse does not leave", () => {
  it("in standby, while recharging, or while the one before is not told", () =>
    onBench(async (bench) => {
      const { driver, fake, clock } = bench;
      await driver.connect();
      expect(await codeOf(() => driver.deliver(PULSE, PERMIT))).toBe("DEVICE_NOT_READY");
      await driver.prepare(SETTINGS, PERMIT);
      await clock.wait(500);
      expect(await codeOf(() => driver.deliver(PULSE, PERMIT))).toBe("DEVICE_NOT_READY");
      await driver.arm(PERMIT);
      const { done } = driver.deliver(PULSE, PERMIT);
      expect(await codeOf(() => driver.deliver(PULSE, PERMIT))).toBe("DEVICE_CONFLICT");
      await done;
      expect(await codeOf(() => driver.deliver(PULSE, PERMIT))).toBe("DEVICE_NOT_READY");
      expect(fake.commands().filter((hex) => hex === "7979")).toHaveLength(1);
    }));

  it("on statuses that are old, or whose newest is not confirmed by a second", () =>
    onBench(async (bench) => {
      const { clock, driver, fake } = bench;
      await ready(bench);
      fake.silent = true;
      await clock.wait(160);
      expect(await codeOf(() => driver.deliver(PULSE, PERMIT))).toBe("DEVICE_NOT_READY");
      fake.silent = false;
      await clock.wait(60);
      fake.body.charged = false;
      await clock.wait(20);
      fake.body.charged = true;
      expect(await codeOf(() => driver.deliver(PULSE, PERMIT))).toBe("DEVICE_NOT_READY");
      expect(fake.written).toEqual([]);
    }));

  it("for a dose that one start of this device is not", () =>
    onBench(async (bench) => {
      const { driver, fake } = bench;
      await ready(bench);
      const others = [
        doseOf({ kind: "pulse" }, [51]),
        doseOf({ kind: "pair", isiMs: 5 }, [50, 50]),
        doseOf({ kind: "train", pulses: 10, frequencyHz: 1 }),
        doseOf({ kind: "burst", pulses: 3, isiMs: 20 }),
      ];
      for (const dose of others)
        expect(await codeOf(() => driver.deliver(dose, PERMIT))).toBe("DEVICE_CONFLICT");
      expect(fake.written).toEqual([]);
    }));

  it("without a permit, whatever the driver believes", () =>
    onBench(async (bench) => {
      const { driver, fake } = bench;
      await ready(bench);
      const none = undefined as unknown as typeof PERMIT;
      expect(await codeOf(() => driver.deliver(PULSE, none))).toBe("PORT_HAZARD_REFUSED");
      expect(fake.written).toEqual([]);
      expect(await driver.deliver(PULSE, PERMIT).done).toMatchObject({ outcome: "delivered" });
    }));
});

describe("a pair of an MP-Dual", () => {
  it("is one start, told with the interval and both intensities that the guard asks for", () =>
    onBench(
      async ({ driver, fake }) => {
        await driver.connect();
        const settings = { intensityPctMso: [50, 50], train: null, isiMs: 3 };
        const status = await driver.prepare(settings, PERMIT);
        expect(status).toMatchObject({ isiMs: 3, intensityPctMso: [50, 50] });
        expect(await codeOf(driver.prepare(SETTINGS, PERMIT))).toBe("DEVICE_INVALID_DATA");
        await driver.arm(PERMIT);
        const pair = doseOf({ kind: "pair", isiMs: 3 }, [50, 50]);
        expect(await codeOf(() => driver.deliver(PULSE, PERMIT))).toBe("DEVICE_CONFLICT");
        expect(await driver.deliver(pair, PERMIT).done).toMatchObject({ outcome: "delivered" });
        expect(fake.commands()).toEqual(["9999b0b0", "3232", "7979"]);
      },
      { options: { variant: "mp-dual", deviceIsiMs: 3 } },
    ));
});

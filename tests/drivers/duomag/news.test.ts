import { describe, expect, it } from "vitest";
import { codeOf, onBench, PULSE, ready, SETTINGS } from "./bench.ts";
import { PERMIT } from "./fakeDuomag.ts";

describe("news of a DuoMAG", () => {
  it("is a pulse that nobody here started", () =>
    onBench(async (bench) => {
      const { clock, driver, events, fake } = bench;
      await ready(bench);
      await driver.deliver(PULSE, PERMIT).done;
      await driver.awaitReady(1000);
      expect(events).toEqual([]);
      fake.fire();
      await clock.wait(100);
      expect(events).toMatchObject([{ kind: "pulse", expected: false }]);
    }));

  it("is a pair that nobody here started, as two pulses", () =>
    onBench(
      async (bench) => {
        await bench.driver.connect();
        await bench.driver.prepare({ ...SETTINGS, intensityPctMso: [50, 50], isiMs: 3 }, PERMIT);
        await bench.driver.arm(PERMIT);
        bench.fake.fire();
        await bench.clock.wait(100);
        expect(bench.events).toMatchObject([{ kind: "pulse", expected: false, pulses: 2 }]);
      },
      { options: { variant: "mp-dual", deviceIsiMs: 3 } },
    ));

  it("is a pedal after the disarm when the knob was turned up again", () =>
    onBench(async ({ clock, driver, events, fake }) => {
      await driver.connect();
      fake.body.level = 30;
      await clock.wait(500);
      fake.fire();
      await clock.wait(100);
      expect(events.map(({ kind }) => kind)).toEqual(["panel", "pulse"]);
    }));

  it("is a knob that is turned after a disarm that the device did not obey", () =>
    onBench(async (bench) => {
      const { clock, driver, events, fake } = bench;
      await ready(bench);
      fake.swallow = () => true;
      expect(await driver.disarm("test")).toMatchObject({ confirmed: false });
      fake.body.level = 70;
      await clock.wait(100);
      expect(events).toMatchObject([{ kind: "panel" }]);
    }));

  it("is no pulse when an order of ours makes the device charge, up or down", () =>
    onBench(async ({ clock, driver, events }) => {
      await driver.connect();
      for (const pct of [50, 80, 20]) {
        await driver.prepare({ ...SETTINGS, intensityPctMso: [pct] }, PERMIT);
        await clock.wait(500);
      }
      await driver.disarm("test");
      await clock.wait(500);
      expect(events).toEqual([]);
    }));

  it("is no pulse on a single status that says uncharged", () =>
    onBench(async (bench) => {
      const { clock, events, fake } = bench;
      await ready(bench);
      fake.body.charged = false;
      await clock.wait(20);
      fake.body.charged = true;
      await clock.wait(100);
      expect(events).toEqual([]);
    }));

  it("is a turn of the knob, with the intensity that it led to", () =>
    onBench(async (bench) => {
      const { clock, driver, events, fake } = bench;
      await ready(bench);
      fake.body.turn = -3;
      fake.body.level = 47;
      await clock.wait(50);
      fake.body.turn = 0;
      await clock.wait(100);
      expect(events).toMatchObject([
        {
          kind: "panel",
          detail: "the intensity knob was turned by -3; the intensity went from 50 to 47 %",
        },
      ]);
      expect(await codeOf(() => driver.deliver(PULSE, PERMIT))).toBe("DEVICE_NOT_READY");
    }));

  it("is a trigger that the device left out and that was not ours", () =>
    onBench(async (bench) => {
      const { clock, events, fake } = bench;
      await ready(bench);
      fake.body.omitted += 1;
      await clock.wait(100);
      expect(events).toMatchObject([{ kind: "panel" }]);
    }));

  it("is another coil, a coil that came off, and one that is back", () =>
    onBench(async (bench) => {
      const { clock, driver, events, fake } = bench;
      await ready(bench);
      fake.body.coil = 5;
      await clock.wait(100);
      fake.body.errors7 = 0x20;
      await clock.wait(100);
      expect(driver.lastStatus()).toMatchObject({ coilPresent: false, coil: "disconnected" });
      fake.body.errors7 = 0;
      fake.body.coil = 9;
      await clock.wait(100);
      expect(events).toMatchObject([
        { kind: "equipment", what: "coil", was: "70BF", now: "125R" },
        { kind: "equipment", what: "coil", was: "125R", now: "disconnected" },
        { kind: "equipment", what: "coil", was: "disconnected", now: "type 9" },
      ]);
    }));

  it.each([
    [7, 0x40, "DEVICE_FAULT"],
    [7, 0x10, "DEVICE_FAULT"],
    [7, 0x08, "DEVICE_FAULT"],
    [8, 0x40, "DEVICE_FAULT"],
    [8, 0x10, "DEVICE_COIL"],
    [8, 0x08, "DEVICE_FAULT"],
    [8, 0x04, "DEVICE_FAULT"],
  ] as const)(
    "is a fault for the flag %i/%i, told once, and the device is not ready",
    (byte, mask, code) =>
      onBench(async (bench) => {
        const { clock, driver, events, fake } = bench;
        await ready(bench);
        fake.body[byte === 7 ? "errors7" : "errors8"] = mask;
        await clock.wait(200);
        expect(events).toMatchObject([{ kind: "fault", code }]);
        expect(driver.lastStatus()?.fault).not.toBeNull();
        expect(await codeOf(() => driver.deliver(PULSE, PERMIT))).toBe("DEVICE_NOT_READY");
      }),
  );

  it("is a coil without data, and a coil that was never there", () =>
    onBench(async ({ driver, events, fake }) => {
      fake.bend = (bytes) => {
        bytes[7] = 0;
        return bytes;
      };
      await driver.connect();
      expect(events).toMatchObject([{ kind: "fault", code: "DEVICE_COIL" }]);
    }).then(() =>
      onBench(async ({ driver, events, fake }) => {
        fake.body.errors7 = 0x20;
        await driver.connect();
        expect(events).toMatchObject([{ kind: "fault", code: "DEVICE_COIL" }]);
      }),
    ));

  it("is the loss of control after 500 ms of silence, for good, and a disarm still goes out", () =>
    onBench(async (bench) => {
      const { clock, driver, events, fake } = bench;
      await ready(bench);
      fake.silent = true;
      await clock.wait(490);
      expect(events).toEqual([]);
      await clock.wait(30);
      expect(events).toMatchObject([{ kind: "control-lost" }]);
      fake.silent = false;
      await clock.wait(100);
      expect(driver.lastStatus()?.remote).toBe(false);
      expect(await codeOf(() => driver.deliver(PULSE, PERMIT))).toBe("DEVICE_CONTROL_LOST");
      expect(await codeOf(driver.prepare(SETTINGS, PERMIT))).toBe("DEVICE_CONTROL_LOST");
      expect(await driver.disarm("test")).toMatchObject({ confirmed: true });
      expect(events).toHaveLength(1);
    }));

  it("is the loss of control by noise that goes on, too", () =>
    onBench(async (bench) => {
      const { clock, events, fake } = bench;
      await ready(bench);
      fake.bend = () => Uint8Array.of(1, 2, 3);
      await clock.wait(600);
      expect(events.some(({ kind }) => kind === "control-lost")).toBe(true);
    }));

  it("is the end of the link, once, and nothing is asked any more", () =>
    onBench(async (bench) => {
      const { driver, events, fake } = bench;
      await ready(bench);
      const reading = codeOf(driver.readStatus());
      fake.lose("pulled");
      expect(await reading).toBe("PORT_LOST");
      expect(await codeOf(driver.readStatus())).toBe("PORT_LOST");
      expect(events).toMatchObject([{ kind: "link-lost", detail: "pulled" }]);
    }));

  it("is junk with its reason, one event a piece, and a status goes on after it", () =>
    onBench(async (bench) => {
      const { clock, driver, events, fake } = bench;
      await ready(bench);
      fake.send(Uint8Array.of(0x80, 0x81, 0xff));
      await clock.wait(50);
      expect(events).toMatchObject([{ kind: "junk", hex: "8081" }]);
      expect((await driver.readStatus()).state).toBe("ready");
    }));
});

describe("a status of a DuoMAG", () => {
  it("is two that came after the question, and the last of what piled up", () =>
    onBench(async (bench) => {
      const { clock, driver, fake } = bench;
      await ready(bench);
      const askedMs = clock.now();
      const status = await driver.readStatus();
      expect(status.atMs - askedMs).toBeGreaterThanOrEqual(20);
      expect(status.atMs - askedMs).toBeLessThanOrEqual(40);
      // Eight statuses in one chunk, the last two uncharged.
      const chunk: number[] = [];
      fake.bend = (bytes) => {
        if (chunk.length >= 6 * 16) bytes[8] = 0;
        chunk.push(...bytes);
        return null;
      };
      const reading = driver.readStatus();
      await clock.wait(162);
      fake.bend = () => null;
      fake.send(Uint8Array.from(chunk));
      expect((await reading).state).toBe("armed");
    }));

  it("fails when nothing comes, or no two alike", () =>
    onBench(async ({ driver, fake }) => {
      await driver.connect();
      fake.silent = true;
      expect(await codeOf(driver.readStatus())).toBe("DEVICE_SILENT");
    }).then(() =>
      onBench(async ({ driver, fake }) => {
        await driver.connect();
        let n = 0;
        fake.bend = (bytes) => {
          bytes[5] = n++ & 1;
          return bytes;
        };
        expect(await codeOf(driver.readStatus())).toBe("DEVICE_WRONG_ANSWER");
      }),
    ));
});

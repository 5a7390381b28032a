import { describe, expect, it } from "vitest";
import { pollInstantMs } from "../../../drivers/magventure/pro/watch.ts";
import { fire, onBench, PULSE, readyFor, TRAIN } from "./bench.ts";
import { PERMIT } from "./fakePro.ts";

describe("questions", () => {
  it("are never two at a time", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      await Promise.all([bench.driver.readStatus(), bench.driver.readStatus()]);
      await bench.clock.wait(30_000);
      const asked = bench.fake.written.filter(({ body }) => /^(05|0[9abc]00)$/.test(body));
      for (const [i, { atMs }] of asked.entries()) {
        const before = asked[i - 1]?.atMs ?? Number.NEGATIVE_INFINITY;
        expect(atMs - before).toBeGreaterThanOrEqual(bench.fake.delayMs);
      }
    }));

  it("keep away from a deadline, and from the bytes of a dose every 300 ms", () =>
    onBench(async (bench) => {
      bench.fake.delayMs = 80;
      await readyFor(bench, PULSE);
      const { clock, driver } = bench;
      let dueMs = clock.now() + 500;
      for (let round = 0; round < 100; round += 1) {
        // The order of the engine: quiet line and fresh status ahead, bytes at the instant.
        await clock.until(dueMs - 120);
        driver.quietUntil(dueMs + 10);
        const status = await driver.readStatus();
        expect(clock.now()).toBeLessThanOrEqual(dueMs - 20);
        expect(dueMs - status.atMs).toBeLessThan(300);
        await clock.until(dueMs);
        const { done } = driver.deliver(PULSE, PERMIT);
        expect((await done).outcome).toBe("delivered");
        dueMs += 300;
      }
      expect(bench.fake.bodies().filter((body) => body === "0900").length).toBeGreaterThan(5);
      expect(bench.events.every(({ kind }) => kind === "pulse")).toBe(true);
    }));

  it("keep away from a deadline at any phase of theirs", () =>
    onBench(async (bench) => {
      bench.fake.delayMs = 80;
      await readyFor(bench, PULSE);
      const { clock, driver } = bench;
      let dueMs = clock.now() + 700;
      for (let round = 0; round < 200; round += 1) {
        await clock.until(dueMs - 120);
        driver.quietUntil(dueMs + 10);
        await driver.readStatus();
        expect(clock.now()).toBeLessThanOrEqual(dueMs - 20);
        await clock.until(dueMs);
        await driver.deliver(PULSE, PERMIT).done;
        dueMs += 1037 + 13 * round;
      }
    }));

  it("that were given up do not make a late answer new", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      const { clock, driver, fake } = bench;
      fake.script = (body) => (body === "05" ? null : undefined);
      const startMs = clock.now();
      await driver.readStatus().catch(() => undefined);
      fake.script = () => undefined;
      const late = driver.readStatus();
      fake.say(fake.status());
      expect((await late).atMs).toBeLessThan(startMs + 1500);
    }));
});

describe("the instant of a poll", () => {
  it("is its own where no deadline is near", () => {
    expect(pollInstantMs(100, 0, 0)).toBe(100);
    expect(pollInstantMs(100, 210, 0)).toBe(100);
  });
  it("is after the quiet time otherwise, unless silence has lasted too long", () => {
    // 80 ms and two frames later its answer would still be coming in at the deadline, 10 ms before 200.
    expect(pollInstantMs(100, 200, 0)).toBe(220);
    expect(pollInstantMs(100, 180, 0)).toBe(200);
    expect(pollInstantMs(100, 5000, 0)).toBe(100);
    expect(pollInstantMs(100, 150, -900)).toBe(100);
  });
});

describe("disarming", () => {
  it("goes out at once, in front of what waits", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      const reading = bench.driver.readStatus();
      const atMs = bench.clock.now();
      const disarming = bench.driver.disarm("test");
      expect(bench.fake.written.at(-1)).toMatchObject({ atMs, body: "0200", permit: undefined });
      expect(await disarming).toEqual({ confirmed: true, detail: "disabled" });
      expect(bench.clock.now() - atMs).toBe(20);
      await reading;
      expect(bench.events).toEqual([]);
    }));

  it("is confirmed by the status of a device that says nothing to it", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      bench.fake.script = (body, state) => {
        if (body !== "0200") return undefined;
        state.enabled = false;
        return [];
      };
      expect(await bench.driver.disarm("test")).toEqual({ confirmed: true, detail: "disabled" });
      expect(bench.fake.bodies().slice(-2)).toEqual(["0200", "05"]);
    }));

  it("is not confirmed by a message from before it", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      bench.fake.script = (body) => (body === "0200" ? [] : undefined);
      const { confirmed, detail } = await bench.driver.disarm("test");
      expect({ confirmed, detail }).toMatchObject({
        confirmed: false,
        detail: expect.stringMatching(/still enabled/),
      });
      expect(bench.fake.bodies().filter((body) => body === "0200").length).toBe(3);
    }));

  it("is not confirmed while a train goes on", () =>
    onBench(async (bench) => {
      await readyFor(bench, TRAIN);
      const done = fire(bench, TRAIN);
      await bench.clock.wait(200);
      bench.fake.script = (body, state) => {
        if (body !== "0200") return undefined;
        state.enabled = false;
        return [[1, 50, 0, bench.fake.flags()]];
      };
      expect(await bench.driver.disarm("test")).toMatchObject({
        confirmed: false,
        detail: expect.stringMatching(/running train/),
      });
      expect((await done).outcome).toBe("unknown");
    }));

  it("of a device that was never connected says so", () =>
    onBench(async (bench) => {
      expect(await bench.driver.disarm("test")).toEqual({
        confirmed: false,
        detail: "not connected",
      });
    }));

  it("ends an arming that is under way, and nothing arms after it", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      await bench.driver.prepare(bench.model.settingsFor(PULSE), PERMIT);
      const arming = bench.driver.arm(PERMIT).catch((error: unknown) => error);
      await bench.clock.wait(5);
      await bench.driver.disarm("stop");
      expect(await arming).toMatchObject({ code: "DEVICE_CONFLICT" });
      expect(bench.fake.bodies()).not.toContain("0201");
      expect(bench.fake.body.enabled).toBe(false);
    }));
});

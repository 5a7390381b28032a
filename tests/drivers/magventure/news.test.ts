import { describe, expect, it } from "vitest";
import { pollInstantMs } from "../../../drivers/magventure/pro/watch.ts";
import type { StimulatorEvent } from "../../../src/contract/stimulator.ts";
import { type Bench, BURST, fire, onBench, PAIR, PULSE, readyFor, TRAIN } from "./bench.ts";
import { type Body, PERMIT } from "./fakePro.ts";

const words = (events: readonly StimulatorEvent[]): string[] =>
  events.map((event) => {
    if (event.kind === "equipment") return `${event.what}: ${event.was} -> ${event.now}`;
    return "detail" in event ? `${event.kind}: ${event.detail}` : event.kind;
  });

/** Somebody at the device changes its body; the message that comes by itself, where there is one. */
async function atPanel(
  { clock, fake }: Bench,
  change: (body: Body) => void,
  message?: () => number[],
): Promise<void> {
  change(fake.body);
  if (message !== undefined) fake.say(message());
  await clock.wait(10_000);
}

describe("what somebody changes at the device", () => {
  it("is told at once for the amplitude, and once", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      const { fake } = bench;
      const atMs = bench.clock.now();
      await atPanel(
        bench,
        (body) => {
          body.a = 55;
        },
        () => [1, 55, 0, fake.flags()],
      );
      expect(bench.events).toEqual([
        { kind: "panel", atMs, detail: "amplitude A: 50 % before, 55 % now" },
      ]);
      expect(bench.driver.lastStatus()?.intensityPctMso).toEqual([55]);
    }));

  const silent: readonly (readonly [string, (body: Body) => void, readonly string[]])[] = [
    [
      "waveform",
      (body) => {
        body.waveform = 0;
      },
      ["waveform: biphasic -> monophasic", "panel: waveform: biphasic before, monophasic now"],
    ],
    [
      "mode",
      (body) => {
        body.mode = 1;
      },
      [
        "waveform: biphasic -> biphasic (power)",
        "panel: waveform: biphasic before, biphasic (power) now",
        "panel: mode: Standard before, Power now",
      ],
    ],
    [
      "direction",
      (body) => {
        body.direction = 1;
      },
      [
        "current-direction: normal -> reverse",
        "panel: current direction: normal before, reverse now",
      ],
    ],
    [
      "train",
      (body) => {
        body.train[2] = 50;
      },
      [
        "panel: train: 3 x 5 at 1 Hz every 1 s, Sequence, warning sound before, 3 x 50 at 1 Hz every 1 s, Sequence, warning sound now",
      ],
    ],
    [
      "delays",
      (body) => {
        body.delays = [5, 0, 0];
      },
      ["panel: delays: in 0, out 0, charge 0 ms before, in 0.5, out 0, charge 0 ms now"],
    ],
  ];
  it.each(silent)("is found by asking where nothing is told: %s", (_, change, expected) =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      await atPanel(bench, change);
      expect(words(bench.events)).toEqual(expected);
    }),
  );

  it("is found for intervals and counts where they have a meaning", () =>
    onBench(async (bench) => {
      await readyFor(bench, BURST);
      await atPanel(bench, (body) => {
        body.burst = 0;
        body.intervalTenthsMs = 300;
      });
      expect(words(bench.events)).toEqual([
        "panel: pulse interval: 20 ms before, 30 ms now",
        "panel: burst pulses: 3 before, 5 now",
      ]);
      expect(bench.driver.lastStatus()).toMatchObject({ burstPulses: 5, isiMs: 30 });
    }));

  it("says nothing of an interval without meaning", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      await atPanel(bench, (body) => {
        body.intervalTenthsMs = 300;
        body.ratio = 12;
      });
      expect(bench.events).toEqual([]);
    }));

  it("leaves no interval that may be an old one", () =>
    onBench(async (bench) => {
      await readyFor(bench, PAIR);
      bench.fake.body.mode = 2;
      bench.fake.say([1, 40, 60, bench.fake.flags()]);
      expect(bench.driver.lastStatus()?.isiMs).toBe(0);
    }));

  it("tells the page, and that starts are trains then", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      const { fake } = bench;
      await atPanel(
        bench,
        (body) => {
          body.page = 2;
        },
        () => [8, 2, 0, fake.flags()],
      );
      expect(words(bench.events)).toEqual(["panel: page: Main before, Timing now"]);
      expect(bench.driver.lastStatus()).toMatchObject({
        mode: "train",
        train: { pulses: 15, frequencyHz: 1, durationS: 15 },
      });
    }));

  it("tells a train that was started by hand, and its pulses", () =>
    onBench(async (bench) => {
      await readyFor(bench, TRAIN);
      const { fake } = bench;
      fake.body.running = true;
      fake.say([8, 2, 1, fake.flags()]);
      fake.foreignPulse();
      await bench.clock.wait(1);
      expect(words(bench.events)).toEqual([
        "panel: a train or protocol was started at the device",
        "pulse",
      ]);
      expect(bench.driver.lastStatus()).toMatchObject({ state: "armed", activity: "train" });
    }));

  it("tells one that follows a train of ours", () =>
    onBench(async (bench) => {
      await readyFor(bench, TRAIN);
      await fire(bench, TRAIN);
      bench.events.splice(0);
      bench.fake.body.running = true;
      bench.fake.say([8, 2, 1, bench.fake.flags()]);
      expect(words(bench.events)).toEqual(["panel: a train or protocol was started at the device"]);
    }));

  it("tells that it was enabled by hand", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      bench.fake.body.enabled = true;
      bench.fake.say([1, 0, 0, bench.fake.flags()]);
      expect(words(bench.events)).toEqual(["panel: enabled at the device"]);
      expect(bench.driver.lastStatus()?.state).toBe("ready");
    }));

  it("tells another coil and no coil, while it is being set too", () =>
    onBench(async (bench) => {
      const { driver, fake, model } = bench;
      await readyFor(bench, PULSE);
      fake.body.coil = 72;
      fake.say([3, 25, 72, fake.flags()]);
      fake.body.coil = 0;
      fake.say([3, 25, 0, fake.flags()]);
      expect(driver.lastStatus()).toMatchObject({ coilPresent: false, coilTemperatureC: 25 });
      await driver.disarm("test");
      const preparing = driver.prepare(model.settingsFor(PULSE), PERMIT);
      fake.body.coil = 60;
      await preparing;
      expect(words(bench.events)).toEqual([
        "coil: 60 (Cool-B65) -> 72 (C-B60)",
        "coil: 72 (C-B60) -> 0 (none or unknown)",
        "coil: 0 (none or unknown) -> 60 (Cool-B65)",
      ]);
    }));

  it("is not what the driver itself sets", () =>
    onBench(async (bench) => {
      const { driver, model } = bench;
      await driver.connect();
      for (const dose of [PULSE, PAIR, BURST, TRAIN, PULSE]) {
        await driver.prepare(model.settingsFor(dose), PERMIT);
        await driver.arm(PERMIT);
        await bench.clock.wait(5000);
        await driver.disarm("test");
      }
      await bench.clock.wait(20_000);
      expect(bench.events).toEqual([]);
    }));
});

describe("a device that goes its own way", () => {
  const HOT = "disarmed-itself: disabled without an order of ours; coil 60 (Cool-B65), 43 °C";
  const COOL = "disarmed-itself: disabled without an order of ours; coil 60 (Cool-B65), 24 °C";
  it("is told to have disarmed itself, from any message", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      bench.fake.body.enabled = false;
      bench.fake.say([3, 43, 60, bench.fake.flags()]);
      expect(words(bench.events)).toEqual([HOT]);
      expect(bench.driver.lastStatus()?.state).toBe("standby");
    }));

  it("is asked often enough to notice", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      bench.fake.body.enabled = false;
      await bench.clock.wait(600);
      expect(words(bench.events)).toEqual([COOL]);
    }));

  it("loses control when it is silent for too long", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      const startMs = bench.clock.now();
      bench.fake.script = () => null;
      await bench.clock.wait(4000);
      expect(bench.events).toEqual([
        { kind: "control-lost", atMs: startMs + 1500, detail: "not a frame for 1500 ms" },
      ]);
      expect(bench.driver.lastStatus()?.remote).toBe(false);
      expect(() => bench.driver.deliver(PULSE, PERMIT)).toThrow(/does not answer/);
    }));

  it("may be silent for longer in standby", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      bench.fake.script = () => null;
      await bench.clock.wait(5900);
      expect(bench.events).toEqual([]);
      await bench.clock.wait(200);
      expect(bench.events).toMatchObject([{ kind: "control-lost" }]);
    }));

  it("may lose single answers", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      let asked = 0;
      bench.fake.script = () => {
        asked += 1;
        return asked % 2 === 0 ? null : undefined;
      };
      await bench.clock.wait(30_000);
      expect(bench.events).toEqual([]);
    }));

  it("tells messages that nobody has described, and goes on", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      bench.fake.say([240, 1, 2, 3]);
      expect(bench.events).toMatchObject([{ kind: "junk", why: expect.stringMatching(/240/) }]);
      expect(await fire(bench, PULSE)).toMatchObject({ outcome: "delivered" });
    }));

  it("may cut a frame short", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      bench.fake.sendRaw([0xfe, 0x04, 0x01]);
      await bench.clock.wait(150);
      expect(bench.events).toMatchObject([{ kind: "junk", hex: "fe0401" }]);
      expect((await bench.driver.readStatus()).state).toBe("ready");
    }));
});

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
    expect(pollInstantMs(100, 190, 0)).toBe(100);
  });
  it("is after the quiet time otherwise, unless silence has lasted too long", () => {
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

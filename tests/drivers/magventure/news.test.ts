import { describe, expect, it } from "vitest";
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

  it("is not the page that a status tells, once another message has told one", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      const status = bench.fake.status();
      bench.fake.say([...status.slice(0, 13), 4, 0]);
      expect(bench.events).toEqual([]);
      expect(bench.driver.lastStatus()?.mode).toBe("single");
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

  it("counts what one start gives, of a pair or burst that somebody else started", () =>
    onBench(async (bench) => {
      const told: (number | undefined)[] = [];
      await bench.driver.connect();
      for (const dose of [PULSE, PAIR, BURST]) {
        await bench.driver.prepare(bench.model.settingsFor(dose), PERMIT);
        await bench.driver.arm(PERMIT);
        bench.events.splice(0);
        bench.fake.foreignPulse();
        await bench.clock.wait(200);
        told.push(
          ...bench.events.flatMap((event) => (event.kind === "pulse" ? [event.pulses] : [])),
        );
        await bench.driver.disarm("test");
      }
      expect(told).toEqual([1, 2, 3]);
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

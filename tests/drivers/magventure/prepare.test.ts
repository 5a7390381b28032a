import { describe, expect, it } from "vitest";
import type { Dose } from "../../../src/contract/dose.ts";
import { type Bench, BURST, doseOf, ITBS, onBench, PAIR, PULSE, TRAIN, windowOf } from "./bench.ts";
import { PERMIT } from "./fakePro.ts";

async function prepare({ driver, model }: Bench, dose: Dose) {
  return driver.prepare(model.settingsFor(dose), PERMIT);
}

/** Bodies that changed something, in order. */
const orders = ({ fake }: Bench): string[] =>
  fake.written.filter(({ permit }) => permit === PERMIT).map(({ body }) => body);

describe("preparing", () => {
  it("writes the amplitude alone when everything else is right", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      const status = await prepare(bench, PULSE);
      expect(orders(bench)).toEqual(["013200"]);
      expect(status).toMatchObject({ state: "standby", mode: "single", intensityPctMso: [50] });
      expect(bench.events).toEqual([]);
    }));

  it("sets a pair in Dual with both amplitudes, and reads it back", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      const status = await prepare(bench, PAIR);
      expect(orders(bench)).toEqual(["09010303000103001e0064", "01283c"]);
      expect(status).toMatchObject({ isiMs: 3, burstPulses: null, intensityPctMso: [40, 60] });
    }));

  it("sets a pair in Twin by its ratio where the rig says so", () =>
    onBench(
      async (bench) => {
        await bench.driver.connect();
        await prepare(bench, PAIR);
        expect(orders(bench)).toEqual(["09010302000103001e0096", "01283c"]);
      },
      { config: { options: { pairMode: "twin" } } },
    ));

  it.each([
    [59, "Twin", true],
    [58, "Twin", false],
    [59, "Dual", false],
  ])("takes a second pulse of %i %% for 60 in %s: %s", (b, mode, taken) =>
    onBench(
      async (bench) => {
        await bench.driver.connect();
        bench.fake.script = (body, state) => {
          if (body !== "01283c") return undefined;
          state.a = 40;
          state.b = b;
          return [[1, 40, b, bench.fake.flags()]];
        };
        const end = await prepare(bench, PAIR).catch((error: unknown) => error);
        if (taken) expect(end).toMatchObject({ intensityPctMso: [40, b] });
        else expect(end).toMatchObject({ code: "DEVICE_READBACK_DIFFERS" });
      },
      { config: { options: { pairMode: mode.toLowerCase() } } },
    ),
  );

  it("sets a burst by its waveform", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      const status = await prepare(bench, BURST);
      expect(orders(bench)).toEqual(["0901030000030200c80064", "013200"]);
      expect(status).toMatchObject({ isiMs: 20, burstPulses: 3, waveform: "biphasic burst" });
    }));

  it("sets one train on the Timing page, without the warning sound", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      const status = await prepare(bench, TRAIN);
      expect(orders(bench)).toEqual(["0b010000c800280001000a00", "0702", "013200"]);
      expect(status).toMatchObject({
        mode: "train",
        train: { frequencyHz: 20, pulses: 40, durationS: 2 },
        isiMs: null,
      });
    }));

  it.each([
    ["its trains", [0, 200, 40, 3, 10, 0]],
    ["its warning sound", [0, 200, 40, 1, 10, 1]],
    ["its timing", [1, 200, 40, 1, 10, 0]],
    ["its rate", [0, 100, 40, 1, 10, 0]],
  ] as const)("writes a train that differs in %s alone", (_, found) =>
    onBench(async (bench) => {
      bench.fake.body.train = [...found];
      await bench.driver.connect();
      await prepare(bench, TRAIN);
      expect(orders(bench)[0]).toBe("0b010000c800280001000a00");
      expect(bench.fake.body.train).toEqual([0, 200, 40, 1, 10, 0]);
    }),
  );

  it("sets a train of bursts by both", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      const status = await prepare(bench, ITBS);
      expect(orders(bench)).toEqual([
        "0901030000030200c80064",
        "0b01000032000a0001000a00",
        "0702",
        "013200",
      ]);
      expect(status).toMatchObject({
        mode: "train",
        train: { frequencyHz: 5, pulses: 10, durationS: 2 },
        isiMs: 20,
        burstPulses: 3,
      });
    }));

  it("shows the Protocol page for a protocol of the device", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      const status = await prepare(bench, windowOf("stored-protocol"));
      expect(orders(bench)).toEqual(["0707", "013200"]);
      expect(status).toMatchObject({ mode: "single", intensityPctMso: [50] });
    }));

  it("goes back to the Main page for single starts", () =>
    onBench(async (bench) => {
      bench.fake.body.page = 7;
      await bench.driver.connect();
      expect(await prepare(bench, PULSE)).toMatchObject({ mode: "single" });
      expect(orders(bench)).toEqual(["0701", "013200"]);
    }));

  it("sets the rig's direction, mode and waveform", () =>
    onBench(
      async (bench) => {
        await bench.driver.connect();
        const status = await prepare(bench, PULSE);
        expect(orders(bench)).toEqual(["0901030101000300640064", "013200"]);
        expect(status).toMatchObject({
          waveform: "monophasic (power)",
          currentDirection: "reverse",
        });
      },
      {
        config: { options: { currentDirection: "reverse", mode: "power", waveform: "monophasic" } },
      },
    ));

  it("sets delays to 0 or to what the rig says", async () => {
    const written = async (options: Readonly<Record<string, unknown>>): Promise<string[]> => {
      let bodies: string[] = [];
      await onBench(
        async (bench) => {
          bench.fake.body.delays = [10, 0, 100];
          await bench.driver.connect();
          await prepare(bench, PULSE);
          bodies = orders(bench);
        },
        { config: { options } },
      );
      return bodies;
    };
    expect(await written({})).toEqual(["0a01000000000000", "013200"]);
    expect(await written({ inputDelayMs: 0.5, outputDelayMs: -3.2, chargeDelayMs: 250 })).toEqual([
      "0a010005ffe000fa",
      "013200",
    ]);
    expect(await written({ inputDelayMs: 1, chargeDelayMs: 100 })).toEqual(["013200"]);
  });

  it.each([
    ["lets the trigger input give single pulses in a window for it", windowOf("trigger"), 0, "01"],
    ["takes a train away from the trigger input for single starts", PULSE, 2, "00"],
    ["takes single pulses away from it too", PAIR, 1, "00"],
  ])("%s", (_, dose, timing, written) =>
    onBench(async (bench) => {
      bench.fake.body.train[0] = timing;
      await bench.driver.connect();
      await prepare(bench, dose);
      expect(orders(bench)).toContain(`0b01${written}000a00010001000a00`);
      expect(bench.fake.body.train[0]).toBe(Number(written));
    }),
  );

  it("refuses a negative delay where a trigger starts pulses, since it does not last there", () =>
    onBench(
      async (bench) => {
        await bench.driver.connect();
        bench.fake.script = (body, state) => {
          if (body.startsWith("0b0101")) state.delays = [0, 0, 0];
          return state.train[0] === 1 && /^(0a01|08)/.test(body) ? null : undefined;
        };
        await prepare(bench, PULSE);
        expect(bench.fake.body.delays).toEqual([0, 0xffe0, 0]);
        await expect(prepare(bench, windowOf("trigger"))).rejects.toMatchObject({
          code: "DEVICE_READBACK_DIFFERS",
          detail: "output delay ms: asked -3.2, read back 0",
        });
      },
      { config: { options: { outputDelayMs: -3.2 } } },
    ));

  it("waits for a write that takes its time", () =>
    onBench(async (bench) => {
      const { clock, driver, fake } = bench;
      await driver.connect();
      fake.script = (body, state) => {
        if (!body.startsWith("0901")) return undefined;
        clock.at(clock.now() + 200, () => {
          state.mode = 3;
          state.intervalTenthsMs = 30;
        });
        return [];
      };
      expect(await prepare(bench, PAIR)).toMatchObject({ isiMs: 3 });
      expect(orders(bench).length).toBe(2);
    }));

  it.each([
    ["settings", "0901", PAIR, /mode: asked Dual, read back Standard/],
    ["delays", "0a01|08", PULSE, /input delay ms: asked 0, read back 1/],
    ["the train", "0b01|06", TRAIN, /pulses in train: asked 40, read back 5/],
    ["the page", "07", TRAIN, /page: asked Timing, the device shows Main/],
    ["the amplitude", "0132", PULSE, /amplitude A: asked 50, read back 0/],
  ])("rejects when %s are not what was asked", (_, pattern, dose, words) =>
    onBench(async (bench) => {
      if (pattern.startsWith("0a")) bench.fake.body.delays = [10, 0, 0];
      await bench.driver.connect();
      bench.fake.script = (body) => (new RegExp(`^(${pattern})`).test(body) ? null : undefined);
      await expect(prepare(bench, dose)).rejects.toMatchObject({
        code: "DEVICE_READBACK_DIFFERS",
        detail: expect.stringMatching(words),
      });
      const sent = orders(bench);
      expect(new Set(sent).size, "nothing is sent twice").toBe(sent.length);
    }),
  );

  it("uses the documented commands where the others have no effect", () =>
    onBench(async (bench) => {
      bench.fake.body.delays = [10, 0, 0];
      bench.fake.body.train = [0, 10, 5, 3, 10, 0];
      await bench.driver.connect();
      bench.fake.script = (body) => (/^0[ab]01/.test(body) ? null : undefined);
      await prepare(bench, TRAIN);
      expect(orders(bench)).toEqual([
        "0b010000c800280001000a00",
        "0702",
        "0600c800280001000a",
        "0a01000000000000",
        "080000000000000000",
        "013200",
      ]);
    }));

  it("does not take a train on trust from a device that does not tell it", () =>
    onBench(async (bench) => {
      bench.fake.script = (body) => (body === "0b00" ? null : undefined);
      await bench.driver.connect();
      await expect(prepare(bench, TRAIN)).rejects.toMatchObject({
        code: "DEVICE_SILENT",
        detail: expect.stringMatching(/does not tell its train/),
      });
      expect(await prepare(bench, PULSE)).toMatchObject({ state: "standby" });
    }));

  it("asks for delays that are not told only where a trigger starts pulses", () =>
    onBench(async (bench) => {
      bench.fake.script = (body) => (body === "0a00" ? null : undefined);
      await bench.driver.connect();
      await prepare(bench, PULSE);
      await expect(prepare(bench, windowOf("trigger"))).rejects.toMatchObject({
        code: "DEVICE_SILENT",
      });
    }));

  it("is refused while armed, before any hazardous byte", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      await prepare(bench, PULSE);
      await bench.driver.arm(PERMIT);
      const before = orders(bench).length;
      await expect(prepare(bench, PAIR)).rejects.toMatchObject({ code: "DEVICE_CONFLICT" });
      expect(orders(bench).length).toBe(before);
    }));

  it("ends where a disarm interrupts it, and sends nothing more", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      const done = prepare(bench, PAIR).catch((error: unknown) => error);
      await bench.clock.wait(30);
      await bench.driver.disarm("somebody pressed stop");
      expect(await done).toMatchObject({
        code: "DEVICE_CONFLICT",
        detail: expect.stringMatching(/somebody pressed stop/),
      });
      expect(orders(bench)).toEqual([]);
    }));

  it("takes no fractions of a percent", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      await expect(prepare(bench, doseOf({ kind: "pulse" }, [50.5]))).rejects.toMatchObject({
        code: "DEVICE_INVALID_DATA",
      });
      expect(orders(bench)).toEqual([]);
    }));

  it("needs a connected device", () =>
    onBench(async (bench) => {
      await expect(prepare(bench, PULSE)).rejects.toMatchObject({ code: "PORT_NOT_OPEN" });
    }));
});

describe("arming", () => {
  it("waits for the enabled bit and says ready", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      await prepare(bench, PULSE);
      expect(await bench.driver.arm(PERMIT)).toMatchObject({ state: "ready", activity: "idle" });
      expect(bench.fake.body.enabled).toBe(true);
      expect(orders(bench).at(-1)).toBe("0201");
      expect(bench.events).toEqual([]);
    }));

  it("takes any message with the bit, and needs none of a certain number", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      await prepare(bench, PULSE);
      bench.fake.script = (body, state) => {
        if (body !== "0201") return undefined;
        state.enabled = true;
        return [[3, 24, 60, bench.fake.flags()]];
      };
      expect(await bench.driver.arm(PERMIT)).toMatchObject({ state: "ready" });
    }));

  it("disarms and rejects when the device does not follow, and does not try again", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      await prepare(bench, PULSE);
      bench.fake.script = (body) => (body === "0201" ? null : undefined);
      await expect(bench.driver.arm(PERMIT)).rejects.toMatchObject({ code: "DEVICE_NOT_READY" });
      expect(bench.fake.bodies().filter((body) => body === "0201").length).toBe(1);
      expect(bench.fake.bodies()).toContain("0200");
    }));

  it("is refused without a coil", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      await prepare(bench, PULSE);
      bench.fake.body.coil = 0;
      await expect(bench.driver.arm(PERMIT)).rejects.toMatchObject({ code: "DEVICE_COIL" });
      expect(orders(bench)).not.toContain("0201");
    }));

  it("is refused when the device is armed already", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      await prepare(bench, PULSE);
      await bench.driver.arm(PERMIT);
      await expect(bench.driver.arm(PERMIT)).rejects.toMatchObject({ code: "DEVICE_CONFLICT" });
      expect(orders(bench).filter((body) => body === "0201").length).toBe(1);
    }));
});

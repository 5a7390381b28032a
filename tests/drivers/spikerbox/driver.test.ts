import { describe, expect, it } from "vitest";
import type { StreamAmplifier } from "../../../drivers/amplifiers-common/amplifier.ts";
import { createSpikerBox } from "../../../drivers/spikerbox/driver.ts";
import { amplifier as module } from "../../../drivers/spikerbox/index.ts";
import type { AmplifierConfig } from "../../../src/contract/amplifier.ts";
import {
  type Bench,
  gapsAddUp,
  kindsOf,
  marksOf,
  onBench,
  samplesOf,
} from "../amplifiers-common/bench.ts";
import { concat } from "../amplifiers-common/vectors.ts";
import { frameOf, messageOf } from "./frames.ts";

type BoxBench = Bench<StreamAmplifier>;

const configOf = (options: Readonly<Record<string, unknown>> = {}): AmplifierConfig => ({
  driver: "spikerbox",
  options,
});
const TWO = { channels: [{ name: "FDI" }, { name: "APB" }] } as const;
const NAME = "HWT:MUSCLESS;";

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

function box(bench: BoxBench, name: string | null = NAME): void {
  bench.script = (bytes) => {
    if (textOf(bytes) !== "b:;\n" || name === null) return;
    bench.clock.at(bench.clock.now() + 5, () => bench.send(messageOf(name)));
  };
}

async function streaming(
  work: (bench: BoxBench) => Promise<void>,
  config: AmplifierConfig = configOf(TWO),
  name: string = NAME,
): Promise<void> {
  await onBench(createSpikerBox, config, async (bench) => {
    box(bench, name);
    await bench.amplifier.connect();
    await bench.amplifier.start();
    await work(bench);
  });
}

const ramp = (count: number, from = 0): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, n) => frameOf([(from + n) % 1024, 1023 - ((from + n) % 1024)]));

describe("connecting a SpikerBox", () => {
  it("waits out the reset of an Arduino, asks what it is and sets the channels", async () => {
    await onBench(createSpikerBox, configOf(TWO), async (bench) => {
      box(bench);
      bench.clock.at(500, () => bench.send(new Uint8Array(Buffer.from("StartUp!\r\n"))));
      const told = await bench.amplifier.connect();
      expect(told).toMatchObject({ hardware: "MUSCLESS", calibration: "none: counts" });
      expect(bench.written[0]?.atMs).toBe(2000);
      expect(bench.written.map(({ bytes }) => textOf(bytes))).toEqual([
        "b:;\n",
        "?:;\n",
        "conf s:10000;c:2;\n",
      ]);
    });
  });

  it("finds the name in the middle of samples", async () => {
    await onBench(createSpikerBox, configOf(TWO), async (bench) => {
      bench.script = (bytes) => {
        if (textOf(bytes) === "b:;\n")
          bench.send(concat(...ramp(20), Uint8Array.of(0x81), messageOf(NAME), ...ramp(3)));
      };
      expect(await bench.amplifier.connect()).toMatchObject({ hardware: "MUSCLESS" });
    });
  });

  it.each([
    ["nothing answers", null, "DEVICE_SILENT"],
    ["it is another box", "HWT:HUMANSB;", "DEVICE_WRONG_ANSWER"],
    ["messages come and no name", "PWR:1;", "DEVICE_NOT_FOUND"],
  ])("fails with a code when %s", async (_, name, code) => {
    await onBench(createSpikerBox, configOf(), async (bench) => {
      box(bench, name);
      await expect(bench.amplifier.connect()).rejects.toMatchObject({ code });
      expect(bench.link.port.isOpen).toBe(false);
    });
  });

  it("starts and stops the boxes that wait for it, and no other", async () => {
    const pro = configOf({ ...TWO, hardware: "MSBPCDC" });
    await streaming(
      async (bench) => {
        await bench.amplifier.stop();
        expect(bench.written.slice(-2).map(({ bytes }) => textOf(bytes))).toEqual([
          "start:;\n",
          "h:;\n",
        ]);
      },
      pro,
      "HWT:MSBPCDC;",
    );
    await streaming(async (bench) => {
      await bench.amplifier.stop();
      expect(textOf(bench.written.at(-1)?.bytes ?? new Uint8Array())).toMatch(/^conf/);
    });
  });
});

describe("a SpikerBox in a rig file", () => {
  it("has the rate of the register, not of the guide, and takes a measured one", () => {
    const rateOf = (options: Readonly<Record<string, unknown>>): number | null => {
      const described = module.describe(configOf(options));
      return described.ok ? described.value.rateHz : null;
    };
    expect(rateOf({})).toBeCloseTo(10_050.25, 2);
    expect(rateOf(TWO)).toBeCloseTo(5025.13, 2);
    expect(rateOf({ rateHz: 10_047.3 })).toBe(10_047.3);
    expect(rateOf({ hardware: "HUMANSB" })).toBe(5000);
  });

  it("has counts without a calibration and microvolt with one", () => {
    const facts = (options: Readonly<Record<string, unknown>>): unknown => {
      const described = module.describe(configOf(options));
      return described.ok && described.value.channels;
    };
    expect(facts({})).toMatchObject([{ unit: "count", min: 0, max: 1023, resolution: 1 }]);
    expect(facts({ uvPerCount: 3 })).toMatchObject([{ unit: "uV", min: -1536, max: 1533 }]);
    expect(
      facts({ hardware: "HUMANSB", channels: [{ name: "FDI", uvPerCount: 0.5 }] }),
    ).toMatchObject([{ name: "FDI", unit: "uV", min: -4096, resolution: 0.5 }]);
  });

  it("is fit for MEPs by its rate, but not with so many channels that it is slower", () => {
    const fitWith = (count: number): unknown => {
      const described = module.describe(
        configOf({ channels: Array.from({ length: count }, () => ({})) }),
      );
      return described.ok && described.value.mep.fit;
    };
    expect([fitWith(1), fitWith(5), fitWith(6)]).toEqual([true, true, false]);
  });

  it.each([
    [{ hardware: "TOASTER" }, /expected PLANTSS|expected MUSCLESS/],
    [{ hardware: "UNIBOX" }, /measure them/],
    [{ hardware: "MSBPCDC", channels: [{}, {}, {}, {}, {}] }, /4 channels at most/],
  ])("is refused with the reason: %j", (options, words) => {
    expect(module.describe(configOf(options))).toMatchObject({
      ok: false,
      error: expect.stringMatching(words),
    });
  });
});

describe("the stream of a SpikerBox", () => {
  it("becomes blocks of about 20 ms, joined in the middle of a frame without a word", async () => {
    await streaming(async (bench) => {
      bench.send(concat(Uint8Array.of(0x01, 0x02, 0x03), ...ramp(250)));
      await bench.clock.wait(1);
      await bench.amplifier.stop();
      expect(bench.blocks.map(({ frames }) => frames)).toEqual([101, 101, 48]);
      expect(samplesOf(bench.blocks, 0)).toEqual(Array.from({ length: 250 }, (_, n) => n));
      expect(bench.events).toEqual([]);
    });
  });

  it("marks an event in the sample that follows it, wherever it stands", async () => {
    await streaming(async (bench) => {
      const [a, b, c, d, e] = ramp(5) as readonly Uint8Array[];
      const event = (n: number): Uint8Array => messageOf(`EVNT:${n};`);
      const parts = [
        event(9),
        a,
        event(1),
        b?.slice(0, 2),
        event(2),
        b?.slice(2),
        c,
        d,
        event(3),
        event(4),
        e,
      ];
      bench.send(concat(...parts.filter((part) => part !== undefined)));
      await bench.clock.wait(1);
      await bench.amplifier.stop();
      expect(marksOf(bench.blocks)).toEqual([
        [0, 9, "EVNT"],
        [1, 1, "EVNT"],
        [2, 2, "EVNT"],
        [4, 3, "EVNT"],
        [4, 4, "EVNT"],
      ]);
    });
  });

  it("drops broken frames whole, counts them, and never says that it knows how many", async () => {
    await streaming(async (bench) => {
      const frames = ramp(10);
      const bytes = concat(...frames);
      // One byte of frame 3, then four over the border of frames 6 and 7.
      const cut = [...bytes].filter((_, n) => n !== 14 && (n < 27 || n > 29));
      bench.send(Uint8Array.from(cut));
      await bench.clock.wait(1);
      await bench.amplifier.stop();
      expect(samplesOf(bench.blocks, 0)).toEqual([0, 1, 2, 4, 5, 8, 9]);
      expect(bench.amplifier.counters()).toMatchObject({ frames: 7, lost: 3, resyncs: 2 });
      expect(bench.events.filter(({ kind }) => kind === "loss")).toMatchObject([
        { frames: 1, atLeast: true },
        { frames: 2, atLeast: true },
      ]);
      expect(gapsAddUp(bench.blocks)).toBe(true);
    });
  });

  it("gives microvolt around the middle with a calibration", async () => {
    await streaming(
      async (bench) => {
        bench.send(concat(frameOf([512]), frameOf([513]), frameOf([0])));
        await bench.clock.wait(1);
        await bench.amplifier.stop();
        expect(samplesOf(bench.blocks, 0)).toEqual([0, 2.5, -1280]);
      },
      configOf({ uvPerCount: 2.5 }),
    );
  });

  it("says when an expansion board changes the number of channels", async () => {
    await streaming(async (bench) => {
      bench.send(concat(...ramp(3), messageOf("BRD:4;"), ...ramp(3)));
      await bench.clock.wait(1);
      expect(bench.events).toMatchObject([
        { kind: "message", text: "BRD:4" },
        { kind: "fault", code: "DEVICE_EQUIPMENT_CHANGED" },
      ]);
    });
  });

  it("measures the clock of the box beside the host's", async () => {
    const run = async (
      rateHz: number,
    ): Promise<{ hz: number | null; kinds: readonly string[] }> => {
      let found: { hz: number | null; kinds: readonly string[] } = { hz: null, kinds: [] };
      await streaming(async (bench) => {
        const chunk = concat(...ramp(50));
        const startMs = bench.clock.now();
        for (let n = 1; n <= 4000; n += 1) {
          await bench.clock.until(startMs + (n * 50_000) / rateHz);
          bench.send(chunk);
        }
        found = { hz: bench.amplifier.measuredRateHz(), kinds: kindsOf(bench.events) };
      });
      return found;
    };
    const near = await run(5000);
    expect(near.hz).toBeCloseTo(5000, 0);
    expect(near.kinds).toEqual([]);
    const far = await run(4900);
    expect(far.hz).toBeCloseTo(4900, 0);
    expect(far.kinds).toEqual(["fault"]);
  });
});

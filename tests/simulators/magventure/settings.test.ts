import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BURST_INTERVALS,
  MONOPHASIC_PAIR_INTERVALS,
  PAIR_INTERVALS,
} from "../../../simulators/magventure/scales/intervals.ts";
import { nearest, type Scale } from "../../../simulators/magventure/scales/scale.ts";
import {
  FINE_DELAYS,
  RATIO_HUNDREDTHS,
  TRAIN_PULSES,
} from "../../../simulators/magventure/scales/settings.ts";
import {
  BIPHASIC,
  BURST,
  DUAL,
  HALFSINE,
  MONOPHASIC,
  openBench,
  POWER,
  STANDARD,
  settingsBody,
  TWIN,
  trainBody,
  word,
} from "./bench.ts";

const SCALES: Readonly<Record<string, Scale>> = {
  pulses: TRAIN_PULSES,
  ratio: RATIO_HUNDREDTHS,
  ...FINE_DELAYS,
};

const valuesOf = (scale: Scale): readonly number[] =>
  scale.flatMap(({ from, to, step }) =>
    Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step),
  );

describe("scales", () => {
  it.each(Object.entries(SCALES))(
    "%s: a legal value stays, another moves to the nearest",
    (_, scale) => {
      const legal = valuesOf(scale);
      for (const value of legal) expect(nearest(scale, value)).toBe(value);
      fc.assert(
        fc.property(fc.integer({ min: -2000, max: 70_000 }), (value) => {
          const moved = nearest(scale, value);
          expect(legal).toContain(moved);
          const least = Math.min(...legal.map((one) => Math.abs(one - value)));
          expect(Math.abs(moved - value)).toBe(least);
        }),
      );
    },
  );

  it("of the intervals have the published places", () => {
    expect([BURST_INTERVALS.length, PAIR_INTERVALS.length]).toEqual([196, 261]);
    for (const [index, ms] of [
      [0, 100],
      [80, 20],
      [81, 19.5],
      [100, 10],
      [101, 9.9],
      [195, 0.5],
    ] as const)
      expect(BURST_INTERVALS[index]).toBe(ms * 10);
    for (const [index, ms] of [
      ...[
        [0, 3000],
        [20, 1000],
        [21, 950],
        [30, 500],
        [31, 490],
        [70, 100],
      ],
      ...[
        [71, 99],
        [150, 20],
        [151, 19.5],
        [170, 10],
        [171, 9.9],
        [260, 1],
      ],
    ] as const)
      expect(PAIR_INTERVALS[index as number]).toBe((ms as number) * 10);
    expect(MONOPHASIC_PAIR_INTERVALS).toHaveLength(251);
  });
});

interface Shown {
  readonly mode: number;
  readonly direction: number;
  readonly waveform: number;
  readonly burst: number;
  readonly index: number;
  readonly last: number;
}

async function shown(bench: ReturnType<typeof openBench>): Promise<Shown> {
  const [hex = ""] = await bench.say(9, 0);
  const [
    ,
    ,
    ,
    mode = 0,
    direction = 0,
    waveform = 0,
    burst = 0,
    lowByte = 0,
    highByte = 0,
    last = 0,
  ] = Buffer.from(hex, "hex");
  return { mode, direction, waveform, burst: 5 - burst, index: lowByte + 256 * highByte, last };
}

describe("command 9", () => {
  it("is answered by nothing and read back as set, the interval as its index", async () => {
    const bench = openBench();
    expect(await bench.say(...settingsBody({ waveform: BURST, burst: 3, ipiMs: 20 }))).toEqual([]);
    expect(await shown(bench)).toEqual({
      ...{ mode: STANDARD, direction: 0, waveform: BURST, burst: 3, index: 80, last: 80 },
    });
    await bench.say(...settingsBody({ mode: TWIN, direction: 1, ipiMs: 1.4, ratio: 0.2 }));
    expect(await shown(bench)).toEqual({
      ...{ mode: TWIN, direction: 1, waveform: BIPHASIC, burst: 2, index: 256, last: 96 },
    });
  });

  it("is answered with message 9 when the figure says that nigelrogasch/MAGIC is right", async () => {
    const bench = openBench({ body: { answersSettings: 1 } });
    expect(await bench.say(...settingsBody({ mode: POWER }))).toEqual([
      "0900030100" + "0103aa0050",
    ]);
  });

  it.each([
    [25.4, 1, 145],
    [3.14, 1, 239],
    [5000, 1, 0],
    [0, 1, 260],
  ])("moves a pair's interval of %s ms to the nearest legal one", async (ipiMs, ratio, index) => {
    const bench = openBench();
    await bench.say(...settingsBody({ mode: DUAL, ipiMs, ratio }));
    expect((await shown(bench)).index).toBe(index);
  });

  it("keeps the pair of monophasic pulses at 2.0 ms at least", async () => {
    const bench = openBench();
    await bench.say(...settingsBody({ mode: DUAL, waveform: MONOPHASIC, ipiMs: 1 }));
    expect((await shown(bench)).index).toBe(250);
  });

  it.each([
    [114, 115],
    [204, 205],
    [484, 485],
    [0, 20],
    [900, 500],
  ])("moves the ratio %i hundredths, which clients truncate, to %i", async (written, kept) => {
    const bench = openBench();
    await bench.say(...settingsBody({ mode: TWIN, ratio: written / 100 }));
    expect((await shown(bench)).last).toBe((500 - kept) / 5);
  });

  it("shows 100 - B in Dual and keeps the last value of Twin or Dual elsewhere", async () => {
    const bench = openBench();
    await bench.say(1, 40, 55);
    await bench.say(...settingsBody({ mode: DUAL, ipiMs: 1.4 }));
    expect(await bench.say(9, 0)).toEqual(["090003030001030001" + "2d"]);
    await bench.say(1, 40, 0);
    await bench.say(...settingsBody({ mode: STANDARD }));
    expect((await shown(bench)).last).toBe(100);
  });

  it("keeps intervals of bursts and of pairs apart, and takes none where it means nothing", async () => {
    const bench = openBench();
    await bench.say(...settingsBody({ waveform: BURST, ipiMs: 20 }));
    await bench.say(...settingsBody({ mode: DUAL, ipiMs: 3 }));
    await bench.say(...settingsBody({ ipiMs: 77 }));
    expect((await shown(bench)).index).toBe(240);
    bench.hand("waveform burst");
    expect((await shown(bench)).index).toBe(80);
  });

  it("obeys whatever model its byte says", async () => {
    const bench = openBench();
    await bench.say(9, 1, 5, POWER, 0, BIPHASIC, 3, ...word(100), ...word(100));
    expect(await bench.status()).toMatchObject({ mode: POWER, model: 3 });
  });
});

const CAN: Readonly<Record<string, readonly (readonly number[])[]>> = {
  "magpro-r30": [[STANDARD], [0], [BIPHASIC, BURST]],
  "magpro-x100": [[STANDARD], [0, 1], [MONOPHASIC, BIPHASIC, BURST]],
  "magpro-r30-option": [[STANDARD, TWIN, DUAL], [0], [MONOPHASIC, BIPHASIC]],
  "magpro-x100-option": [
    [0, 1, 2, 3],
    [0, 1],
    [0, 1, 2, 3],
  ],
  "magpro-r30-option-mono": [
    [0, 1, 2, 3],
    [0, 1],
    [0, 1, 2, 3],
  ],
  "magpro-mst": [
    [0, 1, 2, 3],
    [0, 1],
    [0, 1, 2, 3],
  ],
};

describe("what a model can do", () => {
  it.each(Object.entries(CAN))(
    "%s takes its modes, directions and waveforms and no others",
    async (model, can) => {
      const [modes = [], directions = [], waveforms = []] = can;
      for (const mode of [0, 1, 2, 3]) {
        for (const direction of [0, 1]) {
          for (const waveform of [MONOPHASIC, BIPHASIC, HALFSINE, BURST]) {
            const bench = openBench({ model });
            await bench.say(...settingsBody({ mode, direction, waveform }));
            const isPossible =
              modes.includes(mode) &&
              directions.includes(direction) &&
              waveforms.includes(waveform) &&
              !(mode >= TWIN && waveform === BURST);
            expect(await shown(bench)).toMatchObject(
              isPossible ? { mode, direction, waveform } : { mode: 0, direction: 0, waveform: 1 },
            );
          }
        }
      }
    },
  );

  it("follows the figures where sources disagree", async () => {
    const r30 = openBench({ model: "magpro-r30", body: { r30Burst: 0 } });
    await r30.say(...settingsBody({ waveform: BURST }));
    expect((await shown(r30)).waveform).toBe(BIPHASIC);
    const mst = openBench({ model: "magpro-mst", body: { standardAlone: 1 } });
    await mst.say(...settingsBody({ mode: POWER }));
    expect((await shown(mst)).mode).toBe(STANDARD);
  });
});

/** Rate, pulses, trains and ITI as message 11 has them, in the units of the wire. */
async function trainOf(bench: ReturnType<typeof openBench>): Promise<readonly number[]> {
  const [hex = ""] = await bench.say(11, 0);
  const bytes = Buffer.from(hex, "hex");
  return [3, 5, 7, 9].map((at) => bytes.readUInt16BE(at));
}

describe("command 11", () => {
  it("is answered by nothing and read back, the ramp too", async () => {
    const bench = openBench();
    expect(await bench.say(11, 1, 1, 0, 100, 0, 50, 0, 20, 1, 44, 1, 85, 4)).toEqual([]);
    expect(await bench.say(11, 0)).toEqual(["0b0001006400320014012c015504"]);
    await bench.say(11, 1, 0x13, 0, 10, 0, 5, 0, 3, 0, 10, 0);
    expect(await bench.say(11, 0)).toEqual(["0b0003000a00050003000a005504"]);
  });

  it.each([
    [{ hz: 25.4 }, [250, 5, 3, 10]],
    [{ hz: 1.4 }, [10, 5, 3, 10]],
    [{ hz: 0 }, [1, 5, 3, 10]],
    [{ hz: 400 }, [1000, 5, 3, 10]],
    [{ pulses: 1049, trains: 0, itiS: 0 }, [10, 1000, 1, 1]],
    [{ pulses: 1051, trains: 501, itiS: 301 }, [10, 1100, 500, 3000]],
  ])("moves %j to the nearest legal values", async (train, kept) => {
    const bench = openBench();
    await bench.say(...trainBody(train));
    expect(await trainOf(bench)).toEqual(kept);
  });

  it("has tenths of a hertz further up with the option of extended rates, which it shows", async () => {
    const bench = openBench({ body: { extendedRates: 1 } });
    await bench.say(...trainBody({ hz: 12.5 }));
    expect((await bench.say(11, 0))[0]?.slice(0, 10)).toBe("0b0010007d");
    await bench.say(...trainBody({ hz: 20.4 }));
    expect((await trainOf(bench))[0]).toBe(204 - 4);
  });

  it("ends earlier with the figures of other sources", async () => {
    const bench = openBench({ body: { maxItiS: 120, maxTrainPulses: 1000, maxPairHz: 20 } });
    await bench.say(...settingsBody({ mode: DUAL, ipiMs: 2 }));
    await bench.say(...trainBody({ hz: 50, pulses: 2000, itiS: 300 }));
    expect(await trainOf(bench)).toEqual([200, 1000, 3, 1200]);
  });

  it.each([
    ["magpro-r30", { waveform: BIPHASIC }, 300],
    ["magpro-x100", { waveform: BIPHASIC }, 1000],
    ["magpro-x100", { waveform: BURST, burst: 2, ipiMs: 10 }, 200],
    ["magpro-r30-option", { mode: STANDARD }, 300],
    ["magpro-r30-option", { mode: TWIN, ipiMs: 2 }, 50],
    ["magpro-x100-option", { mode: POWER }, 1000],
    ["magpro-x100-option", { mode: DUAL, waveform: MONOPHASIC, ipiMs: 2 }, 50],
    ["magpro-x100-option", { mode: DUAL, waveform: HALFSINE, ipiMs: 2 }, 500],
    ["magpro-mst", {}, 1000],
  ])("%s with %j goes up to %i tenths of a hertz", async (model, settings, highest) => {
    const bench = openBench({ model });
    await bench.say(...settingsBody(settings));
    await bench.say(...trainBody({ hz: 200 }));
    expect((await trainOf(bench))[0]).toBe(highest);
  });

  it("leaves room for the burst or pair, and a later change of it moves the rate", async () => {
    const bench = openBench();
    await bench.say(...trainBody({ hz: 20 }));
    await bench.say(...settingsBody({ waveform: BURST, burst: 5, ipiMs: 10 }));
    expect((await trainOf(bench))[0]).toBe(200);
    await bench.say(...settingsBody({ waveform: BURST, burst: 5, ipiMs: 20 }));
    expect((await trainOf(bench))[0]).toBe(100);
    await bench.say(...settingsBody({ mode: TWIN, ipiMs: 3000 }));
    expect((await trainOf(bench))[0]).toBe(1);
  });
});

describe("command 6", () => {
  it("is taken on the Timing page alone and answered by nothing", async () => {
    const bench = openBench();
    const body = [6, 0, 100, 0, 50, 0, 20, 1, 44];
    expect(await bench.say(...body)).toEqual([]);
    expect(await trainOf(bench)).toEqual([10, 5, 3, 10]);
    await bench.say(7, 2);
    expect(await bench.say(...body)).toEqual([]);
    expect(await trainOf(bench)).toEqual([100, 50, 20, 300]);
  });
});

describe("commands 10 and 8", () => {
  it.each([
    [[10, 1, 0, 5, 0xff, 0xe0, 0, 250], "0a000005ffe000fa"],
    [[8, 0, 5, 0xff, 0xe0, 0, 250, 0, 0], "0a000005ffe000fa"],
    [[10, 1, ...word(65_535), ...word(2000), ...word(65_535)], "0a00fde803e82ee0"],
    [[10, 1, ...word(114), ...word(-1004), ...word(4020)], "0a00006efc180fa0"],
  ])("%j read back as %s", async (body, hex) => {
    const bench = openBench();
    expect(await bench.say(...body)).toEqual([]);
    expect(await bench.say(10, 0)).toEqual([hex]);
  });

  it("clamp a negative output delay to 0 unless the device itself times the pulses", async () => {
    const bench = openBench();
    await bench.say(10, 1, 0, 0, ...word(-50), 0, 0);
    expect(await bench.say(10, 0)).toEqual(["0a000000ffce0000"]);
    await bench.say(...trainBody({ timing: 1 }));
    expect(await bench.say(10, 0)).toEqual(["0a00000000000000"]);
    await bench.say(10, 1, 0, 0, ...word(-50), 0, 0);
    expect(await bench.say(10, 0)).toEqual(["0a00000000000000"]);
  });

  it("follow coarser steps and a longer message when the figures say so", async () => {
    const bench = openBench({ body: { coarseDelays: 1, delayTailBytes: 2 } });
    await bench.say(10, 1, ...word(13), 0, 0, ...word(1400));
    expect(await bench.say(10, 0)).toEqual(["0a00000a000003e80000"]);
  });
});

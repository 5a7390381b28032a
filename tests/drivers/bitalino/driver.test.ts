import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StreamAmplifier } from "../../../drivers/amplifiers-common/amplifier.ts";
import { createBitalino } from "../../../drivers/bitalino/driver.ts";
import { amplifier as module } from "../../../drivers/bitalino/index.ts";
import type { AmplifierConfig } from "../../../src/contract/amplifier.ts";
import { type Bench, gapsAddUp, marksOf, onBench, samplesOf } from "../amplifiers-common/bench.ts";
import { concat, vector } from "../amplifiers-common/vectors.ts";
import { frameOf } from "./frames.ts";

type BoxBench = Bench<StreamAmplifier>;

const TWO = {
  channels: [
    { input: "A2", name: "raw", sensor: "raw" },
    { input: "A1", name: "FDI" },
  ],
} as const;
const configOf = (options: Readonly<Record<string, unknown>> = TWO): AmplifierConfig => ({
  driver: "bitalino",
  options,
});

const ANSWERS: ReadonlyMap<number, string> = new Map([
  [0x07, "bitalino_version_52"],
  [0x0b, "bitalino_state_v52"],
]);

function box(bench: BoxBench, other: ReadonlyMap<number, Uint8Array | null> = new Map()): void {
  bench.script = ([command = 0]) => {
    const name = ANSWERS.get(command);
    const answer = other.has(command) ? other.get(command) : name && vector(name).bytes;
    if (answer instanceof Uint8Array)
      bench.clock.at(bench.clock.now() + 30, () => bench.send(answer));
  };
}

async function streaming(
  work: (bench: BoxBench) => Promise<void>,
  config: AmplifierConfig = configOf(),
): Promise<void> {
  await onBench(createBitalino, config, async (bench) => {
    box(bench);
    await bench.amplifier.connect();
    await bench.amplifier.start();
    await work(bench);
  });
}

const hexOf = ({ written }: BoxBench): string =>
  written.map(({ bytes }) => Buffer.from(bytes).toString("hex")).join(" ");

describe("connecting a BITalino", () => {
  it("goes to idle, reads version and status, and keeps 100 ms before every command", async () => {
    await streaming(async (bench) => {
      await bench.amplifier.stop();
      expect(hexOf(bench)).toBe("ff 07 0b c3 0d ff");
      const times = bench.written.slice(0, 5).map(({ atMs }) => atMs);
      times.forEach((atMs, n) => {
        expect(atMs - (times[n - 1] ?? 0)).toBeGreaterThanOrEqual(100);
      });
    });
  });

  it("tells version and battery", async () => {
    await onBench(createBitalino, configOf(), async (bench) => {
      box(
        bench,
        new Map([
          [0x07, vector("bitalino_version_after_noise").bytes],
          [0x0b, vector("bitalino_state_v42_16bytes").bytes],
        ]),
      );
      expect(await bench.amplifier.connect()).toEqual({
        firmware: "BITalino_v4.2",
        batteryV: "3.40",
      });
    });
  });

  it.each([
    ["nothing answers", new Map([[0x07, null]]), "DEVICE_SILENT"],
    [
      "another device answers",
      new Map([[0x07, new Uint8Array(500).fill(0x41)]]),
      "DEVICE_NOT_FOUND",
    ],
    [
      "the box is of the first generation",
      new Map([[0x07, Buffer.from("BITalino_v3.1\n")]]),
      "DEVICE_WRONG_VERSION",
    ],
    ["its status is cut", new Map([[0x0b, new Uint8Array(9)]]), "DEVICE_SILENT"],
    [
      "its status is damaged",
      new Map([[0x0b, vector("bitalino_state_bad_crc").bytes]]),
      "DEVICE_WRONG_ANSWER",
    ],
  ])("fails with a code when %s", async (_, other, code) => {
    await onBench(createBitalino, configOf(), async (bench) => {
      box(bench, other);
      await expect(bench.amplifier.connect()).rejects.toMatchObject({ code });
      expect(bench.link.port.isOpen).toBe(false);
    });
  });

  it("can start the signal of the box itself, a test without electrodes", async () => {
    await streaming(
      async (bench) => {
        await bench.clock.wait(1);
        expect(hexOf(bench)).toMatch(/ c3 06$/);
      },
      configOf({ simulatedSignal: true }),
    );
  });
});

describe("a BITalino in a rig file", () => {
  it("gives the fifth and the sixth channel six bits, in the order of the inputs", () => {
    const channels = ["A6", "A5", "A4", "A3", "A1"].map((input) => ({ input }));
    const described = module.describe(configOf({ channels }));
    const facts = described.ok ? described.value.channels : [];
    expect(facts.map(({ name }) => name)).toEqual(["A1", "A3", "A4", "A5", "A6"]);
    expect(facts[0]?.resolution).toBeCloseTo(3.194, 3);
    expect(facts[4]?.resolution).toBeCloseTo(16 * 3.194, 2);
    expect(facts[0]?.min).toBeCloseTo(-1635.28, 2);
  });

  it("leaves counts where no scale is known, and takes a calibration before everything else", () => {
    const channels = [
      { input: "A1", sensor: "raw" },
      { input: "A2", sensor: "raw", uvPerCount: 2 },
    ];
    const described = module.describe(configOf({ channels }));
    expect(described.ok && described.value.channels).toMatchObject([
      { unit: "count", min: 0, max: 1023 },
      { unit: "uV", resolution: 2, min: -1024, max: 1022 },
    ]);
  });

  it("is marginal for MEPs, and says so", () => {
    expect(module.describe(configOf({}))).toMatchObject({
      ok: true,
      value: {
        rateHz: 1000,
        triggerInput: "sample",
        mep: { fit: false, why: expect.stringMatching(/marginal/) },
      },
    });
  });

  it.each([
    [{ rateHz: 500 }, /1, 10, 100 or 1000/],
    [{ channels: [{ input: "A1" }, { input: "A1" }] }, /twice/],
    [{ channels: [] }, /channels/],
    [{ colour: 3 }, /no option colour/],
  ])("is refused with the reason: %j", (options, words) => {
    expect(module.describe(configOf(options))).toMatchObject({
      ok: false,
      error: expect.stringMatching(words),
    });
  });
});

describe("the stream of a BITalino", () => {
  it("becomes blocks of 20 ms in the unit of each channel", async () => {
    await streaming(async (bench) => {
      for (let n = 0; n < 50; n += 1) {
        bench.send(frameOf(n % 16, 512 + n, 300 + n));
        await bench.clock.wait(1);
      }
      await bench.amplifier.stop();
      expect(bench.blocks.map(({ frames }) => frames)).toEqual([20, 20, 10]);
      samplesOf(bench.blocks, 0).forEach((value, n) => {
        expect(value).toBeCloseTo((n * 3.3e6) / 1009 / 1024, 2);
      });
      expect(samplesOf(bench.blocks, 1)).toEqual(Array.from({ length: 50 }, (_, n) => 300 + n));
      expect(bench.events).toEqual([]);
      expect(bench.amplifier.counters().wraps).toBe(3);
    });
  });

  it("finds what is lost up to fifteen frames, whatever is missing", async () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 3, maxLength: 60 });
    const property = fc.asyncProperty(gaps, async (lost) => {
      await streaming(async (bench) => {
        let place = 0;
        const places = [0, 1, 2];
        const course = [...lost.map((gap, n) => (n === 0 ? 0 : gap))];
        place = 3;
        for (const gap of course) {
          place += gap;
          places.push(place);
          place += 1;
        }
        bench.send(concat(...places.map((n) => frameOf(n % 16, n % 1024, 7))));
        await bench.clock.wait(5);
        await bench.amplifier.stop();
        const indices = bench.blocks.flatMap(({ firstIndex, frames }) =>
          Array.from({ length: frames }, (_, n) => firstIndex + n),
        );
        expect(indices).toEqual(places);
        expect(gapsAddUp(bench.blocks)).toBe(true);
        expect(bench.amplifier.counters()).toMatchObject({
          frames: places.length,
          lost: place - places.length,
          wraps: Math.floor((places.at(-1) ?? 0) / 16),
          repeats: 0,
        });
      });
    });
    await fc.assert(property, { numRuns: 30 });
  });

  it("drops a frame that comes twice, and counts a damaged one as lost", async () => {
    await streaming(async (bench) => {
      const frames = Array.from({ length: 12 }, (_, n) => frameOf(n, 500, n));
      const damaged = frames[6]?.map((byte, n) => (n === 1 ? byte ^ 4 : byte)) ?? new Uint8Array();
      const { [6]: _, ...rest } = frames;
      expect(Object.keys(rest)).toHaveLength(11);
      bench.send(
        concat(
          ...frames.slice(0, 4),
          frameOf(3, 500, 3),
          ...frames.slice(4, 6),
          damaged,
          ...frames.slice(7),
        ),
      );
      await bench.clock.wait(1);
      await bench.amplifier.stop();

      expect(samplesOf(bench.blocks, 1)).toEqual([0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11]);
      expect(bench.amplifier.counters()).toMatchObject({
        lost: 1,
        repeats: 1,
        resyncs: 1,
        junkBytes: 4,
      });
    });
  });

  it("says at least so many behind a silence of sixteen frames", async () => {
    await streaming(async (bench) => {
      bench.send(concat(...[0, 1, 2].map((n) => frameOf(n, 500, n))));
      await bench.clock.wait(40);
      bench.send(frameOf(5, 500, 5));
      await bench.clock.wait(1);
      expect(bench.events).toMatchObject([{ kind: "loss", frames: 2, atLeast: true }]);
    });
  });

  it("tells of whole turns by the host's clock, however bluntly Bluetooth delivers", async () => {
    await streaming(async (bench) => {
      let place = 0;
      const send = async (count: number): Promise<void> => {
        const frames = Array.from({ length: count }, (_, n) => frameOf((place + n) % 16, 500, n));
        place += count;
        await bench.clock.wait(count);
        bench.send(concat(...frames));
      };
      for (let n = 0; n < 300; n += 1) await send(10 + ((n * 7) % 23));
      await bench.clock.wait(32);
      for (let n = 0; n < 300; n += 1) await send(10 + ((n * 7) % 23));

      const told = bench.events.filter(({ kind }) => kind !== "message");
      expect(told).toMatchObject([{ kind: "loss", frames: 0, atLeast: true }]);
      expect(bench.events.filter(({ kind }) => kind === "message")).toMatchObject([
        { text: expect.stringMatching(/about 32 frames/) },
      ]);
    });
  });

  it("marks the rising edges of I1, and none that fell into a gap", async () => {
    await streaming(async (bench) => {
      const levels = [1, 1, 0, 1, 1, 0, 0, 1];
      bench.send(concat(...levels.map((i1, n) => frameOf(n, 500, n, i1))));
      bench.send(concat(frameOf(8, 500, 8, 0), frameOf(11, 500, 11, 1), frameOf(12, 500, 12, 1)));
      await bench.clock.wait(1);
      await bench.amplifier.stop();
      expect(marksOf(bench.blocks)).toEqual([
        [3, 1, "I1"],
        [7, 1, "I1"],
      ]);
    });
  });
});

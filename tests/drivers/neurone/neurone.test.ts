import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StreamAmplifier } from "../../../drivers/amplifiers-common/amplifier.ts";
import { createNeurOne } from "../../../drivers/neurone/driver.ts";
import { amplifier as module } from "../../../drivers/neurone/index.ts";
import { decodeCapture } from "../../../drivers/neurone/wire/capture.ts";
import { nvPerCount } from "../../../drivers/neurone/wire/packets.ts";
import type { AmplifierConfig } from "../../../src/contract/amplifier.ts";
import {
  type Bench,
  gapsAddUp,
  kindsOf,
  marksOf,
  onBench,
  samplesOf,
} from "../amplifiers-common/bench.ts";
import { decodedOf, vector, vectorsOf } from "../amplifiers-common/vectors.ts";
import { endOf, samplesPacket, startOf, triggersPacket } from "./packets.ts";

type Box = Bench<StreamAmplifier>;

const OPTIONS = { direction: "device", softwareVersion: null, highResolution: false } as const;
const FOUR = ["Fz", "Cz", "FDI", "APB"].map((name) => ({ name }));
const configOf = (options: Readonly<Record<string, unknown>> = {}): AmplifierConfig => ({
  driver: "neurone",
  options: { channels: FOUR, ...options },
});
/** What only the peer of the vectors makes of them, with the start packet beside them. */
const PEER_FIELDS = new Set(["eeg_uV", "emg_uV", "trigger_a", "trigger_b"]);

describe("datagrams of the NeurOne", () => {
  it.each(vectorsOf("neurone_").map((one) => [one.name, one] as const))("%s", (_, one) => {
    const decoded = decodedOf<Readonly<Record<string, unknown>> | string>(one);
    const wanted =
      typeof decoded === "string"
        ? decoded
        : Object.fromEntries(Object.entries(decoded).filter(([key]) => !PEER_FIELDS.has(key)));
    const direction = one.fromHost ? "host" : "device";
    expect(decodeCapture(one.bytes, { ...OPTIONS, direction })).toMatchObject([
      { ok: true, meaning: { decoded: wanted } },
    ]);
  });

  it("that were cut or lengthened are refused, whatever their type", () => {
    for (const { bytes } of vectorsOf("neurone_")) {
      for (let length = 0; length < bytes.length; length += 1) {
        const [frame] = decodeCapture(bytes.slice(0, length), OPTIONS);
        // A start packet may come without its channel types.
        if (bytes[0] === 1 && length === bytes.length - 5) continue;
        expect(frame?.ok).toBe(false);
      }
      const longer = new Uint8Array(bytes.length + 1);
      longer.set(bytes);
      expect(decodeCapture(longer, OPTIONS)).toMatchObject([{ ok: false }]);
    }
  });

  it("decode never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        expect(decodeCapture(bytes, OPTIONS)).toHaveLength(1);
      }),
    );
  });

  it("have scales by the type of the channel", () => {
    expect([0x00, 0x01, 0x08, 0x09].map(nvPerCount)).toEqual([1, 100, 20, 100]);
  });
});

/** Answers every join with a start packet, but for the first ones. */
function device(bench: Box, start: Uint8Array | null, deafFor = 0): void {
  let joins = 0;
  bench.script = () => {
    joins += 1;
    if (start !== null && joins > deafFor) bench.send(start);
  };
}

const START = vector("neurone_start").bytes;

async function listening(
  work: (bench: Box) => Promise<void>,
  config: AmplifierConfig = configOf(),
  start: Uint8Array = START,
): Promise<void> {
  await onBench(createNeurOne, config, async (bench) => {
    device(bench, start);
    await bench.amplifier.connect();
    await bench.amplifier.start();
    await work(bench);
  });
}

describe("joining a NeurOne", () => {
  it("asks for the start packet until it comes", async () => {
    await onBench(createNeurOne, configOf(), async (bench) => {
      device(bench, START, 2);
      expect(await bench.amplifier.connect()).toMatchObject({
        setup: "start packet",
        rateHz: "5000",
        uvPerCount: "0.1",
      });
      expect(bench.written).toHaveLength(3);
      expect([...(bench.written[0]?.bytes ?? [])]).toEqual([0x80, 0, 0, 0]);
    });
  });

  it("takes the rig file's word when samples come that fit, and goes on asking", async () => {
    await onBench(createNeurOne, configOf(), async (bench) => {
      bench.clock.at(2500, () => bench.send(samplesPacket(1, 5, [[1, 2, 3, 4, 0]])));
      const told = await bench.amplifier.connect();
      expect(told).toMatchObject({ setup: expect.stringMatching(/rig file/) });
      await bench.amplifier.start();
      const joins = bench.written.length;
      for (let n = 0; n < 2500; n += 1) bench.send(samplesPacket(n, n, [[1, 2, 3, 4, 0]]));
      await bench.clock.wait(1);
      expect(bench.written.length - joins).toBe(2);
      expect(bench.amplifier.counters().frames).toBe(2500);
    });
  });

  it.each([
    ["nothing comes", null, "DEVICE_SILENT"],
    ["something else comes", Uint8Array.of(9, 9, 9), "DEVICE_NOT_FOUND"],
    [
      "bundles come that do not tell which is which",
      samplesPacket(1, 1, [[1, 2, 3]]),
      "DEVICE_WRONG_ANSWER",
    ],
    ["the rate is another", startOf([1, 2, 33, 34, 65_535], [], 1000), "DEVICE_WRONG_RATE"],
    ["there are more channels", startOf([1, 2, 3, 33, 34, 65_535]), "DEVICE_WRONG_ANSWER"],
  ])("fails with a code when %s", async (_, answer, code) => {
    await onBench(createNeurOne, configOf(), async (bench) => {
      device(bench, answer);
      await expect(bench.amplifier.connect()).rejects.toMatchObject({ code });
      expect(bench.link.port.isOpen).toBe(false);
      expect(bench.events).toEqual([]);
    });
  });
});

interface Fated {
  readonly bundles: number;
  readonly fate: string;
}

/** Datagrams one behind the other; the first channel of each sample is its index. */
function placed(course: readonly Fated[]): readonly {
  readonly bytes: Uint8Array;
  readonly indices: readonly number[];
  readonly fate: string;
}[] {
  let index = 1_000_000;
  return course.map(({ bundles, fate }, sequence) => {
    const indices = Array.from({ length: bundles }, (_, n) => index + n);
    index += bundles;
    const rows = indices.map((place) => [place, 0, 0, 0, 0]);
    return { bytes: samplesPacket(sequence, indices[0] ?? 0, rows), indices, fate };
  });
}

describe("the stream of a NeurOne", () => {
  it.each([
    ["neurone_sample_plain", []],
    ["neurone_sample_trigger_a", [[0, 1, "A"]]],
    ["neurone_sample_trigger_b", [[0, 2, "B"]]],
    [
      "neurone_sample_both",
      [
        [0, 1, "A"],
        [0, 2, "B"],
      ],
    ],
  ])("%s", async (name, marks) => {
    await listening(async (bench) => {
      const one = vector(name);
      const { eeg_uV, emg_uV, time_s } = decodedOf<{
        readonly eeg_uV: readonly number[];
        readonly emg_uV: readonly number[];
        readonly time_s: number;
      }>(one);
      bench.send(one.bytes);
      await bench.clock.wait(1);
      await bench.amplifier.stop();
      [...eeg_uV, ...emg_uV].forEach((uv, channel) => {
        expect(samplesOf(bench.blocks, channel)[0]).toBeCloseTo(uv, 3);
      });
      expect(marksOf(bench.blocks)).toEqual(marks);
      expect(bench.blocks[0]?.deviceMs).toBe(1000 * time_s);
    });
  });

  it("takes packets of several bundles, which its peers do not", async () => {
    await listening(async (bench) => {
      bench.send(vector("neurone_two_bundles").bytes);
      await bench.clock.wait(1);
      await bench.amplifier.stop();
      expect(samplesOf(bench.blocks, 0).map((uv) => Math.round(10 * uv))).toEqual([1, 5]);
      expect(samplesOf(bench.blocks, 3).map((uv) => Math.round(10 * uv))).toEqual([4, 8]);
    });
  });

  it("counts what is lost by the index of the samples, whatever the network drops, doubles or delays", async () => {
    const packet = fc.record({
      bundles: fc.integer({ min: 1, max: 5 }),
      fate: fc.constantFrom("comes", "comes", "comes", "lost", "twice"),
    });
    const property = fc.asyncProperty(
      fc.array(packet, { minLength: 1, maxLength: 40 }),
      async (course) => {
        await listening(async (bench) => {
          const packets = placed(course);
          for (const { bytes, fate } of packets) {
            if (fate !== "lost") bench.send(bytes);
            if (fate === "twice") bench.send(bytes);
          }
          const came = packets.filter(({ fate }) => fate !== "lost");
          const places = came.flatMap(({ indices }) => indices);
          const expected = {
            frames: places.length,
            lost:
              places.length === 0 ? 0 : (places.at(-1) ?? 0) - (places[0] ?? 0) + 1 - places.length,
            repeats: came.filter(({ fate }) => fate === "twice").flatMap(({ indices }) => indices)
              .length,
          };
          await bench.clock.wait(1);
          await bench.amplifier.stop();
          expect(bench.amplifier.counters()).toMatchObject(expected);
          expect(gapsAddUp(bench.blocks)).toBe(true);
          expect(samplesOf(bench.blocks, 0).map((uv) => Math.round(uv * 10))).toEqual(places);
          const indices = bench.blocks.flatMap(({ firstIndex, frames }) =>
            Array.from({ length: frames }, (_, n) => firstIndex + n + (places[0] ?? 0)),
          );
          expect(indices).toEqual(places);
        });
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });

  it("tells of packets that are missing without samples, of an end, and of a measurement begun anew", async () => {
    await listening(async (bench) => {
      const row = [[1, 2, 3, 4, 0]];
      bench.send(samplesPacket(2 ** 32 - 1, 90_000, row));
      bench.send(samplesPacket(0, 90_001, row));
      bench.send(samplesPacket(3, 90_002, row));
      bench.send(samplesPacket(0, 10, row));
      bench.send(endOf(4));
      bench.send(samplesPacket(0, 500, row));
      await bench.clock.wait(1);
      expect(bench.amplifier.counters()).toMatchObject({ frames: 5, lost: 0, wraps: 1 });
      expect(kindsOf(bench.events)).toEqual(["message", "message", "loss", "message"]);
      expect(bench.events[2]).toMatchObject({ frames: 0, atLeast: true });
    });
  });

  it("chooses channels by their sources, each with the scale of its type", async () => {
    const channels = [
      { name: "FDI", source: 33 },
      { name: "Cz", source: 2 },
    ];
    const start = startOf([1, 2, 33, 65_535], [0x01, 0x01, 0x08, 0x80]);
    await listening(
      async (bench) => {
        bench.send(samplesPacket(1, 1, [[100, 200, 300, 0]]));
        await bench.clock.wait(1);
        await bench.amplifier.stop();
        expect(samplesOf(bench.blocks, 0)[0]).toBeCloseTo(6, 5);
        expect(samplesOf(bench.blocks, 1)[0]).toBeCloseTo(20, 5);
      },
      configOf({ channels }),
      start,
    );
  });

  it("puts trigger packets into their samples where there is no trigger channel, early or late", async () => {
    await listening(
      async (bench) => {
        const rows = (count: number): readonly (readonly number[])[] =>
          Array.from({ length: count }, () => [1, 2, 3, 4]);
        bench.send(triggersPacket([{ index: 12, source: 0, code: 1 }]));
        bench.send(samplesPacket(1, 10, rows(20)));
        bench.send(triggersPacket([{ index: 25, source: 2, code: 77 }]));
        bench.send(samplesPacket(2, 30, rows(100)));
        bench.send(triggersPacket([{ index: 31, source: 1, code: 2 }]));
        await bench.clock.wait(1);
        await bench.amplifier.stop();
        expect(marksOf(bench.blocks)).toEqual([
          [2, 1, "A"],
          [15, 77, "parallel"],
        ]);
        expect(bench.events).toMatchObject([
          { kind: "message", text: expect.stringMatching(/sample 31 came behind/) },
        ]);
      },
      configOf(),
      startOf([1, 2, 33, 34]),
    );
  });

  it("drops what no longer fits and says so once", async () => {
    await listening(async (bench) => {
      bench.send(startOf([1, 2, 3, 33, 34, 65_535]));
      for (let n = 0; n < 5; n += 1) bench.send(samplesPacket(n, n, [[1, 2, 3, 4, 5, 0]]));
      bench.send(Uint8Array.of(7, 7, 7));
      bench.send(START);
      bench.send(samplesPacket(5, 5, [[1, 2, 3, 4, 0]]));
      await bench.clock.wait(1);
      expect(bench.amplifier.counters()).toMatchObject({ frames: 1, junkBytes: 3, resyncs: 1 });
      expect(kindsOf(bench.events)).toEqual(["fault", "resync"]);
    });
  });

  it("is described from the rig file", () => {
    expect(module.line(configOf())).toBeNull();
    expect(module.describe(configOf())).toMatchObject({
      ok: true,
      value: { rateHz: 5000, resolutionBits: 24, mep: { fit: true }, triggerInput: "sample" },
    });
    const mixed = [{ name: "a", source: 1 }, { name: "b" }];
    expect(module.describe(configOf({ channels: mixed }))).toMatchObject({
      ok: false,
      error: expect.stringMatching(/all of them or of none/),
    });
  });
});

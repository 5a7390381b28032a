import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StreamAmplifier } from "../../../drivers/amplifiers-common/amplifier.ts";
import { createRda } from "../../../drivers/brainvision/driver.ts";
import { amplifier as module } from "../../../drivers/brainvision/index.ts";
import { decodeCapture } from "../../../drivers/brainvision/wire/capture.ts";
import { createFramer } from "../../../drivers/brainvision/wire/framer.ts";
import type { AmplifierConfig } from "../../../src/contract/amplifier.ts";
import {
  type Bench,
  gapsAddUp,
  kindsOf,
  marksOf,
  onBench,
  samplesOf,
} from "../amplifiers-common/bench.ts";
import { chunksOf, concat, decodedOf, vector, vectorsOf } from "../amplifiers-common/vectors.ts";
import { dataOf, messageOf, startOf } from "./messages.ts";

const OPTIONS = { direction: "device", softwareVersion: null, highResolution: false } as const;
const CONFIG: AmplifierConfig = {
  driver: "brainvision-rda",
  options: { channels: [{ name: "FDI" }, { name: "APB" }] },
};

describe("messages of the Recorder", () => {
  it.each(vectorsOf("rda_").map((one) => [one.name, one] as const))("%s", (_, one) => {
    expect(decodeCapture(one.bytes, OPTIONS)).toMatchObject([
      { ok: true, hex: one.hex, meaning: { decoded: decodedOf<object>(one) } },
    ]);
  });

  it("carry integers as well as floats, and take the channels from the start before them", () => {
    const rows = [
      [1, -2],
      [300, -30_000],
    ];
    const frames = decodeCapture(concat(startOf(["a", "b"]), dataOf(1, rows, [], 2)), OPTIONS);
    expect(frames[1]).toMatchObject({ ok: true, meaning: { decoded: { type: 2, rows } } });
  });

  it.each([
    ["values that do not fit", dataOf(1, [[1, 2]]).slice(0, -4)],
    ["a start without its names", startOf(["a", "b"]).slice(0, -2)],
    [
      "a marker beyond its message",
      dataOf(1, [[1, 2]], [{ position: 0, text: "R1" }]).fill(0xff, 68, 72),
    ],
  ])("are refused for %s", (_, bytes) => {
    const sized = bytes.slice();
    new DataView(sized.buffer).setUint32(16, sized.length, true);
    const frames = decodeCapture(concat(startOf(["a", "b"]), sized), OPTIONS);
    expect(frames.map(({ ok }) => ok)).toEqual([true, false]);
    expect(frames[1]).toMatchObject({ code: "WIRE_BAD_FIELD" });
  });

  it("are the same however TCP cuts them, and every byte comes out once", () => {
    const message = fc.oneof(
      fc.nat(5).map((points) =>
        dataOf(
          3,
          Array.from({ length: points }, () => [1, 2]),
        ),
      ),
      fc.constant(messageOf(3)),
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.nat(50).map((end) =>
        dataOf(9, [
          [1, 2],
          [3, 4],
        ]).slice(0, end),
      ),
    );
    const whole = fc.array(message, { maxLength: 10 }).map((parts) => concat(...parts));
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
    const run = (chunks: readonly Uint8Array[]): readonly string[] => {
      const out: string[] = [];
      let junk = "";
      const framer = createFramer({
        message: (bytes) => {
          if (junk !== "") out.push(`junk ${junk}`);
          junk = "";
          out.push(Buffer.from(bytes).toString("hex"));
        },
        junk: (bytes, from, to) => {
          junk += Buffer.from(bytes.subarray(from, to)).toString("hex");
        },
      });
      for (const chunk of chunks) framer.push(chunk);
      framer.flush();
      return junk === "" ? out : [...out, `junk ${junk}`];
    };
    const property = fc.property(whole, sizes, (bytes, cuts) => {
      const pieces = run(chunksOf(bytes, cuts));
      expect(pieces).toEqual(run([bytes]));
      expect(pieces.join("").replaceAll("junk ", "")).toBe(Buffer.from(bytes).toString("hex"));
    });
    fc.assert(property);
  });

  it("are found again behind one whose size is damage: it swallows nothing", () => {
    const damaged = dataOf(2, [[1, 2]]);
    new DataView(damaged.buffer).setUint32(16, 5_000_000, true);
    const frames = decodeCapture(
      concat(startOf(["a", "b"]), damaged, dataOf(3, [[1, 2]])),
      OPTIONS,
    );
    expect(frames.map(({ ok }) => ok)).toEqual([true, false, true]);
  });
});

type RdaBench = Bench<StreamAmplifier>;

async function listening(work: (bench: RdaBench) => Promise<void>): Promise<void> {
  await onBench(createRda, CONFIG, async (bench) => {
    bench.clock.at(10, () => bench.send(startOf(["FDI", "APB"])));
    await bench.amplifier.connect();
    await bench.amplifier.start();
    await work(bench);
    expect(bench.written).toEqual([]);
  });
}

const rowsFrom = (first: number, points: number): readonly (readonly number[])[] =>
  Array.from({ length: points }, (_, n) => [first + n, -first - n]);

describe("listening to a Recorder", () => {
  it("takes its blocks as they are, in microvolt, with the marks in their samples", async () => {
    await listening(async (bench) => {
      const marks = [
        { position: 3, text: "R128" },
        { position: 0, text: "S  7" },
      ];
      bench.send(dataOf(7, rowsFrom(0, 100), marks));
      bench.send(dataOf(8, rowsFrom(100, 100)));
      await bench.clock.wait(1);

      expect(bench.blocks.map(({ frames, firstIndex }) => [firstIndex, frames])).toEqual([
        [0, 100],
        [100, 100],
      ]);
      expect(samplesOf(bench.blocks, 0)).toEqual(Array.from({ length: 200 }, (_, n) => n / 2));
      expect(samplesOf(bench.blocks, 1)[7]).toBe(-3.5);
      expect(marksOf(bench.blocks)).toEqual([
        [0, 7, "S  7"],
        [3, 128, "R128"],
      ]);
      expect(bench.events).toEqual([]);
    });
  });

  it("counts blocks that jump, come twice or go round", async () => {
    await listening(async (bench) => {
      for (const block of [2 ** 32 - 2, 2 ** 32 - 1, 0, 0, 3])
        bench.send(dataOf(block, rowsFrom(block % 10, 4)));
      await bench.clock.wait(1);
      expect(bench.amplifier.counters()).toMatchObject({
        frames: 16,
        lost: 8,
        repeats: 4,
        wraps: 1,
      });
      expect(bench.events).toMatchObject([
        { kind: "repeat", frames: 4 },
        { kind: "loss", frames: 8, atLeast: false },
      ]);
      expect(gapsAddUp(bench.blocks)).toBe(true);
    });
  });

  it("goes on behind junk, unknown messages, a stop and a new start", async () => {
    await listening(async (bench) => {
      const parts = [
        dataOf(1, rowsFrom(0, 2)),
        Uint8Array.of(1, 2, 3),
        messageOf(10_000, new Uint8Array(50)),
        dataOf(2, rowsFrom(2, 2)),
        messageOf(3),
        startOf(["FDI", "APB"]),
        dataOf(1, rowsFrom(4, 2)),
      ];
      for (const chunk of chunksOf(concat(...parts), [17])) bench.send(chunk);
      await bench.clock.wait(1);
      expect(samplesOf(bench.blocks, 0)).toEqual([0, 0.5, 1, 1.5, 2, 2.5]);
      expect(bench.amplifier.counters()).toMatchObject({ lost: 0, junkBytes: 3, resyncs: 1 });
      expect(kindsOf(bench.events)).toEqual(["resync", "message", "message"]);
    });
  });

  it("drops what a Recorder with other channels sends, and says so", async () => {
    await listening(async (bench) => {
      bench.send(startOf(["FDI", "APB", "ADM"]));
      bench.send(dataOf(1, [[1, 2, 3]]));
      await bench.clock.wait(1);
      expect(bench.blocks).toEqual([]);
      expect(bench.events).toContainEqual(
        expect.objectContaining({ kind: "fault", code: "DEVICE_EQUIPMENT_CHANGED" }),
      );
    });
  });

  it("alarms when the Recorder falls silent", async () => {
    await listening(async (bench) => {
      bench.send(dataOf(1, rowsFrom(0, 2)));
      await bench.clock.wait(600);
      bench.send(dataOf(2, rowsFrom(0, 2)));
      await bench.clock.wait(1);
      expect(kindsOf(bench.events)).toEqual(["stall", "resumed"]);
    });
  });

  it("takes a pause of the Recorder for a pause, not for another rate", async () => {
    await listening(async (bench) => {
      const play = async (from: number): Promise<void> => {
        for (let n = 0; n < 300; n += 1) {
          bench.send(dataOf(from + n, rowsFrom(0, 100)));
          await bench.clock.wait(20);
        }
      };
      await play(0);
      await bench.clock.wait(5000);
      await play(300);
      expect(kindsOf(bench.events)).toEqual(["stall", "resumed"]);
      expect(bench.amplifier.measuredRateHz()).toBeCloseTo(5000, 1);
    });
  });

  it.each([
    ["nothing comes", null, "DEVICE_SILENT"],
    ["something else speaks there", Buffer.from("SSH-2.0-OpenSSH\r\n"), "DEVICE_NOT_FOUND"],
    ["the channels have other names", startOf(["FDI", "ADM"]), "DEVICE_WRONG_ANSWER"],
    ["there are more channels", startOf(["FDI", "APB", "ADM"]), "DEVICE_WRONG_ANSWER"],
    ["the rate is another", startOf(["FDI", "APB"], 1000), "DEVICE_WRONG_RATE"],
  ])("fails with a code when %s", async (_, bytes, code) => {
    await onBench(createRda, CONFIG, async (bench) => {
      if (bytes !== null) bench.clock.at(10, () => bench.send(new Uint8Array(bytes)));
      await expect(bench.amplifier.connect()).rejects.toMatchObject({ code });
      expect(bench.link.port.isOpen).toBe(false);
    });
  });

  it("is fit for MEPs at 5 kHz and has at least one channel", () => {
    expect(module.line(CONFIG)).toBeNull();
    expect(module.describe(CONFIG)).toMatchObject({
      ok: true,
      value: { rateHz: 5000, mep: { fit: true }, triggerInput: "event" },
    });
    expect(module.describe({ ...CONFIG, options: { channels: [] } })).toMatchObject({ ok: false });
    expect(vector("rda_stop").bytes).toHaveLength(24);
  });
});

/** Remote data access: the codec against vectors, and the Recorder on the virtual clock. */
import { describe, expect, it } from "vitest";
import { simulator } from "../../../simulators/brainvision/index.ts";
import {
  encodeData,
  encodeStart,
  encodeStop,
  type Marker,
} from "../../../simulators/brainvision/wire/messages.ts";
import {
  atStart,
  type Bench,
  type BenchOptions,
  openBench,
  sourceOf,
} from "../amplifiers/bench.ts";
import { bytesOf, hexOf, vector } from "../amplifiers/vectors.ts";
import { type RdaMessage, readMessage, readRda } from "./reader.ts";

const open = (options: BenchOptions = {}): Bench =>
  openBench(simulator, "brainvision-rda", options);
const dataOf = (
  messages: readonly RdaMessage[],
): readonly Extract<RdaMessage, { rows: unknown }>[] =>
  messages.flatMap((message) => ("rows" in message ? [message] : []));

interface DataMeaning {
  readonly decoded: {
    readonly block: number;
    readonly points: number;
    readonly rows: readonly (readonly number[])[];
    readonly markers: readonly Marker[];
  };
}

describe("messages", () => {
  it("of a start are those of the vector", () => {
    const channels = ["FDI", "APB"].map((name) => ({ name, resolutionUv: 0.5 }));
    const { hex } = vector("rda_start");
    expect(hexOf(encodeStart(200, channels))).toBe(hex);
    expect(readRda(bytesOf(hex))).toEqual([
      { type: 1, intervalUs: 200, resolutions: [0.5, 0.5], names: ["FDI", "APB"] },
    ]);
  });

  it.each(["rda_data_marker", "rda_data_block_gap"])("of %s are written and read so", (name) => {
    const { hex, meaning } = vector<DataMeaning>(name);
    const { block, points, rows, markers } = meaning.decoded;
    const columns = [0, 1].map((channel) => Float64Array.from(rows, (row) => row[channel] ?? 0));
    expect(hexOf(encodeData("float32", block, columns, markers))).toBe(hex);
    const read = readMessage(Buffer.from(bytesOf(hex)), 2);
    expect(read).toEqual({ type: 4, block, points, rows, markers });
  });

  it("of a stop are those of the vector, and unknown ones are passed over by the reader", () => {
    expect(hexOf(encodeStop())).toBe(vector("rda_stop").hex);
    expect(readRda(bytesOf(vector("rda_unknown_type").hex + vector("rda_stop").hex))).toEqual([
      { type: "other", code: 10_000 },
      { type: 3 },
    ]);
  });
});

describe("a Recorder", () => {
  it("tells its channels first, then a block of 100 points every 20 ms", async () => {
    const bench = open();
    const [start, ...blocks] = readRda(await bench.hear(2000));
    expect(start).toEqual({
      type: 1,
      intervalUs: 200,
      resolutions: Array(8).fill(0.5),
      names: ["FDI", "APB", "C3", "CP3", "Fz", "Cz", "Oz", "Pz"],
    });
    expect(dataOf(blocks).map(({ block, points }) => [block, points])).toEqual(
      Array.from({ length: 100 }, (_, i) => [i, 100]),
    );
    expect(bench.instants.slice(1, 4)).toEqual([20, 40, 60].map((ms) => expect.closeTo(ms, 6)));
  });

  it("tells them again to a client that comes late", async () => {
    const bench = open();
    await bench.wait(1010);
    bench.take();
    bench.device.hostOpened?.();
    const [start, first] = readRda(await bench.hear(10));
    expect(start).toMatchObject({ type: 1, intervalUs: 200 });
    expect(first).toMatchObject({ type: 4, block: 50 });
  });

  it.each([
    ["float32", 4],
    ["int16", 2],
  ])(
    "sends what the electrodes see as %s, in whole steps of its converter, clipped",
    async (format, type) => {
      const source = sourceOf((channel, ms) =>
        channel === 2 ? 1e6 : channel === 3 ? -1e6 : ms + 0.1,
      );
      const options = { format, channels: "FDI,C3,Cz,Pz", resolutionUv: 0.1 };
      const [, first] = readRda(await open({ source, options }).hear(20));
      if (first === undefined || !("rows" in first)) throw new Error("no data");
      expect(first.type).toBe(type);
      for (const [i, row] of first.rows.entries()) {
        expect(row).toEqual([2 * i + 1, 2 * i + 1, 32_767, -32_768]);
      }
    },
  );

  it("marks a trigger in the point of its instant, also over the end of a block", async () => {
    const bench = open();
    await bench.wait(109.95);
    bench.device.trigger();
    await bench.wait(10);
    bench.device.trigger();
    await bench.wait(100);
    const marked = dataOf(readRda(bench.take())).filter(({ markers }) => markers.length > 0);
    // 109.95 ms: point 550 of 5 kHz; 119.95 ms: point 600, the first of block 6.
    expect(marked.map(({ block, markers }) => [block, markers[0]?.position])).toEqual([
      [5, 50],
      [6, 0],
    ]);
    expect(marked[0]?.markers).toEqual([
      { size: 30, position: 50, points: 1, channel: -1, type: "Response", description: "R128" },
    ]);
  });

  it("can be stopped and started at its panel, and says so; a late client hears nothing of a stopped one", async () => {
    const bench = open();
    await bench.wait(100);
    bench.take();
    bench.device.panel?.("stop");
    expect(readRda(bench.take())).toEqual([{ type: 3 }]);
    bench.device.hostOpened?.();
    expect(await bench.hear(500)).toHaveLength(0);
    bench.device.panel?.("record");
    const [start, first] = readRda(await bench.hear(20));
    expect([start?.type, first]).toEqual([1, expect.objectContaining({ block: 0 })]);
    expect(() => bench.device.panel?.("dance")).toThrow(/CLI_BAD_CALL.*record/);
  });

  it("starts anew after a reboot, with a stop before it", async () => {
    const bench = open();
    await bench.wait(500);
    bench.take();
    bench.device.fault(atStart("reboot"));
    const messages = readRda(await bench.hear(1020));
    expect(messages.map(({ type }) => type)).toEqual([3, 1, 4]);
    expect(messages[2]).toMatchObject({ block: 0 });
  });

  it("tells half of its rate by the fault `wrong-rate`, and samples so", async () => {
    const [start, ...blocks] = readRda(await open({ faults: [atStart("wrong-rate")] }).hear(1000));
    expect(start).toMatchObject({ type: 1, intervalUs: 400 });
    expect(dataOf(blocks).reduce((sum, { points }) => sum + points, 0)).toBe(2500);
    const later = open();
    await later.wait(100);
    later.take();
    later.device.fault(atStart("wrong-rate"));
    const messages = readRda(await later.hear(20));
    expect(messages.map(({ type }) => type)).toEqual([3, 1, 4]);
    expect(messages[1]).toMatchObject({ intervalUs: 400 });
  });

  it("has 32 bits of block number, which wrap", async () => {
    const blocks = dataOf(readRda(await open({ faults: [atStart("wrap")] }).hear(100)));
    expect(blocks.map(({ block }) => block)).toEqual([4294967293, 4294967294, 4294967295, 0, 1]);
  });
});

/** NeurOne's digital out: the codec against vectors, and the unit on the virtual clock. */
import { describe, expect, it } from "vitest";
import { simulator } from "../../../simulators/neurone/index.ts";
import {
  encodeEnd,
  encodeSamples,
  encodeStart,
  isJoin,
} from "../../../simulators/neurone/wire/packets.ts";
import {
  atStart,
  type Bench,
  type BenchOptions,
  openBench,
  sourceOf,
  stepsOf,
} from "../amplifiers/bench.ts";
import { bytesOf, hexOf, vector } from "../amplifiers/vectors.ts";
import {
  type NeuronePacket,
  type NeuroneSamples,
  type NeuroneTriggers,
  readNeurone,
} from "./reader.ts";

const open = (options: BenchOptions = {}): Bench => openBench(simulator, "neurone", options);
const packetsOf = (bench: Bench): readonly NeuronePacket[] => bench.takeParts().map(readNeurone);
const samplesOf = (packets: readonly NeuronePacket[]): readonly NeuroneSamples[] =>
  packets.flatMap((packet) => (packet.type === "samples" ? [packet] : []));
const JOIN = Uint8Array.of(0x80, 0, 0, 0);

describe("packets", () => {
  it("of a start are those of the vector", () => {
    const inputs = [1, 2, 33, 34].map((source) => ({ source, isDc: true, isTesla: false }));
    const { hex } = vector("neurone_start");
    expect(hexOf(encodeStart(5000, 0, inputs))).toBe(hex);
    expect(readNeurone(bytesOf(hex))).toMatchObject({
      rateHz: 5000,
      sources: [1, 2, 33, 34, 65_535],
      channelTypes: [1, 1, 1, 1, 0x80],
    });
  });

  it.each([
    "neurone_sample_plain",
    "neurone_sample_trigger_a",
    "neurone_sample_trigger_b",
    "neurone_sample_both",
  ])("of %s are written and read so", (name) => {
    const { hex, meaning } = vector<{
      readonly decoded: {
        readonly seq: number;
        readonly sample_index: number;
        readonly time_s: number;
        readonly counts: readonly number[];
      };
    }>(name);
    const { seq, sample_index, time_s, counts } = meaning.decoded;
    const columns = counts.map((count) => Int32Array.of(count));
    const row = { sequence: seq, firstIndex: sample_index, firstUs: time_s * 1e6 };
    expect(hexOf(encodeSamples(row, columns, 0, 1))).toBe(hex);
    expect(readNeurone(bytesOf(hex))).toMatchObject({ sequence: seq, rows: [counts] });
  });

  it("of the manual's example and of two bundles are written so", () => {
    const manual = [-465_097, -464_845].map((count) => Int32Array.of(count));
    expect(
      hexOf(encodeSamples({ sequence: 30, firstIndex: 30, firstUs: 60_000 }, manual, 0, 1)),
    ).toBe(vector("neurone_manual_example").hex);
    const two = [
      [9, 1, 5],
      [9, 2, 6],
      [9, 3, 7],
      [9, 4, 8],
      [9, 0, 0],
    ].map((column) => Int32Array.from(column));
    const { hex } = vector("neurone_two_bundles");
    expect(hexOf(encodeSamples({ sequence: 1, firstIndex: 2, firstUs: 400 }, two, 1, 2))).toBe(hex);
    expect(readNeurone(bytesOf(hex))).toMatchObject({
      rows: [
        [1, 2, 3, 4, 0],
        [5, 6, 7, 8, 0],
      ],
    });
  });

  it("of an end and of a join are those of the vectors", () => {
    expect(hexOf(encodeEnd(123_456))).toBe(vector("neurone_end").hex);
    expect(readNeurone(encodeEnd(2 ** 40 + 5))).toEqual({ type: "end", total: 2 ** 40 + 5 });
    expect(isJoin(bytesOf(vector("neurone_join").hex))).toBe(true);
    expect(isJoin(Uint8Array.of(0x80))).toBe(false);
  });
});

describe("a unit", () => {
  it("tells its channels, then sends every sample once, numbered in sequence and index", async () => {
    const bench = open();
    await bench.wait(2000);
    const [start, ...rest] = packetsOf(bench);
    expect(start).toEqual({
      type: "start",
      rateHz: 5000,
      sources: [33, 34, 1, 2, 3, 4, 5, 6, 65_535],
      channelTypes: [...Array(8).fill(1), 0x80],
    });
    const samples = samplesOf(rest);
    expect(samples).toHaveLength(1000);
    expect(samples.map(({ sequence }) => sequence)).toEqual(samples.map((_, i) => i));
    expect(samples.map(({ index, us }) => [index, us])).toEqual(
      samples.map((_, i) => [10 * i, 2000 * i]),
    );
    expect(samples.every(({ rows }) => rows.length === 10)).toBe(true);
  });

  it("sends counts of 100 nV in DC mode, clipped to 24 bits", async () => {
    const source = sourceOf((channel, ms) => (channel === 1 ? 1e9 : ms * 5));
    const bench = open({ source, options: { bundles: 1, channels: ["FDI", "C3"], rateHz: 1000 } });
    await bench.wait(100);
    const samples = samplesOf(packetsOf(bench));
    expect(samples.map(({ rows }) => rows[0])).toEqual(
      samples.map((_, i) => [50 * i, 8_388_607, 0]),
    );
  });

  it("answers a join with the start packet, and nothing else", async () => {
    const bench = open();
    await bench.wait(105);
    bench.take();
    bench.say(JOIN);
    expect(packetsOf(bench).map(({ type }) => type)).toEqual(["start"]);
    bench.say(Uint8Array.of(0x81, 0, 0, 0));
    bench.say(Uint8Array.of(0x80, 0));
    expect(packetsOf(bench)).toEqual([]);
  });

  it("can leave joins unanswered", async () => {
    const bench = open({ options: { joinAnswers: 0.5 } });
    await bench.wait(5);
    bench.take();
    for (let i = 0; i < 100; i++) bench.say(JOIN);
    expect(packetsOf(bench).length).toBeGreaterThan(30);
    expect(packetsOf(bench).length).toBeLessThan(70);
  });

  it.each([
    ["A", 0x02],
    ["B", 0x08],
  ])(
    "marks a trigger at port %s in one sample, and sends a packet of it",
    async (triggerPort, bit) => {
      const bench = open({ options: { triggerPort } });
      await bench.wait(777.77);
      bench.device.trigger();
      await bench.wait(100);
      const packets = packetsOf(bench);
      const marked = samplesOf(packets).flatMap(({ index, rows }) =>
        rows.flatMap((row, i) => (row.at(-1) === 0 ? [] : [[index + i, row.at(-1)]])),
      );
      // 777.77 ms at 5 kHz: the first sample that is not before is 3889.
      expect(marked).toEqual([[3889, bit]]);
      const [event] = packets.filter(
        (packet): packet is NeuroneTriggers => packet.type === "triggers",
      );
      expect(event?.events).toMatchObject([{ index: 3889, us: 777_800 }]);
    },
  );

  it("ends and starts at its panel, with the number of its samples", async () => {
    const bench = open();
    await bench.wait(1000);
    bench.take();
    bench.device.panel?.("stop");
    expect(packetsOf(bench)).toEqual([{ type: "end", total: 5000 }]);
    bench.say(JOIN);
    await bench.wait(1000);
    expect(packetsOf(bench)).toEqual([]);
    bench.device.panel?.("start");
    await bench.wait(10);
    expect(packetsOf(bench).map((packet) => packet.type)).toEqual([
      "start",
      ...Array(5).fill("samples"),
    ]);
  });

  it("has a sequence that wraps and jumps while the index goes on", async () => {
    const bench = open({ faults: [atStart("wrap")] });
    await bench.wait(100);
    bench.device.fault(atStart("counter-jump"));
    await bench.wait(100);
    const samples = samplesOf(packetsOf(bench));
    expect(samples[0]?.sequence).toBe(4294967293);
    const steps = stepsOf(
      samples.map(({ sequence }) => sequence),
      2 ** 32,
    );
    expect(steps.filter((by) => by !== 1)).toEqual([38]);
    expect(samples.map(({ index }) => index)).toEqual(samples.map((_, i) => 10 * i));
  });

  it("is set up only as packets can carry it", () => {
    expect(() => open({ options: { bundles: 60 } })).toThrow(/CLI_BAD_CALL.*1472/);
    expect(() => open({ options: { channels: "FDI,C3", inputs: [33] } })).toThrow(/CLI_BAD_CALL/);
    expect(() => open({ options: { channels: [1, 2] } })).toThrow(/CLI_BAD_CALL.*names/);
  });
});

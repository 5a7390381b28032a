/** What the Cyton streams, on the virtual clock. */
import { describe, expect, it } from "vitest";
import { simulator } from "../../../simulators/openbci/index.ts";
import { microvoltPerCount } from "../../../simulators/openbci/wire/packet.ts";
import {
  atStart,
  type Bench,
  type BenchOptions,
  openBench,
  sourceOf,
  stepsOf,
} from "../amplifiers/bench.ts";
import { pairDaisy, type ReadPacket, readPackets } from "./reader.ts";

const open = (options: BenchOptions = {}, model = "openbci-cyton"): Bench =>
  openBench(simulator, model, options);

async function streamOf(bench: Bench, ms: number): Promise<readonly ReadPacket[]> {
  bench.say("b");
  return readPackets(await bench.hear(ms));
}

const words = ({ aux }: ReadPacket): readonly number[] =>
  [0, 2, 4].map((at) => aux.readInt16BE(at));
const numbersOf = (packets: readonly ReadPacket[]): readonly number[] =>
  packets.map(({ number }) => number);
const UV24 = microvoltPerCount(24);

describe("a Cyton", () => {
  it("streams 250 packets a second, numbered from 0 with every start, wrapping after 255", async () => {
    const bench = open();
    for (const start of [1, 2]) {
      const packets = await streamOf(bench, 2000);
      expect([start, packets.length, packets[0]?.number]).toEqual([start, 500, 0]);
      expect(stepsOf(numbersOf(packets), 256).every((by) => by === 1)).toBe(true);
      bench.say("s");
    }
  });

  it("runs by its own crystal", async () => {
    const bench = open({ options: { trueRateHz: 250.07 } });
    expect(await streamOf(bench, 1_000_000)).toHaveLength(250_068);
  });

  it("shows what the electrodes see, at the gain of each channel, clipped at full scale", async () => {
    const source = sourceOf((channel, ms) => (channel === 7 ? 500_000 : 1000 * channel + ms));
    const bench = open({ source });
    bench.say("x3030110X5x6100000X");
    const packets = await streamOf(bench, 400);
    for (const [frame, { counts }] of packets.entries()) {
      const ms = frame * 4;
      expect(Math.abs((counts[0] ?? 0) * UV24 - ms)).toBeLessThanOrEqual(UV24);
      expect(Math.abs((counts[2] ?? 0) * microvoltPerCount(6) - 2000 - ms)).toBeLessThan(0.1);
      expect([counts[4], counts[5], counts[7]]).toEqual([0, 0, 8388607]);
    }
  });

  it("drives its test signals: amplitude, pace and steps of a square wave", async () => {
    const bench = open();
    const uvOf = async (command: string): Promise<readonly number[]> => {
      bench.say(command);
      const packets = await streamOf(bench, 4000);
      bench.say("s");
      return packets.map(({ counts }) => Math.round((counts[2] ?? 0) * UV24));
    };
    const edges = (uv: readonly number[]): number =>
      uv.filter((value, i) => i > 0 && value !== uv[i - 1]).length;
    expect(new Set(await uvOf("0"))).toEqual(new Set([0]));
    expect(new Set(await uvOf("p"))).toEqual(new Set([1875]));
    const [slow, fast, double] = [await uvOf("-"), await uvOf("="), await uvOf("[")];
    expect(new Set(slow)).toEqual(new Set([1875, -1875]));
    expect(new Set(double)).toEqual(new Set([3750, -3750]));
    expect(edges(slow)).toBeGreaterThanOrEqual(7);
    expect(edges(fast)).toBeGreaterThanOrEqual(15);
  });

  it("lets its lead-off current be measured", async () => {
    const bench = open({ source: sourceOf(() => 0), options: { electrodeOhm: 5000 } });
    bench.say("z101Z");
    const packets = await streamOf(bench, 10_000);
    const uv = packets.map(({ counts }) => (counts[0] ?? 0) * UV24);
    const deviation = Math.sqrt(uv.reduce((sum, value) => sum + value * value, 0) / uv.length);
    const ohm = (Math.SQRT2 * deviation * 1e-6) / 6e-9 - 2200;
    expect(ohm).toBeGreaterThan(4900);
    expect(ohm).toBeLessThan(5100);
    expect(packets.every(({ counts }) => counts[1] === 0)).toBe(true);
  });

  it("has its accelerometer in every tenth packet and zeros in the others, about 1 g down", async () => {
    const packets = await streamOf(open(), 2000);
    for (const [i, packet] of packets.entries()) {
      expect(packet.footer).toBe(0xc0);
      const [x = 0, y = 0, z = 0] = words(packet);
      if (i % 10 !== 0) expect([x, y, z]).toEqual([0, 0, 0]);
      else expect(Math.abs(Math.hypot(x, y, z) * 0.000125 - 1)).toBeLessThan(0.02);
    }
  });

  it("stamps its packets with its own time, the first one by another footer", async () => {
    const bench = open();
    await bench.wait(10_000);
    bench.say("<");
    const packets = await streamOf(bench, 800);
    expect(packets.map(({ footer }) => footer)).toEqual([0xc3, ...Array(199).fill(0xc4)]);
    expect(packets.map(({ aux }) => aux.readUInt32BE(2))).toEqual(
      packets.map((_, i) => 10_000 + 4 * i),
    );
    const axes = packets.map(({ aux }) => aux.readInt16BE(0));
    expect(axes.every((axis, i) => i % 10 >= 7 === (axis !== 0))).toBe(true);
    bench.say("s>");
    expect((await streamOf(bench, 100))[0]?.footer).toBe(0xc0);
  });

  it("sends a marker once in marker mode, and shows analog inputs in analog mode", async () => {
    const bench = open();
    bench.say("/4`5");
    const [first, second] = await streamOf(bench, 100);
    expect([first?.footer, first?.aux.toString("hex")]).toEqual([0xc1, "003500000000"]);
    expect(second?.aux.toString("hex")).toBe("000000000000");
    bench.say("s/2");
    for (const packet of await streamOf(bench, 100)) {
      expect(packet.footer).toBe(0xc1);
      expect(words(packet).every((word) => word >= 0 && word <= 1023)).toBe(true);
    }
    bench.say("s<");
    expect((await streamOf(bench, 100)).map(({ footer }) => footer).slice(0, 2)).toEqual([
      0xc5, 0xc6,
    ]);
  });

  it.each([
    ["D11", "010000000000"],
    ["D12", "000100000000"],
    ["D18", "000000000001"],
  ])(
    "shows a trigger at %s in digital mode in the one packet of its instant",
    async (triggerPin, hex) => {
      const bench = open({ options: { triggerPin } });
      bench.say("/3b");
      await bench.wait(1001);
      bench.device.trigger();
      const packets = readPackets(await bench.hear(400));
      const marked = packets.filter(({ aux }) => aux.toString("hex") !== "000000000000");
      expect(marked.map(({ aux }) => aux.toString("hex"))).toEqual([hex]);
      // The first sample that is not before the edge: 1004 ms, number 251.
      expect(marked[0]?.number).toBe(251);
    },
  );

  it("has no place for a trigger in another mode", async () => {
    const bench = open();
    bench.say("b");
    await bench.wait(1002);
    bench.device.trigger();
    const packets = readPackets(await bench.hear(400));
    expect(packets.every(({ footer }) => footer === 0xc0)).toBe(true);
  });
});

describe("a Cyton with a daisy", () => {
  const model = "openbci-cyton-daisy";

  it("sends the daisy in even packets and the board in odd ones, each the mean of two samples", async () => {
    const source = sourceOf((channel, ms) => 1000 * channel + ms);
    const packets = await streamOf(open({ source }, model), 2000);
    expect(packets).toHaveLength(500);
    const pairs = pairDaisy(packets).slice(1);
    expect(pairs.length).toBeGreaterThan(240);
    for (const [i, counts] of pairs.entries()) {
      // Sample 2(i+1) of the daisy and the one after it of the board, 4 ms later, each half a step back.
      const evenMs = 8 * (i + 1);
      expect(Math.abs((counts[0] ?? 0) * UV24 - (evenMs + 4 - 2))).toBeLessThan(0.1);
      expect(Math.abs((counts[15] ?? 0) * UV24 - 15_000 - (evenMs - 2))).toBeLessThan(0.1);
    }
  });

  it("has a stale mean in the first packet", async () => {
    const [first] = await streamOf(open({ source: sourceOf(() => 777) }, model), 100);
    expect(first?.counts).toEqual(Array(8).fill(0));
  });

  it("is as a plain one when it is told to use 8 channels", async () => {
    const source = sourceOf((channel) => 100 * (channel + 1));
    const bench = open({ source }, model);
    bench.say("c");
    for (const { counts } of await streamOf(bench, 100))
      expect(Math.abs((counts[7] ?? 0) * UV24 - 800)).toBeLessThan(0.1);
  });
});

describe("a counter under faults", () => {
  it("stands before its wrap from the next start on, or jumps in a stream", async () => {
    const bench = open({ faults: [atStart("wrap")] });
    const packets = await streamOf(bench, 100);
    expect(numbersOf(packets).slice(0, 5)).toEqual([253, 254, 255, 0, 1]);
    bench.device.fault(atStart("counter-jump"));
    const more = readPackets(await bench.hear(100));
    expect(stepsOf(numbersOf([...packets, ...more]), 256).filter((by) => by !== 1)).toEqual([38]);
  });
});

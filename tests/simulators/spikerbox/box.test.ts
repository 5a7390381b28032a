/** The SpikerBoxes on the virtual clock. */
import { describe, expect, it } from "vitest";
import { simulator } from "../../../simulators/spikerbox/index.ts";
import { type Bench, type BenchOptions, openBench, sourceOf, textOf } from "../amplifiers/bench.ts";
import { framesOf, messagesOf, readSpiker } from "./reader.ts";

const open = (options: BenchOptions = {}): Bench => openBench(simulator, "spikerbox", options);

async function framesIn(bench: Bench, ms: number, channels: number): Promise<number> {
  return framesOf(readSpiker(await bench.hear(ms), channels)).length;
}

async function messagesTo(
  bench: Bench,
  order: string,
  channels: number,
): Promise<readonly string[]> {
  bench.take();
  bench.say(`${order}\n`);
  return messagesOf(readSpiker(await bench.hear(50), channels));
}

describe("a shield", () => {
  it("streams from power-up, a little faster than it says", async () => {
    // 16 MHz / 8 / 199 is 10050.25 Hz.
    const frames = await framesIn(open(), 100_000, 1);
    expect(frames).toBeGreaterThan(1_004_900);
    expect(frames).toBeLessThanOrEqual(1_005_025);
  });

  it("shares its rate among its channels, and loses a little while it reads the order", async () => {
    const bench = open();
    await bench.wait(100);
    bench.say("conf s:10000;c:2;\n");
    const frames = await framesIn(bench, 10_000, 2);
    expect(frames).toBeGreaterThan(50_100);
    expect(frames).toBeLessThanOrEqual(50_246);
  });

  it("tells its type and its versions", async () => {
    const bench = open();
    expect(await messagesTo(bench, "b:;", 1)).toEqual(["HWT:MUSCLESS"]);
    expect(await messagesTo(bench, "?:;", 1)).toEqual(["FWV:1.0", "HWT:MUSCLESS", "HWV:1.0"]);
    expect(await messagesTo(bench, "p:1;", 1)).toEqual([]);
    expect(await messagesTo(bench, "c:99;", 1)).toEqual([]);
    expect(await framesIn(bench, 1000, 1)).toBeGreaterThan(9_900);
  });

  it("cannot be stopped", async () => {
    const bench = open();
    bench.say("h:;\n");
    expect(await framesIn(bench, 1000, 1)).toBeGreaterThan(9_900);
  });

  it("resets when its line goes up: silence, a greeting, then the stream", async () => {
    const bench = open();
    await bench.wait(100);
    bench.take();
    bench.device.hostOpened?.();
    bench.say("c:2;\n");
    expect(await bench.hear(1400)).toHaveLength(0);
    const heard = await bench.hear(1100);
    expect(textOf(heard)).toMatch(/^StartUp!\r\n/);
    expect(framesOf(readSpiker(heard, 1)).length).toBeGreaterThan(9_900);
  });

  it("shows what it sees around the middle of ten bits, and clips", async () => {
    const bench = open({ source: sourceOf((_, ms) => (ms < 50 ? 500 : 1e6)) });
    const frames = framesOf(readSpiker(await bench.hear(100), 1));
    expect(frames[0]).toEqual([612]);
    expect(frames.at(-1)).toEqual([1023]);
  });

  it("puts an event before the frame of the trigger's instant", async () => {
    const source = sourceOf((_, ms) => Math.floor(ms) * 5);
    const bench = open({ source, options: { event: 3, trueRateHz: 10_000 } });
    await bench.wait(33.05);
    bench.device.trigger();
    await bench.wait(100);
    const items = readSpiker(bench.take(), 1);
    const at = items.findIndex(({ kind }) => kind === "message");
    expect(items[at]).toEqual({ kind: "message", parts: ["EVNT:3"] });
    // 331 frames of 0.1 ms lie before the first that is not before 33.05 ms.
    expect(at).toBe(331);
  });
});

describe.each([
  ["human", "HUMANSB", 5000],
  ["station", "UNIBOX", 42_661.5],
])("a %s box", (variant, type, rateHz) => {
  it("streams two channels of 14 bits at its rate, and can be stopped and started", async () => {
    const source = sourceOf((channel) => 1000 * (channel + 1));
    const bench = open({ source, options: { variant } });
    const frames = framesOf(readSpiker(await bench.hear(10_000), 2));
    expect(Math.abs(frames.length - rateHz * 10)).toBeLessThan(rateHz / 50);
    expect(frames[0]).toEqual([8192 + 2000, 8192 + 4000]);
    expect(await messagesTo(bench, "b:;", 2)).toEqual([`HWT:${type}`]);
    bench.say("h:;\n");
    expect(await bench.hear(1000)).toHaveLength(0);
    bench.say("start:;\n");
    expect(await framesIn(bench, 1000, 2)).toBeGreaterThan(rateHz * 0.95);
    bench.device.hostOpened?.();
    expect(await framesIn(bench, 1000, 2)).toBeGreaterThan(rateHz * 0.95);
  });
});

it("tells its expansion board and has its channels", async () => {
  const bench = open({ options: { variant: "human", board: 4 } });
  expect(await messagesTo(bench, "board:;", 3)).toEqual(["BRD:4"]);
  expect(await framesIn(bench, 1000, 3)).toBeGreaterThan(4900);
});

it("knows no variant but these", () => {
  expect(() => open({ options: { variant: "plant" } })).toThrow(/CLI_BAD_CALL.*station/);
});

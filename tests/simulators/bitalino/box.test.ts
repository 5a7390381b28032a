/** The BITalino on the virtual clock. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulator } from "../../../simulators/bitalino/index.ts";
import {
  atStart,
  type Bench,
  type BenchOptions,
  openBench,
  sourceOf,
  stepsOf,
  textOf,
} from "../amplifiers/bench.ts";
import { isCrcGood, type ReadFrame, readFrames } from "./reader.ts";

const open = (options: BenchOptions = {}): Bench => openBench(simulator, "bitalino", options);
const ask = (bench: Bench, ...bytes: number[]): Uint8Array => {
  bench.take();
  bench.say(Uint8Array.from(bytes));
  return bench.take();
};
const maskOf = (inputs: readonly number[]): number =>
  inputs.reduce((mask, input) => mask | (1 << (input + 2)), 0);
const LIVE = 0x01;
const SIMULATED = 0x02;

async function streamOf(
  bench: Bench,
  inputs: readonly number[],
  ms: number,
  mode = LIVE,
): Promise<readonly ReadFrame[]> {
  bench.say(Uint8Array.of(maskOf(inputs) | mode));
  return readFrames(await bench.hear(ms), inputs.length);
}

describe("an idle box", () => {
  it("tells its version, 5.2 unless told", () => {
    expect(textOf(ask(open(), 0x07))).toBe("BITalino_v5.2\n");
    expect(textOf(ask(open({ softwareVersion: "4.2" }), 0x0f))).toBe("BITalino_v4.2\n");
    expect(() => open({ softwareVersion: "3.1" })).toThrow(/CLI_BAD_CALL.*4\.2/);
  });

  it("tells its status with threshold, outputs and PWM", () => {
    const bench = open({ source: sourceOf(() => 0) });
    ask(bench, 0x78, 0xb7, 0xa3, 0x64);
    const status = ask(bench, 0x0b);
    expect(status).toHaveLength(17);
    expect(isCrcGood(status)).toBe(true);
    const view = Buffer.from(status);
    expect([0, 2, 4, 6, 8, 10].map((at) => view.readUInt16LE(at))).toEqual(Array(6).fill(512));
    expect([view.readUInt16LE(12), status[14], status[15]]).toEqual([590, 30, 100]);
    expect((status[16] ?? 0) >> 4).toBe(0b0010);
    expect(ask(open({ softwareVersion: "4.2" }), 0x0b)).toHaveLength(16);
  });

  it("takes the byte after the PWM command for its value, whatever it looks like", async () => {
    const bench = open();
    ask(bench, 0xa3, 0x05);
    expect(await bench.hear(200)).toHaveLength(0);
    expect(ask(bench, 0x0b)[15]).toBe(5);
  });
});

describe("a live box", () => {
  it.each([
    [0x03, 1, 20_000, 20],
    [0x43, 10, 2000, 20],
    [0x83, 100, 2000, 200],
    [0xc3, 1000, 2000, 2000],
  ])("by command 0x%s samples at %s Hz", async (command, _rateHz, ms, frames) => {
    const bench = open();
    bench.say(Uint8Array.of(command));
    const read = await streamOf(bench, [0, 1], ms);
    expect(read).toHaveLength(frames);
    expect(
      stepsOf(
        read.map(({ number }) => number),
        16,
      ).every((by) => by === 1),
    ).toBe(true);
  });

  it.each([1, 2, 3, 4, 5, 6])("sends %s channels, 5th and 6th in six bits", async (count) => {
    const inputs = [0, 1, 2, 3, 4, 5].slice(6 - count);
    // 100 uV more a place.
    const bench = open({ source: sourceOf((channel) => 100 * (channel + 1)) });
    const read = await streamOf(bench, inputs, 100);
    expect(read).toHaveLength(100);
    const tenBits = inputs.map((_, i) => 512 + (100 * (i + 1) * 1009 * 1024) / 3.3e6);
    const expected = tenBits.map((value, i) =>
      i < 4 ? Math.round(value) : Math.round(value) >> 4,
    );
    for (const { values } of read) expect(values).toEqual(expected);
  });

  it("clips at the rails of its supply", async () => {
    const source = sourceOf((channel) => (channel === 0 ? 5000 : -5000));
    const [first] = await streamOf(open({ source }), [0, 1], 100);
    expect(first?.values).toEqual([1023, 0]);
  });

  it("is stopped by 00 and by FF, and answers nothing meanwhile", async () => {
    for (const stop of [0x00, 0xff]) {
      const bench = open();
      await streamOf(bench, [0], 100);
      expect(ask(bench, 0x07, 0x0b, 0x43)).toHaveLength(0);
      expect(readFrames(await bench.hear(100), 1)).toHaveLength(100);
      ask(bench, stop);
      expect(await bench.hear(100)).toHaveLength(0);
      expect(textOf(ask(bench, 0x07))).toMatch(/^BITalino/);
    }
  });

  it("begins with number 0 at every start", async () => {
    const bench = open();
    for (const _ of [1, 2]) {
      expect((await streamOf(bench, [0], 105))[0]?.number).toBe(0);
      ask(bench, 0x00);
    }
  });

  it("shows outputs as they are set while it streams", async () => {
    const bench = open();
    await streamOf(bench, [0], 100);
    ask(bench, 0xbf);
    const read = readFrames(await bench.hear(100), 1);
    expect(read.at(-1)?.digital).toEqual([0, 0, 1, 1]);
  });

  it.each([
    ["I1", [1, 0, 0, 0]],
    ["I2", [0, 1, 0, 0]],
  ])("shows a trigger at %s in the one frame of its instant", async (triggerInput, digital) => {
    const bench = open({ options: { triggerInput } });
    await bench.wait(10);
    bench.say(Uint8Array.of(maskOf([0]) | LIVE));
    await bench.wait(103.4);
    bench.device.trigger();
    await bench.wait(200);
    const read = readFrames(bench.take(), 1);
    const marked = read.flatMap((frame, i) => (frame.digital.some(Boolean) ? [i] : []));
    // The first frame that is not before 103.4 ms.
    expect(marked).toEqual([104]);
    expect(read[104]?.digital).toEqual(digital);
  });

  it("runs by a clock of its own", async () => {
    const bench = open({ options: { trueRateHz: 1000.3 } });
    bench.say(Uint8Array.of(maskOf([0]) | LIVE));
    const heard = await bench.hear(200_000);
    expect(heard.length / 3).toBeGreaterThanOrEqual(200_040);
    expect(heard.length / 3).toBeLessThanOrEqual(200_060);
  });

  it("does the same whatever the host's bytes are cut into", async () => {
    const script = [0x78, 0x83, 0xa3, 0x05, 0x07, 0x0b, 0xb7, maskOf([0, 2]) | LIVE];
    const run = async (sizes: readonly number[]): Promise<string> => {
      const bench = open();
      let from = 0;
      for (const size of [...sizes, script.length]) {
        bench.say(Uint8Array.from(script.slice(from, from + size)));
        from += size;
      }
      await bench.wait(300);
      return textOf(bench.take());
    };
    const whole = await run([]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 8 }),
        async (sizes) => {
          expect(await run(sizes)).toBe(whole);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("never throws on random bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
        const bench = open();
        bench.say(bytes);
        await bench.wait(300);
      }),
      { numRuns: 30 },
    );
  });
});

describe("a box in simulated mode", () => {
  it("sends frames of the same form that look alive", async () => {
    const read = await streamOf(open(), [0, 1, 2], 2000, SIMULATED);
    expect(read).toHaveLength(2000);
    for (const place of [0, 1, 2])
      expect(new Set(read.map(({ values }) => values[place])).size).toBeGreaterThan(20);
  });
});

it("has its counter put before the wrap by a fault", async () => {
  const read = await streamOf(open({ faults: [atStart("wrap")] }), [0], 100);
  expect(read.slice(0, 4).map(({ number }) => number)).toEqual([13, 14, 15, 0]);
});

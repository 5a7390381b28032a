/** What holds for every simulated amplifier: its stream, its triggers, its faults. */
import { describe, expect, it } from "vitest";
import { atStart, type Bench, type BenchOptions, openBench, sourceOf } from "./bench.ts";
import { MODELS, type Reading } from "./models.ts";

const SILENCE = sourceOf(() => 0);

describe.each(MODELS)("a simulated $model", (one) => {
  const open = (options: BenchOptions = {}): Bench =>
    openBench(one.simulator, one.model, {
      ...options,
      options: { ...one.options, ...options.options },
    });
  const start = (bench: Bench): Bench => {
    bench.say(Buffer.from(one.start, "latin1"));
    return bench;
  };
  const ask = (bench: Bench): void => bench.say(Buffer.from(one.question, "latin1"));
  /** What came since the last time, after so long. */
  const readAfter = async (bench: Bench, ms: number): Promise<Reading> => {
    await bench.wait(ms);
    return one.read(bench.takeParts());
  };
  /** What comes after a fault in a stream that was in good order. */
  const spoilt = async (kind: string, ms = 400, options: BenchOptions = {}): Promise<Reading> => {
    const bench = start(open(options));
    await bench.wait(400);
    bench.takeParts();
    bench.device.fault(atStart(kind));
    return readAfter(bench, ms);
  };
  const perPacket = one.model === "brainvision-rda" ? 100 : one.model === "neurone" ? 10 : 1;
  const soFar = (ms: number): number => (one.rateHz * ms) / 1000 / perPacket;

  it("is one of its module's models, and of no other", () => {
    expect(one.simulator.models).toContain(one.model);
    expect(() => openBench(one.simulator, "magstim-200")).toThrow("SIMULATOR_UNKNOWN_MODEL");
  });

  it("streams at its rate without a gap, and discharges nothing", async () => {
    const bench = start(open());
    const discharges: unknown[] = [];
    bench.device.discharges$.subscribe((discharge) => discharges.push(discharge));
    const { packets, jumps } = await readAfter(bench, 4000);
    expect(packets).toBe(soFar(4000));
    expect(jumps).toEqual([]);
    expect(discharges).toEqual([]);
  });

  it("sees its source for every channel in turn, at the instants of its samples", async () => {
    const calls: { channel: number; firstMs: number; stepMs: number; length: number }[] = [];
    const source = {
      fill: (channel: number, firstMs: number, stepMs: number, out: Float64Array): void => {
        calls.push({ channel, firstMs, stepMs, length: out.length });
      },
    };
    const bench = open({ source });
    await bench.wait(100);
    start(bench);
    await bench.wait(200);
    const ofFirst = calls.filter(({ channel }) => channel === 0);
    let nextMs = one.start === "" ? 0 : 100;
    for (const { firstMs, stepMs, length } of ofFirst) {
      expect(firstMs).toBeCloseTo(nextMs, 6);
      expect(stepMs).toBeCloseTo(1000 / one.rateHz, 9);
      nextMs += stepMs * length;
    }
    const channels = new Set(calls.map(({ channel }) => channel)).size;
    expect(calls).toHaveLength(ofFirst.length * channels);
    expect(calls.slice(0, channels).map(({ channel }) => channel)).toEqual(
      Array.from({ length: channels }, (_, i) => i),
    );
  });

  it("is never ahead of its clock: a block is filled when its last sample is over", async () => {
    const clockAt: (() => number)[] = [];
    let worstMs = Number.NEGATIVE_INFINITY;
    const source = {
      fill: (_: number, firstMs: number, stepMs: number, out: Float64Array): void => {
        worstMs = Math.max(worstMs, firstMs + stepMs * out.length - (clockAt[0]?.() ?? 0));
      },
    };
    const bench = open({ source });
    clockAt.push(() => bench.clock.now());
    start(bench);
    await bench.wait(1000);
    expect(worstMs).toBeLessThan(1e-6);
    expect(worstMs).toBeGreaterThan(-1);
  });

  it("has a signal of its own, the same for the same seed", async () => {
    const of = async (seed: number): Promise<readonly number[]> =>
      (await readAfter(start(open({ seed })), 1000)).first;
    const first = await of(1);
    expect(new Set(first).size).toBeGreaterThan(5);
    expect(await of(1)).toEqual(first);
    expect(await of(2)).not.toEqual(first);
  });

  it("shows each of some triggers once", async () => {
    const bench = start(open());
    for (let i = 0; i < 5; i++) {
      await bench.wait(300.3);
      bench.device.trigger();
    }
    expect((await readAfter(bench, 300)).marks).toBe(5);
  });

  it("leaves nothing behind when it is closed", async () => {
    const bench = start(open());
    ask(bench);
    await bench.wait(100);
    bench.device.fault(atStart("delay"));
    bench.device.fault({ kind: "drop", when: { at: "time", s: 100 } });
    bench.device.close();
    expect(bench.clock.pending).toBe(0);
  });

  it("refuses faults that it does not know, naming those it does", () => {
    const { device } = open();
    expect(() => device.fault(atStart("explode"))).toThrow(/SIMULATOR_UNKNOWN_FAULT.*unplug/);
    const asked =
      "drop repeat cut corrupt garbage silent unplug delay flat clip mains drift reboot missing-trigger double-trigger wrong-rate wrong-device";
    expect(one.simulator.faultKinds).toEqual(expect.arrayContaining(asked.split(" ")));
    for (const kind of ["wrap", "counter-jump"])
      expect(one.simulator.faultKinds.includes(kind)).toBe(one.hasNumbers);
    for (const kind of one.simulator.faultKinds) device.fault(atStart(kind));
  });

  it("loses a packet by `drop`, and its number with it", async () => {
    const { packets, jumps } = await spoilt("drop");
    expect(packets).toBe(soFar(400) - 1);
    expect(jumps).toEqual([]);
    const bench = start(open());
    await bench.wait(400);
    for (const _ of [1, 2, 3]) bench.device.fault({ kind: "drop", when: { at: "time", s: 0.6 } });
    const whole = await readAfter(bench, 400);
    expect(whole.packets).toBe(soFar(800) - 3);
    expect(whole.jumps).toEqual(one.hasNumbers ? [4] : []);
  });

  it("sends a packet twice by `repeat`", async () => {
    const bench = start(open());
    await bench.wait(400);
    bench.device.fault(atStart("repeat"));
    const { packets, jumps } = await readAfter(bench, 400);
    expect(packets).toBe(soFar(800) + 1);
    // The same number again.
    if (one.hasNumbers) expect(jumps).toEqual([0]);
  });

  it.each(["cut", "corrupt"])("spoils one packet by `%s`, and goes on", async (kind) => {
    const { packets } = await spoilt(kind);
    const lost = soFar(400) - packets;
    expect(lost).toBeGreaterThanOrEqual(1);
    // A reader without checksums may lose the next one too.
    expect(lost).toBeLessThanOrEqual(2);
  });

  it("sends garbage that a reader gets over", async () => {
    const bench = start(open());
    await bench.wait(400);
    bench.takeParts();
    bench.device.fault(atStart("garbage"));
    expect(bench.takeParts().map(({ length }) => length)).toEqual([8]);
    bench.device.fault(atStart("garbage"));
    expect((await readAfter(bench, 400)).packets).toBeGreaterThanOrEqual(soFar(400) - 1);
  });

  it("holds everything back for half a second by `delay`, and loses nothing", async () => {
    const bench = start(open());
    await bench.wait(400);
    bench.takeParts();
    bench.device.fault(atStart("delay"));
    expect((await readAfter(bench, 499)).packets).toBe(0);
    const { packets, jumps } = await readAfter(bench, 501);
    expect(packets).toBe(soFar(1000));
    expect(jumps).toEqual([]);
  });

  it("is silent by `silent`, and speaks again after a reboot", async () => {
    const bench = start(open());
    await bench.wait(400);
    bench.takeParts();
    bench.device.fault(atStart("silent"));
    ask(bench);
    await bench.wait(1000);
    expect(bench.takeParts()).toEqual([]);
    bench.device.fault(atStart("reboot"));
    await bench.wait(2000);
    expect((await readAfter(start(bench), 2000)).packets).toBeGreaterThan(soFar(1900));
  });

  it("comes off its cable by `unplug`, also told to who asks later", async () => {
    const bench = start(open());
    bench.device.fault({ kind: "unplug", when: { at: "time", s: 0.5 } });
    await bench.wait(1000);
    bench.takeParts();
    let told = 0;
    bench.device.unplugged$.subscribe(() => {
      told += 1;
    });
    start(bench);
    ask(bench);
    bench.device.trigger();
    await bench.wait(2000);
    expect([told, bench.takeParts()]).toEqual([1, []]);
  });

  it("is another device by `wrong-device`: other bytes, and deaf", async () => {
    const bench = open({ faults: [atStart("wrong-device")] });
    start(bench);
    ask(bench);
    await bench.wait(2000);
    const parts = bench.takeParts();
    const all = Buffer.concat(parts);
    expect(all).toHaveLength(17 * 512);
    for (let at = 0; at < all.length; at += 17) expect(all.readUInt16BE(at)).toBe(0xa55a);
    expect(one.read(parts).packets).toBe(0);
  });

  it("sees nothing on its first channel by `flat`, and too much by `clip`", async () => {
    const source = sourceOf((_, ms) => 40 * Math.sin(ms));
    expect(new Set((await spoilt("flat", 400, { source })).first)).toEqual(new Set([one.zero]));
    expect(new Set((await spoilt("clip", 400, { source })).first)).toEqual(new Set([one.top]));
  });

  it("hums by `mains`", async () => {
    const quiet = await readAfter(start(open({ source: SILENCE })), 400);
    expect(new Set(quiet.first)).toEqual(new Set([one.zero]));
    const { first } = await spoilt("mains", 400, { source: SILENCE });
    expect(Math.max(...first)).toBeGreaterThan(one.zero);
    expect(Math.min(...first)).toBeLessThan(one.zero);
  });

  it("runs 500 ppm fast by `drift`, without a gap", async () => {
    const calls: { readonly firstMs: number; readonly endMs: number; readonly stepMs: number }[] =
      [];
    const source = {
      fill: (channel: number, firstMs: number, stepMs: number, out: Float64Array): void => {
        if (channel === 0) calls.push({ firstMs, endMs: firstMs + stepMs * out.length, stepMs });
      },
    };
    const bench = start(open({ source }));
    await bench.wait(333);
    bench.device.fault(atStart("drift"));
    const { jumps } = await readAfter(bench, 400);
    expect(jumps).toEqual([]);
    expect(calls[0]?.stepMs).toBeCloseTo(1000 / one.rateHz, 9);
    expect(calls.at(-1)?.stepMs).toBeCloseTo(1000 / one.rateHz / 1.0005, 9);
    for (const [i, { firstMs }] of calls.entries())
      if (i > 0) expect(firstMs).toBeCloseTo(calls[i - 1]?.endMs ?? 0, 6);
  });

  it("samples at half of its rate by `wrong-rate`", async () => {
    const right = await readAfter(start(open()), 4000);
    const wrong = await readAfter(start(open({ faults: [atStart("wrong-rate")] })), 4000);
    expect(wrong.first.length / right.first.length).toBeCloseTo(0.5, 2);
    expect(wrong.jumps).toEqual([]);
  });

  it("misses one trigger, or sees one twice", async () => {
    const bench = start(
      open({
        faults: [
          { kind: "missing-trigger", when: { at: "pulse", n: 2 } },
          { kind: "double-trigger", when: { at: "pulse", n: 4 } },
        ],
      }),
    );
    const seen: number[] = [];
    for (let i = 0; i < 5; i++) {
      await bench.wait(300);
      bench.device.trigger();
      await bench.wait(300);
      seen.push(one.read(bench.takeParts()).marks);
    }
    expect(seen).toEqual([1, 0, 1, 2, 1]);
  });

  it("sends the same bytes in odd pieces when told to, unless they are datagrams", async () => {
    const stream = async (chunks: string): Promise<readonly Uint8Array[]> => {
      const bench = start(open({ options: { chunks } }));
      await bench.wait(1000);
      return bench.takeParts();
    };
    const [whole, odd] = [await stream("whole"), await stream("odd")];
    expect(Buffer.concat(odd).equals(Buffer.concat(whole))).toBe(true);
    const longest = Math.max(...odd.map(({ length }) => length));
    if (one.model === "neurone") expect(odd).toHaveLength(whole.length);
    else expect(longest).toBeLessThanOrEqual(13);
  });

  it("refuses options that cannot be", () => {
    expect(() => open({ options: { trueRateHz: "fast" } })).toThrow(/CLI_BAD_CALL.*trueRateHz/);
    expect(() => open({ options: { chunks: "tiny" } })).toThrow(/CLI_BAD_CALL.*odd/);
  });
});

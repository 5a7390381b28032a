import { describe, expect, it } from "vitest";
import type { TriggerPath } from "../../src/contract/trigger.ts";
import { type NerveParts, nerveTrain, stimulateNerve } from "../../src/engine/nerve.ts";
import { createStopSignal, type StopSignal } from "../../src/engine/stopSignal.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { openNerveGate } from "../../src/safety/gate.ts";
import { createVirtualClock, type VirtualClock } from "../../src/time/virtualClock.ts";

interface Bench {
  readonly clock: VirtualClock;
  readonly stop: StopSignal;
  readonly parts: NerveParts;
  /** Instants at which the line was raised. */
  readonly raisedMs: readonly number[];
}

function bench(failing: (n: number) => Error | null = () => null): Bench {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const stop = createStopSignal();
  const raisedMs: number[] = [];
  const path: TriggerPath = {
    name: "line 1",
    worstLatencyMs: 1,
    fire: () => {
      const error = failing(raisedMs.length + 1);
      if (error !== null) throw error;
      raisedMs.push(clock.now());
      return { writtenMs: clock.now(), writtenHex: "01", drained: Promise.resolve(clock.now()) };
    },
  };
  return { clock, stop, raisedMs, parts: { clock, stop, path, gate: openNerveGate("box/nerve") } };
}

describe("a stimulus of a nerve", () => {
  it("is given once, at its instant", async () => {
    const { clock, parts, raisedMs } = bench();
    const end = await clock.run(() => stimulateNerve(parts, 1234.5));
    expect(end).toEqual({ given: true, writtenMs: 1234.5 });
    expect(raisedMs).toEqual([1234.5]);
  });

  it("is not given when its instant has passed, after a stop, or too soon after the one before", async () => {
    const late = bench();
    const passed = await late.clock.run(async () => {
      await late.clock.wait(100);
      return stimulateNerve(late.parts, 99);
    });
    expect(passed).toMatchObject({ given: false, why: expect.stringContaining("passed") });
    expect(late.raisedMs).toEqual([]);

    const stopped = bench();
    stopped.clock.at(500, () => stopped.stop.set("a test"));
    const end = await stopped.clock.run(() => stimulateNerve(stopped.parts, 1000));
    expect(end).toMatchObject({ given: false });
    expect(stopped.clock.now()).toBe(500);
    expect(stopped.raisedMs).toEqual([]);

    const twice = bench();
    await twice.clock.run(async () => {
      await stimulateNerve(twice.parts, 1000);
      expect(await stimulateNerve(twice.parts, 1010)).toMatchObject({ given: false });
    });
    expect(twice.raisedMs).toEqual([1000]);
  });

  it("that the port refuses is not given, and an error of this program is not swallowed", async () => {
    const refused = bench(() => new PulsetrainError("PORT_LOST", "unplugged"));
    const end = await refused.clock.run(() => stimulateNerve(refused.parts, 1000));
    expect(end).toMatchObject({ given: false, why: expect.stringContaining("unplugged") });

    const broken = bench(() => new TypeError("a bug"));
    await expect(broken.clock.run(() => stimulateNerve(broken.parts, 1000))).rejects.toThrow(
      "a bug",
    );
  });
});

describe("a train of nerve stimuli", () => {
  it("keeps its distance exactly and begins one distance from now", async () => {
    const { clock, parts, raisedMs } = bench();
    const end = await clock.run(() => nerveTrain(parts, 5, 331));
    expect(end).toEqual({ writtenMs: [331, 662, 993, 1324, 1655], refused: null });
    expect(raisedMs).toEqual(end.writtenMs);
  });

  it("ends with the first stimulus that is not given, and tells those that were", async () => {
    const { clock, parts, stop, raisedMs } = bench();
    clock.at(800, () => stop.set("a test"));
    const end = await clock.run(() => nerveTrain(parts, 100, 331));
    expect(end).toMatchObject({
      writtenMs: [331, 662],
      refused: expect.stringContaining("stopped"),
    });
    expect(raisedMs).toHaveLength(2);

    const lost = bench((n) => (n === 3 ? new PulsetrainError("PORT_LOST", "unplugged") : null));
    const cut = await lost.clock.run(() => nerveTrain(lost.parts, 100, 331));
    expect(cut.writtenMs).toEqual([331, 662]);
    expect(lost.raisedMs).toHaveLength(2);
  });

  it("is refused where it would be too fast for a nerve", async () => {
    const { clock, parts, raisedMs } = bench();
    const end = await clock.run(() => nerveTrain(parts, 10, 20));
    expect(end.refused).not.toBeNull();
    expect(raisedMs).toHaveLength(1);
  });
});

/** Starts that leave by a trigger input instead of the wire. */
import { describe, expect, it } from "vitest";
import type { PermitLike } from "../../../src/contract/stimulator.ts";
import type { TriggerPath } from "../../../src/contract/trigger.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { onBench, PULSE, readyForPulse, readyForTrain, TRAIN } from "./bench.ts";
import { PERMIT } from "./fakePort.ts";
import { armFor, onPair, PAIR, type PairBench } from "./pairBench.ts";

interface Edges {
  readonly path: (bench: Pick<PairBench, "clock">) => TriggerPath;
  readonly permits: PermitLike[];
  reaches: () => void;
}

/** A line that leads to `reaches`; without a permit nothing leaves. */
function edges(): Edges {
  const made: Edges = {
    permits: [],
    reaches: () => undefined,
    path: ({ clock }) => ({
      name: "RTS",
      worstLatencyMs: 1,
      fire: (permit) => {
        if (permit === undefined) throw new PulsetrainError("PORT_HAZARD_REFUSED", "no permit");
        made.permits.push(permit);
        made.reaches();
        return { writtenMs: clock.now(), writtenHex: "RTS", drained: Promise.resolve(clock.now()) };
      },
    }),
  };
  return made;
}

describe("a start by a trigger line", () => {
  it("raises the line under its permit, writes nothing, and is shown by the recharging", () => {
    const line = edges();
    return onPair(
      async (bench) => {
        line.reaches = bench.fake.trigger;
        await bench.driver.connect();
        await armFor(bench, PAIR);
        const startMs = bench.clock.now();
        const { writtenMs, writtenHex, done } = bench.driver.deliver(PAIR, PERMIT);
        expect([writtenMs, writtenHex]).toEqual([startMs, "RTS"]);
        expect(await done).toMatchObject({
          outcome: "delivered",
          acknowledgedMs: null,
          drainedMs: startMs,
          writtenHex: "RTS",
        });
        expect(line.permits).toEqual([PERMIT]);
        expect(bench.fake.commands()).not.toContain("EH");
        expect(bench.events).toEqual([]);
      },
      { trigger: line.path },
    );
  });

  it("asks nothing for the first 20 ms after the edge", () => {
    const line = edges();
    return onPair(
      async (bench) => {
        line.reaches = bench.fake.trigger;
        await bench.driver.connect();
        await armFor(bench, PAIR);
        await bench.driver.readStatus();
        const edgeMs = bench.clock.now();
        bench.driver.quietUntil(edgeMs + 10);
        await bench.driver.deliver(PAIR, PERMIT).done;
        const after = bench.fake.written.filter((one) => one.atMs >= edgeMs);
        expect(after.length).toBeGreaterThan(0);
        expect(Math.min(...after.map((one) => one.atMs))).toBeGreaterThanOrEqual(edgeMs + 20);
      },
      { trigger: line.path },
    );
  });

  it("that is lost is unknown, since nothing answers it", () => {
    const line = edges();
    return onPair(
      async (bench) => {
        await bench.driver.connect();
        await armFor(bench, PAIR);
        const { done } = bench.driver.deliver(PAIR, PERMIT);
        expect(await done).toMatchObject({
          outcome: "unknown",
          deviceReportedMs: null,
          detail: expect.stringMatching(/triggered, yet it did not recharge/),
        });
        expect(line.permits.length).toBe(1);
      },
      { trigger: line.path },
    );
  });

  it("is kept back where a start by the wire would be", () => {
    const line = edges();
    return onPair(
      async (bench) => {
        await bench.driver.connect();
        expect(() => bench.driver.deliver(PAIR, PERMIT)).toThrowError(/DEVICE_NOT_READY/);
        await armFor(bench, PAIR);
        expect(() => bench.driver.deliver(PULSE, PERMIT)).toThrowError(/DEVICE_CONFLICT/);
        expect(() => bench.driver.deliver(PAIR, undefined as never)).toThrowError(
          /PORT_HAZARD_REFUSED/,
        );
        expect(line.permits).toEqual([]);
        // A start that never left explains no pulse of somebody else.
        bench.fake.trigger();
        await bench.clock.wait(500);
        expect(bench.events).toMatchObject([{ kind: "pulse", expected: false }]);
      },
      { trigger: line.path },
    );
  });

  it("is never raised by connecting, keeping control, disarming or closing", () => {
    const line = edges();
    return onPair(
      async (bench) => {
        await bench.driver.connect();
        await armFor(bench, PAIR);
        await bench.clock.wait(5000);
        await bench.driver.close();
        expect(line.permits).toEqual([]);
      },
      { trigger: line.path },
    );
  });

  it("starts pulses and trains of a Rapid too", async () => {
    for (const [ready, dose] of [
      [readyForPulse, PULSE],
      [readyForTrain, TRAIN],
    ] as const) {
      const line = edges();
      await onBench(
        async (bench) => {
          line.reaches = bench.fake.trigger;
          await ready(bench);
          expect((await bench.driver.deliver(dose, PERMIT).done).outcome).toBe("delivered");
          expect(bench.fake.commands()).not.toContain("EH");
          expect(bench.events).toEqual([]);
        },
        { trigger: line.path },
      );
    }
  });
});

import { describe, expect, it } from "vitest";
import type { StimulatorEvent } from "../../../src/contract/stimulator.ts";
import { type Bench, fire, onBench, PULSE, readyFor, TRAIN, windowOf } from "./bench.ts";
import { PERMIT } from "./fakePro.ts";

const pulses = (events: readonly StimulatorEvent[]) =>
  events.flatMap((event) => (event.kind === "pulse" ? [event] : []));

const starts = ({ fake }: Bench): string[] =>
  fake.bodies().filter((body) => body === "03" || body === "04");

describe("a window for somebody else's pulses", () => {
  it("at the trigger input writes nothing, and tells every pulse as foreign", () =>
    onBench(async (bench) => {
      await readyFor(bench, windowOf("trigger"));
      const before = bench.fake.written.length;
      expect(bench.driver.beginExternal?.(windowOf("trigger"), PERMIT)).toBeNull();
      expect(bench.fake.written.length).toBe(before);
      for (let i = 0; i < 3; i += 1) {
        bench.fake.foreignPulse();
        await bench.clock.wait(1000);
      }
      bench.driver.endExternal?.();
      expect(bench.events.map(({ kind }) => kind)).toEqual(["pulse", "pulse", "pulse"]);
      expect(pulses(bench.events).every(({ expected }) => !expected)).toBe(true);
    }));

  it("for a protocol of the device starts it", () =>
    onBench(async (bench) => {
      bench.fake.body.train = [0, 100, 4, 1, 10, 0];
      await readyFor(bench, windowOf("stored-protocol"));
      await bench.driver.readStatus();
      const written = bench.driver.beginExternal?.(windowOf("stored-protocol"), PERMIT);
      expect(written).toMatchObject({ writtenHex: "fe010461ff" });
      await bench.clock.wait(2000);
      expect(pulses(bench.events).map(({ expected }) => expected)).toEqual([
        false,
        false,
        false,
        false,
      ]);
      expect(bench.events.length).toBe(4);
    }));

  it("tells the amplitude that a line of the protocol has by the status alone", () =>
    onBench(async (bench) => {
      await readyFor(bench, windowOf("stored-protocol"));
      await bench.driver.readStatus();
      bench.driver.beginExternal?.(windowOf("stored-protocol"), PERMIT);
      bench.fake.body.a = 60;
      bench.fake.say([1, 60, 0, bench.fake.flags()]);
      expect(bench.driver.lastStatus()?.intensityPctMso).toEqual([60]);
      bench.fake.body.a = 20;
      bench.fake.say([1, 20, 0, bench.fake.flags()]);
      expect(bench.driver.lastStatus()?.intensityPctMso).toEqual([50]);
      expect(bench.events.filter(({ kind }) => kind === "panel")).toEqual([]);
    }));

  it("tells a line of the protocol that goes beyond the set amplitude before its pulses", () =>
    onBench(async (bench) => {
      await readyFor(bench, windowOf("stored-protocol"));
      await bench.driver.readStatus();
      bench.driver.beginExternal?.(windowOf("stored-protocol"), PERMIT);
      bench.fake.say([7, 150, 100, bench.fake.flags()]);
      expect(bench.statuses.at(-1)?.intensityPctMso).toEqual([75]);
      expect(bench.events).toEqual([]);
    }));

  it("is not opened for a device that is set to something else", () =>
    onBench(async (bench) => {
      await readyFor(bench, TRAIN);
      expect(() => bench.driver.beginExternal?.(windowOf("trigger"), PERMIT)).toThrow(
        /set to train/,
      );
      expect(() => bench.driver.beginExternal?.(windowOf("stored-protocol"), PERMIT)).toThrow();
      expect(starts(bench)).toEqual([]);
    }));
});

describe("a start through a trigger", () => {
  const viaTrigger = (work: (bench: Bench, edges: number[]) => Promise<void>): Promise<void> => {
    const edges: number[] = [];
    return onBench((bench) => work(bench, edges), {
      trigger: (clock, fake) => ({
        name: "test",
        worstLatencyMs: 1,
        fire: () => {
          edges.push(clock.now());
          clock.at(clock.now() + 20, () => fake.foreignPulse());
          return {
            writtenMs: clock.now(),
            writtenHex: "RTS",
            drained: Promise.resolve(clock.now()),
          };
        },
      }),
    });
  };

  it("takes the place of the command; the report is the evidence still", () =>
    viaTrigger(async (bench, edges) => {
      await readyFor(bench, PULSE);
      expect(await fire(bench, PULSE)).toMatchObject({ outcome: "delivered", writtenHex: "RTS" });
      expect(edges.length).toBe(1);
      expect(starts(bench)).toEqual([]);
      expect(pulses(bench.events)).toMatchObject([{ expected: true }]);
    }));

  it.each([
    ["refused", false, "refused-by-device"],
    ["refused", true, "delivered"],
    ["silent", false, "unknown"],
    ["given", false, "unknown"],
  ] as const)("that the box calls %s, with a report %s, is %s", (kind, isReported, outcome) =>
    onBench(
      async (bench) => {
        await readyFor(bench, PULSE);
        expect(await fire(bench, PULSE)).toMatchObject({ outcome });
      },
      {
        trigger: (clock, fake) => ({
          name: "test",
          worstLatencyMs: 1,
          fire: () => {
            if (isReported) clock.at(clock.now() + 5, () => fake.foreignPulse());
            const answer = clock
              .until(clock.now() + 10)
              .then(() => ({ kind, atMs: clock.now(), detail: "busy" }));
            const drained = Promise.resolve(clock.now());
            return { writtenMs: clock.now(), writtenHex: "RTS", drained, answer };
          },
        }),
      },
    ),
  );

  it("starts no trains", () =>
    viaTrigger(async (bench, edges) => {
      await readyFor(bench, TRAIN);
      expect(await fire(bench, TRAIN)).toMatchObject({ writtenHex: "fe010461ff" });
      expect(edges).toEqual([]);
    }));
});

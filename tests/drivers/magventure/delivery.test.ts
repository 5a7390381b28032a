import { describe, expect, it } from "vitest";
import type { StimulatorEvent } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import {
  type Bench,
  BURST,
  doseOf,
  fire,
  ITBS,
  onBench,
  PAIR,
  PULSE,
  readyFor,
  TRAIN,
  windowOf,
} from "./bench.ts";
import { PERMIT } from "./fakePro.ts";

const pulses = (events: readonly StimulatorEvent[]) =>
  events.flatMap((event) => (event.kind === "pulse" ? [event] : []));

const starts = ({ fake }: Bench): string[] =>
  fake.bodies().filter((body) => body === "03" || body === "04");

describe("a pulse", () => {
  it("is delivered when the device reports it, with its rate of rise", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      const atMs = bench.clock.now() + 20;
      const delivery = await fire(bench, PULSE);
      expect(delivery).toMatchObject({
        outcome: "delivered",
        writtenMs: atMs,
        writtenHex: "fe0103e2ff",
        drainedMs: atMs + 2,
        deviceReportedMs: atMs + 20,
      });
      expect(bench.events).toEqual([
        { kind: "pulse", atMs: atMs + 20, expected: true, didtAPerUs: [50] },
      ]);
    }));

  it("is unknown without a report, and is not sent again", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      bench.fake.script = (body) => (body === "03" ? null : undefined);
      expect(await fire(bench, PULSE)).toMatchObject({
        outcome: "unknown",
        detail: "no report of a pulse",
        deviceReportedMs: null,
      });
      expect(starts(bench)).toEqual(["03"]);
    }));

  it("may be reported with zeros, as an R30 does", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      bench.fake.script = (body) => (body === "03" ? [[2, 0, 0, bench.fake.flags()]] : undefined);
      expect(await fire(bench, PULSE)).toMatchObject({ outcome: "delivered" });
    }));

  it("that nobody ordered is told as such, before a dose and after it", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      bench.fake.foreignPulse();
      await bench.clock.wait(1);
      await fire(bench, PULSE);
      bench.fake.foreignPulse();
      await bench.clock.wait(1);
      expect(pulses(bench.events).map(({ expected }) => expected)).toEqual([false, true, false]);
    }));

  it("is unknown when the device disarms itself first", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      bench.fake.script = (body, state) => {
        if (body !== "03") return undefined;
        state.enabled = false;
        return [[3, 43, 60, bench.fake.flags()]];
      };
      expect(await fire(bench, PULSE)).toMatchObject({
        outcome: "unknown",
        detail: expect.stringMatching(/disabled/),
      });
      expect(bench.events).toMatchObject([{ kind: "disarmed-itself" }]);
    }));

  it("is unknown at once when the link is lost or the host disarms", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      bench.fake.script = (body) => (body === "03" ? null : undefined);
      const first = fire(bench, PULSE);
      await bench.clock.wait(30);
      await bench.driver.disarm("stop");
      expect(await first).toMatchObject({
        outcome: "unknown",
        detail: expect.stringMatching(/disarmed: stop/),
      });
      await bench.driver.arm(PERMIT);
      const second = fire(bench, PULSE);
      await bench.clock.wait(30);
      bench.fake.lose("cable");
      expect(await second).toMatchObject({
        outcome: "unknown",
        detail: expect.stringMatching(/cable/),
      });
    }));
});

describe("a start is refused before any byte", () => {
  it("while the device is disabled or unknown", () =>
    onBench(async (bench) => {
      await bench.driver.connect();
      expect(() => bench.driver.deliver(PULSE, PERMIT)).toThrow(/standby/);
      expect(starts(bench)).toEqual([]);
    }));

  it("while a question is on the line", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      const reading = bench.driver.readStatus();
      expect(() => bench.driver.deliver(PULSE, PERMIT)).toThrow(/question is on the line/);
      await reading;
      expect(starts(bench)).toEqual([]);
    }));

  it("while the outcome of the one before is open", () =>
    onBench(async (bench) => {
      await readyFor(bench, PULSE);
      const { done } = bench.driver.deliver(PULSE, PERMIT);
      expect(() => bench.driver.deliver(PULSE, PERMIT)).toThrow(/not known yet/);
      await done;
      expect(starts(bench)).toEqual(["03"]);
    }));

  it.each([
    ["a train", TRAIN, PULSE],
    ["a pulse", PULSE, TRAIN],
    ["a burst", BURST, PULSE],
    ["a pulse", PULSE, PAIR],
    ["a pair of another interval", doseOf({ kind: "pair", isiMs: 4 }, [40, 60]), PAIR],
    ["a window", windowOf("trigger"), PULSE],
  ])("for %s while it is set to something else", (name, dose, set) =>
    onBench(async (bench) => {
      await readyFor(bench, set);
      if (name === "a window") {
        bench.driver.endExternal?.();
        await bench.driver.disarm("test");
      }
      expect(() => bench.driver.deliver(dose, PERMIT)).toThrow(PulsetrainError);
      expect(starts(bench)).toEqual([]);
    }),
  );
});

describe("a pair", () => {
  it("is delivered with one report of both", () =>
    onBench(async (bench) => {
      await readyFor(bench, PAIR);
      expect(await fire(bench, PAIR)).toMatchObject({
        outcome: "delivered",
        detail: expect.stringMatching(/one report/),
      });
      expect(pulses(bench.events)).toMatchObject([{ expected: true, didtAPerUs: [40, 60] }]);
    }));

  it("is delivered with two reports", () =>
    onBench(async (bench) => {
      bench.fake.pairReports = 2;
      const wide = doseOf({ kind: "pair", isiMs: 500 }, [40, 60]);
      await readyFor(bench, wide);
      expect(await fire(bench, wide)).toMatchObject({
        outcome: "delivered",
        detail: expect.stringMatching(/two reports/),
      });
      expect(pulses(bench.events)).toMatchObject([
        { expected: true, didtAPerUs: [40, 0] },
        { expected: true, didtAPerUs: [0, 60] },
      ]);
    }));

  it("is unknown when the second pulse is not told", () =>
    onBench(async (bench) => {
      await readyFor(bench, PAIR);
      bench.fake.script = (body) => (body === "03" ? [[2, 40, 0, bench.fake.flags()]] : undefined);
      const startMs = bench.clock.now();
      expect(await fire(bench, PAIR)).toMatchObject({
        outcome: "unknown",
        detail: expect.stringMatching(/second was not/),
      });
      expect(bench.clock.now() - startMs).toBeLessThan(200);
    }));

  it("whose second pulse has no output cannot be told apart, and says so", () =>
    onBench(async (bench) => {
      const dose = doseOf({ kind: "pair", isiMs: 3 }, [40, 0]);
      await readyFor(bench, dose);
      expect(await fire(bench, dose)).toMatchObject({
        outcome: "delivered",
        detail: expect.stringMatching(/no output to be told/),
      });
    }));

  it("takes no second report of a first pulse", () =>
    onBench(async (bench) => {
      await readyFor(bench, PAIR);
      const report = [2, 40, 0, bench.fake.flags()];
      bench.fake.script = (body) => (body === "03" ? [report, report] : undefined);
      expect(await fire(bench, PAIR)).toMatchObject({ outcome: "unknown" });
      expect(pulses(bench.events).map(({ expected }) => expected)).toEqual([true, false]);
    }));

  it("takes no third report", () =>
    onBench(async (bench) => {
      bench.fake.pairReports = 2;
      await readyFor(bench, PAIR);
      await fire(bench, PAIR);
      bench.fake.say([2, 0, 60, bench.fake.flags()]);
      expect(pulses(bench.events).map(({ expected }) => expected)).toEqual([true, true, false]);
    }));
});

describe("a burst", () => {
  it.each([
    ["one", 1, /one report of the burst/],
    ["each", 3, /3 reports/],
  ] as const)("is delivered with %s report a start or pulse", (how, count, words) =>
    onBench(async (bench) => {
      bench.fake.burstReports = how;
      await readyFor(bench, BURST);
      expect(await fire(bench, BURST)).toMatchObject({
        outcome: "delivered",
        detail: expect.stringMatching(words),
      });
      expect(pulses(bench.events).map(({ expected }) => expected)).toEqual(
        Array<boolean>(count).fill(true),
      );
    }),
  );

  it("does not take a later pulse for one of its own", () =>
    onBench(async (bench) => {
      await readyFor(bench, BURST);
      await fire(bench, BURST);
      await bench.clock.wait(200);
      bench.fake.foreignPulse();
      await bench.clock.wait(1);
      expect(pulses(bench.events).map(({ expected }) => expected)).toEqual([true, false]);
    }));

  it("is unknown with a number of reports that is neither", () =>
    onBench(async (bench) => {
      await readyFor(bench, BURST);
      const report = [2, 50, 0, bench.fake.flags()];
      bench.fake.script = (body) => (body === "03" ? [report, report] : undefined);
      expect(await fire(bench, BURST)).toMatchObject({ outcome: "unknown" });
    }));
});

describe("a train", () => {
  it("has no part in a burst that somebody else starts after its end", () =>
    onBench(async (bench) => {
      await readyFor(bench, ITBS);
      expect(await fire(bench, ITBS)).toMatchObject({ outcome: "delivered" });
      bench.events.splice(0);
      await bench.clock.wait(300);
      bench.fake.foreignPulse();
      await bench.clock.wait(1);
      expect(bench.events).toMatchObject([{ kind: "pulse", expected: false, pulses: 3 }]);
    }));

  it("is delivered when all its pulses were reported and it ended", () =>
    onBench(async (bench) => {
      await readyFor(bench, TRAIN);
      const delivery = await fire(bench, TRAIN);
      expect(delivery).toMatchObject({
        outcome: "delivered",
        writtenHex: "fe010461ff",
        detail: expect.stringMatching(/40 reports within 1950 ms/),
      });
      expect(delivery.acknowledgedMs).toBe(delivery.writtenMs + 20);
      expect(pulses(bench.events).filter(({ expected }) => expected).length).toBe(40);
      expect(bench.events.length).toBe(40);
    }));

  it.each(["one", "each"] as const)("of bursts is delivered, told %s", (how) =>
    onBench(async (bench) => {
      bench.fake.burstReports = how;
      await readyFor(bench, ITBS);
      expect(await fire(bench, ITBS)).toMatchObject({ outcome: "delivered" });
      expect(bench.events.length).toBe(how === "one" ? 10 : 30);
    }),
  );

  it("of bursts that ends early is not taken for a whole one by its number", () =>
    onBench(async (bench) => {
      bench.fake.burstReports = "each";
      await readyFor(bench, ITBS);
      const { fake, clock } = bench;
      let reports = 0;
      bench.driver.events$.subscribe((event) => {
        if (event.kind === "pulse") reports += 1;
        if (reports !== 10 || !fake.body.running) return;
        fake.body.running = false;
        clock.at(clock.now() + 1, () => fake.say([8, 2, 0, fake.flags()]));
      });
      expect(await fire(bench, ITBS)).toMatchObject({
        outcome: "unknown",
        detail: expect.stringMatching(/^1\d reports|^12 reports/),
      });
    }));

  it("with a pulse too few is unknown, with its count", () =>
    onBench(async (bench) => {
      await readyFor(bench, TRAIN);
      bench.fake.body.train[2] = 39;
      expect(await fire(bench, TRAIN)).toMatchObject({
        outcome: "unknown",
        detail: expect.stringMatching(/39 reports of pulses, 40 expected/),
      });
    }));

  it("with a pulse too many tells the foreign one", () =>
    onBench(async (bench) => {
      await readyFor(bench, TRAIN);
      bench.fake.body.train[2] = 41;
      await fire(bench, TRAIN);
      expect(pulses(bench.events).filter(({ expected }) => !expected).length).toBe(1);
    }));

  it("is told by its pulses where the device never says that it runs", () =>
    onBench(async (bench) => {
      await readyFor(bench, TRAIN);
      const { fake } = bench;
      const say = fake.say;
      fake.say = (body) => {
        if (body[0] === 8) return;
        say(body[0] === 5 ? [...body.slice(0, 14), 0] : body);
      };
      expect(await fire(bench, TRAIN)).toMatchObject({ outcome: "delivered" });
    }));

  it("without any sign of a start is unknown after a second, and is not started again", () =>
    onBench(async (bench) => {
      await readyFor(bench, TRAIN);
      bench.fake.script = (body) => (body === "04" ? null : undefined);
      const startMs = bench.clock.now();
      expect(await fire(bench, TRAIN)).toMatchObject({
        outcome: "unknown",
        detail: expect.stringMatching(/no sign of a train/),
      });
      expect(bench.clock.now() - startMs).toBe(1020);
      expect(starts(bench)).toEqual(["04"]);
    }));

  it("that is stopped is unknown, and its late reports are still its own", () =>
    onBench(async (bench) => {
      await readyFor(bench, TRAIN);
      const { fake } = bench;
      const done = fire(bench, TRAIN);
      await bench.clock.wait(500);
      const disarming = bench.driver.disarm("stop");
      fake.say([2, 50, 0, fake.flags()]);
      expect(await disarming).toEqual({ confirmed: true, detail: "disabled" });
      expect(await done).toMatchObject({
        outcome: "unknown",
        detail: expect.stringMatching(/disarmed: stop; \d+ reports of pulses/),
      });
      expect(pulses(bench.events).every(({ expected }) => expected)).toBe(true);
    }));
});

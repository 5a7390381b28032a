import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BURST,
  DUAL,
  enabledBench,
  openBench,
  runningTrain,
  settingsBody,
  trainBody,
} from "./bench.ts";

const ids = (bodies: readonly string[]): string => bodies.map((hex) => hex.slice(1, 2)).join("");

describe("a train that the device times", () => {
  it("gives every pulse at its own instant, told by 8, a 2 for each, and 8", async () => {
    const { bench, startMs } = await runningTrain({ hz: 10, pulses: 5, trains: 3, itiS: 1 });
    await bench.wait(5000);
    const instants = [0, 1, 2].flatMap((train) =>
      [0, 1, 2, 3, 4].map((pulse) => train * (400 + 1000) + pulse * 100),
    );
    expect(bench.discharges.map(({ atMs }) => atMs - startMs)).toEqual(instants);
    for (const { intensityPctMso, cause } of bench.discharges)
      expect({ intensityPctMso, cause }).toEqual({ intensityPctMso: [50], cause: "train" });
  });

  it("tells its start, its pulses and its end in this order, and message 5 that it runs", async () => {
    const bench = await enabledBench(50);
    await bench.say(...trainBody({ hz: 10, pulses: 3, trains: 1 }));
    await bench.say(7, 2);
    bench.send(4);
    await bench.wait(150);
    expect((await bench.status()).running).toBe(1);
    await bench.wait(500);
    expect((await bench.status()).running).toBe(0);
    const again = await enabledBench(50);
    await again.say(...trainBody({ hz: 10, pulses: 3, trains: 1 }));
    await again.say(7, 2);
    again.send(4);
    await again.wait(1000);
    expect(again.take()).toEqual(["08020174", "024b0074", "024b0074", "024b0074", "08020074"]);
  });

  it("lasts as long as ((pulses - 1) / rate + ITI) x trains - ITI, whatever they are", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          hz: fc.integer({ min: 2, max: 100 }),
          pulses: fc.integer({ min: 1, max: 30 }),
          trains: fc.integer({ min: 1, max: 6 }),
          itiS: fc.integer({ min: 1, max: 50 }).map((tenths) => tenths / 10),
        }),
        async (train) => {
          const { hz, pulses, trains, itiS } = train;
          const { bench, startMs } = await runningTrain(train);
          await bench.wait(200_000);
          const lastsMs = 1000 * (((pulses - 1) / hz + itiS) * trains - itiS);
          expect(bench.discharges).toHaveLength(pulses * trains);
          expect(bench.discharges.at(-1)?.atMs).toBeCloseTo(startMs + lastsMs, 3);
          const messages = bench.take();
          expect(messages.filter((hex) => hex.startsWith("02"))).toHaveLength(pulses * trains);
          expect(messages.at(-1)).toBe("08020074");
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each([
    ["disabled", 2, [4]],
    ["on page Main", 1, [2, 1]],
    ["on page Trigger", 3, [2, 1]],
  ])("is not started %s", async (_, page, first) => {
    const bench = openBench();
    await bench.say(...first);
    await bench.say(7, page);
    expect(await bench.say(4)).toEqual([]);
    await bench.wait(10_000);
    expect(bench.discharges).toEqual([]);
  });

  it("is started whatever the timing control is", async () => {
    const { bench } = await runningTrain({ timing: 1, hz: 10, pulses: 2, trains: 1 });
    await bench.wait(1000);
    expect(bench.discharges).toHaveLength(2);
  });

  it("is stopped by disabling: message 1, then 8 that it no longer runs, and no pulse more", async () => {
    const { bench } = await runningTrain({ hz: 10, pulses: 20, trains: 2 });
    await bench.wait(450);
    const given = bench.discharges.length;
    bench.take();
    const told = await bench.say(2, 0);
    expect(told.filter((hex) => !hex.startsWith("02"))).toEqual(["01320064", "08020064"]);
    const stopped = bench.discharges.length;
    expect(stopped - given).toBeLessThanOrEqual(1);
    await bench.wait(10_000);
    expect(bench.discharges).toHaveLength(stopped);
    expect(bench.take()).toEqual([]);
  });

  it("is not disturbed by a second start, a pulse, a page or settings", async () => {
    const { bench } = await runningTrain({ hz: 10, pulses: 20, trains: 1 });
    await bench.say(4);
    await bench.say(3);
    expect(await bench.say(7, 1)).toContain("08020174");
    await bench.say(...settingsBody({ mode: DUAL }));
    await bench.say(...trainBody({ hz: 1, pulses: 1 }));
    await bench.wait(5000);
    expect(bench.discharges).toHaveLength(20);
    expect(bench.discharges.every(({ cause }) => cause === "train")).toBe(true);
    expect(await bench.status()).toMatchObject({ mode: 0, page: 2 });
  });

  it("takes an amplitude that changes meanwhile with its next pulse", async () => {
    const { bench } = await runningTrain({ hz: 10, pulses: 10, trains: 1 });
    await bench.wait(250);
    bench.hand("amplitude 61");
    await bench.wait(2000);
    expect(bench.discharges.map(({ intensityPctMso }) => intensityPctMso[0])).toEqual([
      ...[50, 50, 50],
      ...[61, 61, 61, 61, 61, 61, 61],
    ]);
  });

  it("does not disable itself for want of use while it waits between trains", async () => {
    const { bench } = await runningTrain({ hz: 10, pulses: 2, trains: 3, itiS: 120 });
    await bench.wait(300_000);
    expect(bench.discharges).toHaveLength(6);
  });
});

describe("a train of bursts", () => {
  it("is theta burst: every pulse at its time, one report a burst", async () => {
    const { bench, startMs } = await runningTrain(
      { hz: 5, pulses: 10, trains: 2, itiS: 8 },
      { settings: settingsBody({ waveform: BURST, burst: 3, ipiMs: 20 }) },
    );
    await bench.wait(30_000);
    const instants = [0, 1].flatMap((train) =>
      Array.from({ length: 10 }, (_, burst) =>
        [0, 20, 40].map((ms) => train * (1800 + 8000) + burst * 200 + ms),
      ).flat(),
    );
    expect(bench.discharges.map(({ atMs }) => atMs - startMs)).toEqual(instants);
    expect(ids(bench.take())).toBe(`8${"2".repeat(20)}8`);
  });
});

describe("a train of pairs", () => {
  it("is one discharge a pair, at the time of its first pulse", async () => {
    const { bench, startMs } = await runningTrain(
      { hz: 5, pulses: 4, trains: 1 },
      { settings: settingsBody({ mode: DUAL, ipiMs: 3 }), b: 80 },
    );
    await bench.wait(5000);
    expect(bench.discharges.map(({ atMs }) => atMs - startMs)).toEqual([0, 200, 400, 600]);
    for (const one of bench.discharges)
      expect(one).toMatchObject({ intensityPctMso: [50, 80], isiMs: 3, cause: "train" });
    expect(bench.take()).toEqual(["08020177", ...Array(4).fill("024b7877"), "08020077"]);
  });
});

const PROTOCOL = {
  storedProtocol: [
    { gainPct: 80, rateHz: 10, pulses: 2 },
    { delayMs: 500, gainPct: 50, rateHz: 5, pulses: 3 },
    { delayMs: 300, gainPct: 150, rateHz: 20, pulses: 1 },
  ],
};

describe("a protocol that is stored in the device", () => {
  it("gives its lines with their gains, rates and delays, from the Protocol page", async () => {
    const bench = await enabledBench(60, { options: PROTOCOL });
    await bench.say(7, 7);
    bench.takeRaw();
    bench.send(4);
    await bench.wait(3000);
    const messages = bench.takeRaw();
    const startMs = messages[0]?.atMs ?? 0;
    expect(
      bench.discharges.map(({ atMs, intensityPctMso }) => [atMs - startMs, intensityPctMso[0]]),
    ).toEqual([
      ...[
        [0, 48],
        [100, 48],
      ],
      ...[
        [600, 30],
        [800, 30],
        [1000, 30],
      ],
      [1300, 90],
    ]);
    expect(bench.discharges.every(({ cause }) => cause === "train")).toBe(true);
  });

  it("tells its start, its factors and its end", async () => {
    const bench = await enabledBench(60, { options: PROTOCOL });
    expect(await bench.say(7, 7)).toEqual(["08070074", "07505074"]);
    expect(await bench.status()).toMatchObject({ a: 48, originalA: 60, factorA: 80, page: 7 });
    bench.send(4);
    await bench.wait(3000);
    expect(bench.take()).toEqual([
      ...["08070174", "02480074", "02480074", "07323274"],
      ...["022d0074", "022d0074", "022d0074", "07969674"],
      ...["02870074", "07505074", "08070074"],
    ]);
  });

  it("has an original amplitude that is told by message 6 when it is set on its page", async () => {
    const bench = await enabledBench(60, { options: PROTOCOL });
    await bench.say(7, 7);
    expect(await bench.say(1, 70, 0)).toEqual(["01380074", "06460074"]);
    expect(await bench.say(7, 1)).toEqual(["08010074"]);
    expect(await bench.say(1, 50, 0)).toEqual(["01320074"]);
    expect(await bench.status()).toMatchObject({ a: 50, originalA: 50, factorA: 100 });
  });

  it("is there without being set, and is stopped by disabling", async () => {
    const bench = await enabledBench(50);
    await bench.say(7, 7);
    bench.send(4);
    await bench.wait(1180);
    expect(bench.discharges.map(({ intensityPctMso }) => intensityPctMso[0])).toEqual([40, 40, 40]);
    expect(await bench.say(2, 0)).toEqual(["01280064", "08070064"]);
    await bench.wait(5000);
    expect(bench.discharges).toHaveLength(3);
  });

  it("can be told in one word", async () => {
    const bench = await enabledBench(50, { options: { storedProtocol: "120x2@10, 40x1@1+700" } });
    await bench.say(7, 7);
    bench.send(4);
    await bench.wait(5000);
    const [first] = bench.discharges;
    expect(
      bench.discharges.map(({ atMs, intensityPctMso }) => [
        atMs - (first?.atMs ?? 0),
        intensityPctMso[0],
      ]),
    ).toEqual([
      [0, 60],
      [100, 60],
      [800, 20],
    ]);
  });

  it("gives all eight pulses of the default one", async () => {
    const bench = await enabledBench(50);
    await bench.say(7, 7);
    bench.send(4);
    await bench.wait(5000);
    expect(bench.discharges.map(({ intensityPctMso }) => intensityPctMso[0])).toEqual([
      ...[40, 40, 40],
      ...[50, 50, 50, 50, 50],
    ]);
  });
});

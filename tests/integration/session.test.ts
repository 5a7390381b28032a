import { describe, expect, it } from "vitest";
import { pctMso, pctRmt, protocol, rest, single, train } from "../../protocols/build.ts";
import { resolveProtocol } from "../../src/app/protocolFiles.ts";
import { eventsOf, runVirtual } from "./harness.ts";

const KOCH = resolveProtocol("koch-2022-precuneus-24wk").protocol;
/** Three bytes at 9600 baud. */
const FIRE_LINE_MS = 3.125;

describe("the precuneus session of Koch 2022 on a simulated Super Rapid²", () => {
  it("delivers 1600 pulses in 40 trains, and the device's account equals the journal's", async () => {
    const result = await runVirtual({ protocols: [KOCH] });
    expect(result.status).toBe("completed");
    expect(result.counts).toEqual({ planned: 1600, delivered: 1600, unknown: 0, skipped: 0 });
    const outcomes = eventsOf(result, "outcome");
    expect(outcomes).toHaveLength(40);
    expect(result.discharges).toHaveLength(1600);
    for (const [train_, outcome] of outcomes.entries()) {
      const pulses = result.discharges.slice(train_ * 40, train_ * 40 + 40);
      for (const [i, pulse] of pulses.entries()) {
        expect(pulse.n).toBe(train_ * 40 + i + 1);
        expect(pulse.intensityPctMso).toEqual([45]);
        expect(pulse.atMs).toBeCloseTo(
          (outcome.writtenMs ?? Number.NaN) + FIRE_LINE_MS + i * 50,
          6,
        );
      }
    }
  });

  it("starts each train 30 s after the one before, to the microsecond", async () => {
    const written = eventsOf(await runVirtual({ protocols: [KOCH] }), "written");
    for (const [i, event] of written.entries()) {
      const before = written[i - 1];
      expect(event.writtenMs).toBe(event.plannedMs);
      if (before !== undefined) expect(event.writtenMs - before.writtenMs).toBeCloseTo(30_000, 6);
    }
  });

  it("has the intent of every train in the journal before its permit and its bytes", async () => {
    const { events } = await runVirtual({ protocols: [KOCH] });
    for (const event of events) {
      if (event.kind !== "permit" && event.kind !== "written" && event.kind !== "outcome") continue;
      const intent = events.find(({ seq }) => seq === event.intent);
      expect(intent?.kind).toBe("intent");
      expect(event.intent).toBeLessThan(event.seq);
    }
  });

  it("comes out the same again and again", async () => {
    const [a, b] = [
      await runVirtual({ protocols: [KOCH] }),
      await runVirtual({ protocols: [KOCH] }),
    ];
    expect(b.events).toEqual(a.events);
    expect(b.discharges).toEqual(a.discharges);
  });
});

describe("single pulses", () => {
  const singles = protocol({
    id: "singles",
    blocks: [single({ totalPulses: 8, interPulseS: [4, 6], intensity: pctRmt(110) })],
  });

  it("are delivered at their jittered instants under one arming", async () => {
    const result = await runVirtual({ protocols: [singles] });
    expect(result.counts.delivered).toBe(8);
    expect(eventsOf(result, "arm")).toHaveLength(1);
    const gaps = result.discharges
      .slice(1)
      .map(({ atMs }, i) => atMs - (result.discharges[i]?.atMs ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(4000 - 1e-6);
    for (const gap of gaps) expect(gap).toBeLessThanOrEqual(6000 + 1e-6);
    expect(new Set(gaps.map((gap) => gap.toFixed(1))).size).toBeGreaterThan(1);
  });

  it("differ with the seed and repeat with it", async () => {
    const at = async (seed: number): Promise<readonly number[]> =>
      (await runVirtual({ protocols: [singles], seed })).discharges.map(({ atMs }) => atMs);
    expect(await at(7)).toEqual(await at(7));
    expect(await at(7)).not.toEqual(await at(8));
  });
});

describe("a session of several protocols", () => {
  const trains = protocol({
    id: "trains",
    blocks: [
      train({
        frequencyHz: 10,
        pulsesPerTrain: 20,
        trains: 2,
        interTrainIntervalS: 28,
        intensity: pctRmt(100),
      }),
      rest(20),
      train({
        frequencyHz: 5,
        pulsesPerTrain: 10,
        trains: 2,
        interTrainIntervalS: 20,
        intensity: pctRmt(90),
      }),
    ],
  });

  it("changes settings between blocks in standby and reads them back", async () => {
    const result = await runVirtual({ protocols: [trains, trains] });
    expect(result.status).toBe("completed");
    expect(result.counts.delivered).toBe(120);
    expect(result.discharges).toHaveLength(120);
    const sets = eventsOf(result, "set");
    expect(sets).toHaveLength(4);
    expect(sets.map(({ readBack }) => readBack.train?.frequencyHz)).toEqual([10, 5, 10, 5]);
    expect(sets.every(({ readBack }) => readBack.state === "standby")).toBe(true);
    expect(new Set(result.discharges.map(({ intensityPctMso }) => intensityPctMso[0]))).toEqual(
      new Set([45, 41]),
    );
  });

  it("refuses a second protocol whose first train would come too soon after the last one", async () => {
    const hot = protocol({
      id: "hot",
      blocks: [
        train({
          frequencyHz: 20,
          pulsesPerTrain: 100,
          trains: 1,
          intensity: pctMso(45),
        }),
      ],
    });
    const result = await runVirtual({ protocols: [trains, hot] });
    expect(result.status).toBe("refused");
    expect(result.counts.delivered).toBe(60);
    expect(result.discharges).toHaveLength(60);
    expect(eventsOf(result, "refused").map(({ rule }) => rule)).toContain("DUR-01");
  });
});

import { describe, expect, it } from "vitest";
import { hold, pctRmt, protocol, train } from "../../protocols/build.ts";
import { eventsOf, runVirtual } from "./harness.ts";

const TRAINS = [
  train({
    frequencyHz: 10,
    pulsesPerTrain: 20,
    trains: 3,
    interTrainIntervalS: 18,
    intensity: pctRmt(100),
  }),
];
const THREE_TRAINS = protocol({
  id: "three-trains",
  blocks: TRAINS,
});

describe("a stop", () => {
  it("in a rest disarms at once, and nothing is delivered after it", async () => {
    const result = await runVirtual({
      protocols: [THREE_TRAINS],
      operator: (clock, conductor) => clock.at(10_000, () => conductor.stop("test")),
    });
    expect(result.status).toBe("stopped");
    expect(result.counts).toEqual({ planned: 60, delivered: 20, unknown: 0, skipped: 40 });
    expect(result.discharges).toHaveLength(20);
    const [disarm] = eventsOf(result, "disarm");
    expect(disarm?.confirmed).toBe(true);
    expect(disarm?.tMs).toBeLessThan(10_100);
  });

  it("in a train ends it, and the whole train counts as unknown, hence as delivered", async () => {
    const result = await runVirtual({
      protocols: [THREE_TRAINS],
      operator: (clock, conductor) => clock.at(2_500, () => conductor.stop("test")),
    });
    expect(result.status).toBe("stopped");
    expect(result.counts).toEqual({ planned: 60, delivered: 0, unknown: 20, skipped: 40 });
    expect(result.discharges.length).toBeGreaterThan(0);
    expect(result.discharges.length).toBeLessThan(20);
    expect(Math.max(...result.discharges.map(({ atMs }) => atMs))).toBeLessThan(2_500 + 5);
  });

  it("after the end of the session adds nothing to it", async () => {
    const result = await runVirtual({
      protocols: [THREE_TRAINS],
      operator: (clock, conductor) => clock.at(70_000, () => conductor.stop("test")),
    });
    expect(result.status).toBe("completed");
    expect(result.events.at(-1)?.kind).toBe("run.stop");
  });

  it("before the device is armed leaves it in standby", async () => {
    const result = await runVirtual({
      protocols: [THREE_TRAINS],
      operator: (clock, conductor) => clock.at(300, () => conductor.stop("test")),
    });
    expect(result.status).toBe("stopped");
    expect(result.discharges).toHaveLength(0);
    expect(eventsOf(result, "written")).toHaveLength(0);
  });
});

describe("a pause", () => {
  it("takes effect at the train border, disarmed, and what is left comes later by the paused time", async () => {
    const result = await runVirtual({
      protocols: [THREE_TRAINS],
      operator: (clock, conductor) => {
        clock.at(2_500, () => conductor.togglePause("test"));
        clock.at(100_000, () => conductor.togglePause("test"));
      },
    });
    expect(result.status).toBe("completed");
    expect(result.counts.delivered).toBe(60);
    const written = eventsOf(result, "written").map(({ writtenMs }) => writtenMs);
    const [first = 0, second = 0, third = 0] = written;
    expect(second).toBeGreaterThan(100_000);
    expect(third - second).toBeCloseTo(20_000, 6);
    expect(second - first).toBeGreaterThanOrEqual(20_000);
    const [pause] = eventsOf(result, "pause");
    const disarmed = eventsOf(result, "disarm").filter(({ why }) => why === "paused");
    expect(disarmed).toHaveLength(1);
    expect(pause?.tMs).toBeLessThan(6_000);
  });

  it("can be ended by a stop", async () => {
    const result = await runVirtual({
      protocols: [THREE_TRAINS],
      operator: (clock, conductor) => {
        clock.at(6_000, () => conductor.togglePause("test"));
        clock.at(50_000, () => conductor.stop("test"));
      },
    });
    expect(result.status).toBe("stopped");
    expect(result.discharges).toHaveLength(20);
  });

  it("shorter than the rest does not shorten the rest", async () => {
    const result = await runVirtual({
      protocols: [THREE_TRAINS],
      operator: (clock, conductor) => {
        clock.at(5_000, () => conductor.togglePause("test"));
        clock.at(6_000, () => conductor.togglePause("test"));
      },
    });
    const [first = 0, second = 0] = eventsOf(result, "written").map(({ writtenMs }) => writtenMs);
    expect(second - first).toBeGreaterThanOrEqual(20_000 - 1e-6);
    expect(result.counts.delivered).toBe(60);
  });
});

describe("a hold of the protocol", () => {
  it("waits for the operator before the first dose", async () => {
    const held = protocol({
      id: "held",
      blocks: [hold("coil in place?"), ...TRAINS],
    });
    const result = await runVirtual({
      protocols: [held],
      operator: (clock, conductor) => clock.at(40_000, () => conductor.resume("test")),
    });
    expect(result.status).toBe("completed");
    expect(Math.min(...result.discharges.map(({ atMs }) => atMs))).toBeGreaterThan(40_000);
  });
});

import { describe, expect, it } from "vitest";
import type { ClockFit } from "../../src/analysis/clockFit.ts";
import { cutEpoch, type EpochRequest, type EpochSource } from "../../src/analysis/epochs.ts";
import { createSampleRing } from "../../src/analysis/ring.ts";
import { timeMsOf } from "../../src/analysis/signal/epoch.ts";
import { block, CHANNEL } from "./stream.ts";

/** A frame a millisecond, frame 0 at 500 ms. */
const CLOCK: ClockFit = {
  originMs: 500,
  msPerFrame: 1,
  driftPpm: 0,
  errorMs: 0.2,
  driftErrorPpm: 0,
  centreIndex: 0,
  rate: "fitted",
  medianDelayMs: 1,
  arrivals: 100,
};
const WINDOW = { fromMs: -100, toMs: 100 };
const byClock = (atMs: number): EpochRequest => ({ atMs, window: WINDOW, mark: null });
const byMark = (atMs: number, elseClock = false): EpochRequest => ({
  ...byClock(atMs),
  mark: { code: null, source: "ttl", withinMs: 10, elseClock },
});
const source = (clock: ClockFit | null = CLOCK): EpochSource => ({
  ring: createSampleRing(1, 2000),
  channels: [CHANNEL],
  rateHz: 1000,
  clock,
});

describe("an epoch", () => {
  it("waits for its last frame, and is then cut around the pulse", () => {
    const from = source();
    from.ring.push(block(0, 1100));
    expect(cutEpoch(from, byClock(1500))).toEqual({ kind: "waiting" });
    from.ring.push(block(1100, 1));
    const cut = cutEpoch(from, byClock(1500));
    if (cut.kind !== "ready") throw new Error(cut.kind);
    const [epoch] = cut.epochs;
    expect(epoch?.samples).toHaveLength(201);
    expect(epoch?.samples[100]).toBe(1000);
    expect(epoch).toMatchObject({
      pulseIndex: 100,
      rateHz: 1000,
      unit: "uV",
      range: [-5000, 5000],
    });
    expect(cut).toMatchObject({ alignedBy: "clock", errorMs: 0.2, pulseFrame: 1000 });
  });

  it("keeps the pulse between two frames where it was", () => {
    const from = source();
    from.ring.push(block(0, 1500));
    const cut = cutEpoch(from, byClock(1500.25));
    if (cut.kind !== "ready") throw new Error(cut.kind);
    const [epoch] = cut.epochs;
    if (epoch === undefined) throw new Error("no channel");
    expect(epoch.pulseIndex).toBeCloseTo(99.25, 9);
    // Frame n was at n ms after 500: each sample's own time is right.
    expect(timeMsOf(epoch, 0)).toBeCloseTo((epoch.samples[0] ?? 0) + 500 - 1500.25, 9);
  });

  it("takes the mark near the pulse rather than the clock", () => {
    const from = source();
    const triggers = [
      { offset: 700, code: 1, source: "ttl" },
      { offset: 1003, code: 1, source: "ttl" },
      { offset: 1001, code: 9, source: "software" },
    ];
    from.ring.push(block(0, 1500, { triggers }));
    const cut = cutEpoch(from, byMark(1500));
    expect(cut).toMatchObject({ kind: "ready", alignedBy: "mark", pulseFrame: 1003, errorMs: 0.5 });
  });

  it("waits for a mark as long as it may come, then has none or takes the clock, and says so", () => {
    const from = source();
    from.ring.push(block(0, 1005));
    expect(cutEpoch(from, byMark(1500)).kind).toBe("waiting");
    from.ring.push(block(1005, 300));
    expect(cutEpoch(from, byMark(1500))).toEqual({ kind: "invalid", why: "no-mark" });
    expect(cutEpoch(from, byMark(1500, true))).toMatchObject({ kind: "ready", alignedBy: "clock" });
  });

  it("does not guess between two marks", () => {
    const from = source();
    const triggers = [998, 1004].map((offset) => ({ offset, code: 1, source: "ttl" }));
    from.ring.push(block(0, 1500, { triggers }));
    expect(cutEpoch(from, byMark(1500))).toEqual({ kind: "invalid", why: "several-marks" });
  });

  it("is none when a single frame of it was lost, and one when the loss lies beside it", () => {
    for (const [lostAt, kind] of [
      [901, "invalid"],
      [1100, "invalid"],
      [899, "ready"],
      [1101, "ready"],
    ] as const) {
      const from = source();
      from.ring.push(block(0, lostAt));
      from.ring.push(block(lostAt + 1, 400, { lostBefore: 1 }));
      expect(cutEpoch(from, byClock(1500)).kind).toBe(kind);
    }
  });

  it("is none when it is asked for too late, or before anything is known of the clock", () => {
    const from = source();
    from.ring.push(block(0, 2000));
    from.ring.push(block(2000, 1000));
    expect(cutEpoch(from, byClock(1500))).toEqual({ kind: "invalid", why: "gone" });
    expect(cutEpoch(source(null), byClock(1500))).toEqual({ kind: "invalid", why: "no-clock" });
  });
});

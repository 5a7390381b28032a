import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkPlan } from "../../src/safety/envelope.ts";
import { type DoseRecord, snapshotOf } from "../../src/safety/ledger.ts";
import { conventional, input, REAL } from "./fixtures.ts";

const NOW = "2026-05-04T09:00:00.000Z";
const HOUR_MS = 3_600_000;

function record(hoursAgo: number, over: Partial<DoseRecord> = {}): DoseRecord {
  const utc = new Date(Date.parse(NOW) - hoursAgo * HOUR_MS).toISOString();
  return {
    session: `s-${hoursAgo}`,
    utc,
    pulses: 100,
    outcome: "delivered",
    simulated: false,
    repetitive: true,
    ...over,
  };
}

describe("the rolling sums", () => {
  it("are empty without records", () => {
    expect(snapshotOf([], NOW)).toEqual({
      pulses24h: 0,
      pulses7d: 0,
      sessions24h: 0,
      lastSessionEndUtc: null,
    });
  });

  it("roll over 24 hours and 7 days, edges included", () => {
    const records = [record(0), record(24), record(24.1), record(168), record(168.1)];
    const snapshot = snapshotOf(records, NOW);
    expect(snapshot).toMatchObject({
      pulses24h: 200,
      pulses7d: 400,
      sessions24h: 2,
      lastSessionEndUtc: NOW,
    });
  });

  it("count unknown and open doses as delivered, refused and skipped ones as nothing", () => {
    const outcomes = ["unknown", null, "refused-by-device", "skipped-late"] as const;
    const snapshot = snapshotOf(
      outcomes.map((outcome) => record(1, { outcome, session: String(outcome) })),
      NOW,
    );
    expect(snapshot).toMatchObject({ pulses24h: 200, pulses7d: 200, sessions24h: 2 });
  });

  it("count no simulated pulse", () => {
    expect(snapshotOf([record(1, { simulated: true })], NOW)).toMatchObject({
      pulses24h: 0,
      lastSessionEndUtc: null,
    });
  });

  it("count a record whose time makes no sense in both windows", () => {
    const records = [record(-5), record(0, { utc: "noon" })];
    expect(snapshotOf(records, NOW)).toMatchObject({ pulses24h: 200, pulses7d: 200 });
    expect(snapshotOf([record(1)], "noon")).toMatchObject({ pulses24h: 100, pulses7d: 100 });
  });

  it("count single pulses as dose and not as a session that others must keep away from", () => {
    expect(snapshotOf([record(0.1, { repetitive: false })], NOW)).toMatchObject({
      pulses24h: 100,
      sessions24h: 0,
      lastSessionEndUtc: null,
    });
  });

  it("name one session once", () => {
    expect(
      snapshotOf([record(1, { session: "a" }), record(2, { session: "a" })], NOW).sessions24h,
    ).toBe(1);
  });

  it("with the check that follows, no history lets a day or a week exceed its cap", () => {
    const history = fc.array(
      fc.record({
        hoursAgo: fc.double({ min: 2, max: 200, noNaN: true }),
        pulses: fc.integer({ min: 1, max: 6000 }),
      }),
      { maxLength: 30 },
    );
    const plan = conventional({ hz: 10, pulses: 50, offS: 28, trains: 20 });
    fc.assert(
      fc.property(history, (given) => {
        const records = given.map(({ hoursAgo, pulses }) => record(hoursAgo, { pulses }));
        const snapshot = { ...snapshotOf(records, NOW), unresolved: [] };
        const report = checkPlan(input(plan, { rig: REAL, ledger: snapshot }));
        if (!report.starts) return;
        expect(snapshot.pulses24h + plan.pulses).toBeLessThanOrEqual(3000);
        expect(snapshot.pulses7d + plan.pulses).toBeLessThanOrEqual(15_000);
      }),
    );
  });
});

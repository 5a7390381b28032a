import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRateWatch, type RateFinding } from "../../../drivers/amplifiers-common/rateWatch.ts";
import { stepBetween } from "../../../drivers/amplifiers-common/sequence.ts";
import { createStallWatch } from "../../../drivers/amplifiers-common/stallWatch.ts";
import { createVirtualClock } from "../../../src/time/virtualClock.ts";

describe("the stall watch", () => {
  it("alarms once a silence, at its limit, at whatever fraction of a millisecond frames came", async () => {
    const gaps = fc.array(fc.double({ min: 0.01, max: 1200, noNaN: true }), {
      minLength: 1,
      maxLength: 30,
    });
    const property = fc.asyncProperty(gaps, async (waits) => {
      const clock = createVirtualClock({ startUtcMs: 0 });
      const stalls: number[] = [];
      let resumed = 0;
      await clock.run(async () => {
        const watch = createStallWatch(
          clock,
          500,
          (silentMs) => stalls.push(silentMs),
          () => {
            resumed += 1;
          },
        );
        watch.begin();
        for (const ms of waits) {
          await clock.wait(ms);
          watch.alive();
        }
        watch.end();
        await clock.wait(2000);
      });
      const long = waits.filter((ms) => ms > 500.001).length;
      const near = waits.filter((ms) => Math.abs(ms - 500) <= 0.001).length;
      expect(stalls.length).toBeGreaterThanOrEqual(long);
      expect(stalls.length).toBeLessThanOrEqual(long + near);
      expect(resumed).toBe(stalls.length);
      for (const silentMs of stalls) expect(silentMs).toBeCloseTo(500, 6);
    });
    await fc.assert(property);
  });
});

describe("the rate watch", () => {
  const run = (
    rateHz: number,
    options: { readonly turn?: number; readonly lostAt?: number; readonly jitterMs?: number } = {},
  ): { readonly found: readonly RateFinding[]; readonly hz: number | null } => {
    const { turn = null, lostAt = null, jitterMs = 0 } = options;
    const watch = createRateWatch({ nominalHz: 1000, tolerance: 0.01, turnFrames: turn });
    const found: RateFinding[] = [];
    let frames = 0;
    let state = 1;
    for (let n = 1; n <= 3000; n += 1) {
      state = (state * 48_271) % 2_147_483_647;
      frames += 10;
      const missing = lostAt !== null && n >= lostAt ? (turn ?? 0) : 0;
      const lateMs = (state / 2_147_483_647) * jitterMs;
      found.push(...watch.note(((frames + missing) * 1000) / rateHz + lateMs, frames));
    }
    return { found, hz: watch.measuredHz() };
  };

  it("measures a crystal beside its nominal rate through the jitter of the link", () => {
    for (const rateHz of [997, 999.9, 1000, 1000.5, 1004]) {
      const { found, hz } = run(rateHz, { jitterMs: 40 });
      expect(found).toEqual([]);
      expect(Math.abs((hz ?? 0) / rateHz - 1)).toBeLessThan(3e-4);
    }
  });

  it("calls another rate a fault, once", () => {
    for (const rateHz of [500, 950, 1030, 2000]) {
      const { found } = run(rateHz, { jitterMs: 20 });
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ kind: "wrong-rate" });
    }
  });

  it("tells a leap of a whole turn from both, and measures on as if it were not there", () => {
    for (const turn of [16, 256]) {
      const { found, hz } = run(1000, { turn, lostAt: 1500, jitterMs: 5 });
      expect(found).toEqual([{ kind: "turns-lost", aboutFrames: turn }]);
      expect(Math.abs((hz ?? 0) / 1000 - 1)).toBeLessThan(3e-4);
    }
  });

  it("takes a steady drift for no leap", () => {
    expect(run(993, { turn: 16 }).found).toEqual([]);
  });
});

describe("a counter", () => {
  it("says how many are missing between two numbers, whatever its modulus", () => {
    const property = fc.property(
      fc.constantFrom(16, 256, 2 ** 32),
      fc.nat(2 ** 31),
      fc.nat(300),
      (modulus, start, by) => {
        const previous = start % modulus;
        const step = stepBetween(previous, (previous + by) % modulus, modulus);
        const ahead = by % modulus;
        const wrapped = (previous + by) % modulus < previous;
        if (ahead === 0) expect(step).toEqual({ kind: "repeat" });
        else if (ahead === 1) expect(step).toEqual({ kind: "next", wrapped });
        else expect(step).toEqual({ kind: "gap", lost: ahead - 1, wrapped });
      },
    );
    fc.assert(property);
  });
});

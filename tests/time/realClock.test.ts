import { interval, lastValueFrom, take, toArray } from "rxjs";
import { describe, expect, it, vi } from "vitest";
import { createRealClock } from "../../src/time/realClock.ts";

/** The machine may wake late; only gross errors can be told here. */
const GENEROUS_MS = 500;

const bigintMs = (ns: bigint): number => Number(ns) / 1e6;

describe("real clock", () => {
  it("never fires before its instant, precise or not, and reports how late it came", async () => {
    const clock = createRealClock();
    for (const precise of [false, true]) {
      for (const offsetMs of [0.3, 1.7, 2.9, 5.2, 12.4]) {
        const dueMs = clock.now() + offsetMs;
        const lateMs = await clock.until(dueMs, { precise });
        const nowMs = clock.now();
        expect(nowMs).toBeGreaterThanOrEqual(dueMs);
        expect(lateMs).toBeGreaterThanOrEqual(0);
        expect(lateMs).toBeLessThanOrEqual(nowMs - dueMs);
        expect(lateMs).toBeLessThan(GENEROUS_MS);
      }
    }
  });

  it("runs work whose instant has passed soon, but never inside the call that orders it", async () => {
    const clock = createRealClock();
    for (const precise of [false, true]) {
      let isInside = true;
      const done = new Promise<number>((resolve) => {
        clock.at(
          clock.now() - 100,
          (lateMs) => {
            expect(isInside).toBe(false);
            resolve(lateMs);
          },
          { precise },
        );
      });
      isInside = false;
      const lateMs = await done;
      expect(lateMs).toBeGreaterThanOrEqual(100);
      expect(lateMs).toBeLessThan(100 + GENEROUS_MS);
    }
  });

  it("keeps to that when the system takes the processor away inside the call", async () => {
    const clock = createRealClock();
    const { bigint } = process.hrtime;
    for (const precise of [false, true]) {
      let looks = 0;
      // From the second look on it is 50 ms later.
      const taken = vi
        .spyOn(process.hrtime, "bigint")
        .mockImplementation(() => bigint() + (looks++ === 0 ? 0n : 50_000_000n));
      let isInside = true;
      const ran = new Promise<boolean>((resolve) => {
        clock.at(bigintMs(bigint() - clock.originNs) + 20, () => resolve(isInside), { precise });
      });
      isInside = false;
      expect(await ran).toBe(false);
      taken.mockRestore();
    }
  });

  it("does not run cancelled work, in any stretch of the wait", async () => {
    const clock = createRealClock();
    let ran = 0;
    const count = (): void => {
      ran += 1;
    };
    for (const precise of [false, true]) {
      for (const offsetMs of [-1, 0.5, 2, 8]) {
        clock.at(clock.now() + offsetMs, count, { precise }).unsubscribe();
      }
      const handle = clock.at(clock.now() + 400, count, { precise });
      clock.at(clock.now() + 5, () => handle.unsubscribe());
    }
    await clock.wait(450);
    expect(ran).toBe(0);
  });

  it("does not fire at once for waits beyond the longest timer of Node", async () => {
    const clock = createRealClock();
    let fired = false;
    const handle = clock.at(2 ** 40, () => {
      fired = true;
    });
    await clock.wait(30);
    handle.unsubscribe();
    expect(fired).toBe(false);
  });

  it("shares one time axis with another clock of the same origin", () => {
    const first = createRealClock();
    const second = createRealClock({
      originNs: first.originNs,
      utcAtOriginMs: first.utcAtOriginMs,
    });
    const before = first.now();
    const between = second.now();
    const after = first.now();
    expect(between).toBeGreaterThanOrEqual(before);
    expect(between).toBeLessThanOrEqual(after);
    expect(second.toUtcIso(between)).toBe(first.toUtcIso(between));
  });

  it("tells the host's monotonic seconds and calendar time of an instant", () => {
    const clock = createRealClock();
    const beforeS = Number(process.hrtime.bigint()) / 1e9;
    const seenS = clock.toMonotonicS(clock.now());
    const afterS = Number(process.hrtime.bigint()) / 1e9;
    expect(seenS).toBeGreaterThanOrEqual(beforeS - 1e-6);
    expect(seenS).toBeLessThanOrEqual(afterS + 1e-6);
    expect(Math.abs(Date.parse(clock.toUtcIso(clock.now())) - Date.now())).toBeLessThan(
      GENEROUS_MS,
    );
  });

  it("carries the time operators of rxjs", async () => {
    const clock = createRealClock();
    const startMs = clock.now();
    expect(await lastValueFrom(interval(5, clock).pipe(take(3), toArray()))).toEqual([0, 1, 2]);
    expect(clock.now() - startMs).toBeGreaterThanOrEqual(15);
  });
});

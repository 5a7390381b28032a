import fc from "fast-check";
import {
  concatMap,
  delay,
  interval,
  lastValueFrom,
  map,
  NEVER,
  of,
  take,
  timeout,
  toArray,
} from "rxjs";
import { describe, expect, it } from "vitest";
import { createVirtualClock, type VirtualClock } from "../../src/time/virtualClock.ts";

const clockAt0 = (): VirtualClock => createVirtualClock({ startUtcMs: 0, patienceMs: 20 });

describe("virtual clock", () => {
  it("stamps code after an await with the instant that woke it", async () => {
    const clock = clockAt0();
    const stamps: number[] = [];
    for (const dueMs of [0, 10, 20]) {
      clock.at(dueMs, () => {
        void Promise.resolve()
          .then(() => undefined)
          .then(() => undefined)
          .then(() => stamps.push(clock.now()));
      });
    }
    await clock.advanceTo(100);
    expect(stamps).toEqual([0, 10, 20]);
    expect(clock.now()).toBe(100);
  });

  it("lets the promises of one piece of work finish before the next of the same instant", async () => {
    const clock = clockAt0();
    const seen: string[] = [];
    clock.at(5, () => {
      seen.push("a");
      void Promise.resolve().then(() => seen.push("after a"));
    });
    clock.at(5, () => seen.push("b"));
    await clock.advanceTo(5);
    expect(seen).toEqual(["a", "after a", "b"]);
  });

  it("keeps the order of scheduling among equal instants and runs others by instant", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ dueMs: fc.integer({ min: 0, max: 5 }), cancelled: fc.boolean() }), {
          maxLength: 40,
        }),
        async (orders) => {
          const clock = clockAt0();
          const ran: number[] = [];
          const handles = orders.map(({ dueMs }, index) => clock.at(dueMs, () => ran.push(index)));
          orders.forEach(({ cancelled }, index) => {
            if (cancelled) handles[index]?.unsubscribe();
          });
          const kept = orders
            .map((order, index) => ({ ...order, index }))
            .filter((order) => !order.cancelled);
          expect(clock.pending).toBe(kept.length);
          await clock.advanceTo(10);
          expect(ran).toEqual(
            kept
              .toSorted((a, b) => a.dueMs - b.dueMs || a.index - b.index)
              .map(({ index }) => index),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it("runs work whose instant has passed after what already waits, and says how late it came", async () => {
    const clock = clockAt0();
    const seen: (string | number)[] = [];
    await clock.advanceTo(50);
    clock.at(50, () => seen.push("waiting"));
    clock.at(20, (lateMs) => seen.push(lateMs));
    expect(seen).toEqual([]);
    await clock.advanceTo(50);
    expect(seen).toEqual(["waiting", 30]);
  });

  it("never moves back", async () => {
    const clock = clockAt0();
    await clock.advanceTo(40);
    await clock.advanceTo(10);
    expect(clock.now()).toBe(40);
  });

  it("leaves nothing in the queue for cancelled work", () => {
    const clock = clockAt0();
    for (let i = 0; i < 10_000; i++) clock.at(1e6 + i, () => undefined).unsubscribe();
    expect(clock.pending).toBe(0);
  });

  it("forgets the handle of work that ran, in whatever holds it", async () => {
    const clock = clockAt0();
    const handle = clock.at(1, () => undefined);
    await clock.advanceTo(1);
    expect(handle.closed).toBe(true);
  });

  it("refuses an instant that is not finite", () => {
    const clock = clockAt0();
    for (const dueMs of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => clock.at(dueMs, () => undefined)).toThrow("CLI_BUG");
    }
  });

  it("drives time until the main task settles and leaves the rest scheduled", async () => {
    const clock = clockAt0();
    let polls = 0;
    clock.at(1000, () => {
      polls += 1;
    });
    const value = await clock.run(async () => {
      await clock.wait(300);
      expect(await clock.until(400)).toBe(0);
      return clock.now();
    });
    expect(value).toBe(400);
    expect(polls).toBe(0);
    expect(clock.pending).toBe(1);
  });

  it("rejects with the error of the main task, and with an error thrown by scheduled work", async () => {
    const clock = clockAt0();
    await expect(clock.run(() => Promise.reject(new Error("main broke")))).rejects.toThrow(
      "main broke",
    );
    clock.at(10, () => {
      throw new Error("work broke");
    });
    await expect(clock.run(() => clock.wait(100))).rejects.toThrow("work broke");
  });

  it("names a deadlock when the main task waits and nothing is scheduled", async () => {
    const clock = clockAt0();
    await clock.advanceTo(7);
    await expect(clock.run(() => new Promise(() => undefined))).rejects.toThrow(
      /CLI_BUG: deadlock .* at 7 ms/,
    );
  });

  it("refuses a second driver and can be driven again afterwards", async () => {
    const clock = clockAt0();
    await clock.run(async () => {
      await expect(clock.advanceTo(5)).rejects.toThrow("already being driven");
    });
    await clock.advanceTo(5);
    expect(clock.now()).toBe(5);
  });

  it("stands still while work outside of it is under way", async () => {
    const clock = clockAt0();
    let ticked = false;
    clock.at(10, () => {
      ticked = true;
    });
    await clock.run(async () => {
      const outside = new Promise<void>((resolve) => setTimeout(resolve, 60));
      await clock.outside(outside);
      expect(ticked).toBe(false);
      expect(clock.now()).toBe(0);
      await clock.wait(10);
    });
    expect(ticked).toBe(true);
  });

  it("waits for the outside when nothing is scheduled", async () => {
    const clock = createVirtualClock({ startUtcMs: 0, patienceMs: 5000 });
    const value = await clock.run(
      () => new Promise<string>((resolve) => setTimeout(() => resolve("file"), 30)),
    );
    expect(value).toBe("file");
  });

  it("tells calendar time and monotonic seconds of an instant", () => {
    const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 2, 3, 4, 5, 600) });
    expect(clock.toUtcIso(1000)).toBe("2026-01-02T03:04:06.600Z");
    expect(clock.toMonotonicS(1500)).toBe(1.5);
  });

  it("carries the time operators of rxjs", async () => {
    const clock = clockAt0();
    await clock.run(async () => {
      const ticks = interval(10, clock).pipe(
        take(3),
        concatMap((n) => of(n).pipe(delay(3, clock))),
        map((n) => [n, clock.now()]),
        toArray(),
      );
      expect(await lastValueFrom(ticks)).toEqual([
        [0, 13],
        [1, 23],
        [2, 33],
      ]);
      const silent = NEVER.pipe(timeout({ first: 7, scheduler: clock }));
      await expect(lastValueFrom(silent)).rejects.toThrow("Timeout");
      expect(clock.now()).toBe(40);
    });
    expect(clock.pending).toBe(0);
  });

  it("replaces a waiting action that is scheduled again, and stops it when it is unsubscribed", async () => {
    const clock = clockAt0();
    const seen: number[] = [];
    const action = clock.schedule<number>(
      function (state) {
        seen.push(clock.now());
        if (state !== undefined && state < 3) this.schedule(state + 1, 10);
      },
      10,
      0,
    );
    await clock.advanceTo(20);
    action.unsubscribe();
    await clock.advanceTo(100);
    expect(seen).toEqual([10, 20]);
    expect(clock.pending).toBe(0);
  });
});

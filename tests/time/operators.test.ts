import { lastValueFrom, take, toArray } from "rxjs";
import { describe, expect, it } from "vitest";
import { atInstants, deadline, every, withTimeout } from "../../src/time/operators.ts";
import { createVirtualClock, type VirtualClock } from "../../src/time/virtualClock.ts";

const clockAt0 = (): VirtualClock => createVirtualClock({ startUtcMs: 0, patienceMs: 20 });

describe("every", () => {
  it("ticks on one grid from its subscription", async () => {
    const clock = clockAt0();
    await clock.advanceTo(5);
    const ticks = await clock.run(() =>
      lastValueFrom(every(clock, 100 / 3).pipe(take(4), toArray())),
    );
    expect(ticks.map(({ n }) => n)).toEqual([0, 1, 2, 3]);
    expect(ticks.map(({ dueMs }) => dueMs)).toEqual([1, 2, 3, 4].map((k) => 5 + (k * 100) / 3));
    expect(clock.pending).toBe(0);
  });

  it("leaves out grid points that passed while the receiver was busy", async () => {
    const clock = clockAt0();
    // A clock whose time can be taken away stands for a process that was blocked.
    let blockedMs = 0;
    const slow = { ...clock, now: () => clock.now() + blockedMs };
    const seen: number[] = [];
    const subscription = every(slow, 10).subscribe(({ n }) => {
      seen.push(n);
      if (n === 1) blockedMs = 35;
    });
    await clock.advanceTo(100);
    subscription.unsubscribe();
    expect(seen.slice(0, 3)).toEqual([0, 1, 5]);
    expect(clock.pending).toBe(0);
  });

  it("refuses a period that is not positive", () => {
    expect(() => every(clockAt0(), 0)).toThrow("CLI_BUG");
    expect(() => every(clockAt0(), Number.NaN)).toThrow("CLI_BUG");
  });
});

describe("atInstants", () => {
  it("ticks at each instant, tells how late a passed one is, and completes", async () => {
    const clock = clockAt0();
    await clock.advanceTo(50);
    const ticks = await clock.run(() =>
      lastValueFrom(atInstants(clock, [20, 50, 80]).pipe(toArray())),
    );
    expect(ticks).toEqual([
      { n: 0, dueMs: 20, lateMs: 30 },
      { n: 1, dueMs: 50, lateMs: 0 },
      { n: 2, dueMs: 80, lateMs: 0 },
    ]);
    expect(clock.now()).toBe(80);
  });

  it("refuses instants that are not ascending", () => {
    expect(() => atInstants(clockAt0(), [10, 5])).toThrow("CLI_BUG");
  });
});

describe("deadline", () => {
  it("gives the promise's value and leaves no timer behind", async () => {
    const clock = clockAt0();
    const value = await clock.run(() =>
      deadline(
        clock,
        clock.wait(5).then(() => "in time"),
        10,
        () => "late",
      ),
    );
    expect(value).toBe("in time");
    expect(clock.pending).toBe(0);
  });

  it("gives the late value at its instant and ignores what comes afterwards", async () => {
    const clock = clockAt0();
    const broken = clock.wait(20).then(() => Promise.reject(new Error("too late to matter")));
    expect(await clock.run(() => deadline(clock, broken, 10, () => "late"))).toBe("late");
    expect(clock.now()).toBe(10);
    await clock.advanceTo(30);
  });

  it("rejects with the given error after a duration", async () => {
    const clock = clockAt0();
    await clock.advanceTo(100);
    const never = new Promise<void>(() => undefined);
    await expect(
      clock.run(() => withTimeout(clock, never, 10, () => new Error("silent"))),
    ).rejects.toThrow("silent");
    expect(clock.now()).toBe(110);
  });

  it("passes the promise's own rejection on", async () => {
    const clock = clockAt0();
    const broken = Promise.reject<void>(new Error("own words"));
    await expect(
      clock.run(() => withTimeout(clock, broken, 10, () => new Error("silent"))),
    ).rejects.toThrow("own words");
  });
});

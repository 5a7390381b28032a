import { Observable } from "rxjs";
import type { LabClock } from "../contract/time.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";

/** An instant that came: `n` counts from 0, `lateMs` says how late it was noticed. */
export interface Tick {
  readonly n: number;
  readonly dueMs: number;
  readonly lateMs: number;
}

/**
 * Ticks at subscription + periodMs, + 2 periodMs, ... on one grid that never drifts. Grid points
 * that passed while the process was busy are left out (`n` jumps): there is never a burst.
 */
export function every(clock: LabClock, periodMs: number): Observable<Tick> {
  if (!(periodMs > 0)) throw new PulsetrainError("CLI_BUG", `no period: ${periodMs} ms`);
  return new Observable((subscriber) => {
    const startMs = clock.now();
    const arm = (n: number): void => {
      const dueMs = startMs + (n + 1) * periodMs;
      const handle = clock.at(dueMs, (lateMs) => {
        subscriber.remove(handle);
        subscriber.next({ n, dueMs, lateMs });
        if (!subscriber.closed)
          arm(Math.max(n + 1, Math.floor((clock.now() - startMs) / periodMs)));
      });
      subscriber.add(handle);
    };
    arm(0);
  });
}

/**
 * One tick for each instant (ms on the clock, ascending), then completes. Every instant ticks; one
 * that has passed comes at once with its lateness, and the receiver decides what that means.
 */
export function atInstants(
  clock: LabClock,
  instants: readonly number[],
  options?: { readonly precise?: boolean },
): Observable<Tick> {
  instants.forEach((dueMs, n) => {
    const before = instants[n - 1];
    if (before !== undefined && dueMs < before) {
      throw new PulsetrainError(
        "CLI_BUG",
        `instants are not ascending: ${before} ms, then ${dueMs} ms`,
      );
    }
  });
  return new Observable((subscriber) => {
    const arm = (n: number): void => {
      const dueMs = instants[n];
      if (dueMs === undefined) return subscriber.complete();
      const handle = clock.at(
        dueMs,
        (lateMs) => {
          subscriber.remove(handle);
          subscriber.next({ n, dueMs, lateMs });
          if (!subscriber.closed) arm(n + 1);
        },
        options,
      );
      subscriber.add(handle);
    };
    arm(0);
  });
}

/**
 * The outcome of `promise`, or of `onLate()` when it has not settled by the instant `dueMs`
 * (ms on the clock). What the promise does later is ignored, a rejection too.
 */
export function deadline<T>(
  clock: LabClock,
  promise: Promise<T>,
  dueMs: number,
  onLate: () => T | Promise<T>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const handle = clock.at(dueMs, () => {
      try {
        resolve(onLate());
      } catch (error) {
        reject(error);
      }
    });
    promise.then(resolve, reject).finally(() => handle.unsubscribe());
  });
}

/** Like `deadline`, `durationMs` from the present instant, rejecting with `error()` when late. */
export function withTimeout<T>(
  clock: LabClock,
  promise: Promise<T>,
  durationMs: number,
  error: () => Error,
): Promise<T> {
  return deadline<T>(clock, promise, clock.now() + durationMs, () => Promise.reject(error()));
}

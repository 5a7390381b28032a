import type { LabClock } from "../contract/time.ts";

/** How a wait ended. */
export type WaitEnd = "due" | "stopped";

/**
 * The engine's own latch: once set it stays set, and every wait ends at once. Listeners run before
 * the setter returns, so that a stop stands in front of every queue.
 */
export interface StopSignal {
  readonly by: string | null;
  set(by: string): void;
  onStop(listener: (by: string) => void): () => void;
  /** Waits for an absolute instant; a stop ends the wait at once. */
  until(clock: LabClock, dueMs: number, options?: { readonly precise?: boolean }): Promise<WaitEnd>;
  /** Waits for a promise; a stop ends the wait at once. Rejects as the promise does. */
  whileWaiting<T>(
    promise: Promise<T>,
  ): Promise<{ readonly end: "due"; readonly value: T } | { readonly end: "stopped" }>;
}

export function createStopSignal(): StopSignal {
  let by: string | null = null;
  const listeners = new Set<(by: string) => void>();

  const onStop = (listener: (by: string) => void): (() => void) => {
    if (by !== null) {
      listener(by);
      return () => undefined;
    }
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  return {
    get by() {
      return by;
    },
    set(who) {
      if (by !== null) return;
      by = who;
      const told = [...listeners];
      listeners.clear();
      for (const listener of told) listener(who);
    },
    onStop,
    until(clock, dueMs, options) {
      if (by !== null) return Promise.resolve("stopped");
      return new Promise((resolve) => {
        const work = clock.at(
          dueMs,
          () => {
            forget();
            resolve("due");
          },
          options,
        );
        const forget = onStop(() => {
          work.unsubscribe();
          resolve("stopped");
        });
      });
    },
    whileWaiting(promise) {
      if (by !== null) {
        promise.catch(() => undefined);
        return Promise.resolve({ end: "stopped" });
      }
      return new Promise((resolve, reject) => {
        const forget = onStop(() => resolve({ end: "stopped" }));
        promise.then(
          (value) => {
            forget();
            resolve({ end: "due", value });
          },
          (error: unknown) => {
            forget();
            reject(error);
          },
        );
      });
    },
  };
}

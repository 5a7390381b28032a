import type { LabClock } from "../contract/time.ts";
import { createAgenda } from "./agenda.ts";
import { scheduleOn } from "./clockAction.ts";
import { createDriver } from "./driver.ts";
import { requireInstant } from "./instants.ts";

/**
 * A clock that jumps from one scheduled instant to the next. Between two pieces of work it lets
 * every promise settle, so that code after an `await` sees the instant that woke it.
 */
export interface VirtualClock extends LabClock {
  readonly kind: "virtual";
  /**
   * Drives time until `main` settles, and settles alike. What is still scheduled then stays.
   * Rejects with `CLI_BUG` when `main` waits and nothing is scheduled that could wake it, and with
   * the error of any scheduled work that throws.
   */
  run<T>(main: () => Promise<T>): Promise<T>;
  /** Runs everything that is due up to and at `ms`, then stands at `ms`. Never goes back. */
  advanceTo(ms: number): Promise<void>;
  /** Time stands still until `work` settles: for promises that this clock does not drive (files, processes). */
  outside<T>(work: Promise<T>): Promise<T>;
  /** Number of pieces of work that wait. */
  readonly pending: number;
}

export interface VirtualClockOptions {
  /** Calendar time of instant 0, milliseconds since 1970 UTC. */
  readonly startUtcMs: number;
  /** Real time that an unscheduled `main` may wait for the outside before it counts as deadlocked. */
  readonly patienceMs?: number;
}

const DEFAULT_PATIENCE_MS = 1000;

export function createVirtualClock(options: VirtualClockOptions): VirtualClock {
  const agenda = createAgenda(() => driver.wake());
  const driver = createDriver(agenda, options.patienceMs ?? DEFAULT_PATIENCE_MS);
  const { now, at } = agenda;
  const until = (dueMs: number): Promise<number> => new Promise((resolve) => at(dueMs, resolve));

  return {
    kind: "virtual",
    now,
    schedule: scheduleOn({ now, at }),
    at,
    until,
    wait: async (durationMs) => {
      await until(now() + Math.max(0, durationMs));
    },
    toUtcIso: (atMs) => new Date(options.startUtcMs + atMs).toISOString(),
    toMonotonicS: (atMs) => atMs / 1000,
    run: async (main) => {
      driver.claim();
      let isSettled = false;
      const result = Promise.resolve().then(main);
      const settled = (): void => {
        isSettled = true;
        driver.wake();
      };
      // A drive that fails leaves `main` to itself, and a later rejection of it is not news.
      result.then(settled, settled);
      await driver.drive({
        limitMs: Number.POSITIVE_INFINITY,
        isDone: () => isSettled,
        whenEmpty: "wait",
      });
      return result;
    },
    advanceTo: async (ms) => {
      requireInstant(ms);
      driver.claim();
      await driver.drive({ limitMs: ms, isDone: () => false, whenEmpty: "end" });
      agenda.moveTo(ms);
    },
    outside: (work) => driver.outside(work),
    get pending() {
      return agenda.size;
    },
  };
}

import { Subscription } from "rxjs";
import type { LabClock } from "../contract/time.ts";
import { scheduleOn } from "./clockAction.ts";
import { requireInstant } from "./instants.ts";

/** The host's monotonic clock. Two processes with the same `originNs` share one time axis. */
export interface RealClock extends LabClock {
  readonly kind: "real";
  /** Reading of `process.hrtime.bigint` at instant 0. */
  readonly originNs: bigint;
  /** Calendar time of instant 0, milliseconds since 1970 UTC, read once at creation. */
  readonly utcAtOriginMs: number;
}

export interface RealClockOptions {
  /** Default: the present reading. */
  readonly originNs?: bigint;
  /** Default: derived from the wall clock at creation; given, two processes also agree on UTC. */
  readonly utcAtOriginMs?: number;
}

/** Timers of Node may come late by several ms on a busy host, so a precise wait leaves them early. */
const COARSE_MARGIN_MS = 3;
/** The last stretch, in which nothing else in this process runs. */
const SPIN_MS = 1;
/** Longest delay that `setTimeout` keeps; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function createRealClock(options: RealClockOptions = {}): RealClock {
  const originNs = options.originNs ?? process.hrtime.bigint();
  const now = (): number => Number(process.hrtime.bigint() - originNs) / 1e6;
  const utcAtOriginMs = options.utcAtOriginMs ?? Date.now() - now();
  const originS = Number(originNs) / 1e9;

  const at: LabClock["at"] = (dueMs, work, { precise = false } = {}) => {
    requireInstant(dueMs);
    let disarm: () => void = () => undefined;
    const handle = new Subscription(() => disarm());

    const fire = (): void => {
      handle.unsubscribe();
      work(Math.max(0, now() - dueMs));
    };
    const armTimer = (delayMs: number): void => {
      const timer = setTimeout(step, Math.min(delayMs, LONGEST_TIMER_MS));
      disarm = () => clearTimeout(timer);
    };
    const armImmediate = (): void => {
      const immediate = setImmediate(step);
      disarm = () => clearImmediate(immediate);
    };
    const wait = (leftMs: number): void => {
      if (leftMs > COARSE_MARGIN_MS && precise)
        armTimer(Math.max(1, Math.floor(leftMs - COARSE_MARGIN_MS)));
      else if (leftMs > 0 && !precise) armTimer(Math.ceil(leftMs));
      else armImmediate();
    };
    // `setTimeout` counts in whole ms and may fire up to one early, hence the look at the clock on
    // each wake-up.
    const step = (): void => {
      const leftMs = dueMs - now();
      const isNear = leftMs <= (precise ? SPIN_MS : 0);
      if (!isNear) return wait(leftMs);
      while (now() < dueMs);
      fire();
    };

    // The first look only waits, even if the instant passes during it: work never runs before `at`
    // has returned.
    wait(dueMs - now());
    return handle;
  };

  const until: LabClock["until"] = (dueMs, waitOptions) =>
    new Promise((resolve) => at(dueMs, resolve, waitOptions));

  return {
    kind: "real",
    originNs,
    utcAtOriginMs,
    now,
    schedule: scheduleOn({ now, at }),
    at,
    until,
    wait: async (durationMs) => {
      await until(now() + Math.max(0, durationMs));
    },
    toUtcIso: (atMs) => new Date(utcAtOriginMs + atMs).toISOString(),
    toMonotonicS: (atMs) => originS + atMs / 1000,
  };
}

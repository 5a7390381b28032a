import { Subscription } from "rxjs";
import type { LabClock } from "../contract/time.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { scheduleOn } from "./clockAction.ts";
import { createHeap, type HeapEntry } from "./heap.ts";
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

interface Entry extends HeapEntry {
  readonly askedMs: number;
  readonly work: (lateMs: number) => void;
  readonly handle: Subscription;
}

/** How far and how long one drive goes. */
interface Drive {
  readonly limitMs: number;
  /** True when whoever asked for the drive has what it wants. */
  readonly isDone: () => boolean;
  /** What an empty queue means: the end, or waiting for the outside. */
  readonly whenEmpty: "end" | "wait";
}

const DEFAULT_PATIENCE_MS = 1000;

export function createVirtualClock(options: VirtualClockOptions): VirtualClock {
  const patienceMs = options.patienceMs ?? DEFAULT_PATIENCE_MS;
  const heap = createHeap<Entry>();
  let nowMs = 0;
  let order = 0;
  let outsiders = 0;
  let driven = false;
  /** Set while a drive sleeps; called when there may be something to do. */
  let wake: (() => void) | null = null;

  const now = (): number => nowMs;

  const at = (askedMs: number, work: (lateMs: number) => void): Subscription => {
    requireInstant(askedMs);
    const handle = new Subscription(() => heap.remove(entry));
    // An instant that has passed queues behind the work that already waits for the present one.
    const entry: Entry = {
      dueMs: Math.max(askedMs, nowMs),
      askedMs,
      order,
      place: -1,
      work,
      handle,
    };
    order += 1;
    heap.push(entry);
    wake?.();
    return handle;
  };

  const runNext = (entry: Entry): void => {
    nowMs = entry.dueMs;
    // Takes the entry off the heap and lets go of every subscription that holds the handle.
    entry.handle.unsubscribe();
    entry.work(Math.max(0, nowMs - entry.askedMs));
  };

  /** Sleeps until something is scheduled, an outsider settles or the drive is done. */
  const sleep = (resume: () => void, giveUp: () => void): void => {
    const timer = outsiders > 0 ? null : setTimeout(() => finish(giveUp), patienceMs);
    const finish = (next: () => void): void => {
      wake = null;
      if (timer !== null) clearTimeout(timer);
      next();
    };
    wake = () => finish(() => setImmediate(resume));
  };

  const claim = (): void => {
    if (driven) throw new PulsetrainError("CLI_BUG", "the virtual clock is already being driven");
    driven = true;
  };

  /** What a drive does next; an entry is work to run. */
  const nextMove = (goal: Drive): Entry | "sleep" | "end" => {
    if (goal.isDone()) return "end";
    if (outsiders > 0) return "sleep";
    const next = heap.peek();
    if (next !== undefined && next.dueMs <= goal.limitMs) return next;
    return goal.whenEmpty === "wait" ? "sleep" : "end";
  };

  const drive = (goal: Drive): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      // One macrotask a turn: Node empties the promise queue between two of them, however long
      // the chain of promises is.
      const turn = (): void => {
        const move = nextMove(goal);
        if (move === "end") return resolve();
        if (move === "sleep") return sleep(turn, () => reject(deadlock(nowMs)));
        try {
          runNext(move);
        } catch (error) {
          return reject(error);
        }
        setImmediate(turn);
      };
      setImmediate(turn);
    }).finally(() => {
      driven = false;
    });

  const run = async <T>(main: () => Promise<T>): Promise<T> => {
    claim();
    let isSettled = false;
    const result = Promise.resolve()
      .then(main)
      .finally(() => {
        isSettled = true;
        wake?.();
      });
    // A drive that fails leaves `main` unsettled or rejecting later; its error is the one to report.
    result.catch(() => undefined);
    await drive({ limitMs: Number.POSITIVE_INFINITY, isDone: () => isSettled, whenEmpty: "wait" });
    return result;
  };

  const advanceTo = async (ms: number): Promise<void> => {
    requireInstant(ms);
    claim();
    await drive({ limitMs: ms, isDone: () => false, whenEmpty: "end" });
    nowMs = Math.max(nowMs, ms);
  };

  const outside = async <T>(work: Promise<T>): Promise<T> => {
    outsiders += 1;
    try {
      return await work;
    } finally {
      outsiders -= 1;
      wake?.();
    }
  };

  const until = (dueMs: number): Promise<number> => new Promise((resolve) => at(dueMs, resolve));

  return {
    kind: "virtual",
    now,
    schedule: scheduleOn({ now, at }),
    at,
    until,
    wait: async (durationMs) => {
      await until(nowMs + Math.max(0, durationMs));
    },
    toUtcIso: (atMs) => new Date(options.startUtcMs + atMs).toISOString(),
    toMonotonicS: (atMs) => atMs / 1000,
    run,
    advanceTo,
    outside,
    get pending() {
      return heap.size;
    },
  };
}

function deadlock(nowMs: number): PulsetrainError {
  return new PulsetrainError(
    "CLI_BUG",
    `deadlock on the virtual clock at ${nowMs} ms: the main task waits and nothing is scheduled`,
  );
}

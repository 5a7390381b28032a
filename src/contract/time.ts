import type { SchedulerLike, Subscription } from "rxjs";

/**
 * The one clock of a run. `now()` is milliseconds since the run's origin: monotonic, fractional.
 * Nothing else in `src`, `drivers`, `protocols` or `simulators` may ask for the time or set a timer.
 */
export interface LabClock extends SchedulerLike {
  readonly kind: "real" | "virtual";
  /**
   * Work at an absolute instant; `lateMs` says how late it came (never negative).
   * `precise` lets the real clock spin the last stretch: only the rig process may ask for it.
   */
  at(
    dueMs: number,
    work: (lateMs: number) => void,
    options?: { readonly precise?: boolean },
  ): Subscription;
  /** Resolves at `dueMs` (at once when it has passed) with the lateness in ms. */
  until(dueMs: number, options?: { readonly precise?: boolean }): Promise<number>;
  /** Resolves after `durationMs`. */
  wait(durationMs: number): Promise<void>;
  /** Calendar time of an instant, ISO 8601 UTC with milliseconds: the only road to it. */
  toUtcIso(atMs: number): string;
  /** Host CLOCK_MONOTONIC in seconds of an instant; on a virtual clock the same number, in seconds. */
  toMonotonicS(atMs: number): number;
}

import { type SchedulerAction, type SchedulerLike, Subscription } from "rxjs";

type Work<T> = (this: SchedulerAction<T>, state?: T) => void;

/** What rxjs needs from a clock: the instant, and work at an instant. */
export interface ActionHost {
  now(): number;
  at(dueMs: number, work: () => void): Subscription;
}

/**
 * The handle that rxjs operators get from `schedule`. Scheduling it again while it waits replaces
 * the waiting call, which is how `timer`, `interval` and `timeout` repeat and re-arm.
 * It is a class because rxjs hands it to the work as `this` and treats it as a `Subscription`.
 */
class ClockAction<T> extends Subscription implements SchedulerAction<T> {
  readonly #host: ActionHost;
  readonly #work: Work<T>;
  #waiting: Subscription | null = null;

  constructor(host: ActionHost, work: Work<T>) {
    super();
    this.#host = host;
    this.#work = work;
  }

  schedule(state?: T, delay = 0): Subscription {
    if (this.closed) return this;
    this.#waiting?.unsubscribe();
    this.#waiting = this.#host.at(this.#host.now() + Math.max(0, delay), () => this.#run(state));
    return this;
  }

  override unsubscribe(): void {
    this.#waiting?.unsubscribe();
    this.#waiting = null;
    super.unsubscribe();
  }

  #run(state: T | undefined): void {
    this.#waiting = null;
    try {
      this.#work.call(this, state);
    } catch (error) {
      this.unsubscribe();
      throw error;
    }
  }
}

/** The `schedule` member of a clock. Delays are milliseconds from the present instant. */
export function scheduleOn(host: ActionHost): SchedulerLike["schedule"] {
  const schedule = <T>(work: Work<T>, delay = 0, state?: T): Subscription =>
    new ClockAction<T>(host, work).schedule(state, delay);
  return schedule as SchedulerLike["schedule"];
}

/** Falls once and stays down: after it nothing is permitted any more. */
export interface StopLatch {
  /** Who or what stopped; null while nobody did. */
  readonly by: string | null;
  /** Idempotent: the first word stands. */
  fall(by: string): void;
}

/** There is no way to lift a latch: a new run makes a new one, after a person has looked. */
export function createStopLatch(): StopLatch {
  let by: string | null = null;
  return Object.freeze({
    get by(): string | null {
      return by;
    },
    fall(who: string): void {
      by ??= who;
    },
  });
}

import type { Subscription } from "rxjs";
import type { LabClock } from "../../src/contract/time.ts";

export interface StallWatch {
  begin(): void;
  /** Frames came just now. */
  alive(): void;
  end(): void;
}

/**
 * Alarms once when no frame has come for `limitMs`, and again only after frames have come between.
 * One timer for a whole stretch of data: it looks at the last instant when it wakes.
 */
export function createStallWatch(
  clock: LabClock,
  limitMs: number,
  onStall: (silentMs: number) => void,
  onResumed: () => void,
): StallWatch {
  let timer: Subscription | null = null;
  let lastMs = 0;
  let isStalled = false;

  const arm = (dueMs: number): void => {
    timer = clock.at(dueMs, () => {
      // The same sum as the one that set the timer: a difference may round to a little less for ever.
      const limitAtMs = lastMs + limitMs;
      if (clock.now() < limitAtMs) return arm(limitAtMs);
      timer = null;
      isStalled = true;
      onStall(clock.now() - lastMs);
    });
  };

  return {
    begin: () => {
      timer?.unsubscribe();
      lastMs = clock.now();
      isStalled = false;
      arm(lastMs + limitMs);
    },
    alive: () => {
      lastMs = clock.now();
      if (!isStalled) return;
      isStalled = false;
      onResumed();
      arm(lastMs + limitMs);
    },
    end: () => {
      timer?.unsubscribe();
      timer = null;
      isStalled = false;
    },
  };
}

import type { Subscription } from "rxjs";
import type { LabClock } from "../contract/time.ts";

export interface ParentWatch {
  /** Something came from the parent. */
  heard(): void;
  close(): void;
}

/**
 * Watches for a parent that falls silent (rule WDG-01). It looks at the clock and not at how often
 * it was called, so that a stall of this process itself is no silence of the other: after a late
 * wake-up it gives the messages that wait in the channel one more turn.
 */
export function watchParent(
  clock: LabClock,
  silenceMs: number | null,
  onSilent: (silentMs: number) => void,
): ParentWatch {
  if (silenceMs === null) return { heard: () => undefined, close: () => undefined };
  let lastMs = clock.now();
  let subscription: Subscription;
  let grace = false;
  const look = (): void => {
    const silentMs = clock.now() - lastMs;
    if (silentMs < silenceMs) {
      grace = false;
      subscription = clock.at(lastMs + silenceMs, look);
      return;
    }
    if (!grace) {
      grace = true;
      subscription = clock.at(clock.now() + GRACE_MS, look);
      return;
    }
    onSilent(silentMs);
  };
  subscription = clock.at(lastMs + silenceMs, look);
  return {
    heard() {
      lastMs = clock.now();
    },
    close: () => subscription.unsubscribe(),
  };
}

/** One turn of the event loop and a bit: what already arrived is read before the verdict. */
const GRACE_MS = 5;

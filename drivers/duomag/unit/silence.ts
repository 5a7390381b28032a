import type { Subscription } from "rxjs";
import type { Core } from "./core.ts";
import { SILENCE_MS } from "./state.ts";

/** Shortest time between two looks, ms. */
const LEAST_MS = 10;

export interface SilenceWatch {
  start(): void;
  stop(): void;
}

/** Looks at the very instant at which the silence of the device becomes too long. */
export function createSilenceWatch({ apply, clock, state }: Core): SilenceWatch {
  let isWatching = false;
  let timer: Subscription | null = null;
  const look = (): void => {
    apply({ kind: "look", nowMs: clock.now() });
    // Who heard of the loss may have stopped the watch in the line above.
    if (!isWatching || state().control !== "held") return;
    const lastMs = state().last?.atMs ?? clock.now();
    timer = clock.at(Math.max(lastMs + SILENCE_MS, clock.now() + LEAST_MS), look);
  };
  return {
    start: () => {
      isWatching = true;
      look();
    },
    stop: () => {
      isWatching = false;
      timer?.unsubscribe();
    },
  };
}

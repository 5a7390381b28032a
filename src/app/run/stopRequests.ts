import { STOP_SIGNALS } from "../signals.ts";

/** What a run can be told from outside. */
export interface ControlTarget {
  stop(by: string): void;
  togglePause(by: string): void;
}

/** Signals, and the end of the launcher, from the first moment of a run to the end of its process. */
export interface StopRequests {
  readonly parentPid: number;
  /** Who asked for a stop first; null while nobody has. */
  readonly stoppedBy: string | null;
  /** Hands over what was asked so far and what comes; returns how to let go again. */
  pointAt(target: ControlTarget): () => void;
}

let watching: StopRequests | null = null;

/**
 * Listens from the first call on and never stops: a signal before there is anything to stop is
 * kept for then, repeated signals are one stop, and one that comes while the journal is closed
 * ends nothing half-way.
 */
export function watchStopRequests(): StopRequests {
  watching ??= startWatching();
  return watching;
}

function startWatching(): StopRequests {
  let target: ControlTarget | null = null;
  let stoppedBy: string | null = null;
  let pauseAsked = false;

  const stop = (by: string): void => {
    stoppedBy ??= by;
    target?.stop(stoppedBy);
  };
  for (const signal of STOP_SIGNALS) process.on(signal, () => stop(signal));
  process.on("SIGUSR1", () => {
    if (target === null) pauseAsked = !pauseAsked;
    else target.togglePause("SIGUSR1");
  });
  if (process.connected) {
    process.on("disconnect", () => stop("the launcher is gone"));
    // Listening alone would keep the process from ending.
    process.channel?.unref();
  }

  return {
    parentPid: process.ppid,
    get stoppedBy() {
      return stoppedBy;
    },
    pointAt(next) {
      target = next;
      if (pauseAsked) next.togglePause("SIGUSR1");
      pauseAsked = false;
      if (stoppedBy !== null) next.stop(stoppedBy);
      return () => {
        target = null;
      };
    },
  };
}

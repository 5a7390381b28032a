/** Asks whether everything that was handed over has left. */
export interface DrainQueue {
  /** Resolves with the instant (ms) at which everything handed over before this call had left. */
  drained(): Promise<number>;
}

/**
 * One drain of the system at a time, and one more for all who ask meanwhile. A drain occupies a
 * thread of Node's pool until the line is empty; several of them on a stuck line would leave none
 * for reading.
 */
export function createDrainQueue(drainOnce: () => Promise<void>, now: () => number): DrainQueue {
  let running: Promise<number> | null = null;
  let next: Promise<number> | null = null;

  const start = (): Promise<number> => {
    const drain = drainOnce().then(now);
    const done = (): void => {
      if (running === drain) running = null;
    };
    running = drain;
    drain.then(done, done);
    return drain;
  };
  const startNext = (): Promise<number> => {
    next = null;
    return start();
  };

  return {
    drained: () => {
      if (running === null) return start();
      next ??= running.then(startNext, startNext);
      return next;
    },
  };
}

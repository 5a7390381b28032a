/**
 * Signals that ask a program to end. `main.mjs` loads this file before anything else, so it
 * imports nothing.
 */
export const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Exit code of the contract: stopped by the operator or a signal. */
const STOPPED = 5;

/**
 * Until a command listens for itself nothing is armed, and a signal ends the program at once. From
 * then on it is the command's: this listener only keeps the system's own way to end a process away.
 */
export function catchEarlySignals(): void {
  for (const signal of STOP_SIGNALS) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(STOPPED);
    });
  }
  // Node would open its debugger.
  process.on("SIGUSR1", () => undefined);
}

import type { LabClock } from "../../contract/time.ts";
import { every } from "../../time/operators.ts";

export interface ControlTarget {
  stop(by: string): void;
  togglePause(by: string): void;
}

const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const PARENT_LOOK_MS = 150;

/**
 * What a person or the system can do to a run from outside: signals, keys, and the disappearance
 * of launcher or terminal. Repeated signals are one stop.
 */
export function attachControls(target: ControlTarget, clock: LabClock | null): () => void {
  const detach: (() => void)[] = [];
  for (const signal of STOP_SIGNALS) {
    const listener = (): void => target.stop(signal);
    process.on(signal, listener);
    detach.push(() => process.off(signal, listener));
  }
  const onUser = (): void => target.togglePause("SIGUSR1");
  process.on("SIGUSR1", onUser);
  detach.push(() => process.off("SIGUSR1", onUser));

  const onLauncherGone = (): void => target.stop("the launcher is gone");
  if (process.connected) {
    process.on("disconnect", onLauncherGone);
    process.channel?.unref();
    detach.push(() => process.off("disconnect", onLauncherGone));
  }
  if (clock !== null) {
    const parent = process.ppid;
    const looks = every(clock, PARENT_LOOK_MS).subscribe(() => {
      if (process.ppid !== parent) target.stop("the parent process is gone");
    });
    detach.push(() => looks.unsubscribe());
  }
  detach.push(attachKeys(target));
  return () => {
    for (const undo of detach) undo();
  };
}

/** `p` pauses at the next train border and again resumes; Ctrl-C stops (raw mode takes its signal away). */
function attachKeys(target: ControlTarget): () => void {
  const { stdin } = process;
  if (!stdin.isTTY || !process.stderr.isTTY) return () => undefined;
  const onKey = (data: Buffer): void => {
    for (const key of data.toString("latin1")) {
      if (key === "p") target.togglePause("key p");
      if (key === "\x03") target.stop("SIGINT");
    }
  };
  const onEnd = (): void => target.stop("the terminal is gone");
  stdin.setRawMode(true);
  stdin.resume();
  stdin.on("data", onKey);
  stdin.on("end", onEnd);
  stdin.on("error", onEnd);
  return () => {
    stdin.off("data", onKey);
    stdin.off("end", onEnd);
    stdin.setRawMode(false);
    stdin.pause();
  };
}

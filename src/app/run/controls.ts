import type { LabClock } from "../../contract/time.ts";
import { every } from "../../time/operators.ts";
import { isForeground } from "../terminal.ts";
import { type ControlTarget, watchStopRequests } from "./stopRequests.ts";

const PARENT_LOOK_MS = 150;

/**
 * What a person or the system can do to a run from outside: signals, keys, and the disappearance
 * of launcher, parent or terminal. `clock` paces the looks at the parent; null: nobody looks.
 */
export function attachControls(target: ControlTarget, clock: LabClock | null): () => void {
  const requests = watchStopRequests();
  const detach = [requests.pointAt(target), attachKeys(target)];
  if (clock !== null) {
    const looks = every(clock, PARENT_LOOK_MS).subscribe(() => {
      if (process.ppid !== requests.parentPid) target.stop("the parent process is gone");
    });
    detach.push(() => looks.unsubscribe());
  }
  return () => {
    for (const undo of detach) undo();
  };
}

/** `p` pauses at the next train border and again resumes; Ctrl-C stops (raw mode takes its signal away). */
function attachKeys(target: ControlTarget): () => void {
  const { stdin } = process;
  if (!stdin.isTTY || !process.stderr.isTTY || !isForeground()) return () => undefined;
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
    // The terminal may be gone by then.
    if (!stdin.destroyed) stdin.setRawMode(false);
    stdin.pause();
  };
}

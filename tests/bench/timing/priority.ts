import { constants, setPriority } from "node:os";

/** As the process beside the port does; bare loop and client ask for the same. */
export function askForPriority(pid = 0): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_HIGHEST);
  } catch {
    // An ordinary user may not; then both run without it.
  }
}

import { constants, setPriority } from "node:os";

/** As the process beside the port does; the bare loop asks for the same. */
export function askForPriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_HIGHEST);
  } catch {
    // An ordinary user may not; then both run without it.
  }
}

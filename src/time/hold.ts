import type { LabClock } from "../contract/time.ts";

/** So far ahead of its instant a call may be held; longer would keep a stop waiting. */
const HOLD_AT_MOST_MS = 3;

/** Can a call wait inside this very turn until `dueMs`? Virtual time stands still in a turn. */
export function canHold(clock: LabClock, dueMs: number): boolean {
  return clock.kind === "real" && dueMs - clock.now() <= HOLD_AT_MOST_MS;
}

/**
 * Keeps this process in the present turn until `dueMs`, so that nothing comes between the instant
 * and the next line. Ask `canHold` first.
 */
export function holdUntil(clock: LabClock, dueMs: number): void {
  while (clock.now() < dueMs);
}

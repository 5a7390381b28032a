import type { StoredEvent } from "../../contract/events.ts";
import type { LabClock } from "../../contract/time.ts";

/**
 * How late each dose that had its permit came to its instant, in order. It is an input of a run in
 * real time, like an answer of the device: the host's scheduler drew it. A dose that was skipped
 * for it came later than its limit.
 */
export function recordedLateness(events: readonly StoredEvent[]): readonly number[] {
  const limits = new Map<number, number>();
  const lateness: number[] = [];
  for (const event of events) {
    if (event.kind === "intent") limits.set(event.seq, event.dose.lateLimitMs);
    if (event.kind !== "outcome" || event.permittedMs === null) continue;
    const beyondMs = (limits.get(event.intent) ?? 0) + 1;
    lateness.push(event.writtenMs === null ? beyondMs : event.writtenMs - event.plannedMs);
  }
  return lateness;
}

/** The same clock, whose precise instants come as late as they did in the recording. */
export function lateClock<C extends LabClock>(clock: C, lateness: readonly number[]): C {
  let reached = 0;
  const at: LabClock["at"] = (dueMs, work, options) => {
    if (options?.precise !== true) return clock.at(dueMs, work, options);
    const lateMs = Math.max(0, lateness[reached] ?? 0);
    reached += 1;
    return clock.at(dueMs + lateMs, (more) => work(more + lateMs));
  };
  const until: LabClock["until"] = (dueMs, options) =>
    new Promise((resolve) => {
      at(dueMs, resolve, options);
    });
  return Object.create(clock, { at: { value: at }, until: { value: until } }) as C;
}

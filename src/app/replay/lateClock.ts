import type { Dose } from "../../contract/dose.ts";
import type { StoredEvent } from "../../contract/events.ts";
import type { LabClock } from "../../contract/time.ts";
import { CONDITIONER_LATE_MS } from "../../safety/secondStimulator.ts";

/**
 * How late each dose that had its permit came to its instant, in order. It is an input of a run in
 * real time, like an answer of the device: the host's scheduler drew it. A dose that was skipped
 * for it came later than its limit.
 */
export function recordedLateness(events: readonly StoredEvent[]): readonly number[] {
  const doses = new Map<number, Dose>();
  const conditioned = new Set<number>();
  const lateness: number[] = [];
  for (const event of events) {
    if (event.kind === "intent") doses.set(event.seq, event.dose);
    if (event.kind === "measure" && event.name === "conditioning-pulse") {
      conditioned.add(Number(event.body["intent"]));
      lateness.push(Number(event.body["writtenMs"]) - Number(event.body["plannedMs"]));
    }
    if (event.kind !== "outcome" || event.permittedMs === null) continue;
    const dose = doses.get(event.intent);
    if (dose?.conditioner !== undefined && !conditioned.has(event.intent)) {
      // Its conditioning pulse came too late, so that its own instant never came.
      lateness.push(CONDITIONER_LATE_MS + 1);
      continue;
    }
    const beyondMs = (dose?.lateLimitMs ?? 0) + 1;
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

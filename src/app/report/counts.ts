import type { PulseCounts } from "../../contract/events.ts";
import type { SessionRecord } from "./record.ts";

/** As the session's end states them; where it has none, as its doses add up: an open dose counts as unknown. */
export function countsOf({ end, doses, segments }: SessionRecord): PulseCounts {
  if (end !== null) {
    const { planned, delivered, unknown, skipped } = end;
    return { planned, delivered, unknown, skipped };
  }
  let delivered = 0;
  let unknown = 0;
  let intended = 0;
  for (const { intent, outcome } of doses) {
    intended += intent.pulses;
    if (outcome === null) unknown += intent.pulses;
    else if (outcome.outcome === "delivered") delivered += outcome.pulses;
    else if (outcome.outcome === "unknown") unknown += outcome.pulses;
  }
  const announced = segments.reduce((sum, { body }) => sum + numberOf(body["pulses"]), 0);
  const planned = Math.max(announced, intended);
  return { planned, delivered, unknown, skipped: planned - delivered - unknown };
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

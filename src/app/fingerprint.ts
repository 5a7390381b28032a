import { canonicalJson, sha256Hex } from "../base/canonical.ts";
import type { StoredEvent } from "../contract/events.ts";
import { comparable, isOfSamples } from "./replay/canonicalEvents.ts";

/**
 * One hash of what happened in a session: what was intended, permitted, given, measured and refused, without
 * session ids, calendar times and hashes. Two runs of the same visit on the virtual clock with the same
 * seed have the same one.
 */
export function fingerprintOf(events: Iterable<StoredEvent>): string {
  const all = [...events].map(withoutCalendar);
  const texts = comparable(all, "exact").map(({ text }) => text);
  return sha256Hex(canonicalJson([...texts, ...all.flatMap(measured)]));
}

/** A replay takes no samples, so it does not compare what was made of them; a visit is told by it. */
function measured(event: StoredEvent): readonly string[] {
  if (event.kind !== "measure" || !isOfSamples(event)) return [];
  // A dose is told by its segment and number; the number of its intent depends on the journal.
  const { intent: _, ...body } = event.body;
  return [canonicalJson([event.name, body])];
}

/** A threshold says on which day it was measured; the day is no part of what happened. */
function withoutCalendar(event: StoredEvent): StoredEvent {
  return JSON.parse(
    JSON.stringify(event, (key, value: unknown) => (key === "measuredAt" ? undefined : value)),
  ) as StoredEvent;
}

import { canonicalJson, sha256Hex } from "../base/canonical.ts";
import type { StoredEvent } from "../contract/events.ts";
import { comparable } from "./replay/canonicalEvents.ts";

/**
 * One hash of what happened in a session: what was intended, permitted, given, measured and refused, without
 * session ids, calendar times and hashes. Two runs of the same visit on the virtual clock with the same
 * seed have the same one.
 */
export function fingerprintOf(events: Iterable<StoredEvent>): string {
  const texts = comparable([...events].map(withoutCalendar), "exact").map(({ text }) => text);
  return sha256Hex(canonicalJson(texts));
}

/** A threshold says on which day it was measured; the day is no part of what happened. */
function withoutCalendar(event: StoredEvent): StoredEvent {
  return JSON.parse(
    JSON.stringify(event, (key, value: unknown) => (key === "measuredAt" ? undefined : value)),
  ) as StoredEvent;
}

/**
 * A report is handed on; the names of persons are not. Who did what stands in the journal. Names that the journal knows are
 * taken out of free text too; what a person typed into a note otherwise stays.
 */
import type { StoredEvent } from "../../contract/events.ts";
import type { StartFacts } from "./startFacts.ts";

export type Redact = (text: string) => string;

const STAND_IN = "[name]";
/** Parts of a name that name nobody. */
const TITLES = /^(?:Dr|Prof|Mr|Mrs|Ms|PhD|MD|Sir|Med|von|van|der|den|de)$/i;

export function namesOf(start: StartFacts, events: Iterable<StoredEvent>): readonly string[] {
  const { facts } = start;
  const names = new Set<string>();
  const add = (name: string | null | undefined): void => {
    if (name !== null && name !== undefined && name.trim() !== "") names.add(name.trim());
  };
  add(facts?.operator);
  add(facts?.screening?.reviewedBy);
  for (const { approvedBy } of facts?.overrides ?? []) add(approvedBy);
  for (const event of events) {
    if (event.kind === "override") add(event.approvedBy);
    if (event.kind === "resolve" || event.kind === "limits.accepted") add(event.by);
  }
  return [...names];
}

export function redactorOf(names: readonly string[]): Redact {
  const whole = [...names].sort((a, b) => b.length - a.length);
  const parts = names
    .flatMap((name) => name.split(/[^\p{L}\p{N}']+/u))
    .filter((part) => /^\p{Lu}[\p{L}']{2,}$/u.test(part) && !TITLES.test(part));
  const patterns = [
    ...whole.map((name) => bounded(name, "giu")),
    ...[...new Set(parts)].map((part) => bounded(part, "gu")),
  ];
  return (text) => patterns.reduce((left, pattern) => left.replace(pattern, STAND_IN), text);
}

/** Between characters that are no letters: a name inside a longer word is none. */
function bounded(name: string, flags: string): RegExp {
  const literal = name.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, flags);
}

import type { JournalEvent } from "../../contract/events.ts";
import type { SessionWriter } from "../../journal/journal.ts";

export type NumberedEvent = JournalEvent & { readonly seq: number };

/** A journal of one session that stays in memory: for replay and tests. */
export function createMemoryWriter(
  session: string,
): SessionWriter & { readonly events: readonly NumberedEvent[] } {
  const events: NumberedEvent[] = [];
  const append: SessionWriter["append"] = (added) =>
    added.map((event) => {
      const seq = events.length + 1;
      events.push({ ...event, seq });
      return seq;
    });
  return {
    session,
    firstSeq: 1,
    events,
    append,
    breakOff: ({ tMs, status, why }) => {
      const none = { planned: 0, delivered: 0, unknown: 0, skipped: 0 };
      append([{ tMs, kind: "run.stop", status, ...none, detail: why }], { durable: true });
      return none;
    },
  };
}

import type { JournalEvent } from "../contract/events.ts";
import type { FromRig } from "./messages.ts";

/**
 * The rig's side of the journal: events leave in order; what must be durable is awaited. Events
 * that nobody waits for are gathered and leave with the next one that somebody does.
 */
export interface Outbox {
  /** In order, soon. */
  emit(event: JournalEvent): void;
  /** In order, durable; resolves with the sequence numbers of exactly these events. */
  emitDurable(events: readonly JournalEvent[]): Promise<readonly number[]>;
  /** Answer of the journal's side. */
  stored(batch: number, seqs: readonly number[]): void;
  /** Sends what is gathered. */
  flush(): void;
}

/** Gathered events leave at the latest when so many wait. */
const GATHER_AT_MOST = 64;

export function createOutbox(send: (message: FromRig) => void): Outbox {
  let batch = 0;
  let gathered: JournalEvent[] = [];
  const waiting = new Map<number, (seqs: readonly number[]) => void>();

  const flush = (): void => {
    if (gathered.length === 0) return;
    const events = gathered;
    gathered = [];
    batch += 1;
    send({ type: "events", batch, durable: false, events });
  };

  return {
    flush,
    emit(event) {
      gathered.push(event);
      if (gathered.length >= GATHER_AT_MOST) flush();
    },
    emitDurable(events) {
      const before = gathered;
      gathered = [];
      batch += 1;
      const id = batch;
      return new Promise((resolve) => {
        waiting.set(id, (seqs) => resolve(seqs.slice(before.length)));
        send({ type: "events", batch: id, durable: true, events: [...before, ...events] });
      });
    },
    stored(id, seqs) {
      const resolve = waiting.get(id);
      waiting.delete(id);
      resolve?.(seqs);
    },
  };
}

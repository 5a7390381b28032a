import { Subscription } from "rxjs";
import { createHeap, type HeapEntry } from "./heap.ts";
import { requireInstant } from "./instants.ts";

/** A piece of work that waits for its instant. */
export interface AgendaEntry extends HeapEntry {
  readonly askedMs: number;
  readonly work: (lateMs: number) => void;
  readonly handle: Subscription;
}

/** The virtual present and everything that waits for a later one. It moves only when told to. */
export interface Agenda {
  now(): number;
  /** Number of entries that wait. */
  readonly size: number;
  at(askedMs: number, work: (lateMs: number) => void): Subscription;
  /** The entry that comes next; undefined when none waits. */
  next(): AgendaEntry | undefined;
  /** Moves the present to the entry, takes it off and runs it. */
  perform(entry: AgendaEntry): void;
  /** Moves the present to `ms`, unless that lies behind. */
  moveTo(ms: number): void;
}

/** `onAdded` is told of every new entry. */
export function createAgenda(onAdded: () => void): Agenda {
  const heap = createHeap<AgendaEntry>();
  let nowMs = 0;
  let order = 0;

  const moveTo = (ms: number): void => {
    nowMs = Math.max(nowMs, ms);
  };

  return {
    now: () => nowMs,
    get size() {
      return heap.size;
    },
    at: (askedMs, work) => {
      requireInstant(askedMs);
      const handle = new Subscription(() => heap.remove(entry));
      // An instant that has passed queues behind the work that already waits for the present one.
      const dueMs = Math.max(askedMs, nowMs);
      const entry: AgendaEntry = { dueMs, askedMs, order, place: -1, work, handle };
      order += 1;
      heap.push(entry);
      onAdded();
      return handle;
    },
    next: () => heap.peek(),
    perform: (entry) => {
      moveTo(entry.dueMs);
      // Takes the entry off the heap and lets go of every subscription that holds the handle.
      entry.handle.unsubscribe();
      entry.work(Math.max(0, nowMs - entry.askedMs));
    },
    moveTo,
  };
}

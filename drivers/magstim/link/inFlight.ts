/** Questions whose bytes have left: each ends with its answer, its time-out or the end of the link. */
import type { Subscription } from "rxjs";
import type { LabClock } from "../../../src/contract/time.ts";
import type { Answer } from "../wire/answers.ts";

/** What came of one question. */
export type Exchange =
  | {
      readonly kind: "answer";
      readonly atMs: number;
      readonly answer: Answer;
      /**
       * Set when an earlier question of the kind got no answer in time: this may be its answer, so
       * it tells of an instant no later than that question's.
       */
      readonly asOfMs: number | null;
    }
  /** No answer in time. `heard`: what came meanwhile and was none; null when nothing came. */
  | { readonly kind: "silent"; readonly atMs: number; readonly heard: Heard | null }
  | { readonly kind: "lost"; readonly atMs: number; readonly detail: string };

/** Bytes that are no answer: how many, and what is wrong with the first of them. */
export interface Heard {
  readonly bytes: number;
  readonly why: string;
}

export interface InFlight {
  readonly size: number;
  /** Registers a question; resolves once, never rejects. */
  add(reply: string, timeoutMs: number): Promise<Exchange>;
  /** Finds the question that an answer belongs to and returns how to end it; null: nobody asked. */
  match(answer: Answer): Match | null;
  /** Tells every question in flight of bytes that answer none. */
  hear(bytes: number, why: string): void;
  loseAll(detail: string): void;
}

export interface Match {
  readonly asOfMs: number | null;
  readonly settle: (exchange: Exchange) => void;
}

interface Entry {
  readonly reply: string;
  readonly askedMs: number;
  readonly settle: (exchange: Exchange) => void;
  heard: Heard | null;
}

/** A question that is older than this gets no answer any more, ms: an armed device has let go by then. */
const OWED_MS = 1000;

/** `beforeSilence` runs ahead of a time-out; `onSettled` after every end. */
export function createInFlight(
  clock: LabClock,
  beforeSilence: (atMs: number) => void,
  onSettled: () => void,
): InFlight {
  const entries: Entry[] = [];
  /** Questions without an answer, whose answers may still come and look like those of later ones. */
  let owed: { readonly reply: string; readonly askedMs: number }[] = [];

  /** The oldest question that an answer of this kind may belong to; it is not owed any more. */
  const takeOwed = (reply: string): number | null => {
    if (owed.length === 0) return null;
    owed = owed.filter(({ askedMs }) => clock.now() - askedMs <= OWED_MS);
    const at = owed.findIndex((one) => one.reply === reply);
    return at < 0 ? null : (owed.splice(at, 1)[0]?.askedMs ?? null);
  };

  const add = (reply: string, timeoutMs: number): Promise<Exchange> =>
    new Promise((resolve) => {
      let timer: Subscription | null = null;
      const entry: Entry = {
        reply,
        askedMs: clock.now(),
        heard: null,
        settle: (exchange) => {
          timer?.unsubscribe();
          entries.splice(entries.indexOf(entry), 1);
          resolve(exchange);
          onSettled();
        },
      };
      entries.push(entry);
      timer = clock.at(clock.now() + timeoutMs, () => {
        const atMs = clock.now();
        beforeSilence(atMs);
        if (!entries.includes(entry)) return;
        // Damaged bytes were the answer; of silence nobody knows.
        if (entry.heard === null) owed.push({ reply, askedMs: entry.askedMs });
        entry.settle({ kind: "silent", atMs, heard: entry.heard });
      });
    });

  return {
    get size() {
      return entries.length;
    },
    add,
    match: ({ reply }) => {
      // A lone `?` names no command: the oldest question gets it.
      const entry = reply === "?" ? entries[0] : entries.find((one) => one.reply === reply);
      const asOfMs = takeOwed(reply);
      if (entry === undefined) return null;
      // If this was an older question's answer, this question's own is still to come.
      if (asOfMs !== null) owed.push({ reply, askedMs: entry.askedMs });
      return { asOfMs, settle: entry.settle };
    },
    hear: (bytes, why) => {
      for (const entry of entries) {
        entry.heard = { bytes: bytes + (entry.heard?.bytes ?? 0), why: entry.heard?.why ?? why };
      }
    },
    loseAll: (detail) => {
      for (const entry of [...entries]) entry.settle({ kind: "lost", atMs: clock.now(), detail });
    },
  };
}

/** Questions whose bytes have left: each ends with its answer, its time-out or the end of the link. */
import type { Subscription } from "rxjs";
import type { LabClock } from "../../../src/contract/time.ts";
import type { Answer } from "../wire/answers.ts";

/** What came of one question. */
export type Exchange =
  | { readonly kind: "answer"; readonly atMs: number; readonly answer: Answer }
  | { readonly kind: "silent"; readonly atMs: number }
  | { readonly kind: "lost"; readonly atMs: number; readonly detail: string };

export interface InFlight {
  readonly size: number;
  /** Registers a question; resolves once, never rejects. */
  add(reply: string, timeoutMs: number): Promise<Exchange>;
  /** Takes the question out that an answer belongs to and returns how to end it; null: nobody asked. */
  match(answer: Answer): ((exchange: Exchange) => void) | null;
  loseAll(detail: string): void;
}

interface Entry {
  readonly reply: string;
  readonly settle: (exchange: Exchange) => void;
}

/** `beforeSilence` runs ahead of a time-out; `onSettled` after every end. */
export function createInFlight(
  clock: LabClock,
  beforeSilence: (atMs: number) => void,
  onSettled: () => void,
): InFlight {
  const entries: Entry[] = [];

  const add = (reply: string, timeoutMs: number): Promise<Exchange> =>
    new Promise((resolve) => {
      let timer: Subscription | null = null;
      const entry: Entry = {
        reply,
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
        if (entries.includes(entry)) entry.settle({ kind: "silent", atMs });
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
      return entry?.settle ?? null;
    },
    loseAll: (detail) => {
      for (const entry of [...entries]) entry.settle({ kind: "lost", atMs: clock.now(), detail });
    },
  };
}

/** Questions whose bytes have left: each ends with its answer, its time-out or the end of the link. */
import type { Subscription } from "rxjs";
import type { LabClock } from "../../../src/contract/time.ts";
import type { Answer } from "../wire/answers.ts";

/** What came of one question. */
export type Exchange =
  | { readonly kind: "answer"; readonly atMs: number; readonly answer: Answer }
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
  /** Takes the question out that an answer belongs to and returns how to end it; null: nobody asked. */
  match(answer: Answer): ((exchange: Exchange) => void) | null;
  /** Tells every question in flight of bytes that answer none. */
  hear(bytes: number, why: string): void;
  loseAll(detail: string): void;
}

interface Entry {
  readonly reply: string;
  readonly settle: (exchange: Exchange) => void;
  heard: Heard | null;
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
        if (entries.includes(entry)) entry.settle({ kind: "silent", atMs, heard: entry.heard });
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

/** Numbered lines to the box and the answers that belong to them. */
import type { Subscription } from "rxjs";
import type { GuardedBytePort, PermitLike } from "../../../src/contract/guarded.ts";
import type { LabClock } from "../../../src/contract/time.ts";
import type { WriteStamp } from "../../../src/contract/transport.ts";
import { createLineReader } from "../../../src/wire/lineReader.ts";
import { type Answer, answerOf } from "./answers.ts";
import { MAX_LINE_CHARS, openLine, sealLine } from "./text.ts";

/** What came back for one line. */
export type Told =
  | { readonly kind: "answer"; readonly atMs: number; readonly answer: Answer }
  | { readonly kind: "silent" };

export interface Talk {
  /** The bytes leave before this returns; throws when they may not. The answer never rejects. */
  say(
    words: string,
    permit?: PermitLike,
  ): { readonly stamp: WriteStamp; readonly bytes: Uint8Array; readonly answer: Promise<Told> };
  /** Resolves at the next greeting, or after the time. */
  greeting(withinMs: number): Promise<void>;
  /** Nothing is carried out: the box has not said yet who it is, or has started anew since. */
  readonly isLocked: boolean;
  /** Ends every wait. */
  end(): void;
}

const SEQ_COUNT = 256;

export function createTalk(port: GuardedBytePort, clock: LabClock, answerWithinMs: number): Talk {
  const reader = createLineReader(MAX_LINE_CHARS);
  const waiting = new Map<number, (told: Told) => void>();
  let greet: () => void = () => undefined;
  let seq = 0;
  let isLocked = true;

  const take = (text: string, atMs: number): void => {
    const line = openLine(text);
    const answer = line.ok ? answerOf(line.value) : null;
    if (answer === null) return;
    if (answer.word === "hello") {
      isLocked = true;
      greet();
    }
    // The answer to `?`; behind a greeting it is newer than that, since lines keep their order.
    if (answer.word === "ok" && answer.version !== undefined) isLocked = false;
    // `D` and the watchdog's word speak of sequences and levels, which are not used here.
    const isReply = answer.word === "ok" || answer.word === "error";
    if (isReply && answer.seq !== null) waiting.get(answer.seq)?.({ kind: "answer", atMs, answer });
  };
  const bytes = port.bytes$.subscribe(({ value, atMs }) => {
    for (const reading of reader.push(value)) if (reading.kind === "line") take(reading.text, atMs);
  });

  const answerTo = (mine: number): Promise<Told> =>
    new Promise((resolve) => {
      let timer: Subscription | null = null;
      const settle = (told: Told): void => {
        timer?.unsubscribe();
        if (waiting.get(mine) === settle) waiting.delete(mine);
        resolve(told);
      };
      waiting.get(mine)?.({ kind: "silent" });
      waiting.set(mine, settle);
      timer = clock.at(clock.now() + answerWithinMs, () => settle({ kind: "silent" }));
    });

  return {
    say: (words, permit) => {
      const mine = seq;
      const line = sealLine(mine, words);
      const stamp = permit === undefined ? port.write(line) : port.write(line, permit);
      // Never the number of the line before it: the box does not carry such a line out.
      seq = (seq + 1) % SEQ_COUNT;
      return { stamp, bytes: line, answer: answerTo(mine) };
    },
    greeting: (withinMs) =>
      new Promise((resolve) => {
        const timer = clock.at(clock.now() + withinMs, () => resolve());
        greet = () => {
          timer.unsubscribe();
          resolve();
        };
      }),
    get isLocked() {
      return isLocked;
    },
    end: () => {
      bytes.unsubscribe();
      greet();
      for (const settle of [...waiting.values()]) settle({ kind: "silent" });
    },
  };
}

import { type Observable, ReplaySubject, Subject, type Subscription } from "rxjs";
import type { LabClock } from "../../../src/contract/time.ts";
import { throughFaults } from "./answerLine.ts";
import type { AnswerFault } from "./faults.ts";

/** The wire from the unit to the host. */
export interface Outgoing {
  readonly bytes$: Observable<Uint8Array>;
  /** Also tells those who subscribe after it happened. */
  readonly unplugged$: Observable<void>;
  readonly isPlugged: boolean;
  /** An answer, subject to the faults that wait for one. */
  answer(frame: Uint8Array): void;
  /** Bytes that are nobody's answer. */
  blurt(bytes: Uint8Array): void;
  spoilNext(fault: AnswerFault): void;
  /** From now on in two pieces. */
  splitFrames(): void;
  /** No byte leaves any more. */
  mute(): void;
  unplug(): void;
  replug(): void;
  close(): void;
}

export function createOutgoing(
  clock: LabClock,
  figures: { readonly delayFaultMs: number; readonly splitFaultMs: number },
): Outgoing {
  const bytes = new Subject<Uint8Array>();
  const unplugged = new ReplaySubject<void>(1);
  const late = new Set<Subscription>();
  let state: "plugged" | "mute" | "unplugged" = "plugged";
  let faults: readonly AnswerFault[] = [];
  let isSplit = false;
  /** Until here a second piece is still to come, and nothing may stand between the two. */
  let takenUntilMs = Number.NEGATIVE_INFINITY;

  const emit = (sent: Uint8Array): void => {
    if (state === "plugged") bytes.next(sent);
  };

  const at = (dueMs: number, work: () => void): void => {
    const waiting = clock.at(dueMs, () => {
      late.delete(waiting);
      work();
    });
    late.add(waiting);
  };

  const emitAt = (dueMs: number, sent: Uint8Array): void => {
    if (dueMs <= clock.now()) emit(sent);
    else at(dueMs, () => emit(sent));
  };

  const send = (sent: Uint8Array): void => {
    const firstMs = Math.max(clock.now(), takenUntilMs);
    if (!isSplit || sent.length < 2) return emitAt(firstMs, sent);
    const half = Math.floor(sent.length / 2);
    takenUntilMs = firstMs + figures.splitFaultMs;
    emitAt(firstMs, sent.slice(0, half));
    emitAt(takenUntilMs, sent.slice(half));
  };

  return {
    bytes$: bytes.asObservable(),
    unplugged$: unplugged.asObservable(),
    get isPlugged() {
      return state !== "unplugged";
    },
    answer: (frame) => {
      const sent = throughFaults(frame, faults, figures.delayFaultMs);
      faults = [];
      for (const one of sent) {
        if (one.afterMs === 0) send(one.bytes);
        else at(clock.now() + one.afterMs, () => send(one.bytes));
      }
    },
    blurt: send,
    spoilNext: (fault) => {
      faults = [...faults, fault];
    },
    splitFrames: () => {
      isSplit = true;
    },
    mute: () => {
      if (state === "plugged") state = "mute";
    },
    unplug: () => {
      if (state === "unplugged") return;
      state = "unplugged";
      unplugged.next();
    },
    replug: () => {
      if (state === "unplugged") state = "plugged";
    },
    close: () => {
      for (const waiting of late) waiting.unsubscribe();
      late.clear();
      bytes.complete();
      unplugged.complete();
    },
  };
}

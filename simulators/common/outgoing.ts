import { type Observable, ReplaySubject, Subject, type Subscription } from "rxjs";
import { createRandom } from "../../src/base/random.ts";
import type { LabClock } from "../../src/contract/time.ts";
import { type AnswerFault, type Breakage, throughFaults } from "./answerFaults.ts";

/** The wire from a simulated device to the host. */
export interface Outgoing {
  readonly bytes$: Observable<Uint8Array>;
  /** Also tells those who subscribe after it happened. */
  readonly unplugged$: Observable<void>;
  readonly isPlugged: boolean;
  /** An answer, subject to the faults that wait for one. */
  answer(bytes: Uint8Array): void;
  /** Bytes that are nobody's answer. */
  blurt(bytes: Uint8Array): void;
  /** Eight random bytes, the same for the same seed. */
  garbage(): void;
  spoilNext(fault: AnswerFault): void;
  /** No byte leaves any more. */
  mute(): void;
  unplug(): void;
  /** The cable is back; what was said meanwhile is lost. */
  replug(): void;
  close(): void;
}

const GARBAGE_LENGTH = 8;

export function createOutgoing(clock: LabClock, { seed, purpose, breakage }: Spoiling): Outgoing {
  const random = createRandom(seed, purpose);
  const bytes = new Subject<Uint8Array>();
  const unplugged = new ReplaySubject<void>(1);
  const late = new Set<Subscription>();
  let state: "plugged" | "mute" | "unplugged" = "plugged";
  let faults: readonly AnswerFault[] = [];

  const send = (sent: Uint8Array): void => {
    if (state === "plugged" && sent.length > 0) bytes.next(sent);
  };

  const sendLater = (sent: Uint8Array, afterMs: number): void => {
    const waiting = clock.at(clock.now() + afterMs, () => {
      late.delete(waiting);
      send(sent);
    });
    late.add(waiting);
  };

  return {
    bytes$: bytes.asObservable(),
    unplugged$: unplugged.asObservable(),
    get isPlugged() {
      return state !== "unplugged";
    },
    answer: (whole) => {
      const sent = throughFaults(whole, faults, breakage);
      faults = [];
      for (const one of sent) {
        if (one.afterMs === 0) send(one.bytes);
        else sendLater(one.bytes, one.afterMs);
      }
    },
    blurt: send,
    garbage: () =>
      send(Uint8Array.from({ length: GARBAGE_LENGTH }, () => Math.floor(random.between(0, 256)))),
    spoilNext: (fault) => {
      faults = [...faults, fault];
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

/** How the wire spoils what it carries. */
export interface Spoiling {
  readonly seed: number;
  /** Draws for different purposes are independent of each other. */
  readonly purpose: string;
  readonly breakage: Breakage;
}

import { defer, type Observable, ReplaySubject, Subject } from "rxjs";
import type { CloseReason, Stamped } from "../contract/transport.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";

/** What every byte port keeps: whether it is open, its arrivals, and how the last opening ended. */
export interface LinkState {
  readonly isOpen: boolean;
  /** Never completes and never errors: it outlives an opening. Silent while the link is not open. */
  readonly bytes$: Observable<Stamped<Uint8Array>>;
  /** The end of the opening that is under way or comes next; of the last one when none came since. */
  readonly closed$: Observable<CloseReason>;
  opened(): void;
  /** Drops the bytes when the link is not open. */
  arrived(chunk: Stamped<Uint8Array>): void;
  /** Does nothing when the link is not open. */
  ended(reason: CloseReason): void;
}

export function createLinkState(): LinkState {
  const bytes = new Subject<Stamped<Uint8Array>>();
  let isOpen = false;
  let hasEnded = false;
  let end = new ReplaySubject<CloseReason>(1);
  return {
    get isOpen() {
      return isOpen;
    },
    bytes$: bytes.asObservable(),
    closed$: defer(() => end),
    opened: () => {
      if (hasEnded) end = new ReplaySubject<CloseReason>(1);
      hasEnded = false;
      isOpen = true;
    },
    arrived: (chunk) => {
      if (isOpen) bytes.next(chunk);
    },
    ended: (reason) => {
      if (!isOpen) return;
      isOpen = false;
      hasEnded = true;
      end.next(reason);
      end.complete();
    },
  };
}

/** The first line of every `write`: nothing is ever kept for later. */
export function requireOpen(name: string, isOpen: boolean): void {
  if (!isOpen)
    throw new PulsetrainError("PORT_NOT_OPEN", `${name} is not open; nothing was written`);
}

/** A promise that nobody has to look at: its rejection never ends the process. */
export function unwatched<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

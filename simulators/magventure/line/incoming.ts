import type { Subscription } from "rxjs";
import type { LabClock } from "../../../src/contract/time.ts";
import { EMPTY_STREAM, giveUpWaiting, pushHostBytes, type Split } from "../wire/hostStream.ts";

/** The wire from the host to the unit: bytes in any pieces, bodies of good frames out. */
export interface Incoming {
  push(bytes: Uint8Array): void;
  close(): void;
}

/** A wake-up later than this is a stall of this process, not a pause on the line. */
const STALL_MS = 5;

export function createIncoming(
  clock: LabClock,
  gapMs: number,
  onBody: (body: readonly number[]) => void,
): Incoming {
  let stream = EMPTY_STREAM;
  let waiting: Subscription | null = null;

  const take = (split: Split): void => {
    stream = split.stream;
    for (const body of split.bodies) onBody(body);
  };

  const giveUp = (lateMs: number): void => {
    waiting = null;
    // Work for the present instant runs after the bytes that the operating system holds.
    if (lateMs > STALL_MS) waiting = clock.at(clock.now(), () => giveUp(0));
    else take(giveUpWaiting(stream));
  };

  const stopWaiting = (): void => {
    waiting?.unsubscribe();
    waiting = null;
  };

  return {
    push: (bytes) => {
      stopWaiting();
      take(pushHostBytes(stream, bytes));
      if (stream.pending.length > 0) waiting = clock.at(clock.now() + gapMs, giveUp);
    },
    close: stopWaiting,
  };
}

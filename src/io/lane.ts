import { Subscription } from "rxjs";
import type { LabClock } from "../contract/time.ts";

/** One direction of a cable: bytes leave one after the other and arrive in that order. */
export interface Lane {
  /** Resolves with the instant at which the last bit has arrived; null when the lane was cut before. */
  put(bytes: Uint8Array): Promise<number | null>;
  /** Loses everything that is on the way. */
  cut(): void;
}

interface Parcel {
  readonly bytes: Uint8Array;
  readonly dueMs: number;
  readonly settle: (arrivedMs: number | null) => void;
}

/** Start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;

export function createLane(
  clock: LabClock,
  baudRate: number | null,
  deliver: (bytes: Uint8Array, atMs: number) => void,
): Lane {
  const byteMs = baudRate === null ? 0 : (BITS_PER_BYTE * 1000) / baudRate;
  const parcels: Parcel[] = [];
  let lineFreeMs = 0;
  let waiting = Subscription.EMPTY;

  // Only the first parcel has a timer, so that timers of a real clock cannot change the order.
  const armFirst = (): void => {
    const first = parcels[0];
    if (first === undefined) return;
    waiting = clock.at(first.dueMs, () => {
      parcels.shift();
      const arrivedMs = clock.now();
      armFirst();
      first.settle(arrivedMs);
      deliver(first.bytes, arrivedMs);
    });
  };

  return {
    put: (bytes) => {
      lineFreeMs = Math.max(lineFreeMs, clock.now()) + bytes.length * byteMs;
      const dueMs = lineFreeMs;
      return new Promise((settle) => {
        // A copy, as the caller may use its buffer again at once.
        parcels.push({ bytes: Uint8Array.from(bytes), dueMs, settle });
        if (parcels.length === 1) armFirst();
      });
    },
    cut: () => {
      waiting.unsubscribe();
      lineFreeMs = 0;
      for (const parcel of parcels.splice(0)) parcel.settle(null);
    },
  };
}

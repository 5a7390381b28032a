import { Subject, takeUntil } from "rxjs";
import type { GuardedBytePort } from "../contract/guarded.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";

/** A port lent to one driver until it is taken back: then nothing passes in either direction. */
export interface LeasedPort {
  readonly port: GuardedBytePort;
  takeBack(): void;
}

/**
 * After a link was lost and came back the same port leads to a device whose state nobody knows. The
 * driver of before must neither hear it nor speak to it.
 */
export function leasePort(port: GuardedBytePort): LeasedPort {
  const over = new Subject<void>();
  let isOver = false;
  const require = (): void => {
    if (isOver) throw new PulsetrainError("PORT_NOT_OPEN", `${port.name}: the link was lost`);
  };
  return {
    port: {
      name: port.name,
      get isOpen() {
        return !isOver && port.isOpen;
      },
      bytes$: port.bytes$.pipe(takeUntil(over)),
      closed$: port.closed$.pipe(takeUntil(over)),
      // Whoever restored the link has opened it.
      open: async () => {
        require();
        if (!port.isOpen) await port.open();
      },
      write: (bytes, permit) => {
        require();
        return permit === undefined ? port.write(bytes) : port.write(bytes, permit);
      },
      discardInput: () => {
        if (!isOver) port.discardInput();
      },
      close: async () => {
        if (!isOver) await port.close();
      },
    },
    takeBack: () => {
      isOver = true;
      over.next();
    },
  };
}

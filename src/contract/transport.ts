import type { Observable } from "rxjs";

/** Bytes with the instant they were seen, on the rig's clock. */
export interface Stamped<T> {
  readonly atMs: number;
  readonly value: T;
}

export interface CloseReason {
  /** True when the far side vanished; false when we closed. */
  readonly lost: boolean;
  readonly detail: string;
}

export interface WriteStamp {
  /** Just before the bytes were handed over. */
  readonly writtenMs: number;
  /**
   * Resolves when the bytes have left, with that instant; rejects when the port was lost meanwhile.
   * Look at it directly after the write: a port may begin to watch only then.
   */
  readonly drained: Promise<number>;
}

/** Serial line settings; ignored by links that have none. */
export interface SerialLine {
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: "none" | "even" | "odd";
  readonly stopBits: 1 | 2;
  /** True: DTR is raised while the port is open, because the device does nothing without. Left out: low. */
  readonly dtr?: boolean;
}

/**
 * A byte link. It never queues: `write` throws `PORT_NOT_OPEN` unless the link is open now.
 * `open` raises no line and sends nothing.
 */
export interface BytePort {
  readonly name: string;
  readonly isOpen: boolean;
  readonly bytes$: Observable<Stamped<Uint8Array>>;
  /** Emits once when an open link ends, then completes. */
  readonly closed$: Observable<CloseReason>;
  open(): Promise<void>;
  write(bytes: Uint8Array): WriteStamp;
  /** Forget bytes that have arrived and were not read. */
  discardInput(): void;
  /**
   * Raises or lowers RTS and leaves the other lines as they are. A raised line can be a pulse, so only
   * a trigger path calls it, under a permit. Absent: the link has no lines. Rejects with
   * `PORT_NO_LINES` when that shows only now; any other error means that nobody knows the level.
   */
  setRts?(on: boolean): Promise<void>;
  close(): Promise<void>;
}

import { toHex } from "../base/hex.ts";
import type { LabClock } from "../contract/time.ts";
import type { BytePort } from "../contract/transport.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { isPulsetrainError } from "../errors/pulsetrainError.ts";
import { type Arrival, createEchoBlanker } from "./echoBlanker.ts";

/** One frame of raw traffic: instant (ms on the clock), direction from the host's view, hex. */
export type WireFrame = readonly [number, "tx" | "rx", string];

export interface RecorderOptions {
  readonly clock: LabClock;
  /** Gets the frames in order, in batches that are never empty. */
  readonly sink: (frames: readonly WireFrame[]) => void;
  /**
   * Bytes of one write as they may be recorded; secrets are replaced, the length is kept. Where a
   * cable brings such a secret back, the record of what arrived is blanked too.
   */
  readonly redact: (bytes: Uint8Array) => Uint8Array;
  /** A batch leaves when it holds this many frames ... */
  readonly batchFrames?: number;
  /** ... or when its first frame is this old. */
  readonly batchMs?: number;
}

export interface RecordedPort extends BytePort {
  /** Hands over what is waiting. */
  flush(): void;
  /** Flushes and stops listening; the port itself goes on, unrecorded. */
  stopRecording(): void;
}

/** Codes with which a port says that none of the bytes left. */
const NOTHING_LEFT: ReadonlySet<ErrorCode> = new Set([
  "PORT_NOT_OPEN",
  "PORT_STALLED",
  "PORT_HAZARD_REFUSED",
]);
const DEFAULT_BATCH_FRAMES = 256;
const DEFAULT_BATCH_MS = 1000;

/** A port that behaves as `port` does and whose traffic is recorded from the start. */
export function recordPort(port: BytePort, options: RecorderOptions): RecordedPort {
  const {
    clock,
    sink,
    redact,
    batchFrames = DEFAULT_BATCH_FRAMES,
    batchMs = DEFAULT_BATCH_MS,
  } = options;
  let batch: WireFrame[] = [];
  let isRecording = true;
  let timer: { unsubscribe(): void } | null = null;

  const echo = createEchoBlanker();

  const flush = (): void => {
    noteArrivals(echo.release());
    handOver();
  };
  const handOver = (): void => {
    timer?.unsubscribe();
    timer = null;
    if (batch.length === 0) return;
    const frames = batch;
    batch = [];
    sink(frames);
  };
  const note = (atMs: number, direction: "tx" | "rx", bytes: Uint8Array): void => {
    if (!isRecording) return;
    batch.push([atMs, direction, toHex(bytes)]);
    if (batch.length >= batchFrames) handOver();
    else timer ??= clock.at(clock.now() + batchMs, flush);
  };
  const noteArrivals = (arrivals: readonly Arrival[]): void => {
    for (const { atMs, bytes } of arrivals) note(atMs, "rx", bytes);
  };
  const noteSent = (atMs: number, bytes: Uint8Array): void => {
    noteArrivals(echo.release());
    const shown = redact(bytes);
    echo.sent(bytes, shown);
    note(atMs, "tx", shown);
  };
  const listening = port.bytes$.subscribe(({ atMs, value }) =>
    noteArrivals(echo.arrived(atMs, value)),
  );

  return {
    name: port.name,
    get isOpen() {
      return port.isOpen;
    },
    bytes$: port.bytes$,
    closed$: port.closed$,
    open: () => port.open(),
    write: (bytes) => {
      try {
        const stamp = port.write(bytes);
        noteSent(stamp.writtenMs, bytes);
        return stamp;
      } catch (error) {
        // Any other failure may have let a part of the bytes out, and the record must show them.
        const isUntouched = isPulsetrainError(error) && NOTHING_LEFT.has(error.code);
        if (!isUntouched) noteSent(clock.now(), bytes);
        throw error;
      }
    },
    discardInput: () => port.discardInput(),
    close: () => port.close().finally(flush),
    flush,
    stopRecording: () => {
      flush();
      isRecording = false;
      listening.unsubscribe();
    },
  };
}

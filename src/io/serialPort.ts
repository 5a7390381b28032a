import { SerialPortStream } from "@serialport/stream";
import type { LabClock } from "../contract/time.ts";
import type { BytePort, CloseReason, SerialLine, WriteStamp } from "../contract/transport.ts";
import { isPulsetrainError, PulsetrainError } from "../errors/pulsetrainError.ts";
import { deadline, withTimeout } from "../time/operators.ts";
import { createDrainQueue, type DrainQueue } from "./drainQueue.ts";
import { createLinkState, requireOpen, unwatched } from "./linkState.ts";
import { LINES_LOW, type LineControl, linesOf, type ModemLines, takeLines } from "./modemLines.ts";
import { explainOpenFailure } from "./openFailure.ts";
import { type Binding, openSafePort, type SafePort } from "./safeBinding.ts";

export interface SerialPortOptions {
  readonly path: string;
  readonly line: SerialLine;
  readonly clock: LabClock;
  /** Default: both low. A raised line can fire a stimulator that is wired to it. */
  readonly modemLines?: ModemLines;
  /** Default: the binding of this platform. Another one can stand for a port with modem lines. */
  readonly openBinding?: typeof openSafePort;
}

export interface SerialBytePort extends BytePort {
  readonly setRts: (on: boolean) => Promise<void>;
  /**
   * Does the adapter hand received bytes on at once instead of waiting for more? Null while the port
   * is not open and where the system has no such mode.
   */
  readonly lowLatency: boolean | null;
}

/** One opening of the port: the stream and the binding port below it are never used again. */
interface Opening {
  readonly stream: SerialPortStream;
  readonly safe: SafePort;
  readonly lines: LineControl;
  readonly drains: DrainQueue;
  /** Rejects when this opening ends. */
  readonly over: Promise<never>;
  /** Set before the stream is closed, so that its `close` event tells whose doing it was. */
  ending: CloseReason | null;
}

/** On top of the line time of the bytes: latency timers of USB adapters and a busy host. */
const DRAIN_SLACK_MS = 1000;
const CLOSE_PATIENCE_MS = 2000;
const LINES_PATIENCE_MS = 500;

/**
 * A serial port. Errors of `open`: PORT_NOT_FOUND, PORT_BUSY, PORT_PERMISSION, PORT_OPEN_FAILED.
 * Errors of `write`: PORT_NOT_OPEN (nothing has left), PORT_STALLED, PORT_LOST (a part may have
 * left). Where the system gives a descriptor, bytes are with the kernel before `write` returns.
 * The kernel of Linux raises RTS and DTR for a moment while it opens a port; no program can stop it.
 */
export function createSerialPort(options: SerialPortOptions): SerialBytePort {
  const { path, clock, modemLines = linesOf(options.line) } = options;
  const state = createLinkState();
  let opening: Opening | null = null;
  /** Settles without an error when the open that is under way has ended. */
  let underWay: Promise<void> | null = null;

  const isOpen = (): boolean => state.isOpen && opening !== null && opening.ending === null;

  const openNow = async (): Promise<void> => {
    opening = await openOnce(options, {
      onBytes: (value) => state.arrived({ atMs: clock.now(), value }),
      onEnd: (reason) => {
        opening = null;
        state.ended(reason);
      },
    });
    state.opened();
  };

  const open = async (): Promise<void> => {
    if (underWay !== null || opening !== null) {
      throw new PulsetrainError("PORT_OPEN_FAILED", `${path} is open already`);
    }
    const attempt = openNow();
    underWay = attempt.catch(() => undefined);
    await attempt.finally(() => {
      underWay = null;
    });
  };

  const write = (bytes: Uint8Array): WriteStamp => {
    requireOpen(path, isOpen());
    // `requireOpen` has just said so; the compiler cannot see it.
    if (opening === null) throw new PulsetrainError("PORT_NOT_OPEN", `${path} is not open`);
    const written = opening;
    const writtenMs = clock.now();
    handOver(path, opening, bytes);
    return stampOf(writtenMs, () => unwatched(drainedBy(options, written, bytes.length)));
  };

  return {
    name: path,
    get isOpen() {
      return isOpen();
    },
    bytes$: state.bytes$,
    closed$: state.closed$,
    open,
    write,
    discardInput: () => opening?.safe.discardArrived(),
    get lowLatency() {
      return opening?.lines.lowLatency ?? null;
    },
    setRts: async (on) => {
      requireOpen(path, isOpen());
      await opening?.lines.set({ ...modemLines, rts: on });
    },
    close: async () => {
      // A close that overtook an open would leave the port open behind everybody's back.
      if (underWay !== null) await underWay;
      if (opening === null) return;
      const closing = opening;
      closing.ending ??= { lost: false, detail: "closed by the host" };
      await lower(closing, clock);
      // The last bytes may be a disarm: they get their time on the line before the port goes.
      await deadline(clock, closing.drains.drained(), clock.now() + DRAIN_SLACK_MS, () => 0).catch(
        () => 0,
      );
      await closeStream(closing.stream, closing.over, clock);
    },
  };
}

/** A drain takes a thread and a timer, so it is begun for those who ask, which polls do not. */
function stampOf(writtenMs: number, begin: () => Promise<number>): WriteStamp {
  let drained: Promise<number> | null = null;
  return {
    writtenMs,
    get drained() {
      drained ??= begin();
      return drained;
    },
  };
}

interface OpeningEvents {
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly onEnd: (reason: CloseReason) => void;
}

async function openOnce(options: SerialPortOptions, events: OpeningEvents): Promise<Opening> {
  const { path, line, clock, openBinding = openSafePort } = options;
  const { modemLines = linesOf(line) } = options;
  let safe: SafePort | null = null;
  const binding: Binding = {
    list: async () => [],
    open: async (openOptions) => {
      safe = await openBinding(openOptions);
      return safe;
    },
  };
  const settings = {
    binding,
    path,
    baudRate: line.baudRate,
    dataBits: line.dataBits,
    parity: line.parity,
    stopBits: line.stopBits,
    autoOpen: false,
    // Refuses a port that another program has locked, and locks it.
    lock: true,
    // On Windows this option raises DTR at opening; elsewhere it drops the lines at closing.
    hupcl: process.platform !== "win32" || modemLines.dtr,
  };
  const stream = new SerialPortStream(settings);
  let end: (error: PulsetrainError) => void = () => undefined;
  const over = unwatched(new Promise<never>((_, reject) => (end = reject)));
  let opening: Opening | null = null;
  const finish = (words: string | null): void => {
    const reason = opening?.ending ?? { lost: true, detail: words ?? "the port closed by itself" };
    end(
      new PulsetrainError(reason.lost ? "PORT_LOST" : "PORT_NOT_OPEN", `${path}: ${reason.detail}`),
    );
    events.onEnd(reason);
  };
  // Without these listeners an error event would end the process.
  stream.on("error", (error: Error) => finish(error.message));
  stream.on("close", (error: Error | null) => finish(error?.message ?? null));
  stream.on("data", (chunk: Buffer) => events.onBytes(Uint8Array.from(chunk)));

  await new Promise<void>((resolve, reject) => {
    stream.open((error) =>
      error === null ? resolve() : reject(explainOpenFailure(path, error, process.platform)),
    );
  });
  const opened = requireSafe(safe, path);
  let lines: LineControl;
  try {
    lines = await takeLines(path, opened, modemLines);
    await verifyBaudRate(opened, path, line.baudRate);
    if (!stream.isOpen)
      throw new PulsetrainError("PORT_LOST", `${path}: the device vanished while it was opened`);
  } catch (error) {
    await closeStream(stream, over, clock);
    throw isPulsetrainError(error) ? error : explainOpenFailure(path, error, process.platform);
  }
  opening = {
    stream,
    safe: opened,
    lines,
    drains: createDrainQueue(
      () => opened.drain(),
      () => clock.now(),
    ),
    over,
    ending: null,
  };
  return opening;
}

function requireSafe(safe: SafePort | null, path: string): SafePort {
  if (safe === null)
    throw new PulsetrainError("CLI_BUG", `${path}: the stream opened without its binding`);
  return safe;
}

/** The binding ignores whether the system took the rate. Platforms that cannot tell are let through. */
async function verifyBaudRate(safe: SafePort, path: string, askedBaud: number): Promise<void> {
  const answer = await safe.getBaudRate().catch(() => null);
  if (answer === null || answer.baudRate === askedBaud) return;
  throw new PulsetrainError(
    "PORT_OPEN_FAILED",
    `${path}: asked for ${askedBaud} baud, the port runs at ${answer.baudRate}`,
  );
}

/** Throws with the port ended unless the system took every byte or none. */
function handOver(path: string, opening: Opening, bytes: Uint8Array): void {
  const { stream, safe } = opening;
  if (safe.writeNow === null) {
    stream.write(Buffer.from(bytes));
    return;
  }
  let taken: number;
  try {
    taken = safe.writeNow(bytes);
  } catch (error) {
    throw lose(
      path,
      opening,
      `write failed: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (taken === bytes.length) return;
  if (taken === 0)
    throw new PulsetrainError("PORT_STALLED", `${path} takes no bytes; nothing was written`);
  // The next frame would be glued to a cut one, and nobody can say what the device makes of it.
  throw lose(path, opening, `only ${taken} of ${bytes.length} bytes were taken`);
}

function lose(path: string, opening: Opening, detail: string): PulsetrainError {
  opening.ending ??= { lost: true, detail };
  opening.stream.close(() => undefined);
  return new PulsetrainError("PORT_LOST", `${path}: ${detail}`);
}

function drainedBy(
  options: SerialPortOptions,
  opening: Opening,
  byteCount: number,
): Promise<number> {
  const { path, line, clock } = options;
  const bitsPerByte = 1 + line.dataBits + (line.parity === "none" ? 0 : 1) + line.stopBits;
  const lineMs = (byteCount * bitsPerByte * 1000) / line.baudRate;
  const drained = opening.drains.drained().catch((error: Error) => {
    throw new PulsetrainError(
      "PORT_LOST",
      `${path}: it is not known whether the bytes left: ${error.message}`,
    );
  });
  return withTimeout(
    clock,
    Promise.race([drained, opening.over]),
    lineMs + DRAIN_SLACK_MS,
    () =>
      new PulsetrainError(
        "PORT_STALLED",
        `${path}: ${byteCount} bytes had not left after ${Math.ceil(lineMs + DRAIN_SLACK_MS)} ms`,
      ),
  );
}

/** What the system does with the lines of a closed port is its own affair; it finds them low. */
async function lower({ lines }: Opening, clock: LabClock): Promise<void> {
  const lowered = lines.set(LINES_LOW).catch(() => undefined);
  await deadline(clock, lowered, clock.now() + LINES_PATIENCE_MS, () => undefined);
}

/** The kernel may hold a close back until the line is empty; this does not wait for that for ever. */
async function closeStream(
  stream: SerialPortStream,
  over: Promise<never>,
  clock: LabClock,
): Promise<void> {
  if (stream.isOpen) stream.close(() => undefined);
  const closed: Promise<void> = over.catch(() => undefined);
  await deadline(clock, closed, clock.now() + CLOSE_PATIENCE_MS, () => undefined);
}

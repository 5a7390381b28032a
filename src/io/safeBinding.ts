import { read as readLater, readSync, writeSync } from "node:fs";
import type { OpenOptions } from "@serialport/stream";
import { SerialPort } from "serialport";

/** The seam of node-serialport between its stream and the operating system. */
export type Binding = OpenOptions["binding"];
export type BindingPort = Awaited<ReturnType<Binding["open"]>>;

/** A binding port that notices a vanished device, and the two things that must not wait for a turn. */
export interface SafePort extends BindingPort {
  /**
   * Hands bytes to the system before it returns and says how many it took; throws when the port is
   * gone. Null where the binding has no descriptor to write on (Windows).
   */
  readonly writeNow: ((bytes: Uint8Array) => number) | null;
  /** Drops what has arrived and was not handed on. */
  discardArrived(): void;
}

/** What the bindings of Linux and macOS have beyond the common interface. */
interface UnixPort extends BindingPort {
  readonly fd: number | null;
  readonly poller: { once(event: "readable", listener: (error: Error | null) => void): unknown };
}

const WOULD_BLOCK = -1;
const SCRATCH_BYTES = 4096;
/** More than any kernel buffer holds, so that a chattering device cannot keep `discardArrived` busy. */
const DISCARD_ROUNDS = 16;

/** Opens through serialport's own binding for this platform. */
export async function openSafePort(options: Parameters<Binding["open"]>[0]): Promise<SafePort> {
  const binding: Binding = SerialPort.binding;
  return makeSafe(await binding.open(options));
}

/** The same port, made safe; the given one must not be used beside it. */
export function makeSafe(port: BindingPort): SafePort {
  return isUnixPort(port) ? wrapUnixPort(port) : wrapOtherPort(port);
}

function isUnixPort(port: BindingPort): port is UnixPort {
  return "poller" in port && "fd" in port;
}

function wrapOtherPort(port: BindingPort): SafePort {
  return {
    ...passThrough(port),
    get isOpen() {
      return port.isOpen;
    },
    read: (buffer, offset, length) => port.read(buffer, offset, length),
    writeNow: null,
    // `flush` would also drop bytes on their way out, and one of them may be a disarm.
    discardArrived: () => undefined,
  };
}

/**
 * The binding takes a read of 0 bytes for "try again" and then spins for ever when the device is
 * gone (serialport/bindings-cpp issues 162, 164, 175). Here it ends the port. Holds for vmin >= 1,
 * the default. The poller's events take a turn of the loop, without which reads stall on Node 26
 * (serialport/node-serialport issue 3148).
 */
function wrapUnixPort(port: UnixPort): SafePort {
  // Raised by `discardArrived`, so that a read that was under way does not bring old bytes back.
  let epoch = 0;

  return {
    ...passThrough(port),
    get isOpen() {
      return port.isOpen;
    },
    read: async (buffer, offset, length) => {
      for (;;) {
        const startedIn = epoch;
        const bytesRead = await readSome(port, buffer, offset, length);
        if (bytesRead > 0 && epoch === startedIn) return { buffer, bytesRead };
      }
    },
    writeNow: (bytes) => {
      if (port.fd === null) throw canceled();
      return writeAllNow(port.fd, bytes);
    },
    discardArrived: () => {
      epoch += 1;
      if (port.fd !== null) readAway(port.fd);
    },
  };
}

function passThrough(port: BindingPort): Omit<BindingPort, "isOpen" | "read"> {
  return {
    openOptions: port.openOptions,
    close: () => port.close(),
    write: (buffer) => port.write(buffer),
    update: (options) => port.update(options),
    set: (options) => port.set(options),
    get: () => port.get(),
    getBaudRate: () => port.getBaudRate(),
    flush: () => port.flush(),
    drain: () => port.drain(),
  };
}

/** Bytes that arrived, or 0 after waiting for some; throws when the port is closed or gone. */
async function readSome(
  port: UnixPort,
  buffer: Buffer,
  offset: number,
  length: number,
): Promise<number> {
  if (port.fd === null) throw canceled();
  const bytesRead = await readOnce(port.fd, buffer, offset, length);
  // A close during the read has destroyed the poller; touching it would crash the process.
  if (!port.isOpen) throw canceled();
  if (bytesRead === 0) throw new Error("end of file: the device is gone");
  if (bytesRead !== WOULD_BLOCK) return bytesRead;
  await readable(port);
  return 0;
}

function readOnce(fd: number, buffer: Buffer, offset: number, length: number): Promise<number> {
  return new Promise((resolve, reject) => {
    readLater(fd, buffer, offset, length, null, (error, bytesRead) => {
      if (error === null) resolve(bytesRead);
      else if (isTryAgain(error)) resolve(WOULD_BLOCK);
      else reject(error);
    });
  });
}

function readable(port: UnixPort): Promise<void> {
  return new Promise((resolve, reject) => {
    port.poller.once("readable", (error) => {
      // biome-ignore lint/style/noRestrictedGlobals: a turn of the loop, no measure of time
      setImmediate(() => (error === null ? resolve() : reject(error)));
    });
  });
}

/** Goes on as long as the system takes bytes; the descriptor never blocks. */
function writeAllNow(fd: number, bytes: Uint8Array): number {
  let taken = 0;
  while (taken < bytes.length) {
    try {
      const count = writeSync(fd, bytes, taken, bytes.length - taken);
      if (count === 0) return taken;
      taken += count;
    } catch (error) {
      if (isTryAgain(error)) return taken;
      throw error;
    }
  }
  return taken;
}

function readAway(fd: number): void {
  const scratch = new Uint8Array(SCRATCH_BYTES);
  for (let round = 0; round < DISCARD_ROUNDS; round++) {
    try {
      if (readSync(fd, scratch) < scratch.length) return;
    } catch {
      // Nothing is there, or the port is gone, which the read under way reports.
      return;
    }
  }
}

function isTryAgain(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return code === "EAGAIN" || code === "EWOULDBLOCK" || code === "EINTR";
}

/** The mark by which the stream tells a read that ended with our own close from a lost device. */
function canceled(): Error {
  return Object.assign(new Error("the port is not open"), { canceled: true });
}

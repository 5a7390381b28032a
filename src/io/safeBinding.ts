import { readSync, writeSync } from "node:fs";
import type { OpenOptions } from "@serialport/stream";
import { SerialPort } from "serialport";
import { claimForUs } from "./exclusive.ts";

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
/** Takes what is dropped; nobody reads it. */
const SCRATCH = new Uint8Array(4096);
/** More than any kernel buffer holds, so that a chattering device cannot keep `discardArrived` busy. */
const DISCARD_ROUNDS = 16;

/** Opens through serialport's own binding for this platform. */
export async function openSafePort(options: Parameters<Binding["open"]>[0]): Promise<SafePort> {
  const binding: Binding = SerialPort.binding;
  const port = await binding.open(options);
  const safe = makeSafe(port);
  if (!isUnixPort(port) || port.fd === null) return safe;
  const letOthersIn = await claimForUs(port.fd, options.path);
  const { close } = safe;
  return Object.assign(safe, {
    close: () => {
      if (safe.isOpen) letOthersIn();
      return close();
    },
  });
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
 *
 * The descriptor never blocks, so it is read here and not in a thread of Node's pool, as the binding
 * does: a busy pool would keep answers back, and a read that began before `discardArrived` could
 * come to its turn after it and take an answer for something old.
 */
function wrapUnixPort(port: UnixPort): SafePort {
  return {
    ...passThrough(port),
    get isOpen() {
      return port.isOpen;
    },
    read: async (buffer, offset, length) => {
      for (;;) {
        // Also a turn of the loop between two reads, however much the device has to say.
        await readable(port);
        const bytesRead = readNow(port, buffer, offset, length);
        if (bytesRead !== WOULD_BLOCK) return { buffer, bytesRead };
      }
    },
    writeNow: (bytes) => {
      if (port.fd === null) throw canceled();
      return writeAllNow(port.fd, bytes);
    },
    discardArrived: () => {
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

/** Counts the bytes that have arrived; throws when the port is closed or gone. */
function readNow(port: UnixPort, buffer: Buffer, offset: number, length: number): number {
  if (!port.isOpen || port.fd === null) throw canceled();
  const bytesRead = readSome(port.fd, buffer, offset, length);
  if (bytesRead === 0) throw new Error("end of file: the device is gone");
  return bytesRead;
}

/** `WOULD_BLOCK` when nothing is there. */
function readSome(fd: number, buffer: Uint8Array, offset: number, length: number): number {
  const { stackTraceLimit } = Error;
  // "Nothing is there" is an ordinary answer; a stack trace would make it the dearest of all.
  Error.stackTraceLimit = 0;
  try {
    return readSync(fd, buffer, offset, length, null);
  } catch (error) {
    if (isTryAgain(error)) return WOULD_BLOCK;
    throw error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function readable(port: UnixPort): Promise<void> {
  // A close has destroyed the poller; touching it would crash the process.
  if (!port.isOpen) throw canceled();
  await new Promise<void>((resolve, reject) => {
    port.poller.once("readable", (error) => {
      if (error === null) void turnOfLoop().then(resolve);
      else reject(error);
    });
  });
}

function turnOfLoop(): Promise<void> {
  // biome-ignore lint/style/noRestrictedGlobals: a turn of the loop, no measure of time
  return new Promise((resolve) => setImmediate(resolve));
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
  for (let round = 0; round < DISCARD_ROUNDS; round++) {
    try {
      if (readSome(fd, SCRATCH, 0, SCRATCH.length) < SCRATCH.length) return;
    } catch {
      // The port is gone, which the read under way reports.
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

import { close, closeSync, openSync, read, readSync, writeSync } from "node:fs";
import koffi from "koffi";

/** A pseudo-terminal: the test holds the master, the port under test opens `path`. */
export interface PtyPair {
  readonly path: string;
  /** Bytes towards the port. */
  send(bytes: Uint8Array): void;
  /** All bytes that came from the port. */
  readonly received: number[];
  /** Resolves when `count` bytes have come from the port. */
  receivedCount(count: number): Promise<void>;
  /** Takes nothing more from the port, so that its line fills up. */
  pauseReading(): void;
  /** What one read that waits for nothing finds, in this very turn of the loop. */
  takeNow(): number[];
  /** The master goes away, as a device does when its plug is pulled. */
  vanish(): void;
}

const O_RDWR = 2;
const O_NOCTTY = 0o400;
const O_NONBLOCK = 0o4000;
/** Larger than `struct termios` of any libc. */
const TERMIOS_BYTES = 128;

const libc = koffi.load("libc.so.6");
const posixOpenpt = libc.func("int posix_openpt(int)");
const grantpt = libc.func("int grantpt(int)");
const unlockpt = libc.func("int unlockpt(int)");
const ptsnameR = libc.func("int ptsname_r(int, _Out_ uint8_t *buffer, size_t size)");
const tcgetattr = libc.func("int tcgetattr(int, _Out_ uint8_t *termios)");
const tcsetattr = libc.func("int tcsetattr(int, int, uint8_t *termios)");
const cfmakeraw = libc.func("void cfmakeraw(_Inout_ uint8_t *termios)");

function openMaster(): { readonly fd: number; readonly path: string } {
  const fd: number = posixOpenpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (fd < 0 || grantpt(fd) !== 0 || unlockpt(fd) !== 0) throw new Error("no pseudo-terminal");
  const name = Buffer.alloc(128);
  if (ptsnameR(fd, name, name.length) !== 0) throw new Error("no name for the pseudo-terminal");
  const termios = Buffer.alloc(TERMIOS_BYTES);
  tcgetattr(fd, termios);
  cfmakeraw(termios);
  tcsetattr(fd, 0, termios);
  return { fd, path: name.toString("latin1", 0, name.indexOf(0)) };
}

/** With `holdSlave` (the default) the port can be closed and opened again. */
export function openPtyPair(options: { readonly holdSlave?: boolean } = {}): PtyPair {
  const { fd, path } = openMaster();
  const slave = (options.holdSlave ?? true) ? openSync(path, O_RDWR | O_NOCTTY) : null;
  const received: number[] = [];
  let isGone = false;
  let isPaused = false;

  const poll = (): void => {
    if (isGone || isPaused) return;
    const buffer = Buffer.alloc(4096);
    read(fd, buffer, 0, buffer.length, null, (error, count) => {
      if (error === null) received.push(...buffer.subarray(0, count));
      setTimeout(poll, 2);
    });
  };
  poll();

  return {
    path,
    received,
    send: (bytes) => {
      writeSync(fd, bytes);
    },
    receivedCount: async (count) => {
      while (received.length < count) await new Promise((resolve) => setTimeout(resolve, 2));
    },
    pauseReading: () => {
      isPaused = true;
    },
    takeNow: () => {
      const buffer = Buffer.alloc(4096);
      return [...buffer.subarray(0, readSync(fd, buffer))];
    },
    vanish: () => {
      if (isGone) return;
      isGone = true;
      if (slave !== null) closeSync(slave);
      close(fd);
    },
  };
}

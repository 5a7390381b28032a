import { closeSync, constants, openSync, writeSync } from "node:fs";
import { ReadStream } from "node:tty";
import { type Observable, Subject } from "rxjs";
import { PulsetrainError } from "../errors/pulsetrainError.ts";

/** The far end of a pseudo-terminal: what a program writes to `path` arrives here, and back. */
export interface Pty {
  /** What the other program opens, such as `/dev/pts/5`. */
  readonly path: string;
  readonly bytes$: Observable<Uint8Array>;
  /** Bytes that find no room are lost, as on a line without flow control. */
  write(bytes: Uint8Array): void;
  /** Whoever holds `path` open sees the line vanish. */
  close(): void;
}

/** Longer than any `/dev/pts/N`. */
const NAME_BYTES = 128;
/** `struct termios` has 60 bytes with glibc on x86-64 and arm64; only its address is handed on. */
const TERMIOS_BYTES = 128;
/** Of Linux; Node does not name it. Without it every program started later would hold the line open. */
const O_CLOEXEC = 0o2000000;

interface LibC {
  posix_openpt(flags: number): number;
  grantpt(fd: number): number;
  unlockpt(fd: number): number;
  ptsname_r(fd: number, name: Uint8Array, size: number): number;
  tcgetattr(fd: number, termios: Uint8Array): number;
  cfmakeraw(termios: Uint8Array): void;
  tcsetattr(fd: number, actions: number, termios: Uint8Array): number;
}

/** Opens a pseudo-terminal in raw mode. Throws `PORT_OPEN_FAILED` where the system has none. */
export async function openPty(): Promise<Pty> {
  const libc = await loadLibC();
  const masterFd = checked(
    libc.posix_openpt(constants.O_RDWR | constants.O_NOCTTY | O_CLOEXEC),
    "posix_openpt",
  );
  const path = ptyName(libc, masterFd);
  // Held open for as long as this end lives: else the master fails at the first close by the
  // other program, and that program cannot open the line again.
  const slaveFd = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  makeRaw(libc, slaveFd);
  const bytes = new Subject<Uint8Array>();
  const reader = new ReadStream(masterFd);
  reader.on("data", (chunk) => bytes.next(new Uint8Array(chunk)));
  reader.on("error", () => undefined);
  let isOpen = true;
  return {
    path,
    bytes$: bytes.asObservable(),
    write: (sent) => {
      if (isOpen) writeWhatFits(masterFd, sent);
    },
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      reader.destroy();
      closeSync(slaveFd);
      bytes.complete();
    },
  };
}

async function loadLibC(): Promise<LibC> {
  try {
    const { default: koffi } = await import("koffi");
    const lib = koffi.load("libc.so.6");
    return {
      posix_openpt: lib.func("int posix_openpt(int flags)"),
      grantpt: lib.func("int grantpt(int fd)"),
      unlockpt: lib.func("int unlockpt(int fd)"),
      ptsname_r: lib.func("int ptsname_r(int fd, _Out_ uint8_t *name, size_t size)"),
      tcgetattr: lib.func("int tcgetattr(int fd, _Out_ uint8_t *termios)"),
      cfmakeraw: lib.func("void cfmakeraw(_Inout_ uint8_t *termios)"),
      tcsetattr: lib.func("int tcsetattr(int fd, int actions, uint8_t *termios)"),
    };
  } catch (cause) {
    throw new PulsetrainError(
      "PORT_OPEN_FAILED",
      "pseudo-terminals need Linux with glibc; use a TCP port here",
      { cause },
    );
  }
}

function ptyName(libc: LibC, masterFd: number): string {
  checked(libc.grantpt(masterFd), "grantpt");
  checked(libc.unlockpt(masterFd), "unlockpt");
  const name = Buffer.alloc(NAME_BYTES);
  if (libc.ptsname_r(masterFd, name, NAME_BYTES) !== 0)
    throw new PulsetrainError("PORT_OPEN_FAILED", "ptsname_r failed");
  return name.toString("latin1", 0, name.indexOf(0));
}

/** Without it the terminal layer echoes answers back, turns CR into LF and eats XOFF. */
function makeRaw(libc: LibC, fd: number): void {
  const termios = Buffer.alloc(TERMIOS_BYTES);
  checked(libc.tcgetattr(fd, termios), "tcgetattr");
  libc.cfmakeraw(termios);
  checked(libc.tcsetattr(fd, 0, termios), "tcsetattr");
}

function checked(result: number, call: string): number {
  if (result < 0) throw new PulsetrainError("PORT_OPEN_FAILED", `${call} failed`);
  return result;
}

/** The descriptor does not block; a full line means that nobody reads. */
function writeWhatFits(fd: number, bytes: Uint8Array): void {
  let from = 0;
  while (from < bytes.length) {
    try {
      from += writeSync(fd, bytes, from);
    } catch {
      return;
    }
  }
}

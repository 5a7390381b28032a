import { realpathSync } from "node:fs";

/** Of Linux on x86 and arm. */
const TIOCEXCL = 0x540c;
const TIOCNXCL = 0x540d;

type Ioctl = (fd: number, request: number) => number;

let ioctl: Promise<Ioctl | null> | null = null;

/**
 * Keeps every later program of an ordinary user from the port, and gives back how to let them in again.
 * The lock that serialport takes is a custom: it keeps away those who ask for it, and many programs do
 * not ask. The mark goes with the last close of the port at the latest, also that of a killed process. A
 * pseudo-terminal is held open by its simulator and would keep it for ever, so it gets none. Best effort:
 * does nothing where the system has no such thing.
 */
export async function claimForUs(fd: number, path: string): Promise<() => void> {
  const isClaimable = process.platform === "linux" && !isPseudoTerminal(path);
  if (!isClaimable) return () => undefined;
  ioctl ??= loadIoctl();
  const call = await ioctl;
  if (call === null || call(fd, TIOCEXCL) !== 0) return () => undefined;
  return () => void call(fd, TIOCNXCL);
}

function isPseudoTerminal(path: string): boolean {
  try {
    return realpathSync(path).startsWith("/dev/pts/");
  } catch {
    return true;
  }
}

async function loadIoctl(): Promise<Ioctl | null> {
  try {
    const { default: koffi } = await import("koffi");
    const call = koffi.load("libc.so.6").func("int ioctl(int fd, unsigned long request, ...)");
    return (fd, request) => Number(call(fd, request));
  } catch {
    // Another libc than glibc: the lock alone must do.
    return null;
  }
}

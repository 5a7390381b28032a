import { readFileSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";
import { SYS_ROOT } from "./sysPorts.ts";

/**
 * How long an FTDI adapter keeps received bytes back to fill a USB packet, ms; its default is 16. It
 * delays answers, not writes. Null: the port has no such timer, or the system does not tell it.
 */
export function readLatencyTimerMs(path: string, sysRoot: string = SYS_ROOT): number | null {
  try {
    const name = basename(realDevice(path));
    const file = join(sysRoot, "bus/usb-serial/devices", name, "latency_timer");
    const text = readFileSync(file, "utf8").trim();
    return /^\d+$/.test(text) ? Number(text) : null;
  } catch {
    return null;
  }
}

/** The device behind `/dev/serial/by-id/...` and other links. */
function realDevice(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

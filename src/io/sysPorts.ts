import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { PortEntry } from "./portEntry.ts";

/** Where Linux tells of its devices. Another root stands for another machine in tests. */
export const SYS_ROOT = "/sys";

/**
 * Serial ports as the kernel knows them, without udev. Only those with hardware behind them: consoles
 * and pseudo-terminals have no device, and the UARTs that a PC lacks have type 0.
 */
export function sysPorts(sysRoot: string = SYS_ROOT): readonly PortEntry[] {
  const folder = join(sysRoot, "class/tty");
  return namesIn(folder)
    .filter((name) => existsSync(join(folder, name, "device")))
    .filter((name) => textOf(join(folder, name, "type")) !== "0")
    .map((name) => entryOf(folder, name));
}

function entryOf(folder: string, name: string): PortEntry {
  const usb = usbDeviceAbove(join(folder, name));
  const fact = (file: string): string | null => (usb === null ? null : textOf(join(usb, file)));
  return {
    path: `/dev/${name}`,
    manufacturer: fact("manufacturer"),
    product: fact("product"),
    vendorId: fact("idVendor")?.toLowerCase() ?? null,
    productId: fact("idProduct")?.toLowerCase() ?? null,
    serialNumber: fact("serial"),
    driver: linkName(join(folder, name, "device/driver")),
  };
}

/** A port hangs under an interface of its adapter; the device itself is what carries `idVendor`. */
function usbDeviceAbove(place: string): string | null {
  let at = realPlace(place);
  while (at !== null && at !== dirname(at)) {
    if (existsSync(join(at, "idVendor"))) return at;
    at = dirname(at);
  }
  return null;
}

function realPlace(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function linkName(path: string): string | null {
  try {
    return basename(readlinkSync(path));
  } catch {
    return null;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return null;
  }
}

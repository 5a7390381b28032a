import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

/** What `/sys` of another machine says of its serial ports. */
export interface FakeSys {
  readonly root: string;
  usb(name: string, facts: UsbFacts): void;
  /** A UART on the board; type 0 is one that is not there. */
  uart(name: string, type: number): void;
  console(name: string): void;
}

export interface UsbFacts {
  readonly vendorId: string;
  readonly productId: string;
  readonly serial?: string;
  readonly manufacturer?: string;
  /** Name of the kernel's driver; adapters of FTDI also have a latency timer. */
  readonly driver: string;
  readonly latencyMs?: number;
}

function put(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${text}\n`);
}

function link(from: string, to: string): void {
  mkdirSync(dirname(from), { recursive: true });
  mkdirSync(to, { recursive: true });
  symlinkSync(relative(dirname(from), to), from);
}

let count = 0;

/** The layout that Linux has: the port under an interface under the adapter, links from the classes. */
export function fakeSys(): FakeSys {
  const root = mkdtempSync(join(tmpdir(), "pulsetrain-sys-"));
  const bus = join(root, "devices/pci0000:00/0000:00:14.0/usb1");
  return {
    root,
    usb: (name, facts) => {
      count += 1;
      const device = join(bus, `1-${count}`);
      put(join(device, "idVendor"), facts.vendorId);
      put(join(device, "idProduct"), facts.productId);
      if (facts.serial !== undefined) put(join(device, "serial"), facts.serial);
      if (facts.manufacturer !== undefined) put(join(device, "manufacturer"), facts.manufacturer);
      const port = join(device, `1-${count}:1.0`, name);
      const tty = join(port, "tty", name);
      link(join(root, "class/tty", name), tty);
      link(join(tty, "device"), port);
      link(join(port, "driver"), join(root, "bus/usb-serial/drivers", facts.driver));
      if (facts.latencyMs === undefined) return;
      put(join(port, "latency_timer"), String(facts.latencyMs));
      link(join(root, "bus/usb-serial/devices", name), port);
    },
    uart: (name, type) => {
      const tty = join(root, "devices/platform/serial8250", name);
      put(join(tty, "type"), String(type));
      link(join(root, "class/tty", name), tty);
      link(join(tty, "device"), dirname(tty));
    },
    console: (name) => link(join(root, "class/tty", name), join(root, "devices/virtual/tty", name)),
  };
}

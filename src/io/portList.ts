import { SerialPort } from "serialport";
import type { PortEntry } from "./portEntry.ts";
import { SYS_ROOT, sysPorts } from "./sysPorts.ts";

/** What serialport tells of a port. */
export interface SystemPort {
  readonly path: string;
  readonly manufacturer?: string | undefined;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
  readonly serialNumber?: string | undefined;
}

export interface PortSources {
  /** Default: serialport. */
  readonly system?: () => Promise<readonly SystemPort[]>;
  readonly platform?: NodeJS.Platform;
  readonly sysRoot?: string;
}

/**
 * The serial ports of this machine, by path. serialport asks `udevadm`, which slim systems lack;
 * there, and for what it leaves out, Linux itself is read.
 */
export async function listPorts(sources: PortSources = {}): Promise<readonly PortEntry[]> {
  const { system = () => SerialPort.list(), platform = process.platform } = sources;
  const told = await system().catch(() => null);
  const known = (told ?? []).map(entryOf);
  if (platform !== "linux") return sorted(known);
  const seen = sysPorts(sources.sysRoot ?? SYS_ROOT);
  const isThere = new Set(seen.map(({ path }) => path));
  // `udevadm` also names the UARTs that a PC lacks; one with an identity is there all the same.
  const fromSystem = known.filter(({ path, vendorId }) => isThere.has(path) || vendorId !== null);
  const byPath = new Map(fromSystem.map((entry) => [entry.path, entry]));
  for (const entry of seen) byPath.set(entry.path, filledUp(byPath.get(entry.path), entry));
  return sorted([...byPath.values()]);
}

/** Linux tells in plain words what udev tells escaped; what it lacks comes from the other. */
function filledUp(told: PortEntry | undefined, seen: PortEntry): PortEntry {
  if (told === undefined) return seen;
  return {
    path: seen.path,
    manufacturer: seen.manufacturer ?? told.manufacturer,
    product: seen.product ?? told.product,
    vendorId: seen.vendorId ?? told.vendorId,
    productId: seen.productId ?? told.productId,
    serialNumber: seen.serialNumber ?? told.serialNumber,
    driver: seen.driver,
  };
}

function entryOf(port: SystemPort): PortEntry {
  return {
    path: port.path,
    manufacturer: port.manufacturer ?? null,
    product: null,
    vendorId: port.vendorId?.toLowerCase() ?? null,
    productId: port.productId?.toLowerCase() ?? null,
    serialNumber: port.serialNumber ?? null,
    driver: null,
  };
}

function sorted(entries: readonly PortEntry[]): readonly PortEntry[] {
  return [...entries].sort((a, b) => a.path.localeCompare(b.path, "en", { numeric: true }));
}

import type { BytePort } from "../contract/transport.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { createLinkState } from "./linkState.ts";
import type { UsbIdentity } from "./portAddress.ts";
import { type PortEntry, portWords } from "./portEntry.ts";

export interface UsbPortOptions {
  /** As the rig file has it. */
  readonly name: string;
  readonly identity: UsbIdentity;
  readonly list: () => Promise<readonly PortEntry[]>;
  /** A port at a path, not opened. */
  readonly openAt: (path: string) => BytePort;
}

/**
 * The one port that has this identity. Throws PORT_NOT_FOUND or PORT_AMBIGUOUS with a list of what is
 * there, so that a person can correct the rig file from the message alone.
 */
export function findByIdentity(
  name: string,
  identity: UsbIdentity,
  entries: readonly PortEntry[],
): PortEntry {
  const fitting = entries.filter((entry) => fits(identity, entry));
  const [found, second] = fitting;
  if (found === undefined) {
    const there = entries.length === 0 ? "no serial port at all" : wordsOf(entries);
    throw new PulsetrainError("PORT_NOT_FOUND", `${name}: no such adapter; there is ${there}`);
  }
  if (second === undefined) return found;
  throw new PulsetrainError(
    "PORT_AMBIGUOUS",
    `${name}: ${fitting.length} ports fit: ${wordsOf(fitting)}`,
  );
}

function fits(wanted: UsbIdentity, entry: PortEntry): boolean {
  return (
    (wanted.vendorId === null || wanted.vendorId === entry.vendorId) &&
    (wanted.productId === null || wanted.productId === entry.productId) &&
    (wanted.serialNumber === null ||
      (entry.serialNumber !== null && plain(wanted.serialNumber) === plain(entry.serialNumber)))
  );
}

/** udev writes `_` for the blanks of a serial number, and a rig file has no blanks in a port. */
function plain(serialNumber: string): string {
  return serialNumber.trim().replace(/\s/g, "_").toLowerCase();
}

function wordsOf(entries: readonly PortEntry[]): string {
  return entries.map(portWords).join("; ");
}

/**
 * A serial port that is named by its adapter. The adapter is looked for at each opening, since it may
 * come back under another number after a loss (asked for since `serialport/node-serialport` issue 648).
 */
export function createUsbPort(options: UsbPortOptions): BytePort {
  const { name, identity, list, openAt } = options;
  const state = createLinkState();
  let port: BytePort | null = null;
  /** Settles without an error when the open that is under way has ended. */
  let underWay: Promise<void> | null = null;

  const openNow = async (): Promise<void> => {
    const made = openAt(findByIdentity(name, identity, await list()).path);
    const arrivals = made.bytes$.subscribe((chunk) => state.arrived(chunk));
    made.closed$.subscribe((reason) => {
      arrivals.unsubscribe();
      if (port === made) port = null;
      state.ended(reason);
    });
    try {
      await made.open();
    } catch (error) {
      arrivals.unsubscribe();
      throw error;
    }
    port = made;
    state.opened();
  };

  const opened = (): BytePort => {
    if (port === null)
      throw new PulsetrainError("PORT_NOT_OPEN", `${name} is not open; nothing was written`);
    return port;
  };

  return {
    name,
    get isOpen() {
      return port?.isOpen ?? false;
    },
    bytes$: state.bytes$,
    closed$: state.closed$,
    open: async () => {
      if (underWay !== null || port !== null)
        throw new PulsetrainError("PORT_OPEN_FAILED", `${name} is open already`);
      const attempt = openNow();
      underWay = attempt.catch(() => undefined);
      await attempt.finally(() => {
        underWay = null;
      });
    },
    write: (bytes) => opened().write(bytes),
    discardInput: () => port?.discardInput(),
    setRts: async (on) => {
      const { setRts } = opened();
      if (setRts === undefined) throw new PulsetrainError("PORT_NO_LINES", name);
      await setRts(on);
    },
    close: async () => {
      if (underWay !== null) await underWay;
      await port?.close();
    },
  };
}

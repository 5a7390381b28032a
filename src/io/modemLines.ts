import type { SerialLine } from "../contract/transport.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import type { SafePort } from "./safeBinding.ts";

/** Levels of the two output lines of a serial port. */
export interface ModemLines {
  readonly rts: boolean;
  readonly dtr: boolean;
}

export const LINES_LOW: ModemLines = { rts: false, dtr: false };

/** RTS is never up at rest, since it may be a trigger; DTR only where a device needs it. */
export function linesOf(line: Pick<SerialLine, "dtr">): ModemLines {
  return { rts: false, dtr: line.dtr === true };
}

/** The output lines of one opening. */
export interface LineControl {
  /** One change after the other. Rejects with PORT_NO_LINES where there are none. */
  set(lines: ModemLines): Promise<void>;
  /** Does the adapter hand bytes on at once? Null where the system has no such mode. */
  readonly lowLatency: boolean | null;
}

/**
 * Brings the lines to their first levels. A port without lines passes, since it has nothing to lower;
 * a port that cannot lower them for another reason does not.
 */
export async function takeLines(
  path: string,
  safe: SafePort,
  lines: ModemLines,
): Promise<LineControl> {
  const areThere = await setAll(safe, lines).then(
    () => true,
    (error: unknown) => {
      if (isWithoutLines(error)) return false;
      throw error;
    },
  );
  let last: Promise<void> = Promise.resolve();
  let underWay = 0;
  return {
    lowLatency: areThere ? await readLowLatency(safe) : null,
    set: (next) => {
      if (!areThere) {
        const why = `${path}: the system has no modem lines here (ENOTTY)`;
        return Promise.reject(new PulsetrainError("PORT_NO_LINES", why));
      }
      // Each change takes a thread of its own, and two threads keep no order. The first begins in this
      // very turn: an edge that waited for the end of it would be late by all that its caller does.
      underWay += 1;
      const change = underWay === 1 ? setAll(safe, next) : last.then(() => setAll(safe, next));
      last = change
        .catch(() => undefined)
        .finally(() => {
          underWay -= 1;
        });
      return change;
    },
  };
}

/**
 * Every line is named: the stream's own `set` would raise RTS and DTR when they are left out. So is
 * the mode in which an FTDI adapter does not wait 16 ms for more bytes, which a change of the lines
 * would otherwise take back. Adapters without that mode pass it over (serialport/node-serialport
 * issue 2102); what came of it is read back.
 */
function setAll(safe: SafePort, lines: ModemLines): Promise<void> {
  const all = { ...lines, brk: false, cts: false, dsr: false, lowLatency: true };
  return safe.set(all);
}

async function readLowLatency(safe: SafePort): Promise<boolean | null> {
  const status = await safe.get().catch(() => null);
  return status !== null && "lowLatency" in status ? status.lowLatency === true : null;
}

function isWithoutLines(error: unknown): boolean {
  return error instanceof Error && /inappropriate ioctl/i.test(error.message);
}

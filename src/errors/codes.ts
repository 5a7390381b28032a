import { CLI_CODES } from "./codes/cli.ts";
import { DEVICE_CODES } from "./codes/device.ts";
import { GATE_CODES } from "./codes/gate.ts";
import { JOURNAL_CODES } from "./codes/journal.ts";
import { MEASURE_CODES } from "./codes/measure.ts";
import { PORT_CODES } from "./codes/port.ts";
import { PROTOCOL_CODES } from "./codes/protocol.ts";
import { WIRE_CODES } from "./codes/wire.ts";

/** What a code means, the exit code it leads to (contract), and what to do about it. */
export interface CodeEntry {
  readonly meaning: string;
  readonly exit: 1 | 2 | 3 | 4 | 5;
  readonly cure: string;
}

export type ErrorCode =
  | keyof typeof CLI_CODES
  | keyof typeof PROTOCOL_CODES
  | keyof typeof GATE_CODES
  | keyof typeof JOURNAL_CODES
  | keyof typeof PORT_CODES
  | keyof typeof MEASURE_CODES
  | keyof typeof WIRE_CODES
  | keyof typeof DEVICE_CODES;

/** The one table of error codes: `docs/errors.md` lists exactly these. Codes are never reused. */
export const CODES: Readonly<Record<ErrorCode, CodeEntry>> = {
  ...CLI_CODES,
  ...PROTOCOL_CODES,
  ...GATE_CODES,
  ...JOURNAL_CODES,
  ...PORT_CODES,
  ...MEASURE_CODES,
  ...WIRE_CODES,
  ...DEVICE_CODES,
};

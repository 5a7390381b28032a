/**
 * What the host can say, to bytes and back. Field names are those of the vectors under `meaning`.
 * Source of every byte: `nicolasmcnair/magpy` and `nigelrogasch/MAGIC`; `X` is `cboulay/magstim_python`.
 */

import { err, ok } from "../../../src/base/result.ts";
import type { Result } from "../../../src/contract/result.ts";
import { type Dialect, UNLOCK_MAJOR, type WireModel } from "./dialect.ts";
import {
  digitsToNumber,
  seal,
  sealNumber,
  toLatin1,
  toTenths,
  unseal,
  type WireFault,
} from "./frame.ts";
import type { Looker } from "./splitter.ts";

export type Command =
  | { readonly command: "enableRemoteControl"; readonly unlockCode?: string }
  | { readonly command: "setMode"; readonly mode: "disarm" | "arm" | "fire" }
  | { readonly command: "enhancedPower"; readonly enable: boolean }
  | { readonly command: "highResolution"; readonly enable: boolean }
  | { readonly command: "setPower"; readonly power: number }
  | { readonly command: "setPowerB"; readonly power: number }
  | {
      readonly command: "setPulseInterval";
      readonly highResolution: boolean;
      readonly intervalMs: number;
    }
  | { readonly command: "setFrequency"; readonly frequencyHz: number }
  | { readonly command: "setPulses"; readonly pulses: number }
  | { readonly command: "setDuration"; readonly durationS: number }
  | { readonly command: "setChargeDelay"; readonly chargeDelay: number }
  | { readonly command: PlainName };

/** Commands without a parameter that need no more than their name. */
type PlainName =
  | "disableRemoteControl"
  | "getTemperature"
  | "getParameters"
  | "getSystemMode"
  | "getVersion"
  | "getErrorCode"
  | "ignoreCoilSafetySwitch"
  | "getSystemStatus"
  | "getChargeDelay";

/** Commands that carry one fixed byte: `@` pads where there is nothing to say. */
interface FixedRow {
  readonly text: string;
  readonly models: readonly WireModel[];
  readonly sinceMajor?: number;
  readonly command: Command;
}

const ALL: readonly WireModel[] = ["200", "bistim", "rapid", "horizon"];
const RAPIDS: readonly WireModel[] = ["rapid", "horizon"];

const FIXED: readonly FixedRow[] = [
  { text: "Q@", models: ALL, command: { command: "enableRemoteControl" } },
  { text: "R@", models: ALL, command: { command: "disableRemoteControl" } },
  { text: "EA", models: ALL, command: { command: "setMode", mode: "disarm" } },
  { text: "EB", models: ALL, command: { command: "setMode", mode: "arm" } },
  { text: "EH", models: ALL, command: { command: "setMode", mode: "fire" } },
  { text: "F@", models: ALL, command: { command: "getTemperature" } },
  { text: "J@", models: ["200", "bistim"], command: { command: "getParameters" } },
  { text: "\\@", models: RAPIDS, command: { command: "getParameters" } },
  { text: "X@", models: ["bistim"], command: { command: "getSystemMode" } },
  { text: "Y@", models: ["bistim"], command: { command: "highResolution", enable: true } },
  { text: "Z@", models: ["bistim"], command: { command: "highResolution", enable: false } },
  { text: "ND", models: RAPIDS, command: { command: "getVersion" } },
  { text: "I@", models: RAPIDS, command: { command: "getErrorCode" } },
  { text: "b@", models: RAPIDS, command: { command: "ignoreCoilSafetySwitch" } },
  { text: "^@", models: ["rapid"], command: { command: "enhancedPower", enable: true } },
  { text: "_@", models: ["rapid"], command: { command: "enhancedPower", enable: false } },
  { text: "x@", models: RAPIDS, sinceMajor: UNLOCK_MAJOR, command: { command: "getSystemStatus" } },
  {
    text: "o@",
    models: ["rapid"],
    sinceMajor: UNLOCK_MAJOR,
    command: { command: "getChargeDelay" },
  },
];

/** Commands that carry one number, in steps of `1 / steps` of its unit. */
interface NumberRow {
  readonly byte: string;
  readonly models: readonly WireModel[];
  readonly sinceMajor?: number;
  readonly name: Command["command"];
  digits(dialect: Dialect): number;
  /** Highest number of steps that the format and the open clients allow. */
  most(dialect: Dialect): number;
  toCommand(steps: number, dialect: Dialect): Command;
}

const wide = (dialect: Dialect): boolean =>
  dialect.model === "horizon" || dialect.major >= UNLOCK_MAJOR;

const NUMBERS: readonly NumberRow[] = [
  {
    byte: "@",
    models: ALL,
    name: "setPower",
    digits: () => 3,
    // 110 % only in the enhanced mode of a Rapid.
    most: ({ model }) => (model === "rapid" ? 110 : 100),
    toCommand: (power) => ({ command: "setPower", power }),
  },
  {
    byte: "A",
    models: ["bistim"],
    name: "setPowerB",
    digits: () => 3,
    most: () => 100,
    toCommand: (power) => ({ command: "setPowerB", power }),
  },
  {
    byte: "C",
    models: ["bistim"],
    name: "setPulseInterval",
    digits: () => 3,
    most: () => 999,
    toCommand: (steps, { highResolution }) => ({
      command: "setPulseInterval",
      highResolution,
      intervalMs: highResolution ? steps / 10 : steps,
    }),
  },
  {
    byte: "B",
    models: RAPIDS,
    name: "setFrequency",
    digits: () => 4,
    most: () => 1000,
    toCommand: (tenths) => ({ command: "setFrequency", frequencyHz: tenths / 10 }),
  },
  {
    byte: "D",
    models: RAPIDS,
    name: "setPulses",
    digits: (dialect) => (wide(dialect) ? 5 : 4),
    most: (dialect) => (wide(dialect) ? 6000 : 1000),
    toCommand: (pulses) => ({ command: "setPulses", pulses }),
  },
  {
    byte: "[",
    models: RAPIDS,
    name: "setDuration",
    digits: (dialect) => (wide(dialect) ? 4 : 3),
    most: (dialect) => (wide(dialect) ? 6000 : 100),
    toCommand: (tenths) => ({ command: "setDuration", durationS: tenths / 10 }),
  },
  {
    byte: "n",
    models: ["rapid"],
    sinceMajor: UNLOCK_MAJOR,
    name: "setChargeDelay",
    digits: ({ major }) => (major >= 10 ? 5 : 4),
    most: ({ major }) => (major >= 10 ? 10_000 : 2000),
    toCommand: (chargeDelay) => ({ command: "setChargeDelay", chargeDelay }),
  },
];

/** `hhhh-hhhhhhhh-hh` as given out by the manufacturer. */
const CODE_LENGTH = 16;

const speaks = (
  row: { readonly models: readonly WireModel[]; readonly sinceMajor?: number },
  dialect: Dialect,
): boolean =>
  row.models.includes(dialect.model) &&
  (dialect.model === "horizon" || dialect.major >= (row.sinceMajor ?? 0));

/** What tells two commands of one name apart; null where one name is one command. */
function variantOf(command: Command): string | boolean | null {
  if ("mode" in command) return command.mode;
  return "enable" in command ? command.enable : null;
}

interface FixedFrame {
  readonly row: FixedRow;
  readonly variant: string | boolean | null;
  readonly frame: Uint8Array;
}

/** The frames of `FIXED`, made once: a dose must not wait for its three bytes to be put together. */
const FRAMES_BY_NAME: ReadonlyMap<Command["command"], readonly FixedFrame[]> = Map.groupBy(
  FIXED.map((row) => ({ row, variant: variantOf(row.command), frame: seal(row.text) })),
  ({ row }) => row.command.command,
);
const NUMBERS_BY_NAME: ReadonlyMap<Command["command"], NumberRow> = new Map(
  NUMBERS.map((row) => [row.name, row]),
);

/**
 * Bytes of a command, checksum included. `WIRE_OUT_OF_RANGE` for a number that the format of this
 * model and version cannot carry, `WIRE_UNKNOWN_FRAME` for a command that it does not have.
 */
export function encode(command: Command, dialect: Dialect): Result<Uint8Array, WireFault> {
  if (command.command === "enableRemoteControl" && command.unlockCode !== undefined) {
    return encodeUnlock(command.unlockCode);
  }
  const row = NUMBERS_BY_NAME.get(command.command);
  if (row !== undefined) return encodeNumber(command, row, dialect);
  for (const fixed of FRAMES_BY_NAME.get(command.command) ?? []) {
    const isIt = fixed.variant === variantOf(command) && speaks(fixed.row, dialect);
    // A copy, since whoever gets the bytes may change them.
    if (isIt) return ok(fixed.frame.slice());
  }
  return err(notSpoken(command.command, dialect));
}

function encodeUnlock(code: string): Result<Uint8Array, WireFault> {
  // The code is a secret, so the fault does not repeat it.
  if (!/^[0-9A-Fa-f-]{16}$/.test(code)) {
    return err({
      code: "WIRE_OUT_OF_RANGE",
      why: "an unlock code has 16 hex digits and hyphens: hhhh-hhhhhhhh-hh",
    });
  }
  return ok(seal(`Q${code}`));
}

function encodeNumber(
  command: Command,
  row: NumberRow,
  dialect: Dialect,
): Result<Uint8Array, WireFault> {
  if (!speaks(row, dialect)) return err(notSpoken(command.command, dialect));
  const steps = stepsOf(command);
  const most = row.most(dialect);
  if (steps === null || !Number.isInteger(steps) || steps < 0 || steps > most) {
    const why = `${JSON.stringify(command)} is not a whole number of steps from 0 to ${most}`;
    return err({ code: "WIRE_OUT_OF_RANGE", why });
  }
  return ok(sealNumber(row.byte, steps, row.digits(dialect)));
}

/** The number that goes on the wire; null when the value lies between two steps. */
function stepsOf(command: Command): number | null {
  switch (command.command) {
    case "setPower":
    case "setPowerB":
      return command.power;
    case "setPulses":
      return command.pulses;
    case "setChargeDelay":
      return command.chargeDelay;
    case "setFrequency":
      return toTenths(command.frequencyHz);
    case "setDuration":
      return toTenths(command.durationS);
    case "setPulseInterval":
      return command.highResolution ? toTenths(command.intervalMs) : command.intervalMs;
    default:
      return null;
  }
}

function notSpoken(name: string, { model, major }: Dialect): WireFault {
  return {
    code: "WIRE_UNKNOWN_FRAME",
    why: `a Magstim ${model} of version ${major} has no ${name}`,
  };
}

/** Length with checksum of the host frame that begins here; null: no command of this device. */
function hostLength(first: string, second: string | undefined, dialect: Dialect): number | null {
  const row = NUMBERS.find((one) => one.byte === first && speaks(one, dialect));
  if (row !== undefined) return row.digits(dialect) + 2;
  if (!FIXED.some((one) => one.text.startsWith(first) && speaks(one, dialect))) return null;
  const takesCode = first === "Q" && RAPIDS.includes(dialect.model);
  return takesCode && second !== "@" && second !== undefined ? CODE_LENGTH + 2 : 3;
}

/** The judge of a host's bytes for the splitter. */
export function lookAtHost(dialect: Dialect): Looker<Command> {
  return (bytes) => {
    const text = toLatin1(bytes, 0, Math.min(2, bytes.length));
    const length = hostLength(text.charAt(0), text[1], dialect);
    if (length === null) {
      return {
        kind: "bad",
        length: null,
        fault: { code: "WIRE_UNKNOWN_FRAME", why: "no command of this device begins here" },
      };
    }
    if (bytes.length < length) return { kind: "more" };
    const decoded = decodeCommand(bytes.subarray(0, length), dialect);
    return decoded.ok
      ? { kind: "frame", length, meaning: decoded.value }
      : { kind: "bad", length, fault: decoded.error };
  };
}

/** What one complete host frame means. Numbers are shown as they stand, in range or not. */
export function decodeCommand(frame: Uint8Array, dialect: Dialect): Result<Command, WireFault> {
  const opened = unseal(frame);
  if (!opened.ok) return opened;
  const text = opened.value;
  const fixed = FIXED.find((one) => one.text === text && speaks(one, dialect));
  if (fixed !== undefined) return ok(fixed.command);
  const data = text.slice(1);
  if (text.startsWith("Q") && RAPIDS.includes(dialect.model) && /^[0-9A-Fa-f-]{16}$/.test(data)) {
    return ok({ command: "enableRemoteControl", unlockCode: data });
  }
  const row = NUMBERS.find((one) => text.startsWith(one.byte) && speaks(one, dialect));
  if (row === undefined)
    return err({ code: "WIRE_BAD_FIELD", why: "the data byte is none that this command takes" });
  const steps = digitsToNumber(frame, 1, frame.length - 1);
  if (steps === null || data.length !== row.digits(dialect)) {
    return err({
      code: "WIRE_BAD_FIELD",
      why: `${row.name} takes ${row.digits(dialect)} decimal digits`,
    });
  }
  return ok(row.toCommand(steps, dialect));
}

import {
  act,
  type Command,
  type CommandRow,
  commandSet,
  familyRows,
  isLetter,
  number,
  padded,
  query,
  type Refusal,
} from "../core/commandTable.ts";
import type { DataLength } from "../wire/hostStream.ts";
import type { RapidInput } from "./inputs.ts";
import type { RapidVariant } from "./variant.ts";

type Row = CommandRow<RapidVariant, RapidInput>;

const UNLOCK_CODE_LENGTH = 16;
const LETTER_Q = 0x51;
/** `@`, the padding byte that clients send by convention. */
const PADDING = 0x40;

/** What the group knows beside the family (`nicolasmcnair/magpy`, `nigelrogasch/MAGIC`); the padding byte is not looked at. */
const ROWS: readonly Row[] = [
  ...familyRows<RapidVariant, RapidInput>(110),
  { letter: "Q", dataLength: padded, needsControl: "no", decode: decodeTakeControl },
  {
    letter: "N",
    dataLength: padded,
    needsControl: "yes",
    decode: (data) => (isLetter(data, "D") ? { kind: "query", what: "version" } : "bad-data"),
  },
  { letter: "\\", dataLength: padded, needsControl: "no", decode: query("parameters") },
  { letter: "I", dataLength: padded, needsControl: "yes", decode: query("error-code") },
  { letter: "b", dataLength: padded, needsControl: "yes", decode: act({ kind: "ignore-switch" }) },
  {
    letter: "^",
    dataLength: ofExtras(padded),
    needsControl: "yes",
    decode: act({ kind: "enhanced-power", on: true }),
  },
  {
    letter: "_",
    dataLength: ofExtras(padded),
    needsControl: "yes",
    decode: act({ kind: "enhanced-power", on: false }),
  },
  { letter: "B", dataLength: () => 4, needsControl: "yes", decode: decodeFrequency },
  {
    letter: "D",
    dataLength: ({ widths }) => widths.pulses,
    needsControl: "yes",
    decode: (data, { ranges }) =>
      number(data, ranges.minTrainValue, ranges.maxPulses, (pulses) => ({
        kind: "set-pulses",
        pulses,
      })),
  },
  {
    letter: "[",
    dataLength: ({ widths }) => widths.durationTenthsS,
    needsControl: "yes",
    decode: decodeDuration,
  },
  { letter: "x", dataLength: from9, needsControl: "yes", decode: query("system-status") },
  {
    letter: "n",
    dataLength: ofExtras(({ widths }) => widths.chargeDelayMs),
    needsControl: "yes",
    decode: (data, { ranges }) =>
      number(data, 0, ranges.maxChargeDelayMs, (delayMs) => ({
        kind: "set-charge-delay",
        delayMs,
      })),
  },
  { letter: "o", dataLength: ofExtras(from9), needsControl: "yes", decode: query("charge-delay") },
];

const COMMANDS = commandSet(ROWS);

/**
 * From version 9 a `Q` carries the code, unless its first data byte is the padding byte: that frame
 * is short, and a locked unit leaves it unanswered.
 */
export function dataLengthOf(variant: RapidVariant): DataLength {
  const byTable = COMMANDS.dataLengthOf(variant);
  return (command, firstData) => {
    if (command !== LETTER_Q || variant.major < 9) return byTable(command, firstData);
    if (firstData === null) return "wait";
    return firstData === PADDING ? 1 : (variant.unlockCode?.length ?? UNLOCK_CODE_LENGTH);
  };
}

export function decodeCommand(
  command: number,
  data: readonly number[],
  variant: RapidVariant,
): Command<RapidInput> | Refusal {
  return COMMANDS.decode(command, data, variant);
}

export function needsControl(command: number, data: readonly number[]): boolean {
  return COMMANDS.needsControl(command, data);
}

function from9({ major }: RapidVariant): number | null {
  return major >= 9 ? 1 : null;
}

/** Whether a Horizon knows these is unknown; this one does not. */
function ofExtras(dataLength: Row["dataLength"]): Row["dataLength"] {
  return (variant) => (variant.extras ? dataLength(variant) : null);
}

function decodeTakeControl(data: readonly number[]): Command<RapidInput> {
  const code = data.length === 1 ? null : String.fromCharCode(...data);
  return { kind: "take-control", code };
}

function decodeFrequency(
  data: readonly number[],
  { ranges }: RapidVariant,
): Command<RapidInput> | Refusal {
  return number<RapidInput>(data, ranges.minTrainValue, 9999, (tenthsHz) =>
    isOnStep(tenthsHz, ranges.tenthsUpTo) ? { kind: "set-frequency", tenthsHz } : null,
  );
}

function decodeDuration(
  data: readonly number[],
  { ranges }: RapidVariant,
): Command<RapidInput> | Refusal {
  return number<RapidInput>(data, 0, ranges.maxDurationTenthsS, (tenthsS) =>
    isOnStep(tenthsS, ranges.tenthsUpTo) ? { kind: "set-duration", tenthsS } : null,
  );
}

function isOnStep(tenths: number, tenthsUpTo: number | null): boolean {
  return tenthsUpTo === null || tenths <= tenthsUpTo || tenths % 10 === 0;
}

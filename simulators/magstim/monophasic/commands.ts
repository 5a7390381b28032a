import {
  act,
  type CommandRow,
  type CommandSet,
  commandSet,
  familyRows,
  number,
  padded,
  query,
} from "../core/commandTable.ts";
import type { MonophasicInput } from "./inputs.ts";
import type { MonophasicVariant } from "./variant.ts";

type Row = CommandRow<MonophasicVariant, MonophasicInput>;

/** What the 200² and the BiStim² know beside the family (`nicolasmcnair/magpy`, `cboulay/magstim_python`). */
const ROWS: readonly Row[] = [
  ...familyRows<MonophasicVariant, MonophasicInput>(100),
  {
    letter: "Q",
    dataLength: padded,
    needsControl: "no",
    decode: () => ({ kind: "take-control", code: null }),
  },
  { letter: "J", dataLength: padded, needsControl: "no", decode: query("parameters") },
  {
    letter: "A",
    dataLength: ofBistim(3),
    needsControl: "yes",
    decode: (data) => number(data, 0, 100, (pct) => ({ kind: "set-power-b", pct })),
  },
  {
    letter: "C",
    dataLength: ofBistim(3),
    needsControl: "yes",
    decode: (data) => number(data, 0, 999, (digits) => ({ kind: "set-interval", digits })),
  },
  {
    letter: "Y",
    dataLength: ofBistim(1),
    needsControl: "yes",
    decode: act({ kind: "set-resolution", high: true }),
  },
  {
    letter: "Z",
    dataLength: ofBistim(1),
    needsControl: "yes",
    decode: act({ kind: "set-resolution", high: false }),
  },
  {
    letter: "X",
    dataLength: ({ knowsSystemMode }) => (knowsSystemMode ? 1 : null),
    needsControl: "no",
    decode: query("system-mode"),
  },
];

export const MONOPHASIC_COMMANDS: CommandSet<MonophasicVariant, MonophasicInput> = commandSet(ROWS);

function ofBistim(length: number): Row["dataLength"] {
  return ({ type }) => (type === "bistim" ? length : null);
}

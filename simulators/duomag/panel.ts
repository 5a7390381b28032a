import { orList } from "../../src/base/result.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { COIL_WORDS, coilTypeOf } from "./coils.ts";
import type { UnitKind } from "./figures.ts";
import type { PanelOrder } from "./inputs.ts";

const WORDS = [
  "`intensity PCT`",
  "`turn STEPS`",
  `\`coil TYPE\` (${COIL_WORDS.join(", ")} or a number)`,
  "`coil off`",
  "`pair ISI-MS [SECOND-PCT]`",
  "`single`",
  "`demand on`",
  "`demand off`",
];

/** Throws `CLI_BAD_CALL` for an order that this unit's panel does not know. */
export function parsePanelOrder(order: string, kind: UnitKind): PanelOrder {
  const [word = "", ...fields] = order.trim().split(/\s+/);
  const parsed = Object.hasOwn(PARSERS, word) ? PARSERS[word]?.(fields, kind) : undefined;
  if (parsed !== undefined && parsed !== null) return parsed;
  throw new PulsetrainError("CLI_BAD_CALL", `panel ${order}: expected ${orList(WORDS)}`);
}

type Parser = (fields: readonly string[], kind: UnitKind) => PanelOrder | null;

const PARSERS: Readonly<Record<string, Parser>> = {
  intensity: ([pct, ...more]) => {
    const value = whole(pct, 0, 100);
    return value === null || more.length > 0 ? null : { kind: "intensity", pct: value };
  },
  turn: ([steps, ...more]) => {
    const value = whole(steps, -100, 100);
    return value === null || more.length > 0 ? null : { kind: "turn", by: value };
  },
  coil: ([word, ...more]) => {
    if (word === undefined || more.length > 0) return null;
    if (word === "off") return { kind: "coil-off" };
    const type = coilTypeOf(word);
    return type === null ? null : { kind: "coil", type };
  },
  pair: ([isi, second, ...more], kind) => {
    const isiMs = whole(isi, 1, 1000);
    const secondPct = second === undefined ? null : whole(second, 1, 100);
    const isComplete = second === undefined || secondPct !== null;
    if (kind !== "mp-dual" || isiMs === null || !isComplete || more.length > 0) return null;
    return { kind: "pair", isiMs, secondPct };
  },
  single: (fields) => (fields.length > 0 ? null : { kind: "single" }),
  demand: ([word, ...more]) =>
    more.length > 0 || (word !== "on" && word !== "off")
      ? null
      : { kind: "demand", on: word === "on" },
};

function whole(text: string | undefined, from: number, to: number): number | null {
  if (text === undefined || !/^[+-]?\d{1,4}$/.test(text)) return null;
  const value = Number(text);
  return value >= from && value <= to ? value : null;
}

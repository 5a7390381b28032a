import { orList } from "../../../src/base/result.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { FamilyInput } from "./inputs.ts";

/** One order of a hand at the unit. `read` gives null for an argument it cannot take. */
export interface PanelOrder<I> {
  /** What follows the word; null: nothing. */
  readonly argument: string | null;
  readonly read: (argument: string) => FamilyInput | I | null;
}

export type PanelTable<I> = Readonly<Record<string, PanelOrder<I>>>;

/**
 * What a hand can do at every unit of the family. The page of the wire says nothing of the panel:
 * - knobs and buttons also work while the host holds control, and take nothing from it, unless the
 *   option `panel: locked` is set; no hand is ever kept from disarming or from the coil;
 * - what the unit would refuse (a power above its end, a start while it charges) has no effect;
 * - nothing a hand does counts as a sign of life of the host;
 * - a start by hand is a `trigger` in the list of discharges.
 */
const FAMILY_ORDERS: PanelTable<never> = {
  power: {
    argument: "PERCENT",
    read: (argument) => {
      const pct = wholeNumber(argument);
      return pct === null ? null : { kind: "set-power", pct };
    },
  },
  arm: { argument: null, read: () => ({ kind: "arm" }) },
  disarm: { argument: null, read: () => ({ kind: "disarm" }) },
  fire: { argument: null, read: () => ({ kind: "fire", cause: "trigger" }) },
  coil: {
    argument: "off, on or new",
    read: (argument) =>
      argument === "off" || argument === "on" || argument === "new"
        ? { kind: "coil", change: argument }
        : null,
  },
  switch: {
    argument: "press or release",
    read: (argument) =>
      argument === "press" || argument === "release"
        ? { kind: "coil-switch", pressed: argument === "press" }
        : null,
  },
  "power-cycle": { argument: null, read: () => ({ kind: "fault", fault: "reboot" }) },
};

/** Throws `CLI_BAD_CALL`, naming the orders that this unit knows. */
export function panelInput<I>(order: string, own: PanelTable<I>): FamilyInput | I {
  const [word = "", argument = "", ...more] = order.trim().split(/\s+/);
  const orders: PanelTable<I> = { ...FAMILY_ORDERS, ...own };
  const row = Object.hasOwn(orders, word) ? orders[word] : undefined;
  const isComplete =
    row !== undefined && more.length === 0 && (argument === "") === (row.argument === null);
  const input = isComplete ? row.read(argument) : null;
  if (input !== null) return input;
  const known = Object.entries(orders).map(([name, one]) =>
    one.argument === null ? `\`${name}\`` : `\`${name}\` (${one.argument})`,
  );
  throw new PulsetrainError("CLI_BAD_CALL", `panel order ${order}: expected ${orList(known)}`);
}

/** Nobody locks these: a hand can always disarm, pull the coil or the plug. */
const NEVER_LOCKED: readonly string[] = ["disarm", "coil", "coil-switch", "fault"];

export function isLockable(input: { readonly kind: string }): boolean {
  return !NEVER_LOCKED.includes(input.kind);
}

export function wholeNumber(text: string): number | null {
  return /^\d{1,3}$/.test(text) ? Number(text) : null;
}

/** What is known of a DuoMAG, as plain data. */
import type { StatusFrame } from "../wire/frame.ts";
import type { Trouble } from "./trouble.ts";

/** Without a status for so long the device counts as out of control, ms. */
export const SILENCE_MS = 500;
/**
 * A new intensity makes the device charge or discharge, which looks like a pulse in the status.
 * Only after so long at one intensity, charged, a fall of `charged` is taken for a pulse, ms.
 */
export const STEADY_MS = 200;

/** What two statuses in a row say alike. */
export interface Settled {
  readonly frame: StatusFrame;
  /** Arrival of the first of the two, ms. */
  readonly firstMs: number;
  /** Arrival of the second, ms. */
  readonly atMs: number;
}

export interface DuoState {
  readonly link: "closed" | "probing" | "open" | "lost";
  readonly control: "none" | "held" | "lost";
  /** Our own flag: the device has no arming. */
  readonly wanted: "standby" | "armed";
  /** The newest status, alone; null before the first. */
  readonly last: { readonly frame: StatusFrame; readonly atMs: number } | null;
  readonly settled: Settled | null;
  /** What the host ordered last; null before the first order. */
  readonly orderedPct: number | null;
  /** The order has left and no status has shown it yet. */
  readonly isOrderPending: boolean;
  /** Since when the device stands charged at its intensity; null while it changes. */
  readonly steadySinceMs: number | null;
  /** A start of ours has left and nobody knows yet what came of it. */
  readonly awaitsPulse: boolean;
  /** Somebody else may start pulses. */
  readonly isExternal: boolean;
  readonly troubles: readonly Trouble[];
}

export const initialState: DuoState = {
  link: "closed",
  control: "none",
  wanted: "standby",
  last: null,
  settled: null,
  orderedPct: null,
  isOrderPending: false,
  steadySinceMs: null,
  awaitsPulse: false,
  isExternal: false,
  troubles: [],
};

/** Charged, in order, and for so long at what was ordered that the next fall is a pulse. */
export function isReady({ settled, troubles, orderedPct, steadySinceMs }: DuoState): boolean {
  return (
    settled !== null &&
    steadySinceMs !== null &&
    settled.atMs - steadySinceMs >= STEADY_MS &&
    settled.frame.charged &&
    troubles.length === 0 &&
    orderedPct !== null &&
    orderedPct > 0 &&
    settled.frame.intensity === orderedPct
  );
}

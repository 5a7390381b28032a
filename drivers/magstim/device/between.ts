/**
 * How long a unit needs from one dose to the next. Where the next one needs other settings the engine
 * disarms, sets, reads back and arms: the exchanges of `disarm.ts`, `prepare.ts` and `arming.ts`,
 * counted here, and the waits between them. Pure.
 */
import type { Dose } from "../../../src/contract/dose.ts";
import {
  ARM_DELAY_MS,
  EXCHANGE_MS,
  LOOK_READY_MS,
  SINK_MS_PER_PCT,
  STATUS_AHEAD_MS,
} from "./figures.ts";

/** What a change of settings is made of. */
export interface Change {
  /** From the last pulse until the device may be disarmed and takes settings, ms; exchanges apart. */
  readonly heldMs: number;
  /** Orders up to the last one that sets a power; the capacitors sink from there on. */
  readonly ordersToPower: number;
  readonly ordersAfter: number;
  /** What the orders behind the powers need beside their exchanges, ms. */
  readonly settleMs: number;
  /** Questions in front of the read-back. */
  readonly questions: number;
  /** The farthest that a capacitor has to sink, %. */
  readonly sinkPct: number;
}

/** The answer to the start and a look at what came of it; `EA` and a look whether it worked. */
const EXCHANGES_TO_STANDBY = 4;
/** Temperature, parameters, `EB`, and the look that finds it ready. */
const EXCHANGES_TO_READY = 4;

export function changeMs(change: Change): number {
  const { heldMs, ordersAfter, ordersToPower, questions, settleMs, sinkPct } = change;
  const readings = 2 + questions;
  const exchanges = EXCHANGES_TO_STANDBY + ordersToPower + readings + EXCHANGES_TO_READY;
  const sunkMs = Math.max(SINK_MS_PER_PCT * sinkPct, EXCHANGE_MS * ordersAfter + settleMs);
  const waitsMs = heldMs + sunkMs + ARM_DELAY_MS + LOOK_READY_MS + STATUS_AHEAD_MS;
  return EXCHANGE_MS * exchanges + waitsMs;
}

/** The farthest that any channel comes down. */
export function sinkPct(fromPct: readonly number[], toPct: readonly number[]): number {
  return Math.max(0, ...fromPct.map((pct, channel) => pct - (toPct[channel] ?? 0)));
}

/** Does the device stay armed from one to the other? A window for somebody else's pulses ends disarmed. */
export function staysSet(before: Dose, next: Dose): boolean {
  const settings = ({ shape, intensityPctMso }: Dose): string =>
    JSON.stringify([shape, intensityPctMso]);
  return before.shape.kind !== "external" && settings(before) === settings(next);
}

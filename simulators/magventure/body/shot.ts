import type { Discharge } from "../../../src/contract/simulator.ts";

/** What one start gives. Instants are counted from its start. */
export interface Shot {
  readonly kind: "single" | "pair" | "burst";
  readonly startMs: number;
  readonly pulses: number;
  readonly intervalMs: number;
  readonly cause: Discharge["cause"];
  readonly given: number;
  /** Output of the first pulse of a pair, once it was given. */
  readonly firstPct: number;
}

/** When its next pulse leaves. */
export function nextOfShot(shot: Shot): number {
  return shot.startMs + shot.given * shot.intervalMs;
}

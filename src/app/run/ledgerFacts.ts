import type { LedgerSnapshot } from "../../contract/session.ts";

/** A simulated session weighs on nothing but itself. */
export const EMPTY_LEDGER: LedgerSnapshot = {
  pulses24h: 0,
  pulses7d: 0,
  lastSessionEndUtc: null,
  sessions24h: 0,
  unresolved: [],
};

/** Rolling sums of what a subject has received. Pure. */
import type { OutcomeKind } from "../contract/events.ts";
import type { LedgerSnapshot } from "../contract/session.ts";
import { sinceMs } from "./utc.ts";

/** One dose as the store holds it. */
export interface DoseRecord {
  readonly session: string;
  /** ISO 8601 UTC. */
  readonly utc: string;
  readonly pulses: number;
  /** Part of a train or burst; single pulses and pairs start no interval between sessions. */
  readonly repetitive: boolean;
  /** Null: no outcome is known; it counts as delivered. */
  readonly outcome: OutcomeKind | null;
  readonly simulated: boolean;
}

const DAY_MS = 24 * 3_600_000;
const WEEK_MS = 7 * DAY_MS;

function counts(record: DoseRecord): boolean {
  if (record.simulated) return false;
  return record.outcome !== "refused-by-device" && record.outcome !== "skipped-late";
}

/**
 * Sums over the 24 h and 7 d before `nowUtc`. Unknown counts as delivered, simulated as nothing. A
 * record whose time cannot be read or lies in the future counts in both windows.
 */
export function snapshotOf(
  records: readonly DoseRecord[],
  nowUtc: string,
): Omit<LedgerSnapshot, "unresolved"> {
  let pulses24h = 0;
  let pulses7d = 0;
  let last: string | null = null;
  const sessions = new Set<string>();
  for (const record of records) {
    if (!counts(record)) continue;
    const ageMs = sinceMs(record.utc, nowUtc);
    if (!(ageMs > WEEK_MS)) pulses7d += record.pulses;
    if (!(ageMs > DAY_MS)) {
      pulses24h += record.pulses;
      if (record.repetitive) sessions.add(record.session);
    }
    if (record.repetitive && (last === null || record.utc > last)) last = record.utc;
  }
  return { pulses24h, pulses7d, sessions24h: sessions.size, lastSessionEndUtc: last };
}

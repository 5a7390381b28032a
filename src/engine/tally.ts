import type { Dose } from "../contract/dose.ts";
import type { OutcomeKind, PulseCounts } from "../contract/events.ts";
import { pulsesOf } from "./groups.ts";

/** Counts pulses by outcome. Whatever was neither delivered nor unknown counts as skipped. */
export interface Tally {
  count(dose: Dose, outcome: OutcomeKind): void;
  counts(): PulseCounts;
}

export function createTally(planned: number): Tally {
  let delivered = 0;
  let unknown = 0;
  return {
    count(dose, outcome) {
      if (outcome === "delivered") delivered += pulsesOf(dose);
      if (outcome === "unknown") unknown += pulsesOf(dose);
    },
    counts: () => ({ planned, delivered, unknown, skipped: planned - delivered - unknown }),
  };
}

export function addCounts(a: PulseCounts, b: PulseCounts): PulseCounts {
  return {
    planned: a.planned + b.planned,
    delivered: a.delivered + b.delivered,
    unknown: a.unknown + b.unknown,
    skipped: a.skipped + b.skipped,
  };
}

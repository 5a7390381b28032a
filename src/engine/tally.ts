import type { Dose } from "../contract/dose.ts";
import type { OutcomeKind, PulseCounts } from "../contract/events.ts";
import { pulsesOf } from "./groups.ts";

/** Counts pulses by outcome. Whatever was neither delivered nor unknown counts as skipped. */
export interface Tally {
  /** `pulses` where it is not the number of the dose. */
  count(dose: Dose, outcome: OutcomeKind, pulses?: number): void;
  counts(): PulseCounts;
}

export function createTally(planned: number): Tally {
  let delivered = 0;
  let unknown = 0;
  return {
    count(dose, outcome, pulses = pulsesOf(dose)) {
      if (outcome === "delivered") delivered += pulses;
      if (outcome === "unknown") unknown += pulses;
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

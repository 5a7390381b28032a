import type { JournalEvent, PulseCounts } from "../../contract/events.ts";

/** Counts pulses from the events of the rig, for the case that the journal cannot be asked any more. */
export interface PulseAccount {
  planned(pulses: number): void;
  /** `seqs`: numbers that the journal gave; null when it took the events no more. */
  saw(events: readonly JournalEvent[], seqs: readonly number[] | null): void;
  /** Doses without an outcome count as unknown. */
  counts(): PulseCounts;
}

export function createPulseAccount(): PulseAccount {
  /** Pulses of doses that have no outcome yet, by the number of their intent. */
  const open = new Map<number, number>();
  let planned = 0;
  let delivered = 0;
  let unknown = 0;
  return {
    planned(pulses) {
      planned += pulses;
    },
    saw(events, seqs) {
      for (const [i, event] of events.entries()) {
        // An intent that was never stored has no receipt, and hence no pulse.
        const seq = seqs?.[i];
        if (event.kind === "intent" && seq !== undefined) open.set(seq, event.pulses);
        if (event.kind !== "outcome") continue;
        open.delete(event.intent);
        if (event.outcome === "delivered") delivered += event.pulses;
        if (event.outcome === "unknown") unknown += event.pulses;
      }
    },
    counts() {
      const opened = [...open.values()].reduce((sum, pulses) => sum + pulses, 0);
      const lost = unknown + opened;
      return { planned, delivered, unknown: lost, skipped: planned - delivered - lost };
    },
  };
}

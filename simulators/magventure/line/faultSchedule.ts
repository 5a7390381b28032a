import type { Subscription } from "rxjs";
import type { FaultOrder } from "../../../src/contract/simulator.ts";
import type { LabClock } from "../../../src/contract/time.ts";
import { faultOf, type MagProFault } from "./faults.ts";

/** Ordered faults until their time has come. */
export interface FaultSchedule {
  /** Throws `SIMULATOR_UNKNOWN_FAULT`. */
  order(order: FaultOrder): void;
  /** To be called at every discharge; hands over the faults that waited for it. */
  dueAtPulse(n: number): readonly MagProFault[];
  close(): void;
}

/**
 * Seconds count from the creation of the schedule. `raise` is called for faults that are due by
 * the clock; an order for the start is due at once.
 */
export function createFaultSchedule(
  clock: LabClock,
  raise: (fault: MagProFault) => void,
): FaultSchedule {
  const startMs = clock.now();
  const timed = new Set<Subscription>();
  let byPulse: readonly { readonly n: number; readonly fault: MagProFault }[] = [];

  const raiseAt = (atMs: number, fault: MagProFault): void => {
    const waiting = clock.at(atMs, () => {
      timed.delete(waiting);
      raise(fault);
    });
    timed.add(waiting);
  };

  return {
    order: ({ kind, when }) => {
      const fault = faultOf(kind);
      if (when.at === "start") raise(fault);
      else if (when.at === "time") raiseAt(startMs + when.s * 1000, fault);
      else byPulse = [...byPulse, { n: when.n, fault }];
    },
    dueAtPulse: (n) => {
      const due = byPulse.filter((entry) => entry.n === n);
      byPulse = byPulse.filter((entry) => entry.n !== n);
      return due.map((entry) => entry.fault);
    },
    close: () => {
      for (const waiting of timed) waiting.unsubscribe();
      timed.clear();
    },
  };
}

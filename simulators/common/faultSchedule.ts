import type { Subscription } from "rxjs";
import { orList } from "../../src/base/result.ts";
import type { FaultOrder } from "../../src/contract/simulator.ts";
import type { LabClock } from "../../src/contract/time.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";

/** Kinds of faults and what each does, in words; the keys are what is ordered. */
export type FaultTable<K extends string> = Readonly<Record<K, string>>;

/** Ordered faults until their time has come. */
export interface FaultSchedule<K extends string> {
  /** Throws `SIMULATOR_UNKNOWN_FAULT`. */
  order(order: FaultOrder): void;
  /** To be called at every pulse; hands over the faults that waited for it. */
  dueAtPulse(n: number): readonly K[];
  close(): void;
}

/**
 * Seconds count from the creation of the schedule. `raise` is called for faults that are due by
 * the clock; an order for the start is due at once.
 */
export function createFaultSchedule<K extends string>(
  clock: LabClock,
  table: FaultTable<K>,
  raise: (fault: K) => void,
): FaultSchedule<K> {
  const startMs = clock.now();
  const timed = new Set<Subscription>();
  let byPulse: readonly { readonly n: number; readonly fault: K }[] = [];

  const raiseAt = (atMs: number, fault: K): void => {
    const waiting = clock.at(atMs, () => {
      timed.delete(waiting);
      raise(fault);
    });
    timed.add(waiting);
  };

  return {
    order: ({ kind, when }) => {
      const fault = faultOf(table, kind);
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

function faultOf<K extends string>(table: FaultTable<K>, kind: string): K {
  if (Object.hasOwn(table, kind)) return kind as K;
  throw new PulsetrainError(
    "SIMULATOR_UNKNOWN_FAULT",
    `${kind}: expected ${orList(Object.keys(table))}`,
  );
}

import type { Subscription } from "rxjs";
import { orList } from "../../src/base/result.ts";
import type { FaultOrder } from "../../src/contract/simulator.ts";
import type { LabClock } from "../../src/contract/time.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";

/** What can go wrong with every amplifier; some kinds are unknown to some. */
export const FAULTS = {
  drop: "the next packet is lost; its number is used up",
  repeat: "the next packet comes twice",
  cut: "the next packet lacks its second half",
  corrupt: "a bit in the middle of the next packet is turned over",
  garbage: "eight random bytes arrive at once",
  delay: "nothing arrives for half a second, then all of it at once",
  silent: "no byte any more, until it starts anew",
  unplug: "the cable comes off",
  "wrong-device": "another device is plugged in: OpenEEG packets, and no answer to anything",
  wrap: "the counter of packets stands shortly before its end",
  "counter-jump": "the counter leaves numbers out although nothing is lost",
  flat: "the first channel sees nothing",
  clip: "the first channel is driven beyond its range",
  mains: "hum of 50 Hz on every channel",
  drift: "from now on its clock runs 500 ppm fast",
  "wrong-rate": "it samples at half of its rate; only what tells a rate says so",
  reboot: "power-on state: settings gone, counters at their beginning",
  "missing-trigger": "the next trigger is not seen",
  "double-trigger": "the next trigger is seen twice",
} as const;

export type AmplifierFault = keyof typeof FAULTS;

/** Kinds of a family: all but what it lacks, and some of its own. */
export function faultKindsOf(
  lacks: readonly AmplifierFault[],
  own: readonly string[],
): readonly string[] {
  const common = (Object.keys(FAULTS) as AmplifierFault[]).filter((kind) => !lacks.includes(kind));
  return [...common, ...own];
}

/** Ordered faults until their time has come. A pulse is an edge at the trigger input here. */
export interface FaultSchedule {
  /** Throws `SIMULATOR_UNKNOWN_FAULT`. */
  order(order: FaultOrder): void;
  /** To be called at every trigger, before it has any effect. */
  atTrigger(n: number): void;
  close(): void;
}

/** Seconds count from the creation of the schedule; an order for the start is due at once. */
export function createFaultSchedule(
  clock: LabClock,
  known: readonly string[],
  raise: (kind: string) => void,
): FaultSchedule {
  const startMs = clock.now();
  const timed = new Set<Subscription>();
  let byTrigger: readonly { readonly n: number; readonly kind: string }[] = [];
  return {
    order: ({ kind, when }) => {
      if (!known.includes(kind)) {
        throw new PulsetrainError("SIMULATOR_UNKNOWN_FAULT", `${kind}: expected ${orList(known)}`);
      }
      if (when.at === "start") return raise(kind);
      if (when.at === "pulse") {
        byTrigger = [...byTrigger, { n: when.n, kind }];
        return;
      }
      const waiting = clock.at(startMs + when.s * 1000, () => {
        timed.delete(waiting);
        raise(kind);
      });
      timed.add(waiting);
    },
    atTrigger: (n) => {
      const due = byTrigger.filter((entry) => entry.n === n);
      byTrigger = byTrigger.filter((entry) => entry.n !== n);
      for (const { kind } of due) raise(kind);
    },
    close: () => {
      for (const waiting of timed) waiting.unsubscribe();
      timed.clear();
    },
  };
}

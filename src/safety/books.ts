import type { Dose } from "../contract/dose.ts";
import type { OutcomeKind } from "../contract/events.ts";
import { extent } from "./guard.ts";

/** What a gate has permitted and what came of it. */
export interface Books {
  /** Index of the last dose that was permitted; -1 before the first. */
  lastPermitted(): number;
  /** Sequence numbers of the intents that were used up. */
  readonly usedSeqs: ReadonlySet<number>;
  /** Why a dose is not the next one; null when it may be permitted. */
  orderProblem(dose: Dose): string | null;
  permit(dose: Dose, intentSeq: number): void;
  book(dose: Dose, outcome: OutcomeKind): void;
  /** Pulses that were delivered or may have been. */
  pulses(): number;
}

function sameHostTrain(a: Dose, b: Dose): boolean {
  return (
    a.hostTrain !== null &&
    b.hostTrain !== null &&
    a.place.block === b.place.block &&
    a.place.train === b.place.train
  );
}

function counts(outcome: OutcomeKind | undefined): boolean {
  return outcome === "delivered" || outcome === "unknown";
}

export function createBooks(doses: readonly Dose[]): Books {
  const usedSeqs = new Set<number>();
  const permitted = new Set<number>();
  const outcomes = new Map<number, OutcomeKind>();
  let last = -1;

  return {
    lastPermitted: () => last,
    usedSeqs,
    orderProblem(dose) {
      if (dose.index <= last) return `dose ${dose.index} was permitted before, or one after it was`;
      if (outcomes.has(dose.index)) return `dose ${dose.index} is over`;
      const before = doses[dose.index - 1];
      if (before === undefined || !sameHostTrain(before, dose)) return null;
      const outcome = outcomes.get(before.index);
      const whole = permitted.has(before.index) && (outcome === undefined || counts(outcome));
      return whole ? null : "an earlier pulse of its train was skipped, so the rest is";
    },
    permit(dose, intentSeq) {
      last = dose.index;
      permitted.add(dose.index);
      usedSeqs.add(intentSeq);
    },
    /** A dose that counts once counts for good. */
    book(dose, outcome) {
      if (!counts(outcomes.get(dose.index))) outcomes.set(dose.index, outcome);
    },
    pulses() {
      let sum = 0;
      for (const [index, outcome] of outcomes) {
        const dose = doses[index];
        if (dose !== undefined && counts(outcome)) sum += extent(dose).pulses;
      }
      return sum;
    },
  };
}

import type { Dose } from "../../contract/dose.ts";
import type { JournalEvent } from "../../contract/events.ts";
import type { LabClock } from "../../contract/time.ts";
import { lastPulseMs } from "../../engine/groups.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { ledgerFile } from "../../journal/dataFolder.ts";
import { type Ledger, type LedgerOutcome, openLedger } from "../../journal/ledger.ts";
import type { Setup } from "./setup.ts";

/** Enters the doses of a real rig into the machine's ledger; a simulated session has none. */
export interface DoseBook {
  /**
   * Called with events and their numbers when the journal has them and before the rig is told:
   * without its entry no dose gets a permit. Throws as `Ledger`, and GATE_DOSE_REFUSED when another
   * session has entered doses for the same subject since this one began.
   */
  enter(events: readonly JournalEvent[], seqs: readonly number[]): void;
  close(): void;
}

/** A train, timed by the device or by the host, or a burst. */
function isRepetitive({ shape, hostTrain }: Dose): boolean {
  return (shape.kind !== "pulse" && shape.kind !== "pair") || hostTrain !== null;
}

export function openDoseBook(setup: Setup, session: string, clock: LabClock): DoseBook | null {
  if (setup.rig.simulated) return null;
  const ledger: Ledger = openLedger(ledgerFile());
  const { subject } = setup.facts;

  /** The limits of a run were weighed with what the ledger held at its start. */
  const requireAlone = (): void => {
    const other = ledger.otherSession(subject, setup.startedUtc, session);
    if (other === null) return;
    throw new PulsetrainError(
      "GATE_DOSE_REFUSED",
      `SES-01: session ${other} gives doses to ${subject} too, which this one did not weigh`,
    );
  };

  const planned = new Map<number, number>();
  /** Pulses of nobody's intent: a stranger's, and those of an external window beyond its ceiling. */
  const unasked = (event: JournalEvent): number => {
    if (event.kind === "measure" && event.name === "foreign-pulse")
      return Number(event.body["pulses"]) || 1;
    if (event.kind !== "outcome" || event.outcome !== "delivered") return 0;
    return event.pulses - (planned.get(event.intent) ?? event.pulses);
  };

  return {
    enter(events, seqs) {
      const intents = events.flatMap((event, i) =>
        event.kind === "intent"
          ? [
              {
                session,
                intent: seqs[i] ?? -1,
                subject,
                utc: clock.toUtcIso(event.plannedMs + lastPulseMs(event.dose) - event.dose.dueMs),
                pulses: event.pulses,
                repetitive: isRepetitive(event.dose),
              },
            ]
          : [],
      );
      for (const { intent, pulses } of intents) planned.set(intent, pulses);
      const outcomes: LedgerOutcome[] = events.flatMap((event) =>
        event.kind === "outcome" ? [{ session, intent: event.intent, outcome: event.outcome }] : [],
      );
      if (intents.length > 0) {
        requireAlone();
        ledger.intents(intents);
      }
      // A pulse that nobody asked for has reached the person all the same.
      const foreign = events.flatMap((event, i) => {
        const pulses = unasked(event);
        const utc = clock.toUtcIso(event.tMs);
        const entry = { session, intent: seqs[i] ?? -1, subject, utc, repetitive: false };
        return pulses > 0 ? [{ ...entry, pulses }] : [];
      });
      if (foreign.length > 0) {
        ledger.intents(foreign);
        outcomes.push(
          ...foreign.map(({ intent }) => ({ session, intent, outcome: "delivered" as const })),
        );
      }
      for (const { intent } of outcomes) planned.delete(intent);
      if (outcomes.length > 0) ledger.outcomes(outcomes);
    },
    close: () => ledger.close(),
  };
}

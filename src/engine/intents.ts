import type { Dose } from "../contract/dose.ts";
import type { LabClock } from "../contract/time.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { isPulsetrainError, PulsetrainError } from "../errors/pulsetrainError.ts";
import type { MintReceipt } from "../safety/receipts.ts";
import type { IntentReceipt } from "../safety/types.ts";
import { continuesTrain, pulsesOf } from "./groups.ts";
import type { Outbox } from "./outbox.ts";

/** How far ahead of its instant a dose is written down: far above the stalls a journal may have. */
export const INTENT_LEAD_MS = 3_000;

/** Instants of a dose: the plan's own and where it stands on the clock now. */
export interface DueDose {
  readonly dose: Dose;
  readonly dueMs: number;
}

/**
 * Sees to it that the intent of every dose is durable before its instant comes. A host-timed train
 * is written down as a whole before its first pulse.
 */
export interface IntentKeeper {
  /** Ask for the intents of all doses due before `horizonMs` that were not asked for. */
  ask(doses: readonly DueDose[], horizonMs: number): void;
  /** The receipt when the intent is durable; null while it is not. */
  receipt(doseIndex: number): IntentReceipt | null;
  /** Waits for the receipt of one dose; used before arming, where time does not press. */
  settled(doseIndex: number): Promise<IntentReceipt>;
  /**
   * The dose has its outcome: `write` gets the intent's number, at once or, when the journal is
   * slow, as soon as it is known. A dose that was never written down has nothing to finish.
   */
  finish(doseIndex: number, write: (intentSeq: number) => void): void;
  /** Doses with an intent and without an outcome. */
  open(): readonly DueDose[];
  /** Resolves when every intent that was asked for has its number or will never have one. */
  idle(): Promise<void>;
}

interface Entry {
  readonly dose: Dose;
  readonly plannedMs: number;
  receipt: IntentReceipt | null;
  readonly settled: Promise<IntentReceipt>;
}

export function createIntentKeeper(parts: {
  readonly clock: LabClock;
  readonly outbox: Outbox;
  readonly segment: number;
  readonly mintReceipt: MintReceipt;
  /** The journal's answer was no good: the run ends. */
  readonly fail: (code: ErrorCode, detail: string) => void;
}): IntentKeeper {
  const entries = new Map<number, Entry>();
  const pending = new Set<Promise<void>>();

  const askFor = (batch: readonly DueDose[]): void => {
    const stored = parts.outbox.emitDurable(
      batch.map(({ dose, dueMs }) => ({
        tMs: parts.clock.now(),
        kind: "intent",
        segment: parts.segment,
        dose,
        plannedMs: dueMs,
        pulses: pulsesOf(dose),
      })),
    );
    batch.forEach(({ dose, dueMs }, position) => {
      const settled = stored.then((seqs) => {
        const seq = seqs[position];
        if (seq === undefined)
          throw new PulsetrainError("CLI_BUG", "the journal answered with too few numbers");
        entry.receipt = parts.mintReceipt(seq, dose);
        return entry.receipt;
      });
      // Nobody may be waiting for this one, and without its number it must not go on unnoticed.
      settled.catch((error: unknown) => {
        if (isPulsetrainError(error)) parts.fail(error.code, error.detail);
        else parts.fail("CLI_BUG", String(error));
      });
      const entry: Entry = { dose, plannedMs: dueMs, receipt: null, settled };
      entries.set(dose.index, entry);
    });
  };

  return {
    ask(doses, horizonMs) {
      const batch: DueDose[] = [];
      let before: Dose | undefined;
      for (const due of doses) {
        if (due.dueMs > horizonMs && !continuesTrain(before, due.dose)) break;
        before = due.dose;
        if (!entries.has(due.dose.index)) batch.push(due);
      }
      if (batch.length > 0) askFor(batch);
    },
    receipt: (doseIndex) => entries.get(doseIndex)?.receipt ?? null,
    settled(doseIndex) {
      const entry = entries.get(doseIndex);
      if (entry === undefined) throw new Error(`dose ${doseIndex} was never written down`);
      return entry.settled;
    },
    finish(doseIndex, write) {
      const entry = entries.get(doseIndex);
      if (entry === undefined) return;
      entries.delete(doseIndex);
      if (entry.receipt !== null) {
        write(entry.receipt.intentSeq);
        return;
      }
      const late = entry.settled
        .then(
          ({ intentSeq }) => write(intentSeq),
          () => undefined,
        )
        .finally(() => pending.delete(late));
      pending.add(late);
    },
    open: () => [...entries.values()].map(({ dose, plannedMs }) => ({ dose, dueMs: plannedMs })),
    async idle() {
      const asked = [...entries.values()].map(({ settled }) => settled);
      await Promise.allSettled([...pending, ...asked]);
    },
  };
}

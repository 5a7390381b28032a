/** Phases of a session, computed again from the EEG before each pulse. */
import type { Epoch } from "../../analysis/signal/epoch.ts";
import { canonicalJson } from "../../base/canonical.ts";
import { type PhasedTrial, phaseAccuracy, phaseFit } from "./phaseResult.ts";
import { phaseNumbers } from "./trialPhase.ts";

type Verdicts = readonly (readonly [what: string, why: string | null])[];

/** `epochOf` is null for a document that cannot be read. */
export function againPhase(
  { phase }: Pick<PhasedTrial, "phase">,
  epochOf: (hash: string) => Epoch | null,
): Verdicts {
  if (phase === undefined || phase.epoch === null) return [];
  const eeg = epochOf(phase.epoch);
  if (eeg === null) return [["phase", "its EEG cannot be read"]];
  const again = phaseNumbers(eeg, phase);
  const keys = ["offlineRad", "errorRad", "triedErrorRad"] as const;
  return keys.map((key) => {
    const why = again[key] === phase[key] ? null : `${phase[key]} stored, ${again[key]} now`;
    return [`phase ${key}`, why];
  });
}

/** What a result of pulses that waited for a phase says of them. */
export interface StoredPhases {
  readonly accuracy?: unknown;
  readonly circularLinear?: unknown;
}

/** Summed up again from the stored phases of its trials. */
export function againPhases(
  { accuracy, circularLinear }: StoredPhases,
  trials: readonly PhasedTrial[],
): Verdicts {
  if (accuracy === undefined) return [];
  const verdict = (stored: unknown, again: unknown): string | null =>
    canonicalJson(asKept(again)) === canonicalJson(asKept(stored)) ? null : "other numbers now";
  return [
    ["phase accuracy", verdict(accuracy, phaseAccuracy(trials))],
    ["phase fit", verdict(circularLinear, phaseFit(trials))],
  ];
}

/** As a journal keeps it. */
function asKept(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

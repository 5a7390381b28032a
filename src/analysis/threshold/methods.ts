/** Every way to a single threshold by its name, so that a result can be computed again from what was written down. */
import { canonicalJson } from "../../base/canonical.ts";
import { mapOne, mlPest } from "./maximumLikelihood.ts";
import { millsNithi } from "./millsNithi.ts";
import { relativeFrequency } from "./relativeFrequency.ts";
import { serialTracking } from "./serialTracking.ts";
import { staircase } from "./staircase.ts";
import { stochasticAnalog, stochasticDigital } from "./stochastic.ts";
import type { ThresholdMethod, ThresholdResult, ThresholdState } from "./types.ts";

export const THRESHOLD_METHODS: Readonly<Record<string, ThresholdMethod>> = Object.fromEntries(
  [
    relativeFrequency,
    millsNithi,
    mlPest,
    mapOne,
    stochasticAnalog,
    stochasticDigital,
    staircase,
    serialTracking,
  ].map((method) => [method.name, method]),
);

export type Recomputed =
  | { readonly kind: "same"; readonly state: ThresholdState }
  | { readonly kind: "differs"; readonly at: number; readonly what: string }
  | { readonly kind: "unknown-method"; readonly method: string; readonly version: number };

/**
 * Walks the trials of a result again. `differs` names the first trial at which this program would have asked for
 * something else; `at` equal to the number of trials means the outcome.
 */
export function recomputeThreshold(result: ThresholdResult): Recomputed {
  const method = THRESHOLD_METHODS[result.method];
  if (method === undefined || method.version !== result.version) {
    return { kind: "unknown-method", method: result.method, version: result.version };
  }
  let state = method.start(result.settings, result.options);
  for (const [at, entry] of result.trace.entries()) {
    const step = method.next(state);
    if (step.kind === "done") return { kind: "differs", at, what: "already done" };
    if (step.intensityPctMso !== entry.askedPctMso) {
      const what = `asks for ${step.intensityPctMso} %MSO, was ${entry.askedPctMso}`;
      return { kind: "differs", at, what };
    }
    state = method.answer(state, entry.trial);
  }
  const end = method.next(state);
  if (end.kind !== "done") return { kind: "differs", at: result.trace.length, what: "not done" };
  // A journal orders the keys of what it keeps.
  return canonicalJson(end.result.outcome) === canonicalJson(result.outcome)
    ? { kind: "same", state }
    : { kind: "differs", at: result.trace.length, what: "another outcome" };
}

/**
 * Measures by name and version. A result says what was measured, how, what came out, and whether to believe it: any of them
 * can be computed again from the stored samples and the stored parameters, and gives the same number.
 */
import type { Epoch } from "../signal/epoch.ts";

/** Why a result is not simply good. The wording is free, the code is the contract. */
export const REASONS = {
  "window-outside-epoch": "the epoch does not hold the whole window",
  "window-in-blank": "the window overlaps the stretch that was blanked",
  "filter-impossible": "the filter does not exist at this rate",
  "epoch-too-short": "the epoch is shorter than the filter needs",
  "not-microvolts": "the samples have no scale, and the measure has limits in microvolts",
  "rates-differ": "the epochs do not have the same rate, length and pulse",
  "low-rate": "fewer than 2000 samples a second: peaks may be missed",
  clipped: "samples reach the ends of the amplifier's range",
  flat: "the signal stands still",
  mains: "mains hum is larger than the limit",
  "pre-activation": "more activity before the pulse than the limit",
  "too-little-contraction": "less activity before the pulse than asked for",
  "too-small": "the response is smaller than the smallest one that is measured",
  "no-onset": "no onset that meets the criterion",
  "no-silence": "the activity is not interrupted",
  "no-return": "the activity does not come back inside the epoch",
  "no-peak": "no turning point inside the window",
  "too-few-trials": "fewer trials than the measure can do with",
  "few-trials": "fewer trials than recommended",
  "too-few-intensities": "fewer different intensities than the curve has parameters",
  "test-off-target": "the unconditioned response is not of the size that the test asks for",
  "no-convergence": "the fit did not settle",
  "no-plateau": "the highest intensity does not reach the plateau",
  "band-not-identified": "the data leave a parameter open: no confidence band",
} as const;

export type Reason = keyof typeof REASONS;

/**
 * `good` and `doubtful` have a value. `rejected`: the value stands, and the trial must not be counted. `impossible`: there
 * is no value.
 */
export type Verdict = "good" | "doubtful" | "rejected" | "impossible";

export type Detail = number | string | boolean | null | readonly number[];

export interface MeasureResult {
  readonly measure: string;
  readonly version: number;
  readonly parameters: object;
  readonly value: number | null;
  readonly unit: string;
  readonly verdict: Verdict;
  /** Empty for `good`. */
  readonly why: readonly Reason[];
  readonly details: Readonly<Record<string, Detail>>;
}

/** What measures are made from. */
export interface MeasureInputs {
  readonly epoch: Epoch;
  readonly epochs: readonly Epoch[];
  /** Values of one condition in order: amplitudes in uV, silent periods in ms. */
  readonly block: readonly number[];
  readonly conditions: {
    readonly conditioned: readonly number[];
    readonly test: readonly number[];
  };
  readonly points: readonly { readonly intensityPctMso: number; readonly peakToPeakUv: number }[];
}

export interface Measure<Takes extends keyof MeasureInputs, Parameters extends object = object> {
  readonly name: string;
  readonly version: number;
  readonly takes: Takes;
  readonly defaults: Parameters;
  run(input: MeasureInputs[Takes], parameters?: Partial<Parameters>): MeasureResult;
}

/** What the arithmetic of a measure hands back. */
export interface Finding {
  readonly value: number | null;
  readonly verdict: Verdict;
  readonly why: readonly Reason[];
  readonly details: Readonly<Record<string, Detail>>;
}

/** A value; doubts make it doubtful. */
export function measured(
  value: number,
  details: Finding["details"] = {},
  doubts: readonly Reason[] = [],
): Finding {
  return { value, verdict: doubts.length > 0 ? "doubtful" : "good", why: doubts, details };
}

export function rejected(
  value: number,
  why: readonly Reason[],
  details: Finding["details"] = {},
): Finding {
  return { value, verdict: "rejected", why, details };
}

export function impossible(why: Reason, details: Finding["details"] = {}): Finding {
  return { value: null, verdict: "impossible", why: [why], details };
}

/** A measure from its arithmetic. */
export function measureOf<Takes extends keyof MeasureInputs, Parameters extends object>(
  about: {
    readonly name: string;
    readonly version: number;
    readonly takes: Takes;
    readonly unit: string;
    readonly defaults: Parameters;
  },
  compute: (input: MeasureInputs[Takes], parameters: Parameters) => Finding,
): Measure<Takes, Parameters> {
  const { name, version, takes, unit, defaults } = about;
  return {
    name,
    version,
    takes,
    defaults,
    run: (input, changes = {}) => {
      const parameters = { ...defaults, ...changes };
      return { measure: name, version, parameters, unit, ...compute(input, parameters) };
    },
  };
}

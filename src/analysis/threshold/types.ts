/** Threshold hunting as data: what is asked for, what came back, what is known in the end. */

/** What counts as a response. */
export interface ThresholdTarget {
  readonly kind: "RMT" | "AMT" | "fixed";
  /** A response is at least this large, peak to peak, uV. */
  readonly targetUv: number;
}

/** What holds for every method. All of it goes into the result. */
export interface ThresholdSettings {
  readonly target: ThresholdTarget;
  /** Ends of what may be asked for: device, study limit, %MSO. */
  readonly minPctMso: number;
  readonly maxPctMso: number;
  /** Step of the device's dial, %MSO. */
  readonly resolutionPctMso: number;
  /** Rule THR-01: at most so far above the highest intensity delivered, %MSO; null: not held. */
  readonly maxRisePctMso: number | null;
  /** Highest intensity that the session delivered before; null: the first pulse is free. */
  readonly highestBeforePctMso: number | null;
  /** Rejected trials are repeated, so often in a row and so often in all. */
  readonly maxRejectedInRow: number;
  readonly maxRejected: number;
  /** So many misses in a row at `maxPctMso` end the hunt: the threshold lies higher. */
  readonly ceilingMisses: number;
  /** Every pulse counts, rejected ones too. */
  readonly maxPulses: number;
}

export type Trial =
  | {
      readonly kind: "measured";
      readonly intensityPctMso: number;
      readonly peakToPeakUv: number;
    }
  /** Somebody looked and said yes or no: there is no amplitude. */
  | { readonly kind: "seen"; readonly intensityPctMso: number; readonly hit: boolean }
  /** Delivered, and says nothing: pre-activation, an artefact, lost samples. */
  | { readonly kind: "rejected"; readonly intensityPctMso: number; readonly why: string };

/** Why the intensity is not the one that the method wanted. */
export type Bound = "THR-01" | "range";

/** One pulse as it was asked for and as it came back. */
export interface TraceEntry {
  readonly track: string;
  readonly wantedPctMso: number;
  readonly askedPctMso: number;
  readonly bounds: readonly Bound[];
  readonly trial: Trial;
  /** Null for a rejected trial. */
  readonly hit: boolean | null;
}

export type ThresholdOutcome =
  | {
      readonly kind: "found";
      readonly thresholdPctMso: number;
      readonly intervalPctMso: readonly [number, number] | null;
      /** What the interval is; null where the method gives none. */
      readonly intervalMeans: string | null;
    }
  /** The threshold lies above what may be asked for. This is a result, not a failure. */
  | {
      readonly kind: "not-obtainable";
      readonly abovePctMso: number;
      readonly why: "misses-at-the-ceiling" | "estimate-above-the-ceiling" | "no-response";
    }
  | {
      readonly kind: "gave-up";
      readonly why: "too-many-pulses" | "too-many-rejected" | "floor-reached" | "no-miss";
    };

export interface ThresholdCounts {
  readonly pulses: number;
  readonly hits: number;
  readonly misses: number;
  readonly rejected: number;
  /** Pulses asked for lower than wanted, by rule THR-01 and by the range. */
  readonly heldByThr01: number;
  readonly heldByRange: number;
}

export interface ThresholdResult {
  readonly method: string;
  readonly version: number;
  readonly settings: ThresholdSettings;
  readonly options: object;
  readonly outcome: ThresholdOutcome;
  readonly counts: ThresholdCounts;
  readonly trace: readonly TraceEntry[];
}

export type ThresholdStep =
  | {
      readonly kind: "pulse";
      /** One threshold alone is track `single`. */
      readonly track: string;
      readonly intensityPctMso: number;
      readonly wantedPctMso: number;
      readonly bounds: readonly Bound[];
    }
  | { readonly kind: "done"; readonly result: ThresholdResult };

/** Plain data: a hunt can be written down at any point and go on from there. */
export interface ThresholdState {
  readonly method: string;
  readonly version: number;
  readonly settings: ThresholdSettings;
  readonly options: object;
  /** The method's own memory. */
  readonly memory: unknown;
  /** Highest intensity delivered, the session before included; null: none yet. */
  readonly highestPctMso: number | null;
  readonly trace: readonly TraceEntry[];
}

/** Hunts one threshold. `next` changes nothing; `answer` gives the state after a trial. */
export interface ThresholdMethod<Options extends object = object> {
  readonly name: string;
  readonly version: number;
  start(settings: ThresholdSettings, options?: Partial<Options>): ThresholdState;
  next(state: ThresholdState): ThresholdStep;
  answer(state: ThresholdState, trial: Trial): ThresholdState;
}

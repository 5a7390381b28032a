/**
 * A protocol file after the schema has read it: everything that was left out stands as null.
 * Null means "the source does not give this figure"; it is never filled with a guess.
 */

/** A figure that a source may lack. */
export type Figure = number | null;

/** A ramp over the first trains of a block, in percent of the block's own intensity (<= 100). */
export interface Ramp {
  readonly fromPct: number;
  readonly toPct: number;
  /** The train that first reaches `toPct`; later trains stay there. */
  readonly trains: number;
}

export interface Intensity {
  readonly value: Figure;
  /** Several levels in random order, equally often (recruitment curves); then `value` is null. */
  readonly values: readonly number[] | null;
  /** `%RMT`, `%AMT`, `%MSO`, or the words of the source (`1mV`, `200 uV target`, `V/m`). */
  readonly base: string;
  readonly note: string | null;
  /** The procedure itself finds the intensity (threshold hunting). */
  readonly toBeMeasured: boolean;
  /** Which measured threshold to use when a session holds one of each hemisphere. */
  readonly hemisphere: "left" | "right" | null;
  readonly ramp: Ramp | null;
  /** The modelled field at the target: recorded, never used to compute an output. */
  readonly eFieldVPerM: Figure;
}

/** Intensity of one of two stimuli of a pair. */
export interface Level {
  readonly value: Figure;
  readonly base: string;
}

export interface ConventionalPattern {
  readonly type: "conventional";
  readonly frequencyHz: Figure;
  readonly pulsesPerTrain: Figure;
  /** pulses / frequency: the published convention, one interval longer than first to last pulse. */
  readonly trainDurationS: Figure;
  /** Off time: what `trainDurationS` leaves of the period. */
  readonly interTrainIntervalS: Figure;
  readonly trains: Figure;
  readonly totalPulses: Figure;
}

export interface ThetaBurstPattern {
  readonly type: "iTBS" | "cTBS" | "imTBS";
  readonly pulsesPerBurst: Figure;
  readonly intraBurstHz: Figure;
  readonly burstHz: Figure;
  readonly burstsPerTrain: Figure;
  readonly trainDurationS: Figure;
  readonly interTrainIntervalS: Figure;
  readonly trains: Figure;
  readonly totalPulses: Figure;
}

export interface QuadripulsePattern {
  readonly type: "QPS";
  readonly pulsesPerBurst: Figure;
  readonly isiMs: Figure;
  /** Start to start. */
  readonly burstIntervalS: Figure;
  readonly bursts: Figure;
  readonly trainDurationS: Figure;
  readonly totalPulses: Figure;
}

/** Shortest and longest interval between starts, s; drawn uniformly. */
export type IntervalRange = readonly [lowS: number, highS: number];

export interface SinglePattern {
  readonly type: "single";
  readonly totalPulses: Figure;
  readonly interPulseS: IntervalRange | null;
  /** The words of the source on randomisation. */
  readonly jitter: string | null;
}

export interface PairedPattern {
  readonly type: "paired";
  /** Milliseconds, or a latency of the subject such as `N20+2`. */
  readonly isiMs: readonly (number | string)[];
  readonly conditioning: Level;
  readonly test: Level;
  readonly trialsPerCondition: Figure;
  readonly unconditionedTrials: Figure;
  /** Which of the two stands alone in these trials: facilitation by a weak second pulse is compared with the first. */
  readonly alone: "test" | "conditioning";
  readonly interPulseS: IntervalRange | null;
  readonly jitter: string | null;
  readonly totalPulses: Figure;
}

export interface PasPattern {
  readonly type: "pas";
  readonly isiMs: Figure;
  readonly pairs: Figure;
  readonly pairIntervalS: Figure;
  readonly conditioning: Level;
  readonly totalPulses: Figure;
  readonly alternatives: string | null;
  readonly isiRule: string | null;
}

export interface ThresholdTrackingPattern {
  readonly type: "threshold-tracking";
  readonly isiMs: readonly (number | string)[];
  readonly conditioning: Level;
  readonly targetUv: Figure;
  readonly windowPct: Figure;
  readonly stepPctMso: Figure;
  readonly trialsPerCondition: Figure;
  readonly interPulseS: IntervalRange | null;
  readonly totalPulses: Figure;
}

export interface ClosedLoopBurstPattern {
  readonly type: "closed-loop-burst";
  readonly pulsesPerBurst: Figure;
  readonly intraBurstHz: Figure;
  readonly bursts: Figure;
  readonly totalPulses: Figure;
  readonly trigger: {
    readonly rhythm: string;
    readonly phase: string;
    readonly minInterTriggerS: Figure;
  };
}

export interface ClosedLoopSinglePattern {
  readonly type: "closed-loop-single";
  readonly totalPulses: Figure;
  readonly interPulseS: IntervalRange | null;
  readonly trigger: {
    readonly rhythm: string;
    readonly phases: readonly string[];
    readonly toleranceRad: Figure;
  };
}

/** Somebody else starts the pulses: a script, a pedal, a closed-loop box, or the device's own stored protocol. */
export interface ExternalPattern {
  readonly type: "external";
  readonly startedBy: "trigger" | "stored-protocol";
  /** Of one window. Ceilings: over any of them the device is disarmed. */
  readonly maxPulses: Figure;
  readonly maxRateHz: Figure;
  readonly windowS: Figure;
  readonly windows: number;
  /** From the end of a window to the start of the next. */
  readonly interWindowS: Figure;
  readonly totalPulses: Figure;
}

/** Explicit pulse times. The gate classifies it by these times, whatever it is called. */
export interface CustomPattern {
  readonly type: "custom";
  /** From the start of the train, rising, the first is 0. */
  readonly pulseTimesMs: readonly number[];
  readonly trains: number;
  /** From the last pulse of a train to the first of the next. */
  readonly interTrainIntervalS: Figure;
  readonly totalPulses: Figure;
}

export type Pattern =
  | ConventionalPattern
  | ThetaBurstPattern
  | QuadripulsePattern
  | SinglePattern
  | PairedPattern
  | PasPattern
  | ThresholdTrackingPattern
  | ClosedLoopBurstPattern
  | ClosedLoopSinglePattern
  | ExternalPattern
  | CustomPattern;

export interface StimulationBlock {
  readonly label: string;
  readonly target: readonly string[];
  readonly intensity: Intensity;
  readonly pattern: Pattern;
}

/** Nothing is delivered for `restS` seconds. */
export interface RestBlock {
  readonly restS: number;
}

/** The next block starts at `afterS` seconds after an instant of the plan. */
export interface WaitBlock {
  readonly waitUntil: {
    readonly afterS: number;
    readonly from: "session-start" | "block-start" | "block-end";
    /** Label of an earlier block; null with `session-start`. */
    readonly block: string | null;
  };
}

/** A person confirms before anything later is delivered. */
export interface HoldBlock {
  readonly hold: string;
}

export type SimpleBlock = StimulationBlock | RestBlock | WaitBlock | HoldBlock;

/** Blocks in order, `repeat` times. */
export interface RepeatBlock {
  readonly repeat: number;
  readonly blocks: readonly SimpleBlock[];
}

export type Block = SimpleBlock | RepeatBlock;

export interface Citation {
  readonly authors: string;
  readonly year: number | null;
  readonly journal: string;
  readonly doi: string | null;
  /** `seen`: read in a source; the others want checking. */
  readonly doiStatus: "seen" | "from-memory" | "uncertain" | "none";
  readonly doiUnverified: string | null;
}

export interface Schedule {
  readonly sessions: Figure;
  readonly perDay: Figure;
  readonly interSessionMin: Figure;
  readonly text: string | null;
}

/** What was seen in a source, and how far the rest can be trusted. */
export interface Verification {
  readonly verifiedFields: readonly string[];
  readonly where: string;
  readonly otherFields: string;
}

/** What published limits say about the published figures. The gate judges anew from the plan. */
export interface PublishedFlags {
  readonly maxTier: "none" | "soft" | "hard" | "not-applicable";
  readonly flags: readonly {
    readonly rule: string;
    readonly tier: "soft" | "hard";
    readonly detail: string;
  }[];
  readonly notes: readonly string[];
  readonly note: string | null;
}

export type Category = "ad-therapy" | "reference-therapy" | "physiology" | "rodent" | "lab";

/** What is measured while a protocol runs; null in a protocol: nothing. */
export type MeasurePlan =
  | {
      readonly what: "threshold";
      readonly kind: "RMT" | "AMT" | "1mV";
      /** Null: the usual one of this kind. */
      readonly method: string | null;
    }
  | { readonly what: "hotspot"; readonly sites: readonly string[]; readonly pulsesPerSite: number }
  | { readonly what: "mep" | "ratio" | "recruitment" | "silent-period" | "tep" }
  | { readonly what: "after-effect"; readonly baseline: string }
  | { readonly what: "tracking"; readonly rule: "serial" | "ml-pest" | "proportional" | null }
  | { readonly what: "mep-by-phase"; readonly minimumAccuracyDeg: number | null };

/** A stimulation protocol: one `pattern` with its `intensity`, or a list of `blocks`. */
export interface Protocol {
  readonly pulsetrain: 1;
  readonly id: string;
  readonly name: string;
  readonly category: Category;
  readonly species: "human" | "rodent";
  readonly citation: Citation | null;
  readonly target: readonly string[];
  readonly coil: string | null;
  readonly waveform: string | null;
  readonly intensity: Intensity | null;
  readonly pattern: Pattern | null;
  readonly blocks: readonly Block[] | null;
  readonly measure: MeasurePlan | null;
  readonly schedule: Schedule | null;
  /** What is computed from the responses, in words. */
  readonly derived: string | null;
  readonly adFinding: string | null;
  readonly verification: Verification | null;
  readonly publishedFlags: PublishedFlags | null;
  readonly note: string | null;
}

/** Facts of one visit that the gate weighs; they come from the session file, never from a guess. */

/**
 * What was measured: a resting or active motor threshold, or the output that gives MEPs of 1 mV. All
 * in percent of output, all tied to the coil and pulse shape they were measured with. `RMT-other` is the
 * resting threshold of the hemisphere under the second coil, measured with the second stimulator.
 */
export type ThresholdKind = "RMT" | "AMT" | "1mV" | "RMT-other";

export interface Threshold {
  readonly kind: ThresholdKind;
  readonly percentMso: number;
  readonly hemisphere: "left" | "right" | null;
  readonly muscle: string | null;
  readonly coilSerial: string | null;
  readonly stimulator: string | null;
  readonly waveform: string | null;
  readonly currentDirection: string | null;
  readonly method: string | null;
  /** ISO 8601. */
  readonly measuredAt: string | null;
}

export interface Screening {
  /** The 13 questions by key; true is a yes. A missing key is unknown. */
  readonly answers: Readonly<Record<string, boolean>>;
  readonly reviewedBy: string | null;
  /** Physician's decision on yes-answers; null: none recorded. */
  readonly decision: string | null;
}

export interface Checklist {
  readonly hearingProtection: boolean;
  readonly coilId: string | null;
  readonly emergencyStopTested: boolean;
  readonly operatorPresent: boolean;
}

export interface Override {
  readonly rule: string;
  readonly reason: string;
  readonly approvedBy: string;
  readonly reference: string;
  /** ISO 8601. */
  readonly expires: string;
}

export interface SessionFacts {
  readonly operator: string | null;
  /** A code, never a name. */
  readonly subject: string;
  readonly species: "human" | "rodent";
  readonly thresholds: readonly Threshold[];
  readonly screening: Screening | null;
  readonly today: Readonly<Record<string, string | number | boolean>> | null;
  readonly checklist: Checklist | null;
  readonly overrides: readonly Override[];
  /** True when no earlier session of this subject is in the ledger; null: not known. */
  readonly firstSession: boolean | null;
  /** Start of this session, ISO 8601 UTC. */
  readonly startedUtc: string;
}

/** What the subject has received before this session, from the ledger. */
export interface LedgerSnapshot {
  readonly pulses24h: number;
  readonly pulses7d: number;
  /** End of the last train or burst that was delivered; null: none known. Single pulses do not count. */
  readonly lastSessionEndUtc: string | null;
  /** Sessions with trains or bursts in the last 24 h. */
  readonly sessions24h: number;
  /** Open matters of earlier runs that a person must acknowledge first (real rigs). */
  readonly unresolved: readonly string[];
}

/** A stimulator over the other hemisphere. It tells nothing, so all of this was typed in. */
export interface SecondStimulator {
  /** Maker and model, as it stands on the device. */
  readonly model: string;
  /** The hemisphere under its coil. */
  readonly side: "left" | "right";
  /** What its own panel is set to. */
  readonly intensityPctMso: number;
  /** No conditioning pulse may be above it. */
  readonly maxPctMso: number;
  readonly coil: string;
  readonly waveform: string;
  /** No two of its pulses may come closer. */
  readonly minIntervalMs: number;
}

/** What the gate knows of the rig. */
export interface RigFacts {
  readonly name: string;
  /** Every device simulated, and proven so. */
  readonly simulated: boolean;
  readonly stimulator: string;
  readonly coilSerial: string | null;
  readonly species: "human" | "rodent";
  /** Absent: the rig has one stimulator. */
  readonly second?: SecondStimulator;
}

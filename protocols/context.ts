import type { Dose, Rounding } from "../src/contract/dose.ts";
import type { SecondStimulator, Threshold } from "../src/contract/session.ts";
import type { Capabilities, DeviceModel } from "../src/contract/stimulator.ts";

/** What turns a protocol into the plan of one visit on one rig. */
export interface ExpandContext {
  /** Only `kind`, `percentMso` and `hemisphere` matter here; the gate weighs the rest. */
  readonly thresholds: readonly Threshold[];
  readonly capabilities: Capabilities;
  readonly model: DeviceModel;
  /**
   * Does the rig give an electrical stimulus at a nerve, timed against its pulses through trigger
   * lines? Absent: it does not.
   */
  readonly nerve?: boolean;
  /** Does the rig read an EEG in real time, for pulses that wait for a phase of it? Absent: it does not. */
  readonly eeg?: boolean;
  /**
   * The rig's stimulator over the other hemisphere, timed against its pulses through trigger lines. Absent:
   * it has none.
   */
  readonly second?: SecondStimulator;
  /** Latencies of the subject that intervals hang on, ms, by name (`N20`). */
  readonly latenciesMs?: Readonly<Record<string, number>>;
  /** Draws jitter and order: the same seed gives the same plan. */
  readonly seed: number;
  /** Hash of the protocol as it was read. */
  readonly hash: string;
  /** Species of the session, when it is known: a plan for another species is refused. */
  readonly species?: "human" | "rodent";
}

/** Why a protocol cannot become a plan. */
export interface ExpandProblem {
  readonly kind: /** The source does not give the figure. */
    | "missing-figure"
    /** A value of the subject that must be measured first. */
    | "to-be-measured"
    /** INT-01: the protocol needs a motor threshold that was not given. */
    | "missing-threshold"
    /** This device (or any stimulator alone) cannot deliver it. */
    | "device-cannot"
    | "species"
    /** Figures of the file contradict each other. */
    | "inconsistent";
  readonly field: string;
  readonly detail: string;
  /** The rule of the limit profile that speaks, where one does. */
  readonly rule?: string;
}

/** A dose before it has its place among the blocks; `dueMs` counts from the start of its block. */
export type DoseDraft = Omit<Dose, "index" | "place"> & {
  readonly train: number;
  readonly trains: number;
  readonly condition: string | null;
};

/** A block laid out in time. */
export interface LaidBlock {
  readonly doses: readonly DoseDraft[];
  /** End of the last train (pulses / frequency) or of the last pulse, from the start of the block. */
  readonly endMs: number;
  readonly roundings: readonly Rounding[];
}

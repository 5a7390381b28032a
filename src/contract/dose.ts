/**
 * What is delivered, as plain data. Units are in the names: `Ms` milliseconds, `S` seconds,
 * `PctMso` percent of maximum stimulator output, `Hz` hertz.
 */
import type { ThresholdKind } from "./session.ts";

/** What a lab asked for, before a threshold of the subject turned it into percent of output. */
export interface IntensityRequest {
  /** The figure as published; null when the source does not give it. */
  readonly value: number | null;
  /** `%RMT`, `%AMT`, `%MSO`, or the words of the source for anything else (`1mV`, `V/m`). */
  readonly base: string;
  /** Which measured threshold resolved it; null for `%MSO`. */
  readonly threshold: { readonly kind: ThresholdKind; readonly percentMso: number } | null;
}

export type DoseShape =
  | { readonly kind: "pulse" }
  /** Two pulses of one start, `isiMs` apart; the second intensity is the second pulse. */
  | { readonly kind: "pair"; readonly isiMs: number }
  /** Pulses of one start at equal spacing, for devices that make bursts. */
  | { readonly kind: "burst"; readonly pulses: number; readonly isiMs: number }
  /** A train that the device times by itself. */
  | { readonly kind: "train"; readonly pulses: number; readonly frequencyHz: number }
  /** A train of bursts that the device times by itself from one start. */
  | {
      readonly kind: "burst-train";
      readonly bursts: number;
      /** Bursts a second. */
      readonly burstHz: number;
      readonly pulsesPerBurst: number;
      /** Between neighbouring pulses of a burst. */
      readonly isiMs: number;
    }
  /**
   * A window in which somebody else starts the pulses: a script, a pedal, a closed-loop box at the
   * trigger input, or a protocol stored in the device. Every figure is a ceiling; judged as if all
   * of them were reached.
   */
  | {
      readonly kind: "external";
      readonly maxPulses: number;
      /** No two pulses may come closer. */
      readonly minIntervalMs: number;
      readonly windowMs: number;
      readonly by: "trigger" | "stored-protocol";
    };

/** A phase of a rhythm of the EEG that a dose waits for, at the electrode that the rig names. */
export interface PhaseTarget {
  readonly bandHz: readonly [number, number];
  /** 0 at the positive peaks, pi at the negative ones. */
  readonly targetRad: number;
  /** A dose that has not found its phase so long after its earliest instant is skipped, ms. */
  readonly longestWaitMs: number;
}

/** A pulse over the other hemisphere, by the rig's second stimulator, before the pulse of a dose. */
export interface Conditioner {
  /** From it to the first pulse of the dose. */
  readonly leadMs: number;
  /** What the second stimulator is set to by hand. */
  readonly pctMso: number;
  readonly request: IntensityRequest;
}

/** One thing the stimulator delivers on one start. */
export interface Dose {
  /** Order in the plan, from 0. */
  readonly index: number;
  /**
   * Instant of the first pulse, from the start of the plan; of a dose that waits for a phase the earliest
   * one. What it waits moves everything that is left.
   */
  readonly dueMs: number;
  readonly shape: DoseShape;
  /** One entry; two for a pair. */
  readonly intensityPctMso: readonly number[];
  readonly request: IntensityRequest;
  /** Where the dose stands in its protocol. `block` from 0; `train` counts through the block from 1. */
  readonly place: {
    readonly block: number;
    readonly train: number;
    readonly trains: number;
    readonly condition: string | null;
  };
  /**
   * Set when the pulses of a train are timed by the host: skipping one skips the rest of it.
   * `position` rises through the train, from 1 to `count`.
   */
  readonly hostTrain: { readonly position: number; readonly count: number } | null;
  /**
   * An electrical stimulus at the nerve so long before the first pulse, ms, through the rig's nerve
   * line; absent: none.
   */
  readonly nerve?: { readonly leadMs: number };
  /** Absent: the dose waits for nothing. */
  readonly phase?: PhaseTarget;
  /** A pulse on the same head, so it counts as one of the dose; absent: none. */
  readonly conditioner?: Conditioner;
  /**
   * Later than this after its instant the dose is skipped: min(5 ms, half its interval); where it waits
   * for a phase, what that phase's tolerance leaves.
   */
  readonly lateLimitMs: number;
}

/** The pattern a block declares. It is a claim: the gate compares it with the pulse times. */
export type DeclaredPattern =
  | "conventional"
  | "iTBS"
  | "cTBS"
  | "imTBS"
  | "QPS"
  | "single"
  | "paired"
  | "pas"
  | "threshold-tracking"
  | "closed-loop-burst"
  | "closed-loop-single"
  | "external"
  | "custom";

export interface PlanBlock {
  readonly index: number;
  readonly label: string;
  readonly pattern: DeclaredPattern;
  readonly target: string | null;
}

/** A figure that was moved onto a device's step; never silent. */
export interface Rounding {
  readonly what: string;
  readonly asked: number;
  readonly planned: number;
  readonly unit: string;
}

/** A protocol resolved for one subject and one rig. */
export interface Plan {
  readonly protocol: { readonly id: string; readonly name: string; readonly hash: string };
  readonly species: "human" | "rodent";
  readonly blocks: readonly PlanBlock[];
  readonly doses: readonly Dose[];
  /** From the plan's start to the end of its last pulse or rest. */
  readonly durationMs: number;
  /** Pulses in total. */
  readonly pulses: number;
  readonly roundings: readonly Rounding[];
  /** Places where the run waits for the operator's word before dose `beforeDose`. */
  readonly holds: readonly { readonly beforeDose: number; readonly text: string }[];
  /** Minutes between sessions that the protocol's schedule asks for; null when it says nothing. */
  readonly interSessionMin: number | null;
}

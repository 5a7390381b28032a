/**
 * What travels between the process that owns the journal (main) and the one beside the port (rig).
 * Plain structured-cloneable data. Permits never cross; receipts cross as sequence numbers.
 */
import type { SampleBlock } from "../contract/amplifier.ts";
import type { Plan } from "../contract/dose.ts";
import type { JournalEvent, PulseCounts, RunStatus } from "../contract/events.ts";
import type { Threshold } from "../contract/session.ts";
import type { ErrorCode } from "../errors/codes.ts";

export type ToRig =
  | {
      readonly type: "segment";
      readonly segment: number;
      readonly plan: Plan;
      /** The plan starts no sooner than this instant of the run's clock; null: as soon as it can. */
      readonly startAtMs: number | null;
    }
  /** Measured in this session, with what is plugged in and set now; they take the place of all before. */
  | { readonly type: "thresholds"; readonly thresholds: readonly Threshold[] }
  /** Stimuli of the nerve alone, for evoked potentials; the stimulator stays as it is. */
  | { readonly type: "nerve-train"; readonly stimuli: number; readonly intervalMs: number }
  /** The operator holds the coil at a site of a search grid; simulated rigs move it there. */
  | { readonly type: "coil-at"; readonly site: string }
  /** The operator has the person contract, or relax at 0; simulated rigs do it. */
  | { readonly type: "contract"; readonly part: number }
  /** The events of `batch` are in the journal, durable where asked; `seqs` in their order. */
  | { readonly type: "stored"; readonly batch: number; readonly seqs: readonly number[] }
  | { readonly type: "heartbeat" }
  | { readonly type: "stop"; readonly by: string }
  | { readonly type: "pause"; readonly by: string }
  | { readonly type: "resume"; readonly by: string }
  /** No more segments: disarm, give up control, close. */
  | { readonly type: "end" };

export interface SegmentEnd {
  readonly type: "segment-end";
  readonly segment: number;
  readonly status: RunStatus;
  readonly counts: PulseCounts;
  /** Why it ended otherwise than completed. */
  readonly code: ErrorCode | null;
  readonly detail: string;
}

export interface Progress {
  readonly type: "progress";
  readonly state: string;
  readonly train: number;
  readonly trains: number;
  readonly pulses: number;
  readonly plannedPulses: number;
  readonly leftMs: number;
  readonly intensityPctMso: number;
  readonly condition: string | null;
}

export type FromRig =
  /** To be appended in order; `durable`: on the disk before `stored` is answered. */
  | {
      readonly type: "events";
      readonly batch: number;
      readonly durable: boolean;
      readonly events: readonly JournalEvent[];
    }
  /** Samples of the amplifier, as they came. */
  | { readonly type: "samples"; readonly block: SampleBlock }
  | {
      readonly type: "nerve-train-end";
      /** Instants of the stimuli that left. */
      readonly writtenMs: readonly number[];
      /** Why not all of them did; null when they did. */
      readonly refused: string | null;
    }
  | { readonly type: "alive" }
  /** The operator's word is wanted before the run goes on. */
  | { readonly type: "hold"; readonly text: string }
  | Progress
  | SegmentEnd
  | { readonly type: "ended"; readonly disarmConfirmed: boolean; readonly detail: string };

/** One end of the line between the two. `send` never throws; a dead line shows in `onClosed`. */
export interface Line<Out, In> {
  send(message: Out): void;
  onMessage(listener: (message: In) => void): void;
  onClosed(listener: (detail: string) => void): void;
}

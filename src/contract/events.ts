/**
 * Everything that can be written down. The journal adds `seq`, `utc`, `prev` and `hash`.
 * `tMs` is the instant on the run's clock. Names of kinds and fields are relied on from outside:
 * a change is a breaking change.
 */
import type { Dose } from "./dose.ts";
import type { StimulatorStatus } from "./stimulator.ts";

export type OutcomeKind = "delivered" | "refused-by-device" | "skipped-late" | "unknown";
export type RunStatus = "completed" | "refused" | "stopped" | "faulted";

export interface Finding {
  readonly rule: string;
  readonly tier: "hard" | "soft" | "warn";
  /** What became of it: blocks, shown only (simulated rig), overridden, or not applicable here. */
  readonly effect: "blocks" | "shown" | "overridden" | "not-applicable";
  readonly detail: string;
  readonly source: string;
}

export type EventBody =
  /** First of a session: all that a replay needs, with hashes. Secrets are never in it. */
  | { readonly kind: "run.start"; readonly body: Readonly<Record<string, unknown>> }
  /** A protocol, expanded: one per protocol that a session runs. */
  | {
      readonly kind: "segment";
      readonly segment: number;
      readonly body: Readonly<Record<string, unknown>>;
    }
  /** What the whole-plan check said. */
  | {
      readonly kind: "check";
      readonly segment: number;
      readonly verdict: "ok" | "soft" | "hard";
      readonly findings: readonly Finding[];
    }
  | {
      readonly kind: "override";
      readonly rule: string;
      readonly reason: string;
      readonly approvedBy: string;
      readonly reference: string;
      readonly expires: string;
    }
  | {
      readonly kind: "device";
      readonly model: string;
      readonly softwareVersion: string | null;
      readonly detail: Readonly<Record<string, string>>;
    }
  /** Set and read back before arming. */
  | {
      readonly kind: "set";
      readonly asked: Readonly<Record<string, unknown>>;
      readonly readBack: StimulatorStatus;
      readonly permit: string;
    }
  | {
      readonly kind: "arm";
      readonly permit: string;
      readonly ceilingPctMso: number;
      readonly maxPulses: number;
      readonly status: StimulatorStatus;
    }
  | {
      readonly kind: "disarm";
      readonly why: string;
      readonly confirmed: boolean;
      readonly detail: string;
    }
  | {
      readonly kind: "intent";
      readonly segment: number;
      readonly dose: Dose;
      readonly plannedMs: number;
      readonly pulses: number;
    }
  | {
      readonly kind: "permit";
      readonly intent: number;
      readonly permit: string;
      readonly notBeforeMs: number;
      readonly notAfterMs: number;
      readonly seenPctMso: readonly number[] | null;
    }
  /** The gate said no: to a plan (intent null) or to one dose. */
  | {
      readonly kind: "refused";
      readonly intent: number | null;
      readonly code: string;
      readonly rule: string | null;
      readonly detail: string;
    }
  /** The bytes were handed over; the instant is the one just before the write call. */
  | {
      readonly kind: "written";
      readonly intent: number;
      readonly plannedMs: number;
      readonly writtenMs: number;
      readonly hex: string;
    }
  | {
      readonly kind: "outcome";
      readonly intent: number;
      readonly outcome: OutcomeKind;
      readonly pulses: number;
      readonly detail: string;
      /** Instants on the rig's clock, ms; null: not seen. */
      readonly plannedMs: number;
      readonly permittedMs: number | null;
      readonly writtenMs: number | null;
      readonly drainedMs: number | null;
      readonly acknowledgedMs: number | null;
      readonly deviceReportedMs: number | null;
    }
  | {
      readonly kind: "measure";
      readonly name: string;
      readonly body: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "fault"; readonly code: string; readonly detail: string }
  /** Coil or pulse shape are others than before: thresholds measured with the old one are void. */
  | {
      readonly kind: "equipment";
      readonly what: "coil" | "waveform" | "current-direction" | "temperature-sensor";
      readonly was: string;
      readonly now: string;
    }
  | { readonly kind: "pause"; readonly by: string }
  | { readonly kind: "resume"; readonly by: string; readonly shiftedMs: number }
  /** The latch fell: nothing is armed or fired in this run any more. */
  | { readonly kind: "stop"; readonly by: string; readonly detail: string }
  /** Raw traffic, batched: [instant ms, direction, hex]; secrets are blanked. */
  | {
      readonly kind: "wire";
      readonly frames: readonly (readonly [number, "tx" | "rx", string])[];
      /** Whose cable: `trigger`, `markers`; absent: the stimulator's. */
      readonly port?: string;
    }
  | { readonly kind: "note"; readonly text: string }
  /** A named person accepted a limit profile; real rigs need it. */
  | { readonly kind: "limits.accepted"; readonly by: string; readonly limitsHash: string }
  /** A person acknowledged open intents or a latched stop after a crash. */
  | {
      readonly kind: "resolve";
      readonly by: string;
      readonly note: string;
      readonly intents: readonly number[];
    }
  | {
      readonly kind: "run.stop";
      readonly status: RunStatus | "interrupted";
      readonly planned: number;
      readonly delivered: number;
      readonly unknown: number;
      readonly skipped: number;
      readonly detail: string;
    };

export type EventKind = EventBody["kind"];
/** An event on its way to the journal. */
export type JournalEvent = EventBody & { readonly tMs: number };

/** An event as it stands in the journal. `t` is seconds since the session's start. */
export type StoredEvent = EventBody & {
  readonly session: string;
  readonly seq: number;
  readonly t: number;
  readonly utc: string;
  readonly prev: string;
  readonly hash: string;
};

/** Counts of pulses, as `run` reports them. */
export interface PulseCounts {
  readonly planned: number;
  readonly delivered: number;
  readonly unknown: number;
  readonly skipped: number;
}

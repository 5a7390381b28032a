import type { Dose, Plan } from "../contract/dose.ts";
import type { Finding } from "../contract/events.ts";
import type { Result } from "../contract/result.ts";
import type { LedgerSnapshot, RigFacts, SessionFacts } from "../contract/session.ts";
import type { DeviceModel, StimulatorStatus } from "../contract/stimulator.ts";
import type { LimitProfile } from "./limits.ts";
import type { Permit } from "./permit.ts";
import type { IntentReceipt } from "./receipts.ts";
import type { Refusal } from "./refusal.ts";

export type { IntentReceipt, Permit, Refusal };

/** All that the whole-plan check weighs. Plain data and one pure device model. */
export interface CheckInput {
  readonly limits: LimitProfile;
  readonly plan: Plan;
  readonly device: DeviceModel;
  readonly session: SessionFacts;
  readonly rig: RigFacts;
  readonly ledger: LedgerSnapshot;
  /** Doses of earlier segments of this session with their absolute instants (session scripts). */
  readonly earlier: readonly Dose[];
  /** Instant of the plan's start on the axis of `earlier`, ms; 0 when left out. */
  readonly planStartMs?: number;
  /** Is the limit profile accepted by a named person (real rigs)? */
  readonly limitsAccepted: boolean;
}

export interface CheckReport {
  readonly verdict: "ok" | "soft" | "hard";
  /** Would a run start? False when any finding blocks. */
  readonly starts: boolean;
  readonly findings: readonly Finding[];
}

/**
 * The only place that can permit a dose. Opened with a plan that its own whole-plan check let
 * through; a gate for a refused plan does not exist.
 */
export interface Gate {
  readonly report: CheckReport;
  /** To set the device for this dose of the plan: intensity, train values; nothing above them. */
  permitSettings(dose: Dose, nowMs: number): Result<Permit, Refusal>;
  /** To arm for the doses `first..last` of the plan, against what the device says it is set to. */
  permitArm(
    first: Dose,
    last: Dose,
    seen: StimulatorStatus,
    nowMs: number,
  ): Result<Permit, Refusal>;
  /** One dose, once, in its window, against its receipt and against a fresh status. */
  permitDose(
    dose: Dose,
    dueMs: number,
    receipt: IntentReceipt,
    seen: StimulatorStatus,
    nowMs: number,
  ): Result<Permit, Refusal>;
  /** A person has seen that the second stimulator is set to this output. */
  confirmConditioner(pctMso: number): void;
  /**
   * The conditioning pulse of the dose that was permitted last, once, for the port of the second
   * stimulator (`secondDeviceId`).
   */
  permitConditioner(dose: Dose, nowMs: number): Result<Permit, Refusal>;
  /** Book what came of a dose; unknown counts as delivered. */
  book(
    dose: Dose,
    outcome: "delivered" | "refused-by-device" | "skipped-late" | "unknown",
    atMs: number,
  ): void;
  /**
   * While a window for somebody else's trigger is open: why the device must be disarmed now; null
   * while it is what the dose says, and nothing above it.
   */
  judgeWindow(dose: Dose, seen: StimulatorStatus, nowMs: number): Refusal | null;
  /**
   * Coil or pulse shape changed: from here on nothing is permitted whose intensity rests on a
   * threshold. Nothing takes it back but a plan with thresholds measured since.
   */
  voidThresholds(why: string): void;
  /** Pulses booked by this gate. */
  bookedPulses(): number;
  /** Latch: no permit leaves any more. Idempotent. Nothing takes it back. */
  stop(by: string): void;
  readonly stopped: string | null;
}

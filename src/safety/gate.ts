/** The only place that can permit a dose. */
import { canonicalJson } from "../base/canonical.ts";
import { err, ok } from "../base/result.ts";
import type { Dose, Plan } from "../contract/dose.ts";
import type { OutcomeKind } from "../contract/events.ts";
import type { Result } from "../contract/result.ts";
import type { SecondStimulator } from "../contract/session.ts";
import type { DeviceModel, StimulatorStatus } from "../contract/stimulator.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { type Books, createBooks } from "./books.ts";
import { capsOf } from "./caps.ts";
import { checkPlan } from "./envelope.ts";
import { settingsProblem } from "./grants.ts";
import {
  GUARD_START,
  type GuardCaps,
  type GuardRequest,
  type GuardState,
  guardArm,
  guardDose,
  guardWindow,
  startExtent,
} from "./guard.ts";
import { claimMint, type MintPermit, type Permit, type PermitTerms, revoke } from "./permit.ts";
import { type IntentReceipt, receiptState, spendReceipt } from "./receipts.ts";
import type { Refusal } from "./refusal.ts";
import {
  afterConditioner,
  afterDose,
  CONDITIONER_LATE_MS,
  conditionerProblem,
  SECOND_START,
  type SecondState,
  secondDeviceId,
} from "./secondStimulator.ts";
import { createStopLatch, type StopLatch } from "./stop.ts";
import type { CheckInput, CheckReport, Gate } from "./types.ts";

/** Taken once, when this module loads: permits are made here and nowhere else. */
const mint: MintPermit = claimMint();

/** Setting a device takes several questions and answers, ms. */
const SETTINGS_WINDOW_MS = 15_000;
const ARM_WINDOW_MS = 5_000;
/** The read-back after setting may be so old when the device is armed, ms. */
const ARM_STATUS_MAX_AGE_MS = 2_000;
/** Slack for sums of fractions, ms. */
const SLACK_MS = 0.01;

/** One opened gate: what it was opened with, and what has happened since. */
interface Ward {
  readonly plan: Plan;
  readonly device: DeviceModel;
  readonly deviceId: string;
  readonly secondStimulator: SecondStimulator | undefined;
  readonly caps: GuardCaps;
  readonly latch: StopLatch;
  readonly books: Books;
  /** The plan's doses as text, to know one again that has travelled between processes. */
  readonly texts: readonly string[];
  guard: GuardState;
  second: SecondState;
  armed: { readonly first: number; readonly last: number } | null;
  /** How far the run has slid behind the plan's own axis, ms. */
  shiftMs: number;
  permits: number;
  /** Why thresholds are worth nothing any more; null: they are. */
  voided: string | null;
  /** The last one that left; what is left of it ends with the next. */
  current: Permit | null;
}

type Answer = Result<Permit, Refusal>;

function refuse(code: ErrorCode, rule: string | null, detail: string): Result<never, Refusal> {
  return err({ code, rule, detail });
}

/** The plan's own dose that equals what was handed in; refused when it is not of this plan. */
function own(ward: Ward, given: Dose): Result<Dose, Refusal> {
  if (ward.latch.by !== null) {
    return refuse("GATE_STOPPED", "STP-01", `stopped by ${ward.latch.by}`);
  }
  const dose = ward.plan.doses[given.index];
  if (dose === undefined || ward.texts[given.index] !== canonicalJson(given))
    return refuse("GATE_DOSE_REFUSED", null, "the dose is not of the plan that was checked");
  if (ward.voided !== null && dose.request.threshold !== null) {
    const detail = `the ${dose.request.threshold.kind} was measured with something else (${ward.voided}): measure it again`;
    return refuse("GATE_THRESHOLD_VOID", "INT-01", detail);
  }
  return ok(dose);
}

/**
 * The next step of a run has begun, so the one before is over: a device that is being armed is not
 * set any more, and one that may fire is not armed again.
 */
function make(
  ward: Ward,
  doses: readonly Dose[],
  terms: Pick<PermitTerms, "grants" | "notBeforeMs" | "notAfterMs">,
): Permit {
  ward.permits += 1;
  if (ward.current !== null) revoke(ward.current);
  const permit = mint({
    ...terms,
    permitId: `${ward.plan.protocol.hash.slice(0, 8)}-${ward.permits}`,
    deviceId: ward.deviceId,
    ceilingPctMso: Math.max(...doses.flatMap((dose) => dose.intensityPctMso)),
    // Of this stimulator: a conditioning pulse has a permit of its own.
    maxPulses: doses.reduce((sum, dose) => sum + startExtent(dose).pulses, 0),
    latch: ward.latch,
  });
  ward.current = permit;
  return permit;
}

function permitSettings(ward: Ward, given: Dose, nowMs: number): Answer {
  const dose = own(ward, given);
  if (!dose.ok) return dose;
  const problem = settingsProblem(ward.device, dose.value);
  if (problem !== null) return refuse("GATE_DOSE_REFUSED", "DEV-01", problem);
  const grants = ward.device.grantsFor(dose.value);
  const notAfterMs = nowMs + SETTINGS_WINDOW_MS;
  return ok(make(ward, [dose.value], { grants, notBeforeMs: nowMs, notAfterMs }));
}

/** What the device model says that the device must show for a dose. */
function expectedOf({ device }: Ward, dose: Dose): Pick<GuardRequest, "train" | "channel"> {
  return { train: device.settingsFor(dose).train, channel: device.channelOf?.(dose) ?? "A" };
}

function permitArm(
  ward: Ward,
  [givenFirst, givenLast]: readonly [Dose, Dose],
  seen: StimulatorStatus,
  nowMs: number,
): Answer {
  const first = own(ward, givenFirst);
  if (!first.ok) return first;
  const last = own(ward, givenLast);
  if (!last.ok) return last;
  const range = { first: first.value.index, last: last.value.index };
  if (range.first > range.last || range.first <= ward.books.lastPermitted()) {
    return refuse("GATE_DOSE_REFUSED", null, "armed for doses that are over or out of order");
  }
  const doses = ward.plan.doses.slice(range.first, range.last + 1);
  for (const dose of doses) {
    const asked = { dose, seen, dueMs: nowMs, nowMs, ...expectedOf(ward, dose) };
    const fit = guardArm(asked, ward.caps, ARM_STATUS_MAX_AGE_MS);
    if (!fit.ok) return fit;
  }
  ward.armed = range;
  const notAfterMs = nowMs + ARM_WINDOW_MS;
  return ok(make(ward, doses, { grants: [{ kind: "arm" }], notBeforeMs: nowMs, notAfterMs }));
}

/** Receipt, arming, order and axis: what must hold before the guard is asked. */
function turnProblem(
  ward: Ward,
  dose: Dose,
  dueMs: number,
  receipt: IntentReceipt,
): Refusal | null {
  const { armed, books } = ward;
  const paper = receiptProblem(receipt, ward.texts[dose.index] ?? "", books.usedSeqs);
  if (paper !== null) return { code: "GATE_NO_RECEIPT", rule: null, detail: paper };
  if (armed === null || dose.index < armed.first || dose.index > armed.last) {
    const detail = "the device was not armed for this dose";
    return { code: "GATE_DEVICE_STATE", rule: null, detail };
  }
  const order =
    books.orderProblem(dose) ??
    (dueMs - dose.dueMs < ward.shiftMs - SLACK_MS ? "a run may slide later, never earlier" : null);
  return order === null ? null : { code: "GATE_DOSE_REFUSED", rule: "WDG-02", detail: order };
}

function receiptProblem(
  receipt: IntentReceipt,
  doseText: string,
  used: ReadonlySet<number>,
): string | null {
  const state = receiptState(receipt, doseText);
  if (state === "forged") return "this is no receipt of the journal";
  if (state === "another dose") return "the receipt belongs to another dose";
  if (state === "spent" || used.has(receipt.intentSeq)) {
    return "the receipt was used for another dose";
  }
  return null;
}

/** A window at the trigger input is opened by nothing on the wire. */
function startGrants({ shape }: Dose): PermitTerms["grants"] {
  return shape.kind === "external" && shape.by === "trigger" ? [] : [{ kind: "fire" }];
}

interface DoseRequest {
  readonly given: Dose;
  readonly dueMs: number;
  readonly receipt: IntentReceipt;
  readonly seen: StimulatorStatus;
  readonly nowMs: number;
}

function permitDose(ward: Ward, request: DoseRequest): Answer {
  const { given, dueMs, receipt, seen, nowMs } = request;
  const known = own(ward, given);
  if (!known.ok) return known;
  const dose = known.value;
  const problem = turnProblem(ward, dose, dueMs, receipt);
  if (problem !== null) return err(problem);
  const asked = { dose, dueMs, nowMs, seen, ...expectedOf(ward, dose) };
  const step = guardDose(ward.guard, asked, ward.caps);
  if (!step.ok) return step;
  // From here on the dose counts as given, whatever becomes of its bytes.
  ward.guard = step.value;
  ward.shiftMs = dueMs - dose.dueMs;
  spendReceipt(receipt);
  ward.books.permit(dose, receipt.intentSeq);
  ward.second = afterDose(ward.second, dose, dueMs);
  const window = { notBeforeMs: dueMs, notAfterMs: dueMs + dose.lateLimitMs };
  return ok(make(ward, [dose], { grants: startGrants(dose), ...window }));
}

/**
 * The pulse of the second stimulator that conditions the dose permitted last: once, beside that dose's
 * own permit, for another port. Both pulses were counted when the dose was permitted.
 */
function permitConditioner(ward: Ward, given: Dose, nowMs: number): Answer {
  const known = own(ward, given);
  if (!known.ok) return known;
  const dose = known.value;
  const refused = conditionerProblem(ward.second, dose, ward.secondStimulator, nowMs);
  if (refused !== null) return err(refused);
  ward.second = afterConditioner(ward.second, dose);
  ward.permits += 1;
  return ok(
    mint({
      permitId: `${ward.plan.protocol.hash.slice(0, 8)}-${ward.permits}`,
      deviceId: secondDeviceId(ward.deviceId),
      notBeforeMs: ward.second.lastMs,
      notAfterMs: ward.second.lastMs + CONDITIONER_LATE_MS,
      ceilingPctMso: dose.conditioner?.pctMso ?? 0,
      maxPulses: 1,
      grants: [{ kind: "fire" }],
      latch: ward.latch,
    }),
  );
}

function book(ward: Ward, given: Dose, outcome: OutcomeKind): void {
  if (ward.texts[given.index] !== canonicalJson(given)) {
    throw new PulsetrainError("CLI_BUG", "booked a dose that is not of the plan");
  }
  ward.books.book(given, outcome);
}

/**
 * Checks the plan and opens a gate for it; a refused plan has no gate, only the report that says
 * why. `latch` may be shared by the gates of one session, so that a stop holds for all of them.
 */
export function openGate(
  input: CheckInput,
  deviceId: string,
  latch: StopLatch = createStopLatch(),
): Result<Gate, CheckReport> {
  // What was checked is what is permitted, even if somebody holds on to the plan and changes it.
  const plan = structuredClone(input.plan);
  const checked = { ...input, plan };
  const report = checkPlan(checked);
  if (!report.starts) return err(report);
  const ward: Ward = {
    plan,
    device: input.device,
    deviceId,
    secondStimulator: structuredClone(input.rig.second),
    caps: capsOf(checked),
    latch,
    books: createBooks(plan.doses),
    texts: plan.doses.map((dose) => canonicalJson(dose)),
    guard: GUARD_START,
    second: SECOND_START,
    armed: null,
    shiftMs: Number.NEGATIVE_INFINITY,
    permits: 0,
    voided: null,
    current: null,
  };
  return ok({
    report,
    permitSettings: (dose, nowMs) => permitSettings(ward, dose, nowMs),
    permitArm: (first, last, seen, nowMs) => permitArm(ward, [first, last], seen, nowMs),
    permitDose: (given, dueMs, receipt, seen, nowMs) =>
      permitDose(ward, { given, dueMs, receipt, seen, nowMs }),
    confirmConditioner: (pctMso) => {
      ward.second = { ...ward.second, confirmedPctMso: pctMso };
    },
    permitConditioner: (dose, nowMs) => permitConditioner(ward, dose, nowMs),
    book: (dose, outcome) => book(ward, dose, outcome),
    judgeWindow: (given, seen, nowMs) => {
      const dose = own(ward, given);
      if (!dose.ok) return dose.error;
      const asked = { dose: dose.value, seen, dueMs: nowMs, nowMs };
      return guardWindow({ ...asked, ...expectedOf(ward, dose.value) }, ward.caps);
    },
    voidThresholds: (why) => {
      ward.voided = why;
    },
    bookedPulses: () => ward.books.pulses(),
    stop: (by) => latch.fall(by),
    get stopped() {
      return latch.by;
    },
  });
}

/** No nerve is stimulated faster than this, ms: evoked potentials are measured at 3 to 5 a second. */
const NERVE_INTERVAL_MS = 190;
/** In one session: 500 sweeps of an evoked potential, twice, and the pairs of every paradigm. */
const NERVE_MOST = 2000;
/** A stimulus later than this would be another interval, ms. */
const NERVE_LATE_MS = 0.5;

/**
 * Permits for the electrical stimulator of a nerve. It gives no dose of the brain and no plan is
 * weighed for it; what holds is a rate, a number, and the stop.
 */
export interface NerveGate {
  /** One stimulus at `atMs`, once. */
  permit(atMs: number, nowMs: number): Result<Permit, Refusal>;
  stop(by: string): void;
}

export function openNerveGate(deviceId: string, latch: StopLatch = createStopLatch()): NerveGate {
  let lastMs = Number.NEGATIVE_INFINITY;
  let stimuli = 0;
  return {
    permit(atMs, nowMs) {
      if (latch.by !== null) return refuse("GATE_STOPPED", "STP-01", `stopped by ${latch.by}`);
      if (!(atMs >= nowMs))
        return refuse(
          "GATE_DOSE_REFUSED",
          "WDG-02",
          "the instant of the nerve stimulus has passed",
        );
      if (atMs - lastMs < NERVE_INTERVAL_MS)
        return refuse(
          "GATE_DOSE_REFUSED",
          null,
          `${Math.round(atMs - lastMs)} ms after the last nerve stimulus, at least ${NERVE_INTERVAL_MS} ms`,
        );
      if (stimuli >= NERVE_MOST)
        return refuse("GATE_DOSE_REFUSED", null, `${NERVE_MOST} nerve stimuli in this session`);
      lastMs = atMs;
      stimuli += 1;
      return ok(
        mint({
          permitId: `nerve-${stimuli}`,
          deviceId,
          notBeforeMs: atMs,
          notAfterMs: atMs + NERVE_LATE_MS,
          ceilingPctMso: 0,
          maxPulses: 0,
          grants: [{ kind: "fire" }],
          latch,
        }),
      );
    },
    stop: (by) => latch.fall(by),
  };
}

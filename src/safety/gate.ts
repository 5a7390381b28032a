/** The only place that can permit a dose. */
import { canonicalJson } from "../base/canonical.ts";
import { err, ok } from "../base/result.ts";
import type { Dose } from "../contract/dose.ts";
import type { Hazard } from "../contract/hazard.ts";
import type { Result } from "../contract/result.ts";
import type { StimulatorStatus } from "../contract/stimulator.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { createBooks } from "./books.ts";
import { capsOf } from "./caps.ts";
import { checkPlan } from "./envelope.ts";
import { settingsProblem } from "./grants.ts";
import { extent, GUARD_START, type GuardRequest, guardArm, guardDose } from "./guard.ts";
import { claimMint, type MintPermit, type Permit } from "./permit.ts";
import { type IntentReceipt, receiptState, spendReceipt } from "./receipts.ts";
import type { Refusal } from "./refusal.ts";
import { createStopLatch, type StopLatch } from "./stop.ts";
import type { CheckInput, CheckReport, Gate } from "./types.ts";

/** Taken once, when this module loads: permits are made here and nowhere else. */
const mint: MintPermit = claimMint();

/** Setting a device takes several questions and answers, ms. */
const SETTINGS_WINDOW_MS = 15_000;
const ARM_WINDOW_MS = 5_000;
/** The read-back after setting may be so old when the device is armed, ms. */
const ARM_STATUS_MAX_AGE_MS = 2_000;
/** A dose may leave so long before its instant, ms: the slack of a timer. */
const EARLY_MS = 1;
/** Slack for sums of fractions, ms. */
const SLACK_MS = 0.01;

function refuse(code: ErrorCode, rule: string | null, detail: string): Result<never, Refusal> {
  return err({ code, rule, detail });
}

interface Terms {
  readonly grants: readonly Hazard[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly doses: readonly Dose[];
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
  const plan = structuredClone(input.plan);
  const report = checkPlan({ ...input, plan });
  if (!report.starts) return err(report);

  const { device } = input;
  const caps = capsOf({ ...input, plan });
  const texts = plan.doses.map((dose) => canonicalJson(dose));
  const books = createBooks(plan.doses);
  let guard = GUARD_START;
  let armed: { readonly first: number; readonly last: number } | null = null;
  let shiftMs = Number.NEGATIVE_INFINITY;
  let permits = 0;

  /** The plan's own dose that equals what was handed in; null: it is not of this plan. */
  const own = (dose: Dose): Dose | null =>
    texts[dose.index] === canonicalJson(dose) ? (plan.doses[dose.index] ?? null) : null;

  const make = (terms: Terms): Permit => {
    permits += 1;
    const { doses, ...rest } = terms;
    return mint({
      ...rest,
      permitId: `${plan.protocol.hash.slice(0, 8)}-${permits}`,
      deviceId,
      ceilingPctMso: Math.max(...doses.flatMap((dose) => dose.intensityPctMso)),
      maxPulses: doses.reduce((sum, dose) => sum + extent(dose).pulses, 0),
      latch,
    });
  };

  const stopped = (): Result<never, Refusal> =>
    refuse("GATE_STOPPED", "STP-01", `stopped by ${latch.by}`);
  const foreign = (): Result<never, Refusal> =>
    refuse("GATE_DOSE_REFUSED", null, "the dose is not of the plan that was checked");

  const requestFor = (
    dose: Dose,
    seen: StimulatorStatus,
    dueMs: number,
    nowMs: number,
  ): GuardRequest => ({ dose, dueMs, nowMs, seen, train: device.settingsFor(dose).train });

  return ok({
    report,

    permitSettings(given, nowMs) {
      if (latch.by !== null) return stopped();
      const dose = own(given);
      if (dose === null) return foreign();
      const problem = settingsProblem(device, dose);
      if (problem !== null) return refuse("GATE_DOSE_REFUSED", "DEV-01", problem);
      const grants = device.grantsFor(dose);
      const notAfterMs = nowMs + SETTINGS_WINDOW_MS;
      return ok(make({ grants, notBeforeMs: nowMs, notAfterMs, doses: [dose] }));
    },

    permitArm(givenFirst, givenLast, seen, nowMs) {
      if (latch.by !== null) return stopped();
      const first = own(givenFirst);
      const last = own(givenLast);
      if (first === null || last === null) return foreign();
      if (first.index > last.index || first.index <= books.lastPermitted()) {
        return refuse("GATE_DOSE_REFUSED", null, "armed for doses that are over or out of order");
      }
      const doses = plan.doses.slice(first.index, last.index + 1);
      for (const dose of doses) {
        const fit = guardArm(requestFor(dose, seen, nowMs, nowMs), caps, ARM_STATUS_MAX_AGE_MS);
        if (!fit.ok) return fit;
      }
      armed = { first: first.index, last: last.index };
      const notAfterMs = nowMs + ARM_WINDOW_MS;
      return ok(make({ grants: [{ kind: "arm" }], notBeforeMs: nowMs, notAfterMs, doses }));
    },

    permitDose(given, dueMs, receipt, seen, nowMs) {
      if (latch.by !== null) return stopped();
      const dose = own(given);
      if (dose === null) return foreign();
      const paper = receiptProblem(receipt, books.usedSeqs);
      if (paper !== null) return refuse("GATE_NO_RECEIPT", null, paper);
      if (armed === null || dose.index < armed.first || dose.index > armed.last) {
        return refuse("GATE_DEVICE_STATE", null, "the device was not armed for this dose");
      }
      const order = books.orderProblem(dose);
      if (order !== null) return refuse("GATE_DOSE_REFUSED", "WDG-02", order);
      if (dueMs - dose.dueMs < shiftMs - SLACK_MS) {
        return refuse("GATE_DOSE_REFUSED", "WDG-02", "the run may slide later, never earlier");
      }
      const step = guardDose(guard, requestFor(dose, seen, dueMs, nowMs), caps);
      if (!step.ok) return step;
      guard = step.value;
      shiftMs = dueMs - dose.dueMs;
      spendReceipt(receipt);
      books.permit(dose, receipt.intentSeq);
      return ok(
        make({
          grants: [{ kind: "fire" }],
          notBeforeMs: dueMs - EARLY_MS,
          notAfterMs: dueMs + dose.lateLimitMs,
          doses: [dose],
        }),
      );
    },

    book(given, outcome) {
      const dose = own(given);
      if (dose === null)
        throw new PulsetrainError("CLI_BUG", "booked a dose that is not of the plan");
      books.book(dose, outcome);
    },

    bookedPulses: () => books.pulses(),

    stop(by) {
      latch.fall(by);
    },

    get stopped() {
      return latch.by;
    },
  });
}

function receiptProblem(receipt: IntentReceipt, used: ReadonlySet<number>): string | null {
  const state = receiptState(receipt);
  if (state === "forged") return "this is no receipt of the journal";
  if (state === "spent" || used.has(receipt.intentSeq))
    return "the receipt was used for another dose";
  return null;
}

import { spanMs } from "../base/doseShape.ts";
import type { Dose } from "../contract/dose.ts";
import type { OutcomeKind } from "../contract/events.ts";
import type { Delivery, Stimulator, StimulatorStatus } from "../contract/stimulator.ts";
import type { LabClock } from "../contract/time.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { isPulsetrainError } from "../errors/pulsetrainError.ts";
import type { Gate, IntentReceipt, Permit, Refusal } from "../safety/types.ts";
import { conditionFirst, settleConditioned, type Verdict } from "./conditionedDose.ts";
import type { ConditionerParts, SentConditioner } from "./conditioner.ts";
import { pulsesOf } from "./groups.ts";
import type { IntentKeeper } from "./intents.ts";
import { type NerveParts, stimulateNerve } from "./nerve.ts";
import type { Outbox } from "./outbox.ts";
import type { PhaseWatch } from "./phaseWatch.ts";
import { refusalDetail } from "./refusalDetail.ts";
import type { StopSignal } from "./stopSignal.ts";

/** The status is read so long before a dose that the longest query (28 ms of line) fits twice. */
const STATUS_LEAD_MS = 120;
/** The permit is asked for so shortly before the instant that nothing can change unseen. */
const PERMIT_LEAD_MS = 20;
/**
 * The bytes are handed over so long before their instant, and the guarded port holds them until it:
 * what the driver and the port do in front of a write then costs no lateness. A timer comes up to
 * 1 ms late, and the rest is for that code. More would only burn the slice of processor time after
 * which a busy system lets somebody else run.
 */
const HAND_OVER_MS = 2;
/**
 * The record of a start that has left goes to the journal so much later: telling it takes this process
 * longer than a device takes to answer, and the answer is read first. A crash meanwhile leaves an
 * intent without an outcome, which counts as unknown with or without the record.
 */
const TELL_AFTER_MS = 5;
/** No poll may stand on the line from here on until the bytes have left. */
const QUIET_AFTER_MS = 10;

/**
 * Rules whose breach means that the device is not what we hold it for: the run ends. A device that
 * is merely not ready costs the dose and nothing else.
 */
const RULES_THAT_END_A_RUN: ReadonlySet<string> = new Set(["INT-05", "DEV-01"]);

export interface DoseParts {
  readonly clock: LabClock;
  readonly stimulator: Stimulator;
  readonly gate: Gate;
  readonly outbox: Outbox;
  readonly intents: IntentKeeper;
  readonly stop: StopSignal;
  /** Does the device show what became of a start? */
  readonly hasEvidence: boolean;
  /** The stimulator of a nerve; null: the rig has none. */
  readonly nerve: NerveParts | null;
  /** The EEG beside the port; null: the rig reads none. */
  readonly phase: PhaseWatch | null;
  /** The second stimulator; null: the rig has none. */
  readonly conditioner: ConditionerParts | null;
  /** Sends the marker of a dose whose bytes have left; null: no markers. */
  readonly mark: ((dose: Dose) => void) | null;
}

/** What came of a dose; `fatal` asks for the end of the run (rule FLT-01). */
export interface DoseEnd {
  readonly outcome: OutcomeKind;
  readonly fatal: { readonly code: ErrorCode; readonly detail: string } | null;
  /**
   * How many pulses where it is not the number of the dose: an external window has at most that many,
   * and of a conditioned pulse one of the two may be all that was given.
   */
  readonly pulses?: number;
  /** When it was given or given up, where it could wait; what it waited moves the rest of the plan. */
  readonly dueMs?: number;
}

export type DeliveryEnd = DoseEnd & { readonly detail: string };

export interface Instants {
  permittedMs: number | null;
  delivery: Delivery | null;
  writtenMs: number | null;
  /** The conditioning pulse, when it has left or may have. */
  sent: SentConditioner | null;
}

export function noInstants(): Instants {
  return { permittedMs: null, delivery: null, writtenMs: null, sent: null };
}

/** Time from the status query to the dose: never longer than a bit over half the interval before it. */
export function statusLeadMs(intervalBeforeMs: number): number {
  return Math.min(STATUS_LEAD_MS, intervalBeforeMs * 0.6);
}

/**
 * One dose at its absolute instant: fresh status, permit, wait, bytes, outcome. It is delivered
 * within its late limit or not at all, and never twice.
 */
export async function runDose(
  parts: DoseParts,
  dose: Dose,
  dueMs: number,
  intervalBeforeMs: number,
): Promise<DoseEnd> {
  const { clock, stop, stimulator } = parts;
  const instants: Instants = noInstants();
  const end = (outcome: OutcomeKind, detail: string, fatal: DoseEnd["fatal"] = null) =>
    endDose(parts, dose, dueMs, { outcome, detail, fatal }, instants);

  const firstMs = dueMs - (dose.conditioner?.leadMs ?? 0);
  const lookMs = firstMs - (dose.nerve?.leadMs ?? 0) - statusLeadMs(intervalBeforeMs);
  if ((await stop.until(clock, lookMs)) === "stopped") {
    return end("skipped-late", "stopped before its bytes");
  }
  if (clock.now() > firstMs + dose.lateLimitMs)
    return end("skipped-late", lateWords(clock, firstMs));
  stimulator.quietUntil(dueMs + QUIET_AFTER_MS);

  const permit = await permitFor(parts, dose, dueMs, instants);
  if ("skip" in permit) return end("skipped-late", permit.skip, permit.fatal);
  const { sent, why } = await conditionFirst(parts, dose, firstMs);
  instants.sent = sent;
  if (why !== null) return end("skipped-late", why);

  const given = await deliverAt(parts, dose, dueMs, permit.permit, instants);
  return end(given.outcome, given.detail, given.fatal);
}

/** Waits for the instant and hands the bytes over, within the late limit or not at all. */
export async function deliverAt(
  parts: DoseParts,
  dose: Dose,
  dueMs: number,
  permit: Permit,
  instants: Instants,
): Promise<DeliveryEnd> {
  const skipped = (detail: string, fatal: DoseEnd["fatal"] = null): DeliveryEnd => ({
    outcome: "skipped-late",
    detail,
    fatal,
  });
  await untilHandOver(parts, dueMs);
  const hindrance = hindranceOf(parts, dose, dueMs, instants);
  if (hindrance !== null) return skipped(hindrance);
  const started = startDelivery(parts, dose, dueMs, permit, instants);
  if ("refused" in started) return skipped(started.refused, started.fatal);
  const delivery = await started.done;
  instants.delivery = delivery;
  // Where a device gives no evidence at all, not knowing is how every dose ends.
  const isAsEver =
    delivery.outcome === "delivered" || (delivery.outcome === "unknown" && !parts.hasEvidence);
  const fatal = isAsEver ? null : { code: fatalCode(delivery), detail: delivery.detail };
  return { outcome: delivery.outcome, detail: delivery.detail, fatal };
}

/** What keeps the bytes back in the line before they would leave; null: nothing. */
function hindranceOf(
  { clock, stop }: DoseParts,
  dose: Dose,
  dueMs: number,
  { sent }: Instants,
): string | null {
  if (stop.by !== null) return "stopped before its bytes";
  const told = sent === null ? null : sent.told();
  if (told?.kind === "refused") return `no conditioning pulse: ${told.detail}`;
  return clock.now() > dueMs + dose.lateLimitMs ? lateWords(clock, dueMs) : null;
}

/** Books the dose, with the conditioning pulse that was sent before it. */
async function endDose(
  parts: DoseParts,
  dose: Dose,
  dueMs: number,
  { outcome, detail, fatal }: Verdict & Pick<DoseEnd, "fatal">,
  instants: Instants,
): Promise<DoseEnd> {
  if (instants.sent === null) {
    recordOutcome(parts, dose, dueMs, outcome, detail, instants);
    return { outcome, fatal };
  }
  const whole = await settleConditioned(parts, dose, instants.sent, { outcome, detail });
  recordOutcome(parts, dose, dueMs, whole.outcome, whole.detail, instants, whole.pulses);
  return { outcome: whole.outcome, fatal, pulses: whole.pulses };
}

function fatalCode(delivery: Delivery): ErrorCode {
  return delivery.outcome === "refused-by-device" ? "DEVICE_CONFLICT" : "DEVICE_WRONG_ANSWER";
}

function lateWords(clock: LabClock, dueMs: number): string {
  return `${(clock.now() - dueMs).toFixed(3)} ms late`;
}

/** Virtual time stands still while bytes are handed over, so nothing can be held there. */
async function untilHandOver({ clock, stop }: DoseParts, dueMs: number): Promise<void> {
  if (clock.kind === "virtual") await stop.until(clock, dueMs, { precise: true });
  else await stop.until(clock, dueMs - HAND_OVER_MS);
}

export type Skip = { readonly skip: string; readonly fatal: DoseEnd["fatal"] };

/** Status, receipt and the gate's word. A refusal is written down; a failing device is fatal. */
export async function permitFor(
  parts: DoseParts,
  dose: Dose,
  dueMs: number,
  instants: Instants,
): Promise<{ readonly permit: Permit } | Skip> {
  const looked = await lookAtDevice(parts, dose);
  if ("skip" in looked) return looked;
  const nerve = await stimulateFirst(parts, dose, dueMs);
  if (nerve !== null) return nerve;
  // Both pulses of a conditioned dose are permitted before the first of them, or neither is.
  const askMs = dueMs - (dose.conditioner?.leadMs ?? 0) - PERMIT_LEAD_MS;
  if ((await parts.stop.until(parts.clock, askMs)) === "stopped") {
    return { skip: "stopped before its bytes", fatal: null };
  }
  return askGate(parts, dose, dueMs, looked, instants);
}

export interface Looked {
  readonly receipt: IntentReceipt;
  readonly seen: StimulatorStatus;
}

export async function lookAtDevice(
  { intents, stimulator, stop }: DoseParts,
  dose: Dose,
): Promise<Looked | Skip> {
  const receipt = intents.receipt(dose.index);
  if (receipt === null) return { skip: "its intent was not durable in time", fatal: null };
  try {
    return { receipt, seen: await stimulator.readStatus() };
  } catch (error) {
    if (stop.by !== null) return { skip: "stopped before its bytes", fatal: null };
    if (!isPulsetrainError(error)) throw error;
    return { skip: error.message, fatal: { code: error.code, detail: error.detail } };
  }
}

/** The stimulus of the nerve that conditions the pulse; without it in time the pulse is not given. */
async function stimulateFirst(parts: DoseParts, dose: Dose, dueMs: number): Promise<Skip | null> {
  const { clock, nerve, outbox } = parts;
  if (dose.nerve === undefined) return null;
  if (nerve === null) return { skip: "the rig has no nerve stimulator", fatal: null };
  const end = await stimulateNerve(nerve, dueMs - dose.nerve.leadMs);
  if (!end.given) return { skip: `no nerve stimulus: ${end.why}`, fatal: null };
  const { writtenMs } = end;
  const body = { dose: dose.index, plannedMs: dueMs - dose.nerve.leadMs, writtenMs };
  outbox.emit({ tMs: clock.now(), kind: "measure", name: "nerve-stimulus", body });
  return null;
}

/** The gate's word for one instant; a refusal is written down. */
export function askGate(
  parts: DoseParts,
  dose: Dose,
  dueMs: number,
  { receipt, seen }: Looked,
  instants: Instants,
): { readonly permit: Permit } | Skip {
  const { clock, gate, outbox } = parts;
  const permit = gate.permitDose(dose, dueMs, receipt, seen, clock.now());
  if (!permit.ok) {
    const { code, rule, detail } = permit.error;
    outbox.emit({
      tMs: clock.now(),
      kind: "refused",
      intent: receipt.intentSeq,
      code,
      rule,
      detail,
    });
    const fatal = endsRun(permit.error, seen)
      ? { code, detail: refusalDetail(permit.error) }
      : null;
    return { skip: `refused by the gate: ${detail}`, fatal };
  }
  instants.permittedMs = clock.now();
  outbox.emit({
    tMs: instants.permittedMs,
    kind: "permit",
    intent: receipt.intentSeq,
    permit: permit.value.permitId,
    notBeforeMs: permit.value.notBeforeMs,
    notAfterMs: permit.value.notAfterMs,
    seenPctMso: seen.intensityPctMso,
  });
  return { permit: permit.value };
}

function endsRun({ code, rule }: Refusal, seen: StimulatorStatus): boolean {
  if (code === "GATE_CLOCK_JUMP") return true;
  const isRecharging = code === "GATE_DEVICE_STATE" && seen.state === "armed";
  return !isRecharging && rule !== null && RULES_THAT_END_A_RUN.has(rule);
}

/** Hands the bytes over. Only a permit whose window has passed is an ordinary skip. */
function startDelivery(
  parts: DoseParts,
  dose: Dose,
  dueMs: number,
  permit: Permit,
  instants: Instants,
):
  | { readonly done: Promise<Delivery> }
  | { readonly refused: string; readonly fatal: DoseEnd["fatal"] } {
  const { clock, intents, outbox, stimulator } = parts;
  const intent = intents.receipt(dose.index)?.intentSeq ?? -1;
  try {
    const { writtenMs, writtenHex, done } = stimulator.deliver(dose, permit);
    instants.writtenMs = writtenMs;
    parts.phase?.given(writtenMs, spanMs(dose.shape));
    outbox.emit({
      tMs: writtenMs,
      kind: "written",
      intent,
      plannedMs: dueMs,
      writtenMs,
      hex: writtenHex,
    });
    parts.mark?.(dose);
    clock.at(clock.now() + TELL_AFTER_MS, () => outbox.flush());
    return { done };
  } catch (error) {
    if (!isPulsetrainError(error)) throw error;
    const fatal =
      error.code === "GATE_PERMIT_EXPIRED" || clock.now() > dueMs + dose.lateLimitMs
        ? null
        : { code: error.code, detail: error.detail };
    return { refused: error.message, fatal };
  }
}

/** Books the dose and writes its outcome down; every intent gets exactly one. */
export function recordOutcome(
  parts: DoseParts,
  dose: Dose,
  dueMs: number,
  outcome: OutcomeKind,
  detail: string,
  instants: Instants,
  pulses: number = pulsesOf(dose),
): void {
  const { clock, gate, intents, outbox } = parts;
  const tMs = clock.now();
  gate.book(dose, outcome, tMs);
  const { delivery } = instants;
  intents.finish(dose.index, (intent) => {
    outbox.emit({
      tMs,
      kind: "outcome",
      intent,
      outcome,
      pulses,
      detail,
      plannedMs: dueMs,
      permittedMs: instants.permittedMs,
      writtenMs: instants.writtenMs,
      drainedMs: delivery?.drainedMs ?? null,
      acknowledgedMs: delivery?.acknowledgedMs ?? null,
      deviceReportedMs: delivery?.deviceReportedMs ?? null,
    });
    outbox.flush();
  });
}

/** A dose of a plan that comes to nothing because an earlier one ended its train or the run. */
export function skipDose(parts: DoseParts, dose: Dose, dueMs: number, detail: string): DoseEnd {
  recordOutcome(parts, dose, dueMs, "skipped-late", detail, noInstants());
  return { outcome: "skipped-late", fatal: null };
}

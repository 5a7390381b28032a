import { firstPulseMs, pulseCount } from "../base/doseShape.ts";
import type { Dose, Plan } from "../contract/dose.ts";
import type { JournalEvent, PulseCounts, RunStatus } from "../contract/events.ts";
import type { DeviceModel, StimulatorStatus } from "../contract/stimulator.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { isPulsetrainError, PulsetrainError } from "../errors/pulsetrainError.ts";
import type { Refusal } from "../safety/types.ts";
import { createConfirmations } from "./confirmations.ts";
import { type DoseEnd, type DoseParts, runDose, skipDose } from "./doseRunner.ts";
import { runExternal } from "./externalRunner.ts";
import type { ExternalWatch } from "./externalWatch.ts";
import { armingGroupEnd, continuesTrain, lastPulseMs, staysArmed } from "./groups.ts";
import { type DueDose, INTENT_LEAD_MS } from "./intents.ts";
import type { Progress } from "./messages.ts";
import type { Outage } from "./outage.ts";
import type { PauseControl } from "./pauseControl.ts";
import { runPhaseDose } from "./phaseRunner.ts";
import { refusalDetail } from "./refusalDetail.ts";
import { createTally } from "./tally.ts";

/** From ready to the first dose of a plan: time for its intent and its status. */
export const START_LEAD_MS = 500;

export interface SegmentParts extends DoseParts {
  readonly model: DeviceModel;
  readonly external: ExternalWatch;
  /** The link to the stimulator, where it may come back. */
  readonly outage: Outage;
  readonly pause: PauseControl;
  /** True: a person confirms what the device cannot tell; false: a simulated rig has nobody to. */
  readonly hasOperator: boolean;
  readonly plan: Plan;
  readonly segment: number;
  /** The check weighed the plan as starting here; it never starts sooner. */
  readonly notBeforeMs: number;
  progress(progress: Progress): void;
  hold(text: string): void;
  /** Disarm and write it down. */
  disarm(why: string): Promise<void>;
  /** An error that ends the run: written down, latched, disarmed. */
  fail(code: ErrorCode, detail: string): void;
  /** The first error that ended the run; null while there is none. */
  fault(): Fault | null;
}

export interface Fault {
  readonly code: ErrorCode;
  readonly detail: string;
}

export interface SegmentResult {
  readonly status: RunStatus;
  readonly counts: PulseCounts;
  readonly code: ErrorCode | null;
  readonly detail: string;
  /** Doses that reached or may have reached the person, `dueMs` being their instant on the clock. */
  readonly given: readonly Dose[];
}

/** Walks a plan's doses in order. Paused time shifts what is left; nothing is ever moved earlier. */
export async function runSegment(parts: SegmentParts): Promise<SegmentResult> {
  const { plan, stop } = parts;
  const holds = new Map(plan.holds.map((hold) => [hold.beforeDose, hold.text]));
  const walk = createWalk(parts, new Set(holds.keys()));
  const confirmations = createConfirmations(parts);
  try {
    for (;;) {
      const dose = plan.doses[walk.cursor];
      if (dose === undefined || stop.by !== null) break;
      if (parts.outage.isOut && !(await passOutage(parts, walk, dose))) break;
      const holdText = confirmations.before(dose, holds.get(dose.index) ?? null);
      if (!(await passBorder(parts, walk, dose, holdText))) break;
      confirmations.said();
      if (!(await unlessOut(parts, () => giveOne(parts, walk, dose)))) break;
    }
    await waitForEnd(parts, walk);
  } catch (error) {
    if (!isPulsetrainError(error)) throw error;
    parts.fail(error.code, error.detail);
  }
  for (const { dose, dueMs } of parts.intents.open()) {
    skipDose(parts, dose, dueMs, "stopped before its bytes");
    walk.tally.count(dose, "skipped-late");
  }
  return { ...walk.verdict(), counts: walk.tally.counts(), given: walk.given };
}

/** False: stopped. */
async function giveOne(parts: SegmentParts, walk: Walk, dose: Dose): Promise<boolean> {
  if (!walk.armed && !(await armFor(parts, walk, dose))) return false;
  await deliverNext(parts, walk, dose);
  return true;
}

/** An error while the link is out is the link's: the run goes to its border and waits there. */
async function unlessOut(parts: SegmentParts, work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    if (!isPulsetrainError(error) || !parts.outage.isOut || parts.stop.by !== null) throw error;
    return true;
  }
}

/**
 * The link was lost: what was on its way has its outcome, the rest of its train is skipped. Waits for the
 * device, then for a person; nothing is armed before both have answered. False: given up or stopped.
 */
async function passOutage(parts: SegmentParts, walk: Walk, dose: Dose): Promise<boolean> {
  const { clock, outage, outbox, pause, plan, stop } = parts;
  walk.armed = false;
  const before = plan.doses[dose.index - 1];
  if (walk.baseMs !== null && continuesTrain(before, dose)) {
    if (before !== undefined) skipRestOfTrain(parts, walk, walk.baseMs, before);
    return true;
  }
  outbox.emit({ tMs: clock.now(), kind: "pause", by: "link lost" });
  outbox.flush();
  parts.progress(progressOf(parts, walk, "link lost"));
  const end = await stop.whileWaiting(outage.settled());
  if (end.end === "stopped") return false;
  if (end.value.kind === "gone") {
    parts.fail("PORT_LOST", end.value.why);
    return false;
  }
  outbox.emit({ tMs: clock.now(), kind: "device", ...end.value.identity });
  const resumed = pause.resumed(stop);
  parts.hold("the link was lost and is back, the device is in standby: look at coil and person");
  const by = await resumed;
  if (by === null) return false;
  outage.resume();
  slide(parts, walk, dose, by);
  return true;
}

/** The moving part of a segment. */
interface Walk {
  cursor: number;
  armed: boolean;
  /** Instant of the plan's start on the clock; null until the device is ready for the first dose. */
  baseMs: number | null;
  lastDose: Dose | null;
  readonly holds: ReadonlySet<number>;
  readonly tally: ReturnType<typeof createTally>;
  readonly given: Dose[];
  verdict(): Omit<SegmentResult, "counts" | "given">;
}

function createWalk(parts: SegmentParts, holds: ReadonlySet<number>): Walk {
  return {
    cursor: 0,
    armed: false,
    baseMs: null,
    lastDose: null,
    holds,
    given: [],
    tally: createTally(parts.plan.pulses),
    verdict() {
      const fault = parts.fault();
      if (fault !== null) return { status: "faulted", ...fault };
      if (parts.stop.by === null) return { status: "completed", code: null, detail: "" };
      return { status: "stopped", code: "CLI_STOPPED", detail: parts.stop.by };
    },
  };
}

/** Doses from the cursor on with their instants. */
function upcoming(parts: SegmentParts, walk: Walk, baseMs: number): readonly DueDose[] {
  const due: DueDose[] = [];
  for (let i = walk.cursor; i < parts.plan.doses.length; i += 1) {
    const dose = parts.plan.doses[i];
    if (dose === undefined) break;
    due.push({ dose, dueMs: baseMs + dose.dueMs });
    // A horizon of intents never reaches further than one train; the rest is of no use here.
    if (dose.dueMs > (due[0]?.dose.dueMs ?? 0) + INTENT_LEAD_MS && dose.hostTrain === null) break;
  }
  return due;
}

/** Pause and hold act where no host-timed train is cut. False: stopped meanwhile. */
async function passBorder(
  parts: SegmentParts,
  walk: Walk,
  dose: Dose,
  holdText: string | null,
): Promise<boolean> {
  const { clock, outbox, pause, stop } = parts;
  const insideTrain = continuesTrain(parts.plan.doses[dose.index - 1], dose);
  if (insideTrain || (pause.askedBy === null && holdText === null)) return true;
  const by = pause.askedBy ?? `hold: ${holdText}`;
  const resumed = pause.resumed(stop);
  if (walk.armed) await parts.disarm("paused");
  walk.armed = false;
  outbox.emit({ tMs: clock.now(), kind: "pause", by });
  outbox.flush();
  parts.progress(progressOf(parts, walk, "paused"));
  if (holdText !== null) parts.hold(holdText);
  const resumedBy = await resumed;
  if (resumedBy === null) return false;
  slide(parts, walk, dose, resumedBy);
  return true;
}

/** After a pause everything that is left comes later by what the pause took. */
function slide(parts: SegmentParts, walk: Walk, dose: Dose, by: string): void {
  const { clock, outbox } = parts;
  const soonestMs = clock.now() + parts.model.capabilities.worstReadyMs + START_LEAD_MS;
  const shiftedMs = walk.baseMs === null ? 0 : Math.max(0, soonestMs - (walk.baseMs + dose.dueMs));
  if (walk.baseMs !== null) walk.baseMs += shiftedMs;
  outbox.emit({ tMs: clock.now(), kind: "resume", by, shiftedMs });
  // Seen at once by whoever resumed; getting ready again takes seconds.
  outbox.flush();
}

/** Set, read back, arm, for this dose and those that follow under one arming. False: stopped. */
async function armFor(parts: SegmentParts, walk: Walk, dose: Dose): Promise<boolean> {
  const { clock, gate, intents, model, outbox, plan, stimulator, stop } = parts;
  if (walk.baseMs !== null) {
    const soonestMs = walk.baseMs + dose.dueMs - model.capabilities.worstReadyMs - START_LEAD_MS;
    if ((await stop.until(clock, soonestMs)) === "stopped") return false;
  }
  parts.progress(progressOf(parts, walk, "preparing"));
  const asked = model.settingsFor(dose);
  const setting = orThrow(gate.permitSettings(dose, clock.now()));
  const set = await stop.whileWaiting(stimulator.prepare(asked, setting));
  if (set.end === "stopped") return false;
  outbox.emit({
    tMs: clock.now(),
    kind: "set",
    asked: { ...asked },
    readBack: set.value,
    permit: setting.permitId,
  });

  const last = plan.doses[armingGroupEnd(plan.doses, walk.cursor, walk.holds)] ?? dose;
  const permit = orThrow(gate.permitArm(dose, last, set.value, clock.now()));
  const arming = await stop.whileWaiting(stimulator.arm(permit));
  if (arming.end === "stopped") return false;
  walk.armed = true;
  outbox.emit(armEvent(parts, dose, last, arming.value, permit.permitId));
  walk.baseMs ??= Math.max(clock.now() + START_LEAD_MS - dose.dueMs, parts.notBeforeMs);
  intents.ask(upcoming(parts, walk, walk.baseMs), walk.baseMs + dose.dueMs);
  const settled = await stop.whileWaiting(intents.settled(dose.index));
  return settled.end === "due";
}

function armEvent(
  parts: SegmentParts,
  first: Dose,
  last: Dose,
  status: StimulatorStatus,
  permit: string,
): JournalEvent {
  const doses = parts.plan.doses.slice(first.index, last.index + 1);
  return {
    tMs: parts.clock.now(),
    kind: "arm",
    permit,
    ceilingPctMso: Math.max(...doses.flatMap((dose) => dose.intensityPctMso)),
    maxPulses: doses.reduce((sum, dose) => sum + pulseCount(dose.shape), 0),
    status,
  };
}

/** A refusal of the gate before anything is armed ends the run by its code. */
function orThrow<T>(
  result:
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly error: Refusal },
): T {
  if (result.ok) return result.value;
  throw new PulsetrainError(result.error.code, refusalDetail(result.error));
}

/** One dose, then what follows from it: skip the rest of its train, disarm before a long rest. */
async function deliverNext(parts: SegmentParts, walk: Walk, dose: Dose): Promise<void> {
  const { intents, plan } = parts;
  const baseMs = walk.baseMs ?? 0;
  const dueMs = baseMs + dose.dueMs;
  const intervalMs =
    walk.lastDose === null ? START_LEAD_MS : firstPulseMs(dose) - lastPulseMs(walk.lastDose);
  const border = !continuesTrain(plan.doses[dose.index - 1], dose);
  if (border) {
    await parts.pause.waitUnlessAsked(parts.stop, parts.clock, dueMs - INTENT_LEAD_MS);
    if (parts.pause.askedBy !== null || parts.stop.by !== null) return;
    // Written down in good time, so that a slow journal costs no dose.
    intents.ask(upcoming(parts, walk, baseMs), dueMs + INTENT_LEAD_MS);
    parts.progress(progressOf(parts, walk, "armed"));
  }
  const { shape } = dose;
  const end =
    shape.kind === "external"
      ? await runExternal(parts, dose, shape, dueMs, intervalMs)
      : dose.phase === undefined
        ? await runDose(parts, dose, dueMs, intervalMs)
        : await runPhaseDose(parts, dose, dose.phase, dueMs, intervalMs);
  // What a dose has waited for its phase moves all that is left; no distance becomes shorter.
  if (end.dueMs !== undefined) walk.baseMs = baseMs + end.dueMs - dueMs;
  // A window ends disarmed.
  if (shape.kind === "external" && end.fatal === null && end.outcome !== "skipped-late")
    walk.armed = false;
  settle(parts, walk, dose, end.dueMs ?? dueMs, end);
  if (end.fatal !== null) {
    if (!parts.outage.isOut) parts.fail(end.fatal.code, end.fatal.detail);
    return;
  }
  if (end.outcome === "skipped-late") skipRestOfTrain(parts, walk, baseMs, dose);
  const next = plan.doses[walk.cursor];
  const mayStay = next === undefined || staysArmed(dose, next, walk.holds);
  if (parts.stop.by === null && walk.armed && !mayStay) {
    await parts.disarm("settings change or long rest");
    walk.armed = false;
  }
}

function settle(parts: SegmentParts, walk: Walk, dose: Dose, dueMs: number, end: DoseEnd): void {
  if (end.outcome === "delivered" || end.outcome === "unknown") walk.given.push({ ...dose, dueMs });
  walk.tally.count(dose, end.outcome, end.pulses);
  walk.lastDose = dose;
  walk.cursor += 1;
  const next = parts.plan.doses[walk.cursor];
  if (next === undefined || !continuesTrain(dose, next))
    parts.progress(progressOf(parts, walk, "resting"));
}

/** Rule WDG-02: inside a host-timed train the rest of the train goes with a dose that was late. */
function skipRestOfTrain(parts: SegmentParts, walk: Walk, baseMs: number, skipped: Dose): void {
  for (;;) {
    const next = parts.plan.doses[walk.cursor];
    if (next === undefined || !continuesTrain(skipped, next)) return;
    skipDose(parts, next, baseMs + next.dueMs, "an earlier pulse of its train was skipped");
    walk.tally.count(next, "skipped-late");
    walk.cursor += 1;
  }
}

/** A plan ends when its last rest is over, disarmed. */
async function waitForEnd(parts: SegmentParts, walk: Walk): Promise<void> {
  if (parts.stop.by !== null) return;
  if (walk.armed) await parts.disarm("end of the plan");
  walk.armed = false;
  if (walk.baseMs !== null)
    await parts.stop.until(parts.clock, walk.baseMs + parts.plan.durationMs);
}

function progressOf(parts: SegmentParts, walk: Walk, state: string): Progress {
  const { plan, clock } = parts;
  const dose = plan.doses[Math.min(walk.cursor, plan.doses.length - 1)];
  const { delivered, unknown } = walk.tally.counts();
  const endMs =
    walk.baseMs === null ? plan.durationMs : walk.baseMs + plan.durationMs - clock.now();
  return {
    type: "progress",
    state,
    train: dose?.place.train ?? 0,
    trains: dose?.place.trains ?? 0,
    pulses: delivered + unknown,
    plannedPulses: plan.pulses,
    leftMs: Math.max(0, endMs),
    intensityPctMso: Math.max(0, ...(dose?.intensityPctMso ?? [])),
    condition: dose?.place.condition ?? null,
  };
}

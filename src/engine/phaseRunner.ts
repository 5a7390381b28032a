/** One dose that waits for a phase of the EEG: within its tolerance or not at all, and never before its earliest instant. */
import type { Dose, PhaseTarget } from "../contract/dose.ts";
import {
  askGate,
  type DoseEnd,
  type DoseParts,
  deliverAt,
  type Looked,
  lookAtDevice,
  noInstants,
  recordOutcome,
  type Skip,
  statusLeadMs,
} from "./doseRunner.ts";
import type { PhaseAim, PhaseWatch } from "./phaseWatch.ts";

/** From the estimate to the start: permit, driver and port. */
const LEAD_MS = 6;
/** What of it must be left when the estimate is there. */
const SHORTEST_LEAD_MS = 3;
/** A phase that is farther off than this is left to the samples that come until then. */
const REACH_MS = 25;
/** How often the samples are looked at. */
const LOOK_EVERY_MS = 4;
/** The device is asked again when it has said so long ago how it is; its word must hold through the gate. */
const STATUS_FRESH_MS = 250;
/** No poll may stand on the line while a phase may come. */
const QUIET_AHEAD_MS = 50;

/** `dueMs`: when it was given, or when it was given up; the rest of the plan comes later by as much. */
export async function runPhaseDose(
  parts: DoseParts,
  dose: Dose,
  target: PhaseTarget,
  earliestMs: number,
  intervalBeforeMs: number,
): Promise<DoseEnd & { readonly dueMs: number }> {
  const { clock, outbox, phase, stop } = parts;
  const instants = noInstants();
  let dueMs = earliestMs;
  const skipped = ({ skip, fatal }: Skip): DoseEnd & { readonly dueMs: number } => {
    dueMs = Math.max(dueMs, clock.now());
    recordOutcome(parts, dose, dueMs, "skipped-late", skip, instants);
    return { outcome: "skipped-late", fatal, dueMs };
  };

  if (phase === null) return skipped({ skip: "the rig reads no EEG", fatal: null });
  if ((await stop.until(clock, earliestMs - statusLeadMs(intervalBeforeMs))) === "stopped")
    return skipped(STOPPED);
  const found = await aimed(parts, phase, dose, target, earliestMs);
  if ("skip" in found) return skipped(found);
  const { aim, looked } = found;
  dueMs = aim.startMs;

  const permit = askGate(parts, dose, dueMs, looked, instants);
  if ("skip" in permit) return skipped(permit);
  const end = await deliverAt(parts, dose, dueMs, permit.permit, instants);
  if (instants.writtenMs !== null)
    outbox.emit(aimEvent(clock.now(), dose, target, earliestMs, aim));
  recordOutcome(parts, dose, dueMs, end.outcome, end.detail, instants);
  return { outcome: end.outcome, fatal: end.fatal, dueMs };
}

const STOPPED: Skip = { skip: "stopped before its bytes", fatal: null };

/** Looks again and again, until the phase is near or the dose has waited long enough. */
async function aimed(
  parts: DoseParts,
  watch: PhaseWatch,
  dose: Dose,
  target: PhaseTarget,
  earliestMs: number,
): Promise<{ readonly aim: PhaseAim; readonly looked: Looked } | Skip> {
  const { clock, stimulator, stop } = parts;
  let looked: Looked | null = null;
  for (;;) {
    if (looked === null || clock.now() - looked.seen.atMs > STATUS_FRESH_MS) {
      const again = await lookAtDevice(parts, dose);
      if ("skip" in again) return again;
      looked = again;
    }
    const nowMs = clock.now();
    stimulator.quietUntil(nowMs + QUIET_AHEAD_MS);
    const fromMs = Math.max(earliestMs, nowMs + LEAD_MS);
    const aim = watch.aim(target, { nowMs, fromMs, toMs: nowMs + LEAD_MS + REACH_MS });
    if (nowMs > earliestMs + target.longestWaitMs)
      return { skip: `no pulse within ${target.longestWaitMs} ms: ${whyNot(aim)}`, fatal: null };
    // A host that was held up while it reckoned looks again, instead of missing the instant that it has found.
    if (aim.kind === "aimed" && clock.now() < aim.startMs - SHORTEST_LEAD_MS)
      return { aim, looked };
    if ((await stop.until(clock, nowMs + LOOK_EVERY_MS)) === "stopped") return STOPPED;
  }
}

function whyNot(aim: ReturnType<PhaseWatch["aim"]>): string {
  return aim.kind === "none" ? aim.why : "its phase came too late";
}

function aimEvent(
  tMs: number,
  dose: Dose,
  { targetRad }: PhaseTarget,
  earliestMs: number,
  aim: PhaseAim,
): Parameters<DoseParts["outbox"]["emit"]>[0] {
  const { aheadMs, amplitude, delayMs, newestAgeMs, startMs } = aim;
  const body = {
    dose: dose.index,
    targetRad,
    waitedMs: startMs - earliestMs,
    aheadMs,
    newestAgeMs,
    delayMs,
    amplitude,
  };
  return { tMs, kind: "measure", name: "phase-aim", body };
}

import type { Dose } from "../contract/dose.ts";
import type { OutcomeKind } from "../contract/events.ts";
import type { DeviceModel } from "../contract/stimulator.ts";
import { isPulsetrainError } from "../errors/pulsetrainError.ts";
import {
  type DoseEnd,
  type DoseParts,
  type Instants,
  noInstants,
  permitFor,
  recordOutcome,
  statusLeadMs,
} from "./doseRunner.ts";
import {
  countPulse,
  type ExternalShape,
  type ExternalWatch,
  openWindow,
  type WindowState,
} from "./externalWatch.ts";
import { refusalDetail } from "./refusalDetail.ts";

export interface ExternalParts extends DoseParts {
  readonly model: DeviceModel;
  readonly external: ExternalWatch;
  /** Disarm and write it down. */
  disarm(why: string): Promise<void>;
}

/**
 * One window: permit, open, count, disarm, outcome. The device is disarmed whenever the window ends,
 * however it ends; one pulse over a ceiling ends the run.
 */
export async function runExternal(
  parts: ExternalParts,
  dose: Dose,
  shape: ExternalShape,
  dueMs: number,
  intervalMs: number,
): Promise<DoseEnd> {
  const { clock, stop } = parts;
  const instants: Instants = noInstants();
  const end = (
    outcome: OutcomeKind,
    detail: string,
    fatal: DoseEnd["fatal"] = null,
    pulses = 0,
  ): DoseEnd => {
    recordOutcome(parts, dose, dueMs, outcome, detail, instants, pulses);
    return { outcome, fatal, pulses };
  };
  if ((await stop.until(clock, dueMs - statusLeadMs(intervalMs))) === "stopped")
    return end("skipped-late", "stopped before the window opened");
  const permit = await permitFor(parts, dose, dueMs, instants);
  if ("skip" in permit) return end("skipped-late", permit.skip, permit.fatal);
  if ((await stop.until(clock, dueMs)) === "stopped")
    return end("skipped-late", "stopped before the window opened");

  const watched = watchWindow(parts, dose, shape);
  const opened = openOnDevice(parts, dose, permit.permit);
  if ("refused" in opened) {
    watched.close();
    return end("skipped-late", opened.refused.detail, opened.refused);
  }
  instants.writtenMs = opened.writtenMs;
  const over = await watched.until(dueMs + shape.windowMs);
  const hadLink = parts.stimulator.lastStatus()?.remote === true;
  // Pulses that come before the device has confirmed its disarm are still of this window.
  if (stop.by === null && over === null) await parts.disarm("the window is over");
  parts.stimulator.endExternal?.();
  const { pulses } = watched.close();
  const late = watched.over();
  const fatal = over ?? late;
  // Whatever was counted until then, as many as the window may hold may have come.
  if (!hadLink) {
    const most = Math.max(pulses, shape.maxPulses);
    return end("unknown", "the device could not be watched to the end", fatal, most);
  }
  const detail = `${pulses} of at most ${shape.maxPulses} pulses${fatal === null ? "" : `; ${fatal.detail}`}`;
  return end("delivered", detail, fatal, pulses);
}

/** Starts a stored protocol, or tells the driver that pulses are somebody else's from now on. */
function openOnDevice(
  { stimulator, outbox, intents }: ExternalParts,
  dose: Dose,
  permit: Parameters<NonNullable<ExternalParts["stimulator"]["beginExternal"]>>[1],
): { readonly writtenMs: number | null } | { readonly refused: NonNullable<DoseEnd["fatal"]> } {
  try {
    const written = stimulator.beginExternal?.(dose, permit) ?? null;
    if (written === null) return { writtenMs: null };
    const { writtenMs, writtenHex } = written;
    outbox.emit({
      tMs: writtenMs,
      kind: "written",
      intent: intents.receipt(dose.index)?.intentSeq ?? -1,
      plannedMs: writtenMs,
      writtenMs,
      hex: writtenHex,
    });
    outbox.flush();
    return { writtenMs };
  } catch (error) {
    if (!isPulsetrainError(error)) throw error;
    return { refused: { code: error.code, detail: error.detail } };
  }
}

interface WatchedWindow {
  /** Resolves when the window is full, over a ceiling, over, or the run is stopped. */
  until(endMs: number): Promise<DoseEnd["fatal"]>;
  over(): DoseEnd["fatal"];
  close(): WindowState;
}

function watchWindow(parts: ExternalParts, dose: Dose, shape: ExternalShape): WatchedWindow {
  const { clock, external, gate, model, outbox, stimulator, stop } = parts;
  let state = openWindow(shape, model.capabilities.evidence);
  let over: DoseEnd["fatal"] = null;
  let wake: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const breach = (code: NonNullable<DoseEnd["fatal"]>["code"], detail: string): void => {
    over ??= { code, detail };
    wake();
  };
  const stopCounting = external.open((atMs, pulses) => {
    const counted = countPulse(state, atMs, pulses);
    state = counted.state;
    outbox.emit({
      tMs: atMs,
      kind: "measure",
      name: "external-pulse",
      body: { pulses, count: state.pulses, of: shape.maxPulses },
    });
    if (counted.verdict.kind === "over") breach("GATE_EXTERNAL_OVER", counted.verdict.detail);
    else if (counted.verdict.kind === "full") wake();
  });
  const statuses = stimulator.status$.subscribe((seen) => {
    const refusal = gate.judgeWindow(dose, seen, clock.now());
    if (refusal !== null) breach(refusal.code, refusalDetail(refusal));
  });
  return {
    until: async (endMs) => {
      await Promise.race([done, stop.until(clock, endMs)]);
      // The device goes to standby now by our own order.
      statuses.unsubscribe();
      return over;
    },
    over: () => over,
    close: () => {
      stopCounting();
      statuses.unsubscribe();
      return state;
    },
  };
}

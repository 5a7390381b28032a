/** Electrical stimuli of a nerve: before a pulse, or alone for evoked potentials. */
import type { LabClock } from "../contract/time.ts";
import type { TriggerPath } from "../contract/trigger.ts";
import { isPulsetrainError } from "../errors/pulsetrainError.ts";
import type { NerveGate } from "../safety/gate.ts";
import type { StopSignal } from "./stopSignal.ts";

export interface NerveParts {
  readonly clock: LabClock;
  readonly stop: StopSignal;
  readonly gate: NerveGate;
  readonly path: TriggerPath;
}

/** The permit is asked for so long ahead, and the bytes are handed over so long ahead and held. */
const PERMIT_LEAD_MS = 5;
const HAND_OVER_MS = 2;

export type NerveEnd =
  | { readonly given: true; readonly writtenMs: number }
  | { readonly given: false; readonly why: string };

/** One stimulus at its instant or not at all. */
export async function stimulateNerve(parts: NerveParts, atMs: number): Promise<NerveEnd> {
  const { clock, gate, path, stop } = parts;
  if ((await stop.until(clock, atMs - PERMIT_LEAD_MS)) === "stopped")
    return { given: false, why: "stopped before the nerve stimulus" };
  const permit = gate.permit(atMs, clock.now());
  if (!permit.ok) return { given: false, why: permit.error.detail };
  const handOverMs = clock.kind === "virtual" ? atMs : atMs - HAND_OVER_MS;
  if ((await stop.until(clock, handOverMs, { precise: true })) === "stopped")
    return { given: false, why: "stopped before the nerve stimulus" };
  try {
    return { given: true, writtenMs: path.fire(permit.value).writtenMs };
  } catch (error) {
    if (!isPulsetrainError(error)) throw error;
    return { given: false, why: error.message };
  }
}

/** Stimuli at equal distances; a refusal or a stop ends them. */
export async function nerveTrain(
  parts: NerveParts,
  stimuli: number,
  intervalMs: number,
): Promise<{ readonly writtenMs: readonly number[]; readonly refused: string | null }> {
  const startMs = parts.clock.now() + intervalMs;
  const writtenMs: number[] = [];
  for (let i = 0; i < stimuli; i++) {
    const end = await stimulateNerve(parts, startMs + i * intervalMs);
    if (!end.given) return { writtenMs, refused: end.why };
    writtenMs.push(end.writtenMs);
  }
  return { writtenMs, refused: null };
}

/** What the EEG shows of a pulse that waited for a phase. */
import { wrapped } from "../../analysis/phase/circular.ts";
import { PHASE_SETTINGS } from "../../analysis/phase/estimate.ts";
import { type OfflinePhase, offlinePhase } from "../../analysis/phase/offline.ts";
import { thinnedEpoch } from "../../analysis/phase/thin.ts";
import type { Epoch, WindowMs } from "../../analysis/signal/epoch.ts";
import type { PhaseTarget } from "../../contract/dose.ts";
import type { NamedEegSource } from "../rig/eegSource.ts";
import type { Cut } from "./desk.ts";
import { toDocument } from "./epochDocument.ts";

/** Before the pulse, and nothing of its artefact. */
export const PHASE_WINDOW: WindowMs = { fromMs: -1800, toMs: -1 };
/** Plenty for a rhythm, and a tenth of the samples. */
const KEPT_HZ = 500;

export interface TrialPhase {
  readonly bandHz: readonly [number, number];
  readonly targetRad: number;
  /** How far beyond its newest sample the estimator looked when the pulse was aimed, ms. */
  readonly aheadMs: number;
  readonly channel: string;
  /** Channels whose mean was subtracted. */
  readonly minus: readonly string[];
  /** Hash of the EEG before the pulse; null: there is none, and no phase. */
  readonly epoch: string | null;
  /** Phase at the pulse by all that was recorded before it. */
  readonly offlineRad: number | null;
  /** Of that from the target. */
  readonly errorRad: number | null;
  /** Of the estimator at an instant without a pulse. */
  readonly triedErrorRad: number | null;
}

export function trialPhase(
  source: NamedEegSource,
  { bandHz, targetRad }: PhaseTarget,
  aheadMs: number,
  cut: Cut,
  putDocument: (value: unknown) => string,
): TrialPhase {
  const rest = { bandHz, targetRad, aheadMs, channel: source.channel, minus: source.minus };
  if (cut.kind !== "ready")
    return { ...rest, epoch: null, offlineRad: null, errorRad: null, triedErrorRad: null };
  const eeg = asStored(thinnedEpoch(derived(cut.epochs, source), KEPT_HZ));
  return {
    ...rest,
    epoch: putDocument(toDocument(eeg, source.channel)),
    ...phaseNumbers(eeg, { bandHz, targetRad, aheadMs }),
  };
}

/** The numbers of a trial from its stored EEG: the same each time. */
export function phaseNumbers(
  eeg: Epoch,
  { bandHz, targetRad, aheadMs }: Pick<TrialPhase, "bandHz" | "targetRad" | "aheadMs">,
): Pick<TrialPhase, "offlineRad" | "errorRad" | "triedErrorRad"> {
  const { atPulseRad, triedErrorRad }: OfflinePhase = offlinePhase(eeg, aheadMs, {
    ...PHASE_SETTINGS,
    bandHz,
  });
  const errorRad = atPulseRad === null ? null : wrapped(atPulseRad - targetRad);
  return { offlineRad: atPulseRad, errorRad, triedErrorRad };
}

/** A document keeps single precision. */
function asStored(epoch: Epoch): Epoch {
  return { ...epoch, samples: Float32Array.from(epoch.samples) };
}

function derived(epochs: readonly Epoch[], { active, around }: NamedEegSource): Epoch {
  const one = epochs[active];
  if (one === undefined) throw new Error(`no channel ${active} in what was cut`);
  if (around.length === 0) return one;
  const neighbours = around.map((channel) => epochs[channel]?.samples);
  const samples = Float64Array.from(
    one.samples,
    (value, i) =>
      value - neighbours.reduce((sum, held) => sum + (held?.[i] ?? 0), 0) / around.length,
  );
  return { ...one, samples };
}

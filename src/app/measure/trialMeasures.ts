/** Which measures a trial of each kind gets, and whether it counts. */
import { type AT_REST, CONTRACTED, preStimulusRms } from "../../analysis/mep/before.ts";
import { clippedSamples, flatStretch, mainsHum } from "../../analysis/mep/checks.ts";
import { latencyDeviation, latencySlope } from "../../analysis/mep/latency.ts";
import type { MeasureResult } from "../../analysis/mep/measure.ts";
import { silentPeriod } from "../../analysis/mep/silentPeriod.ts";
import { area, peakToPeak } from "../../analysis/mep/size.ts";
import { BEFORE_PULSE } from "../../analysis/mep/windows.ts";
import type { Epoch, WindowMs } from "../../analysis/signal/epoch.ts";

/** At rest, contracted, or a look at the brain instead of a muscle. */
export type TrialKind = "rest" | "active" | "silent-period" | "eeg";

/** What is cut around a pulse, ms from it; a stimulus before it makes it longer by its lead. */
const TRIAL_WINDOWS: Readonly<Record<TrialKind, WindowMs>> = {
  rest: { fromMs: -110, toMs: 110 },
  active: { fromMs: -110, toMs: 110 },
  "silent-period": { fromMs: -110, toMs: 450 },
  eeg: { fromMs: -510, toMs: 500 },
};

/** `leadMs`: from the first stimulus of the trial, a conditioning pulse or one of the nerve, to the pulse. */
export function trialWindow(kind: TrialKind, leadMs: number): WindowMs {
  const { fromMs, toMs } = TRIAL_WINDOWS[kind];
  return { fromMs: fromMs - leadMs, toMs };
}

/** The muscle is looked at before anything is given: an artefact of the first stimulus is no activity. */
function beforeFirst(leadMs: number): WindowMs {
  return { fromMs: BEFORE_PULSE.fromMs - leadMs, toMs: BEFORE_PULSE.toMs - leadMs };
}

export interface JudgedTrial {
  readonly measures: readonly MeasureResult[];
  /** Peak to peak, uV; null where it could not be measured. */
  readonly peakToPeakUv: number | null;
  readonly rejected: boolean;
  readonly why: readonly string[];
}

/**
 * A response that reaches half of a coarse converter's range may have a few equal samples at its peak; so many
 * in a row it has not.
 */
const FLAT_TOP_SAMPLES = 5;

/**
 * At rest no activity that could pass for a response of 50 uV: the stricter end of what is published for RMS
 * (10 to 15 uV), and less than such a response peak to peak.
 */
const QUIET: typeof AT_REST = { rmsUv: [null, 10], peakToPeakUv: [null, 50] };

/** A silent period needs a contraction, and no upper end of it: there is nothing to interrupt otherwise. */
const ACTIVITY: Readonly<Record<Exclude<TrialKind, "eeg">, typeof AT_REST>> = {
  rest: QUIET,
  active: CONTRACTED,
  "silent-period": { rmsUv: [null, null], peakToPeakUv: [100, null] },
};

/** Checks that make a trial worth nothing; a doubt alone does not. */
function gatesOf(
  epoch: Epoch,
  kind: Exclude<TrialKind, "eeg">,
  window: WindowMs,
): readonly MeasureResult[] {
  return [
    preStimulusRms.run(epoch, { ...ACTIVITY[kind], window }),
    flatStretch.run(epoch, { window }),
    clippedSamples.run(epoch, { flatTopSamples: FLAT_TOP_SAMPLES }),
    mainsHum.run(epoch, { window }),
  ];
}

export function judgeTrial(epoch: Epoch, kind: TrialKind, leadMs: number): JudgedTrial {
  if (kind === "eeg") return { measures: [], peakToPeakUv: null, rejected: false, why: [] };
  const baseline = beforeFirst(leadMs);
  const gates = gatesOf(epoch, kind, baseline);
  const size = peakToPeak.run(epoch);
  const measures = [
    ...gates,
    size,
    latencyDeviation.run(epoch, { baseline }),
    latencySlope.run(epoch, { baseline }),
    area.run(epoch, { baseline }),
    ...(kind === "silent-period" ? [silentPeriod.run(epoch, { baseline })] : []),
  ];
  const spoiled = [...gates, size].filter(
    ({ verdict }) => verdict === "rejected" || verdict === "impossible",
  );
  return {
    measures,
    peakToPeakUv: size.value,
    rejected: spoiled.length > 0,
    why: [...new Set(spoiled.flatMap(({ why }) => why))],
  };
}

/** What a protocol of pulses that wait for a phase comes to. */
import { type CircularSummary, summaryOf } from "../../analysis/phase/circular.ts";
import { type CircularLinearFit, circularLinear } from "../../analysis/phase/circularLinear.ts";
import type { Trial } from "./trialDesk.ts";

/** How near pulses of one condition came to their phase. */
export interface PhaseAccuracy {
  readonly condition: string;
  /** Offline phase at the pulse minus the target. */
  readonly atPulse: CircularSummary;
  /** Estimate minus two-sided phase at instants without a pulse. */
  readonly tried: CircularSummary;
}

/** What of a trial the phases are summed up from; the journal keeps it too. */
export type PhasedTrial = Pick<Trial, "condition" | "rejected" | "peakToPeakUv" | "phase">;

export function phaseAccuracy(trials: readonly PhasedTrial[]): readonly PhaseAccuracy[] {
  const conditions = [...new Set(trials.map(({ condition }) => condition ?? ""))].sort();
  return conditions.map((condition) => {
    const phases = trials.flatMap((trial) =>
      (trial.condition ?? "") === condition && trial.phase !== undefined ? [trial.phase] : [],
    );
    return {
      condition,
      atPulse: summaryOf(phases.flatMap(({ errorRad }) => errorRad ?? [])),
      tried: summaryOf(phases.flatMap(({ triedErrorRad }) => triedErrorRad ?? [])),
    };
  });
}

/** Logarithm of the response over the offline phase. */
export function phaseFit(trials: readonly PhasedTrial[]): CircularLinearFit | null {
  return circularLinear(
    trials.flatMap(({ rejected, peakToPeakUv, phase }) =>
      rejected || peakToPeakUv === null || peakToPeakUv <= 0 || phase?.offlineRad == null
        ? []
        : [{ rad: phase.offlineRad, size: Math.log10(peakToPeakUv) }],
    ),
  );
}

/** No condition scatters more than the protocol bears; null where it asks for nothing. */
export function isNearEnough(
  accuracy: readonly PhaseAccuracy[],
  minimumAccuracyDeg: number | null,
): boolean | null {
  if (minimumAccuracyDeg === null) return null;
  const mostRad = (minimumAccuracyDeg * Math.PI) / 180;
  return accuracy.every(({ tried: { sdRad } }) => sdRad !== null && sdRad <= mostRad);
}

export function accuracyLines(
  accuracy: readonly PhaseAccuracy[],
  skipped: number,
): readonly string[] {
  const words = ({ n, meanRad, sdRad }: CircularSummary): string =>
    meanRad === null || sdRad === null
      ? "-"
      : `${degrees(meanRad)} off, SD ${degrees(sdRad)} (n ${n})`;
  return [
    ...accuracy.map(
      ({ condition, atPulse, tried }) =>
        `  phase, ${condition}: ${words(atPulse)} at the pulse, ${words(tried)} tried without one`,
    ),
    `  phase, skipped: ${skipped}`,
  ];
}

function degrees(rad: number): string {
  return `${((rad * 180) / Math.PI).toFixed(0)} deg`;
}

import type { ExpandProblem } from "../context.ts";
import type { QuadripulsePattern, ThetaBurstPattern } from "../types.ts";
import { checkTotal, inconsistent, missingOf, type PatternContext, tooMany } from "./shared.ts";

/** Bursts at equal spacing inside trains at equal spacing. */
export interface BurstFigures {
  readonly pulsesPerBurst: number;
  readonly isiMs: number;
  /** Start of a burst to start of the next. */
  readonly burstPeriodMs: number;
  readonly burstsPerTrain: number;
  readonly trains: number;
  readonly trainPeriodMs: number;
  /** End of the last train, counted with its last burst interval in full. */
  readonly endMs: number;
}

/** Figures of a theta burst pattern; what is missing or contradicts is added to `problems`. */
export function thetaBurstFigures(
  pattern: ThetaBurstPattern,
  context: PatternContext,
  problems: ExpandProblem[],
): BurstFigures | null {
  const { pulsesPerBurst, intraBurstHz, burstHz, trainDurationS, trains } = pattern;
  const burstsPerTrain = statedBursts(pattern);
  const offTimeS = trains === 1 ? 0 : pattern.interTrainIntervalS;
  problems.push(
    ...missingOf(context, [
      ["pulsesPerBurst", pulsesPerBurst, "pulses per burst"],
      ["intraBurstHz", intraBurstHz, "the frequency inside a burst"],
      ["burstHz", burstHz, "the frequency of bursts"],
      ["burstsPerTrain", burstsPerTrain, "bursts per train, or the train's duration"],
      ["trains", trains, "the number of trains"],
      ["interTrainIntervalS", offTimeS, "the off time between trains"],
    ]),
  );
  if (pulsesPerBurst === null || intraBurstHz === null || burstHz === null) return null;
  if (burstsPerTrain === null || trains === null || offTimeS === null) return null;
  const trainS = burstsPerTrain / burstHz;
  const statedS = trainDurationS ?? trainS;
  if (burstsPerTrain < 1 || Math.abs(burstsPerTrain - burstHz * statedS) >= 0.5) {
    const detail = `${burstsPerTrain} bursts at ${burstHz} Hz take ${trainS} s, not ${statedS} s`;
    problems.push(inconsistent(context, "trainDurationS", detail));
  }
  const total = trains * burstsPerTrain * pulsesPerBurst;
  const how = `${trains} trains of ${burstsPerTrain} bursts of ${pulsesPerBurst}`;
  problems.push(...checkTotal(context, pattern.totalPulses, total, how));
  const trainPeriodMs = (Math.max(trainS, statedS) + offTimeS) * 1000;
  return checked(context, problems, {
    pulsesPerBurst,
    isiMs: 1000 / intraBurstHz,
    burstPeriodMs: 1000 / burstHz,
    burstsPerTrain,
    trains,
    trainPeriodMs,
    endMs: (trains - 1) * trainPeriodMs + trainS * 1000,
  });
}

/** Bursts per train: stated, or what their frequency and the train's duration come to. */
function statedBursts({
  burstsPerTrain,
  burstHz,
  trainDurationS,
}: ThetaBurstPattern): number | null {
  if (burstsPerTrain !== null || burstHz === null || trainDurationS === null) return burstsPerTrain;
  return Math.round(burstHz * trainDurationS);
}

/** Figures of quadripulse stimulation: every burst stands alone, so each counts as a train. */
export function quadripulseFigures(
  pattern: QuadripulsePattern,
  context: PatternContext,
  problems: ExpandProblem[],
): BurstFigures | null {
  const { pulsesPerBurst, isiMs, burstIntervalS, bursts, trainDurationS } = pattern;
  problems.push(
    ...missingOf(context, [
      ["pulsesPerBurst", pulsesPerBurst, "pulses per burst"],
      ["isiMs", isiMs, "the interval inside a burst"],
      ["burstIntervalS", burstIntervalS, "the interval between bursts"],
      ["bursts", bursts, "the number of bursts"],
    ]),
  );
  if (pulsesPerBurst === null || isiMs === null || burstIntervalS === null || bursts === null) {
    return null;
  }
  const burstPeriodMs = burstIntervalS * 1000;
  const endMs = bursts * burstPeriodMs;
  if (trainDurationS !== null && Math.abs(trainDurationS * 1000 - endMs) > 0.5) {
    const detail = `${bursts} bursts every ${burstIntervalS} s take ${endMs / 1000} s, not ${trainDurationS} s`;
    problems.push(inconsistent(context, "trainDurationS", detail));
  }
  const how = `${bursts} bursts of ${pulsesPerBurst}`;
  problems.push(...checkTotal(context, pattern.totalPulses, bursts * pulsesPerBurst, how));
  return checked(context, problems, {
    pulsesPerBurst,
    isiMs,
    burstPeriodMs,
    burstsPerTrain: 1,
    trains: bursts,
    trainPeriodMs: burstPeriodMs,
    endMs,
  });
}

function checked(
  context: PatternContext,
  problems: ExpandProblem[],
  figures: BurstFigures,
): BurstFigures {
  const { pulsesPerBurst, isiMs, burstPeriodMs, burstsPerTrain, trains } = figures;
  if ((pulsesPerBurst - 1) * isiMs >= burstPeriodMs) {
    const detail = "a burst is longer than the interval between bursts";
    problems.push(inconsistent(context, "pulsesPerBurst", detail));
  }
  problems.push(...tooMany(context, trains * burstsPerTrain * pulsesPerBurst));
  return figures;
}

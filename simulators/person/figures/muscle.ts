/** Recruitment, shape of the response, silent period, and what else a muscle electrode sees. */
import { chosen, type FiguresOf, type Range, recalled, seen, valuesOf } from "./figure.ts";

const GOETZ = "Goetz 2019, 10.1109/TNSRE.2019.2926543; sgoetzduke/Statistical-MEP-Model";
const NORMS = "Rev Neurol 28(3), 10.33588/rn.2803.98238, APB";

export interface RecruitmentFigures {
  readonly sigmoidScale: number;
  readonly sigmoidExponent: number;
  readonly restCriterionUv: number;
  readonly activeCriterionUv: number;
  readonly activeOverRestThreshold: number;
  readonly activePlateauDecades: number;
  readonly fullyActivePart: number;
  readonly driftCorrelation: number;
  readonly driftLagMs: number;
  readonly firstPulseGain: number;
  readonly seriesGapMs: number;
  readonly trendPart: number;
  readonly trendPeriodMs: number;
  readonly biphasicThreshold: number;
  readonly halfSineThreshold: number;
  readonly bothAtOncePart: number;
  readonly hotspotWidthMm: number;
}

export const RECRUITMENT_FIGURES: FiguresOf<RecruitmentFigures> = {
  sigmoidScale: chosen(
    100,
    `0.6 SD below the mean of log p3 (${GOETZ}): puts 1 mV near 1.2 times the resting threshold, as asked of SI1mV`,
  ),
  sigmoidExponent: chosen(
    1.98,
    `the exponent that the covariance of ${GOETZ} expects at this scale`,
  ),
  restCriterionUv: seen(50, "Rossini 2015, 10.1016/j.clinph.2015.02.001"),
  activeCriterionUv: seen(200, "Rossini 2015, 10.1016/j.clinph.2015.02.001"),
  activeOverRestThreshold: recalled(0.8, "0.70 to 0.88 in the literature"),
  activePlateauDecades: recalled(0.3, "responses two to four times as large under contraction"),
  fullyActivePart: chosen(0.1, "facilitation is complete at a tenth of the maximum"),
  driftCorrelation: chosen(0.3, "of the excitability noise of two pulses 5 s apart"),
  driftLagMs: chosen(5000, "see driftCorrelation"),
  firstPulseGain: chosen(1.2, "the first response of a series is larger"),
  seriesGapMs: chosen(30_000, "a pulse after so long a rest is a first one"),
  trendPart: chosen(0.05, "5 % up or down within 20 min"),
  trendPeriodMs: chosen(4_800_000, "a quarter of it is 20 min"),
  biphasicThreshold: recalled(0.87, "0.85 to 0.9 of the monophasic threshold"),
  halfSineThreshold: chosen(0.95, "between the two others"),
  bothAtOncePart: seen(
    0.565,
    "nicolasmcnair/magpy: two units at once give 113 % of one; half of it each",
  ),
  hotspotWidthMm: chosen(
    10,
    "responses fall by exp(-d^2/2w^2) with the distance from the hotspot: a grid of 10 mm shows it",
  ),
};

export interface ResponseFigures {
  readonly latencyWithinMs: number;
  readonly latencyActiveMs: number;
  readonly widthMs: Range;
  readonly onsetWidths: number;
  readonly thirdPhaseShare: number;
  readonly thirdPhasePart: number;
  readonly widerBelowRmt: number;
  readonly widerBy: number;
  readonly smallUv: number;
  readonly smallWiderBy: number;
  readonly smallLaterMs: number;
}

export const RESPONSE_FIGURES: FiguresOf<ResponseFigures> = {
  latencyWithinMs: recalled(0.5, "standard deviation from pulse to pulse"),
  latencyActiveMs: recalled(
    -0.8,
    `0.5 to 1 ms shorter under contraction; central conduction 8.8-9.3 against 6.6-7.1 ms (${NORMS})`,
  ),
  widthMs: chosen([2.2, 2.8], "standard deviation of the Gaussian whose derivative is the shape"),
  onsetWidths: chosen(
    3.5,
    "the shape has 1 % of its peak so many widths before its middle: its onset",
  ),
  thirdPhaseShare: chosen(0.3, "trials with a third phase"),
  thirdPhasePart: chosen(0.15, "its size, of the whole"),
  widerBelowRmt: chosen(1.1, "responses are wider below 1.1 times the resting threshold"),
  widerBy: chosen(1.1, "by a tenth"),
  smallUv: chosen(50, "smaller responses are later and wider"),
  smallWiderBy: chosen(1.2, "by a fifth"),
  smallLaterMs: chosen(1, "by a millisecond"),
};

export interface SilenceFigures {
  readonly endsAfterMs: number;
  readonly basisMs: number;
  readonly perRmtMs: number;
  readonly shortestMs: number;
  readonly longestMs: number;
  readonly within: number;
  readonly withSizeCorrelation: number;
  readonly residue: number;
  readonly returnMs: number;
  readonly rebound: number;
  readonly reboundMs: number;
  readonly fromPart: number;
  readonly fromRmt: number;
}

export const SILENCE_FIGURES: FiguresOf<SilenceFigures> = {
  endsAfterMs: seen(
    50,
    `latency 50 +/- 6 ms, duration 151 +/- 33 ms at 150 % of threshold (${NORMS})`,
  ),
  basisMs: chosen(90, "duration at the resting threshold"),
  perRmtMs: chosen(
    250,
    "longer for each whole threshold more: 140 ms at 150 % of the active threshold",
  ),
  shortestMs: chosen(30, "clamp"),
  longestMs: chosen(300, "clamp"),
  within: chosen(0.08, "standard deviation from pulse to pulse, of the duration"),
  withSizeCorrelation: chosen(
    0.5,
    "with the excitability of the trial: longer with larger responses (Orth and Rothwell 2004)",
  ),
  residue: chosen(0.05, "activity left inside"),
  returnMs: chosen(10, "activity comes back within"),
  rebound: chosen(0.2, "and overshoots by"),
  reboundMs: chosen(50, "for about"),
  fromPart: chosen(0.02, "a weaker contraction is no active trial"),
  fromRmt: chosen(0.7, "a weaker pulse leaves no silence"),
};

export interface ActivityFigures {
  readonly uvPerPart: number;
  readonly centreHz: number;
  readonly quality: number;
  readonly settleMs: number;
  readonly involuntaryRate: number;
  readonly involuntaryMs: number;
  readonly involuntaryPart: Range;
  readonly spreadPulse: number;
  readonly spreadHz: number;
  readonly spreadGapMs: number;
  readonly spreadPart: number;
  readonly spreadMs: number;
}

export const ACTIVITY_FIGURES: FiguresOf<ActivityFigures> = {
  uvPerPart: chosen(
    210,
    "RMS of the whole maximum: 20 to 100 uV at 10 to 20 % of it, and 100 to 300 uV peak to peak, as umair-hassan/best-toolbox asks of a contraction",
  ),
  centreHz: chosen(80, "middle of the band of surface EMG, 20 to 200 Hz"),
  quality: chosen(0.67, "makes the band about 120 Hz wide"),
  settleMs: chosen(60, "time constant of a change of effort"),
  involuntaryRate: chosen(
    0.06,
    "twitches a second: 3 % of pulses have one in the 100 ms before them",
  ),
  involuntaryMs: chosen(400, "how long one lasts"),
  involuntaryPart: chosen([0.03, 0.14], "30 to 150 uV peak to peak"),
  spreadPulse: chosen(25, "activity spreads after the 25th pulse of a fast train (edge-spread)"),
  spreadHz: chosen(10, "a train of at least this mean rate"),
  spreadGapMs: chosen(250, "a longer gap begins another train; bursts of TBS are one train"),
  spreadPart: chosen(0.2, "after-discharge, as a part of the greatest effort"),
  spreadMs: chosen(400, "after-discharge outlasts the pulse by"),
};

export interface ElectrodeFigures {
  readonly whiteUv: number;
  readonly slowUv: number;
  readonly slowPolesHz: readonly number[];
  readonly slowSlope: number;
  readonly mainsUv: number;
  readonly mainsHarmonics: readonly (readonly [order: number, size: number])[];
  readonly mainsHz: number;
  readonly mainsDriftHz: number;
  readonly spikeUv: Range;
  readonly spikeMs: number;
  readonly decayUv: Range;
  readonly decayMs: Range;
  readonly stepUv: Range;
  readonly stepMs: Range;
  readonly artefactFullPctMso: number;
  readonly rechargeAtMs: number;
  readonly rechargeMs: number;
  readonly rechargeUv: Range;
  readonly nerveUv: number;
  readonly nerveMs: number;
}

export const ELECTRODE_FIGURES: FiguresOf<ElectrodeFigures> = {
  whiteUv: chosen(1.1, "RMS; gives about 9 uV peak to peak over a response, the g of Goetz 2019"),
  slowUv: chosen(2.6, "RMS of the pink part below 20 Hz; 3 uV with the white part"),
  slowPolesHz: chosen([0.5, 3, 18], "corners of the pink part"),
  slowSlope: chosen(1, "power falls as 1/f"),
  mainsUv: chosen(1, "amplitude of 50 Hz: 2 uV peak to peak"),
  mainsHarmonics: chosen(
    [
      [1, 1],
      [2, 0.3],
      [3, 0.2],
      [5, 0.1],
    ],
    "order and relative size",
  ),
  mainsHz: chosen(50, "Europe"),
  mainsDriftHz: chosen(0.02, "the grid is so far off at most: its phase drifts"),
  spikeUv: chosen([5000, 20_000], "saturating spike at the pulse; lower part of 5 to 50 mV"),
  spikeMs: chosen(0.5, "length of the spike, two phases"),
  decayUv: chosen([200, 1000], "decay after the spike; lower part of 0.2 to 2 mV"),
  decayMs: chosen([1, 2], "its time constant: gone before a response; lower part of 1 to 4 ms"),
  stepUv: chosen(
    [2, 5],
    "step of a well-prepared electrode; 10 to 200 uV of a bad one would decide thresholds and latencies of unfiltered samples",
  ),
  stepMs: chosen([150, 300], "time constant of its decay; upper part of 50 to 300 ms"),
  artefactFullPctMso: chosen(70, "output at which artefacts have these sizes"),
  rechargeAtMs: chosen(
    79,
    "monophasic stimulators recharge 20 to 80 ms after the pulse; here between the windows of P60 and N100",
  ),
  rechargeMs: chosen(1, "length of what is seen of it"),
  rechargeUv: chosen([10, 30], "and its size"),
  nerveUv: chosen(20, "artefact of the nerve stimulus; it is given below the motor threshold"),
  nerveMs: chosen(0.6, "its length, two phases"),
};

export const RECRUITMENT: RecruitmentFigures = valuesOf(RECRUITMENT_FIGURES);
export const RESPONSE: ResponseFigures = valuesOf(RESPONSE_FIGURES);
export const SILENCE: SilenceFigures = valuesOf(SILENCE_FIGURES);
export const ACTIVITY: ActivityFigures = valuesOf(ACTIVITY_FIGURES);
export const ELECTRODE: ElectrodeFigures = valuesOf(ELECTRODE_FIGURES);

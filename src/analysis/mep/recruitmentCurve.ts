/**
 * Stimulus-response curve: a Boltzmann sigmoid above a noise floor, fitted to the logarithms of the amplitudes, since
 * their scatter is a factor.
 *
 *   y = floor + max / (1 + exp((S50 - x) / k))
 *
 * The confidence band is that of the delta method: the gradient of the curve through the covariance of the parameters.
 */
import { type CurveFit, fitCurve, gradientOf } from "../signal/levenbergMarquardt.ts";
import type { Matrix } from "../signal/linear.ts";
import {
  type Finding,
  impossible,
  type Measure,
  type MeasureInputs,
  measured,
  measureOf,
  type Reason,
} from "./measure.ts";

export interface RecruitmentCurveParameters {
  /** A floor of the curve is fitted; where the data leave it open, the fit is done without. */
  readonly withFloor: boolean;
  readonly minIntensities: number;
  readonly minTrials: number;
  /** Smaller amplitudes count as this one, uV. */
  readonly floorUv: number;
  /** The plateau counts as reached at this share of the maximum. */
  readonly plateauShare: number;
}

const DEFAULTS: RecruitmentCurveParameters = {
  withFloor: true,
  minIntensities: 5,
  minTrials: 15,
  floorUv: 1,
  plateauShare: 0.9,
};

const Z95 = 1.96;

/** Log amplitude; parameters: ln max, S50, ln k, and ln floor where there is one. */
function logCurve(parameters: readonly number[], x: number): number {
  const [logMax = 0, s50 = 0, logSlope = 0, logFloor] = parameters;
  const rise = Math.exp(logMax) / (1 + Math.exp((s50 - x) / Math.exp(logSlope)));
  return Math.log(rise + (logFloor === undefined ? 0 : Math.exp(logFloor)));
}

/** The best of fits from several starts: a sigmoid has false valleys. */
function bestFit(
  xs: readonly number[],
  ys: readonly number[],
  withFloor: boolean,
): CurveFit | null {
  const sorted = [...ys].sort((a, b) => a - b);
  const low = sorted[Math.floor(0.1 * sorted.length)] ?? 0;
  const high = sorted[Math.floor(0.9 * sorted.length)] ?? 0;
  const [from, to] = [Math.min(...xs), Math.max(...xs)];
  const starts = [0.3, 0.5, 0.7].flatMap((share) =>
    [20, 8].map((parts) => {
      const start = [high, from + share * (to - from), Math.log((to - from) / parts)];
      return withFloor ? [...start, low] : start;
    }),
  );
  const fits = starts
    .map((start) => fitCurve(logCurve, start, xs, ys))
    .filter(
      ({ residual, parameters }) => Number.isFinite(residual) && parameters.every(Number.isFinite),
    );
  return fits.reduce<CurveFit | null>(
    (best, fit) => (best === null || fit.residual < best.residual ? fit : best),
    null,
  );
}

/** Standard error of the log curve at an intensity. */
function errorAt({ parameters }: CurveFit, covariance: Matrix, x: number): number {
  const gradient = gradientOf(logCurve, parameters, x);
  const variance = gradient.reduce(
    (sum, g, r) =>
      sum + gradient.reduce((inner, h, c) => inner + g * h * (covariance[r]?.[c] ?? 0), 0),
    0,
  );
  return Math.sqrt(Math.max(variance, 0));
}

function compute(points: MeasureInputs["points"], options: RecruitmentCurveParameters): Finding {
  const xs = points.map(({ intensityPctMso }) => intensityPctMso);
  const ys = points.map(({ peakToPeakUv }) => Math.log(Math.max(peakToPeakUv, options.floorUv)));
  const intensities = [...new Set(xs)].sort((a, b) => a - b);
  const counts = { trials: xs.length, intensities };
  if (xs.length < options.minTrials) return impossible("too-few-trials", counts);
  if (intensities.length < options.minIntensities) return impossible("too-few-intensities", counts);

  const whole = options.withFloor ? bestFit(xs, ys, true) : null;
  const fit = whole?.covariance ? whole : bestFit(xs, ys, false);
  if (fit === null) return impossible("no-convergence", counts);
  const [logMax = 0, s50 = 0, logSlope = 0, logFloor] = fit.parameters;
  const slope = Math.exp(logSlope);
  const top = intensities.at(-1) ?? 0;
  // Where the rise has come to the share: x = S50 + k ln(share / (1 - share)).
  const plateauFrom = s50 + slope * Math.log(options.plateauShare / (1 - options.plateauShare));
  const isPlateauReached = top >= plateauFrom;
  const { covariance } = fit;
  const errors = covariance?.map((row, i) => Math.sqrt(Math.max(row[i] ?? 0, 0))) ?? null;
  const band = (sign: number): readonly number[] | null =>
    covariance === null
      ? null
      : intensities.map((x) =>
          Math.exp(logCurve(fit.parameters, x) + sign * Z95 * errorAt(fit, covariance, x)),
        );
  const doubts: Reason[] = [];
  if (!fit.converged) doubts.push("no-convergence");
  if (!isPlateauReached) doubts.push("no-plateau");
  if (covariance === null) doubts.push("band-not-identified");
  return measured(
    s50,
    {
      ...counts,
      maxUv: Math.exp(logMax),
      s50PctMso: s50,
      slopePctMso: slope,
      floorUv: logFloor === undefined ? null : Math.exp(logFloor),
      plateauReached: isPlateauReached,
      logResidualSd: Math.sqrt(fit.residual / Math.max(xs.length - fit.parameters.length, 1)),
      /** Of ln max, S50, ln k and, where there is one, ln floor. */
      errors,
      curveUv: intensities.map((x) => Math.exp(logCurve(fit.parameters, x))),
      band: "delta method, 95 %, of the curve at each intensity",
      bandLowUv: band(-1),
      bandHighUv: band(1),
    },
    doubts,
  );
}

/** The value is S50, the intensity at half of the maximum. */
export const recruitmentCurve: Measure<"points", RecruitmentCurveParameters> = measureOf(
  { name: "recruitment-curve", version: 1, takes: "points", unit: "%MSO", defaults: DEFAULTS },
  compute,
);

/** Conditioned responses and after-effects. Factors are of the mean response; intensities in resting thresholds. */
import { chosen, type FiguresOf, type Nodes, recalled, seen, valuesOf } from "./figure.ts";

export interface PairFigures {
  readonly sici: Nodes;
  readonly siciReference: number;
  readonly siciByConditioning: Nodes;
  readonly icf: Nodes;
  readonly icfByConditioning: Nodes;
  readonly lici: Nodes;
  readonly liciByConditioning: Nodes;
  readonly liciInDementia: number;
  readonly sicf: Nodes;
  readonly sicfBySecond: Nodes;
  readonly sicfFromFirst: number;
  readonly oneVolleyMs: number;
  readonly sai: Nodes;
  readonly saiReference: number;
  readonly lai: Nodes;
  readonly ihi: Nodes;
  readonly ihiInDementia: number;
  readonly spread: number;
  readonly smallestFactor: number;
  readonly largestFactor: number;
  readonly rememberMs: number;
}

export const PAIR_FIGURES: FiguresOf<PairFigures> = {
  sici: recalled(
    [
      [1, 0.45],
      [2, 0.4],
      [2.5, 0.35],
      [3, 0.45],
      [5, 0.8],
      [7, 1],
    ],
    "factor by interval, ms, of a person whose factor at 2.5 ms is 0.35",
  ),
  siciReference: recalled(0.35, "lowest factor of that line"),
  siciByConditioning: recalled(
    [
      [0.5, 0],
      [0.7, 1],
      [0.8, 1],
      [0.95, 0],
    ],
    "U-shaped: largest at 70 to 80 %, none below 50 and above 95 %",
  ),
  icf: recalled(
    [
      [7, 1],
      [10, 1.3],
      [12, 1.4],
      [15, 1.4],
      [20, 1.2],
      [25, 1],
    ],
    "factor by interval, ms; the same in dementia",
  ),
  icfByConditioning: chosen(
    [
      [0.5, 0],
      [0.8, 1],
      [1, 1.3],
    ],
    "grows with the conditioning pulse",
  ),
  lici: recalled(
    [
      [25, 1],
      [50, 0.9],
      [100, 0.3],
      [150, 0.4],
      [200, 0.8],
      [250, 1],
    ],
    "factor by interval, ms",
  ),
  liciByConditioning: chosen(
    [
      [0.95, 0],
      [1.15, 1],
    ],
    "needs a conditioning pulse above threshold",
  ),
  liciInDementia: recalled(1.2, "1.1 to 1.3 times the healthy factor, towards 1"),
  sicf: recalled(
    [
      [1, 1],
      [1.3, 1.6],
      [2, 1],
      [2.7, 1.7],
      [3.5, 1],
      [4.3, 1.4],
      [5, 1],
    ],
    "factor by interval, ms; the same in dementia",
  ),
  sicfBySecond: chosen(
    [
      [0.6, 0],
      [0.9, 1],
      [1.1, 1.3],
    ],
    "grows with the second pulse",
  ),
  sicfFromFirst: chosen(0.95, "the first pulse is about threshold or more"),
  oneVolleyMs: chosen(6, "pulses closer than this make one response, that of the larger"),
  sai: recalled(
    [
      [-5, 1],
      [0, 0.8],
      [2, 0.55],
      [4, 0.65],
      [8, 0.95],
      [12, 1],
    ],
    "factor by lead less N20, ms, of a person whose factor at N20+2 is 0.55; pooled healthy mean 0.71 +/- 0.27",
  ),
  saiReference: recalled(0.55, "lowest factor of that line"),
  lai: seen(
    [
      [100, 1],
      [200, 0.61],
      [400, 1],
    ],
    "0.61 +/- 0.34 at 200 ms (review of JAD-210311, 2021); where it begins and ends is a choice",
  ),
  ihi: recalled(
    [
      [5, 1],
      [10, 0.55],
      [40, 0.65],
      [60, 1],
    ],
    "factor by interval, ms, after a pulse over the other hemisphere",
  ),
  ihiInDementia: recalled(1.2, "times the healthy factor, towards 1"),
  spread: chosen(
    0.15,
    "standard deviation of the log of a conditioned response, on top of all else",
  ),
  smallestFactor: chosen(0.05, "clamp"),
  largestFactor: chosen(3, "clamp"),
  rememberMs: chosen(500, "older pulses and nerve stimuli condition nothing"),
};

/** After-effects, as the log of the factor on responses at their height. */
export interface PlasticityFigures {
  readonly tauMs: number;
  readonly forgottenMs: number;
  readonly spread: number;
  readonly subjectShare: number;
  readonly flipsFromPulses: number;
  readonly pas25: { readonly healthy: number; readonly dementia: number };
  readonly pas10: number;
  readonly ctbs: number;
  readonly imtbs: number;
  readonly qps5: number;
  readonly qps50: number;
  readonly slow: number;
  readonly fast: number;
  readonly tepCorrelation: number;
}

export const PLASTICITY_FIGURES: FiguresOf<PlasticityFigures> = {
  tauMs: chosen(900_000, "height 15 min after the end"),
  forgottenMs: chosen(10_800_000, "nothing is left after three hours"),
  spread: chosen(
    0.35,
    "standard deviation over persons and sessions; makes 30 to 50 % non-responders",
  ),
  subjectShare: chosen(
    0.3,
    "of that variance, what belongs to the person; reproducibility is the lowest of all measures (Fried 2017, 10.3389/fnagi.2017.00263)",
  ),
  flipsFromPulses: chosen(
    1200,
    "a doubled theta-burst run turns its sign; that it may is in the literature",
  ),
  pas25: recalled({ healthy: 0.25, dementia: 0.05 }, "height of the mean effect"),
  pas10: recalled(-0.15, "height of the mean effect"),
  ctbs: recalled(-0.2, "height of the mean effect, healthy and in dementia"),
  imtbs: recalled(0, "intermediate bursts change nothing on average"),
  qps5: recalled(0.4, "height of the mean effect"),
  qps50: recalled(-0.3, "height of the mean effect"),
  slow: recalled(-0.1, "1 Hz"),
  fast: recalled(0.1, "5 to 20 Hz"),
  tepCorrelation: seen(
    0.69,
    "change of N15-P30 and of the muscle response after iTBS (Gedankien 2017, 10.1016/j.clinph.2017.08.034)",
  ),
};

export const PAIRS: PairFigures = valuesOf(PAIR_FIGURES);
export const PLASTICITY: PlasticityFigures = valuesOf(PLASTICITY_FIGURES);

/**
 * When a response begins. Published methods disagree by a millisecond and more, so each has a name, and several can be
 * computed side by side.
 */
import { type Epoch, timeMsOf, type WindowMs } from "../signal/epoch.ts";
import { extremesOf, meanOf, sdOf } from "../signal/statistics.ts";
import { type Finding, impossible, type Measure, measured, measureOf } from "./measure.ts";
import {
  AS_RECORDED,
  type Preparation,
  rateDoubts,
  type Windowed,
  withWindows,
} from "./prepare.ts";
import { BEFORE_PULSE, RESPONSE_WINDOWS } from "./windows.ts";

interface Common {
  readonly window: WindowMs;
  readonly baseline: WindowMs;
  /** A smaller response has no latency worth the name, uV. */
  readonly minPeakToPeakUv: number;
  readonly preparation: Preparation;
}

const COMMON: Common = {
  window: RESPONSE_WINDOWS.hand,
  baseline: BEFORE_PULSE,
  minPeakToPeakUv: 50,
  preparation: AS_RECORDED,
};

type Search = (windowed: Windowed<"window" | "baseline">, firstPeak: number) => number | null;

/** The frame of all methods: `search` gives an index into the window. */
function latency(epoch: Epoch, parameters: Common, search: Search): Finding {
  if (epoch.unit !== "uV") return impossible("not-microvolts");
  const { window, baseline, minPeakToPeakUv, preparation } = parameters;
  return withWindows(epoch, preparation, { window, baseline }, (windowed) => {
    const { min, max, minAt, maxAt } = extremesOf(windowed.samples.window);
    const details = { peakToPeakUv: max - min };
    if (max - min < minPeakToPeakUv) return impossible("too-small", details);
    const index = search(windowed, Math.min(minAt, maxAt));
    if (index === null) return impossible("no-onset", details);
    const value = timeMsOf(epoch, windowed.spans.window.from + index);
    return measured(value, details, [...windowed.doubts, ...rateDoubts(epoch)]);
  });
}

export interface DeviationParameters extends Common {
  readonly deviations: number;
  readonly samples: number;
}

/**
 * Back from the first peak as far as every sample is more than so many standard deviations of the baseline away from its mean;
 * the stretch must be long enough. The threshold method of most laboratories.
 */
export const latencyDeviation: Measure<"epoch", DeviationParameters> = measureOf(
  {
    name: "mep-latency-deviation",
    version: 1,
    takes: "epoch",
    unit: "ms",
    defaults: { ...COMMON, deviations: 3, samples: 4 },
  },
  (epoch, parameters) =>
    latency(epoch, parameters, ({ samples }, firstPeak) => {
      const mean = meanOf(samples.baseline);
      const limit = parameters.deviations * sdOf(samples.baseline);
      let onset = firstPeak + 1;
      while (onset > 0 && Math.abs((samples.window[onset - 1] ?? 0) - mean) > limit) onset -= 1;
      return firstPeak + 1 - onset >= parameters.samples ? onset : null;
    }),
);

export interface LevelParameters extends Common {
  readonly levelUv: number;
}

/** First sample so far from the baseline's mean: the rule of umair-hassan/best-toolbox, 70 uV. */
export const latencyLevel: Measure<"epoch", LevelParameters> = measureOf(
  {
    name: "mep-latency-level",
    version: 1,
    takes: "epoch",
    unit: "ms",
    defaults: { ...COMMON, levelUv: 70 },
  },
  (epoch, parameters) =>
    latency(epoch, parameters, ({ samples }) => {
      const mean = meanOf(samples.baseline);
      const index = samples.window.findIndex((x) => Math.abs(x - mean) > parameters.levelUv);
      return index < 0 ? null : index;
    }),
);

export interface SlopeParameters extends Common {
  readonly samples: number;
}

/**
 * Back from the first peak as far as every sample lies farther out than the one before it; no threshold enters. The
 * idea of Bigoni 2022 (10.1088/1741-2552/ac636c), with one run of slopes of the same sign up to the first peak.
 */
export const latencySlope: Measure<"epoch", SlopeParameters> = measureOf(
  {
    name: "mep-latency-slope",
    version: 1,
    takes: "epoch",
    unit: "ms",
    defaults: { ...COMMON, samples: 4 },
  },
  (epoch, parameters) =>
    latency(epoch, parameters, ({ samples: { window } }, firstPeak) => {
      const { maxAt } = extremesOf(window);
      const sign = maxAt === firstPeak ? 1 : -1;
      let onset = firstPeak;
      while (onset > 0 && sign * ((window[onset] ?? 0) - (window[onset - 1] ?? 0)) > 0) onset -= 1;
      return firstPeak - onset >= parameters.samples ? onset : null;
    }),
);

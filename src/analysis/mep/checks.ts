/** Whether the samples can be trusted at all: clipping, a dead channel, mains hum. */
import { type Epoch, spanOf, timeMsOf, type WindowMs } from "../signal/epoch.ts";
import { leastSquares } from "../signal/linear.ts";
import { extremesOf } from "../signal/statistics.ts";
import {
  type Finding,
  impossible,
  type Measure,
  measured,
  measureOf,
  rejected,
} from "./measure.ts";
import { AS_RECORDED, isAtEnd, type Preparation, withWindows } from "./prepare.ts";
import { BEFORE_PULSE } from "./windows.ts";

/** Samples of a window as recorded. */
function recorded(
  epoch: Epoch,
  window: WindowMs,
  compute: (samples: Epoch["samples"]) => Finding,
): Finding {
  const span = spanOf(epoch, window);
  return span === null
    ? impossible("window-outside-epoch")
    : compute(epoch.samples.subarray(span.from, span.to));
}

/** Longest run of equal samples that `isCounted` accepts. */
function longestRun(samples: ArrayLike<number>, isCounted: (x: number) => boolean): number {
  let longest = 0;
  let run = 0;
  for (let i = 0; i < samples.length; i += 1) {
    const x = samples[i] ?? 0;
    if (!isCounted(x)) run = 0;
    else run = run > 0 && x === samples[i - 1] ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest;
}

export interface ClippingParameters {
  readonly window: WindowMs;
  /** So many equal samples in a row at the highest or lowest value are a flat top. */
  readonly flatTopSamples: number;
  /**
   * A front end saturates before its converter does, and never in the middle of it: a flat top nearer to the middle of a known
   * range than this share of the way to its end is chance.
   */
  readonly leastShare: number;
}

/** Samples at the ends of the range. Even one of them makes a peak unknown. */
export const clippedSamples: Measure<"epoch", ClippingParameters> = measureOf(
  {
    name: "clipped-samples",
    version: 2,
    takes: "epoch",
    unit: "samples",
    defaults: { window: { fromMs: 10, toMs: 100 }, flatTopSamples: 3, leastShare: 0.5 },
  },
  ({ range, ...epoch }, { window, flatTopSamples, leastShare }) =>
    recorded({ range, ...epoch }, window, (samples) => {
      const { min, max } = extremesOf(samples);
      const atEnds = samples.filter((x) => isAtEnd(x, range)).length;
      const isTop = (x: number): boolean =>
        (x === min || x === max) && (range === null || shareOf(x, range) >= leastShare);
      // A channel that stands still altogether is dead, not clipped.
      const flatTop = min === max ? 0 : longestRun(samples, isTop);
      const details = { flatTopSamples: flatTop };
      return atEnds > 0 || flatTop >= flatTopSamples
        ? rejected(atEnds, ["clipped"], details)
        : measured(atEnds, details);
    }),
);

/** Of the way from the middle of a range to its ends. */
function shareOf(x: number, [low, high]: readonly [number, number]): number {
  return Math.abs(x - (low + high) / 2) / ((high - low) / 2);
}

export interface FlatParameters {
  readonly window: WindowMs;
  readonly maxMs: number;
}

/** Longest stretch without any change: an electrode that came off, an amplifier that repeats itself. */
export const flatStretch: Measure<"epoch", FlatParameters> = measureOf(
  {
    name: "flat-stretch",
    version: 1,
    takes: "epoch",
    unit: "ms",
    defaults: { window: BEFORE_PULSE, maxMs: 10 },
  },
  (epoch, { window, maxMs }) =>
    recorded(epoch, window, (samples) => {
      const value = ((longestRun(samples, () => true) - 1) * 1000) / epoch.rateHz;
      return value > maxMs ? rejected(value, ["flat"]) : measured(value);
    }),
);

export interface MainsParameters {
  readonly window: WindowMs;
  readonly mainsHz: 50 | 60;
  readonly harmonics: number;
  readonly maxRmsUv: number;
  readonly preparation: Preparation;
}

/** Root mean square of mains and harmonics together, by least squares of sines over the window. */
export const mainsHum: Measure<"epoch", MainsParameters> = measureOf(
  {
    name: "mains-rms",
    version: 1,
    takes: "epoch",
    unit: "uV",
    defaults: {
      window: BEFORE_PULSE,
      mainsHz: 50,
      harmonics: 3,
      maxRmsUv: 5,
      preparation: AS_RECORDED,
    },
  },
  (epoch, { window, mainsHz, harmonics, maxRmsUv, preparation }) => {
    if (epoch.unit !== "uV") return impossible("not-microvolts");
    if ((window.toMs - window.fromMs) * mainsHz < 2000) return impossible("epoch-too-short");
    return withWindows(epoch, preparation, { window }, ({ samples, spans, doubts }) => {
      const below = Math.floor(epoch.rateHz / 2 / mainsHz - 1e-9);
      const orders = Array.from({ length: Math.min(harmonics, below) }, (_, i) => i + 1);
      const rows = Array.from(samples.window, (_, i) => {
        const angle = (2 * Math.PI * mainsHz * timeMsOf(epoch, spans.window.from + i)) / 1000;
        return [1, ...orders.flatMap((n) => [Math.sin(n * angle), Math.cos(n * angle)])];
      });
      const fitted = leastSquares(rows, Array.from(samples.window));
      if (fitted === null) return impossible("epoch-too-short");
      const powers = orders.map(
        (_, i) => ((fitted[2 * i + 1] ?? 0) ** 2 + (fitted[2 * i + 2] ?? 0) ** 2) / 2,
      );
      const value = Math.sqrt(powers.reduce((sum, power) => sum + power, 0));
      const details = { rmsOfHarmonicsUv: powers.map(Math.sqrt) };
      return measured(value, details, value > maxRmsUv ? [...doubts, "mains"] : doubts);
    });
  },
);

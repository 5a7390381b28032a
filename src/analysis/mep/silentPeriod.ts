/**
 * The silence in a contracted muscle after a pulse. Laboratories count it from the pulse, from the onset of the response or
 * from the beginning of the silence; the result says which, and holds all instants.
 */
import { type Epoch, spanOf, timeMsOf, type WindowMs } from "../signal/epoch.ts";
import { meanOf, medianOf, sdOf } from "../signal/statistics.ts";
import { latencyDeviation } from "./latency.ts";
import { type Finding, impossible, type Measure, measured, measureOf } from "./measure.ts";
import { AS_RECORDED, type Preparation, rateDoubts, withWindows } from "./prepare.ts";
import { BEFORE_PULSE, RESPONSE_WINDOWS } from "./windows.ts";

export interface SilentPeriodParameters {
  readonly baseline: WindowMs;
  /** Where the onset of the response is looked for. */
  readonly response: WindowMs;
  readonly search: WindowMs;
  readonly countedFrom: "pulse" | "response-onset" | "silence-start";
  /** Rectified activity is averaged over so long, centred. */
  readonly smoothMs: number;
  /** Silence is below this share of the baseline, or so many standard deviations of the smoothed baseline below its mean. */
  readonly criterion:
    | { readonly kind: "share"; readonly share: number }
    | { readonly kind: "deviations"; readonly deviations: number };
  /** Silence shorter than this is a gap between motor units; activity must be back for `returnMs`. */
  readonly silenceMs: number;
  readonly returnMs: number;
  /** Less rectified activity before the pulse is no contraction, uV. */
  readonly minActivityUv: number;
  readonly preparation: Preparation;
}

const DEFAULTS: SilentPeriodParameters = {
  baseline: BEFORE_PULSE,
  response: RESPONSE_WINDOWS.hand,
  search: { fromMs: 20, toMs: 350 },
  countedFrom: "pulse",
  smoothMs: 5,
  criterion: { kind: "share", share: 0.5 },
  silenceMs: 10,
  returnMs: 5,
  minActivityUv: 10,
  preparation: AS_RECORDED,
};

/** Centred mean of the rectified samples; shorter at the ends. */
function envelopeOf(samples: Epoch["samples"], zero: number, width: number): Float64Array {
  const half = Math.floor(width / 2);
  const sums = new Float64Array(samples.length + 1);
  for (let i = 0; i < samples.length; i += 1) {
    sums[i + 1] = (sums[i] ?? 0) + Math.abs((samples[i] ?? 0) - zero);
  }
  return Float64Array.from(samples, (_, i) => {
    const from = Math.max(0, i - half);
    const to = Math.min(samples.length, i + half + 1);
    return ((sums[to] ?? 0) - (sums[from] ?? 0)) / (to - from);
  });
}

/** First index from `from` on at which `count` samples in a row meet the condition; null: none before `to`. */
function firstRun(
  from: number,
  to: number,
  count: number,
  isMet: (index: number) => boolean,
): number | null {
  let run = 0;
  for (let i = from; i < to; i += 1) {
    run = isMet(i) ? run + 1 : 0;
    if (run >= count) return i - count + 1;
  }
  return null;
}

function limitOf(baseline: Float64Array, { criterion }: SilentPeriodParameters): number {
  const mean = meanOf(baseline);
  return criterion.kind === "share"
    ? criterion.share * mean
    : mean - criterion.deviations * sdOf(baseline);
}

function compute(original: Epoch, parameters: SilentPeriodParameters): Finding {
  const { baseline, search, preparation, countedFrom } = parameters;
  return withWindows(
    original,
    preparation,
    { baseline, search },
    ({ epoch, samples, spans, doubts }) => {
      const countOf = (ms: number): number => Math.max(1, Math.round((ms * epoch.rateHz) / 1000));
      const zero = meanOf(samples.baseline);
      const envelope = envelopeOf(epoch.samples, zero, countOf(parameters.smoothMs));
      const before = envelope.subarray(spans.baseline.from, spans.baseline.to);
      const activityUv = meanOf(before);
      if (activityUv < parameters.minActivityUv) {
        return impossible("too-little-contraction", { activityUv });
      }
      const limitUv = limitOf(before, parameters);
      const isSilent = (i: number): boolean => (envelope[i] ?? 0) < limitUv;
      const { from, to } = spans.search;
      const startIndex = firstRun(from, to, countOf(parameters.silenceMs), isSilent);
      if (startIndex === null) return impossible("no-silence", { activityUv, limitUv });
      const endIndex = firstRun(startIndex, to, countOf(parameters.returnMs), (i) => !isSilent(i));
      const silenceStartMs = timeMsOf(epoch, startIndex);
      if (endIndex === null)
        return impossible("no-return", { activityUv, limitUv, silenceStartMs });
      const silenceEndMs = timeMsOf(epoch, endIndex);
      const onsetMs = onsetOf(original, parameters);
      const zeroMs = { pulse: 0, "response-onset": onsetMs, "silence-start": silenceStartMs }[
        countedFrom
      ];
      const details = {
        activityUv,
        limitUv,
        responseOnsetMs: onsetMs,
        silenceStartMs,
        silenceEndMs,
      };
      if (zeroMs === null) return impossible("no-onset", details);
      return measured(silenceEndMs - zeroMs, details, [...doubts, ...rateDoubts(epoch)]);
    },
  );
}

/** Onset of the response among activity: more than three deviations of it. */
function onsetOf(
  epoch: Epoch,
  { baseline, response, preparation }: SilentPeriodParameters,
): number | null {
  if (spanOf(epoch, response) === null) return null;
  return latencyDeviation.run(epoch, { baseline, window: response, preparation }).value;
}

export const silentPeriod: Measure<"epoch", SilentPeriodParameters> = measureOf(
  { name: "silent-period", version: 1, takes: "epoch", unit: "ms", defaults: DEFAULTS },
  (epoch, parameters) =>
    epoch.unit === "uV" ? compute(epoch, parameters) : impossible("not-microvolts"),
);

export interface SilentPeriodMeanParameters {
  readonly minTrials: number;
  /** Fewer are doubtful. */
  readonly recommendedTrials: number;
}

/** Of a normal distribution, two-sided 95 %. */
const Z95 = 1.96;

/** Durations scatter evenly about their mean, as amplitudes do not. */
export const silentPeriodMean: Measure<"block", SilentPeriodMeanParameters> = measureOf(
  {
    name: "silent-period-mean",
    version: 1,
    takes: "block",
    unit: "ms",
    defaults: { minTrials: 3, recommendedTrials: 10 },
  },
  (periodsMs, { minTrials, recommendedTrials }) => {
    const trials = periodsMs.length;
    if (trials < Math.max(minTrials, 2)) return impossible("too-few-trials", { trials });
    const mean = meanOf(periodsMs);
    const sdMs = sdOf(periodsMs);
    const error = (Z95 * sdMs) / Math.sqrt(trials);
    const details = {
      trials,
      sdMs,
      interval95Ms: [mean - error, mean + error],
      medianMs: medianOf(periodsMs),
    };
    return measured(mean, details, trials < recommendedTrials ? ["few-trials"] : []);
  },
);

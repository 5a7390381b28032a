/** Responses in the EEG: the average over trials, and its named peaks. */
import { type Epoch, timeMsOf, type WindowMs } from "../signal/epoch.ts";
import { meanOf } from "../signal/statistics.ts";
import { impossible, type Measure, measured, measureOf, type Reason } from "./measure.ts";
import { type Preparation, prepare, withWindows } from "./prepare.ts";

/**
 * Where the peaks after a pulse over the motor cortex are looked for. The names are polarity and customary latency, and the windows
 * lie around them: a convention of the field (Hernandez-Pavon 2023), not a standard.
 */
export const TEP_PEAKS: Readonly<
  Record<"N15" | "P30" | "N45" | "P60" | "N100" | "P180", WindowMs & { readonly sign: 1 | -1 }>
> = {
  N15: { fromMs: 10, toMs: 20, sign: -1 },
  P30: { fromMs: 20, toMs: 40, sign: 1 },
  N45: { fromMs: 40, toMs: 55, sign: -1 },
  P60: { fromMs: 55, toMs: 75, sign: 1 },
  N100: { fromMs: 85, toMs: 140, sign: -1 },
  P180: { fromMs: 150, toMs: 250, sign: 1 },
};

/** Of each trial, before the average: the pulse's artefact is cut out, and the baseline taken off. */
export const TEP_PREPARATION: Preparation = {
  blank: { fromMs: -2, toMs: 10 },
  filters: [],
  baseline: { fromMs: -500, toMs: -10 },
};

export type Averaged =
  | { readonly ok: true; readonly epoch: Epoch }
  | { readonly ok: false; readonly why: Reason };

/** Sample by sample; the epochs must fit onto each other. */
export function averageOf(epochs: readonly Epoch[], preparation: Preparation): Averaged {
  const [first] = epochs;
  if (first === undefined) return { ok: false, why: "too-few-trials" };
  const sum = new Float64Array(first.samples.length);
  for (const epoch of epochs) {
    const fits =
      epoch.rateHz === first.rateHz &&
      epoch.pulseIndex === first.pulseIndex &&
      epoch.unit === first.unit &&
      epoch.samples.length === first.samples.length;
    if (!fits) return { ok: false, why: "rates-differ" };
    const prepared = prepare(epoch, preparation);
    if (!prepared.ok) return prepared;
    const { samples } = prepared.value.epoch;
    for (let i = 0; i < sum.length; i += 1) sum[i] = (sum[i] ?? 0) + (samples[i] ?? 0);
  }
  return { ok: true, epoch: { ...first, samples: sum.map((x) => x / epochs.length) } };
}

export interface TepPeakParameters {
  readonly peak: keyof typeof TEP_PEAKS;
  readonly window: WindowMs;
  readonly sign: 1 | -1;
  readonly minTrials: number;
  readonly recommendedTrials: number;
  readonly preparation: Preparation;
}

/** Amplitude at the largest turning point of the peak's sign inside its window; the latency is in the details. */
export const tepPeak: Measure<"epochs", TepPeakParameters> = measureOf(
  {
    name: "tep-peak",
    version: 1,
    takes: "epochs",
    unit: "uV",
    defaults: {
      ...parametersOfPeak("N100"),
      minTrials: 20,
      recommendedTrials: 100,
      preparation: TEP_PREPARATION,
    },
  },
  (epochs, { window, sign, minTrials, recommendedTrials, preparation }) => {
    const trials = epochs.length;
    if (trials < minTrials) return impossible("too-few-trials", { trials });
    const averaged = averageOf(epochs, preparation);
    if (!averaged.ok) return impossible(averaged.why, { trials });
    const { epoch } = averaged;
    if (epoch.unit !== "uV") return impossible("not-microvolts", { trials });
    const untouched = { blank: null, filters: [], baseline: null };
    return withWindows(epoch, untouched, { window }, ({ spans }) => {
      const { from, to } = spans.window;
      const at = (i: number): number => sign * (epoch.samples[i] ?? Number.NEGATIVE_INFINITY);
      let best: number | null = null;
      for (let i = Math.max(from, 1); i < to; i += 1) {
        const isTurning = at(i) > at(i - 1) && at(i) >= at(i + 1);
        if (isTurning && (best === null || at(i) > at(best))) best = i;
      }
      if (best === null) return impossible("no-peak", { trials });
      const details = { trials, latencyMs: timeMsOf(epoch, best) };
      return measured(sign * at(best), details, trials < recommendedTrials ? ["few-trials"] : []);
    });
  },
);

/** The parameters that make `tepPeak` look for one of the named peaks. */
export function parametersOfPeak(
  peak: keyof typeof TEP_PEAKS,
): Pick<TepPeakParameters, "peak" | "window" | "sign"> {
  const { fromMs, toMs, sign } = TEP_PEAKS[peak];
  return { peak, window: { fromMs, toMs }, sign };
}

/** Global mean field power: the standard deviation over channels, sample by sample. */
export function globalMeanFieldPower(channels: readonly Epoch["samples"][]): Float64Array {
  const length = channels[0]?.length ?? 0;
  return Float64Array.from({ length }, (_, i) => {
    const values = channels.map((channel) => channel[i] ?? 0);
    const mean = meanOf(values);
    return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
  });
}

/** The somatosensory evoked potential in the average over the stimuli of a nerve: when they came, and the N20. */
import { type Epoch, timeMsOf, type WindowMs } from "../signal/epoch.ts";
import { extremesOf, meanOf, rmsOf } from "../signal/statistics.ts";
import { impossible, type Measure, measured, measureOf } from "./measure.ts";
import { AS_RECORDED, withWindows } from "./prepare.ts";

const BASELINE: WindowMs = { fromMs: -20, toMs: -2 };

export interface ArtefactParameters {
  readonly baseline: WindowMs;
  /** From the instant that a host knows: wire and box take their time, and so does the way of the samples. */
  readonly search: WindowMs;
  /** So many standard deviations of the baseline make an artefact. */
  readonly leastDeviations: number;
}

/**
 * When the stimulus came, after the instant of the epoch. It marks the stream itself: what lies between a host's write and the
 * skin is then no part of a latency.
 */
export const stimulusArtefact: Measure<"epoch", ArtefactParameters> = measureOf(
  {
    name: "stimulus-artefact",
    version: 1,
    takes: "epoch",
    unit: "ms",
    defaults: { baseline: BASELINE, search: { fromMs: -1, toMs: 8 }, leastDeviations: 10 },
  },
  (epoch, { baseline, leastDeviations, search }) =>
    withWindows(epoch, AS_RECORDED, { baseline, search }, ({ samples, spans, doubts }) => {
      const zero = meanOf(samples.baseline);
      const sd = rmsOf(samples.baseline);
      const above = samples.search.map((x) => Math.abs(x - zero));
      const highest = extremesOf(above).max;
      const details = { highest, baselineSd: sd };
      if (!(highest > leastDeviations * sd)) return impossible("too-small", details);
      // Noise before it is less than a quarter of it.
      const onset = above.findIndex((x) => x >= highest / 4);
      return measured(timeMsOf(epoch, spans.search.from + onset), details, doubts);
    }),
);

export interface N20Parameters {
  readonly baseline: WindowMs;
  /** When the stimulus came, after the instant of the epoch. */
  readonly stimulusMs: number;
  /** From the stimulus: where an N20 of a grown person lies. */
  readonly search: WindowMs;
  /** A trough below so many standard deviations of the baseline is one. */
  readonly leastDeviations: number;
}

/** Lowest turning point in the search window, from the stimulus. */
export const sepN20: Measure<"epoch", N20Parameters> = measureOf(
  {
    name: "sep-n20",
    version: 1,
    takes: "epoch",
    unit: "ms",
    defaults: {
      baseline: BASELINE,
      stimulusMs: 0,
      search: { fromMs: 17, toMs: 26 },
      leastDeviations: 4,
    },
  },
  (epoch, { baseline, leastDeviations, search: from, stimulusMs }) => {
    if (epoch.unit !== "uV") return impossible("not-microvolts");
    const search = { fromMs: from.fromMs + stimulusMs, toMs: from.toMs + stimulusMs };
    return withWindows(epoch, AS_RECORDED, { baseline, search }, ({ samples, spans, doubts }) => {
      const baselineSdUv = rmsOf(samples.baseline);
      const at = lowestTurn(epoch.samples, spans.search.from, spans.search.to);
      if (at === null) return impossible("no-peak", { baselineSdUv });
      const amplitudeUv = (epoch.samples[at] ?? 0) - meanOf(samples.baseline);
      const details = { baselineSdUv, amplitudeUv };
      if (-amplitudeUv < leastDeviations * baselineSdUv) return impossible("too-small", details);
      return measured(timeMsOf(epoch, at) - stimulusMs, details, doubts);
    });
  },
);

/** The end of a window is no trough. */
function lowestTurn(samples: Epoch["samples"], from: number, to: number): number | null {
  const value = (i: number): number => samples[i] ?? Number.POSITIVE_INFINITY;
  let best: number | null = null;
  for (let i = Math.max(from, 1); i < to; i += 1) {
    const isTurning = value(i) < value(i - 1) && value(i) <= value(i + 1);
    if (isTurning && (best === null || value(i) < value(best))) best = i;
  }
  return best;
}

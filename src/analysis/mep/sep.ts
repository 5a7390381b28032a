/** N20 of the somatosensory evoked potential, in the average over the stimuli of a nerve. */
import { type Epoch, spanOf, timeMsOf, type WindowMs } from "../signal/epoch.ts";
import { extremesOf, meanOf, rmsOf } from "../signal/statistics.ts";
import { impossible, type Measure, measured, measureOf } from "./measure.ts";
import { AS_RECORDED, withWindows } from "./prepare.ts";

export interface N20Parameters {
  readonly baseline: WindowMs;
  /** Where the artefact of the stimulus is looked for: after the instant that a host knows, by what wire and box take. */
  readonly artefact: WindowMs;
  /** So many standard deviations of the baseline make an artefact, or a trough. */
  readonly artefactDeviations: number;
  readonly leastDeviations: number;
  /** From the stimulus: where an N20 of a grown person lies. */
  readonly search: WindowMs;
}

const DEFAULTS: N20Parameters = {
  baseline: { fromMs: -20, toMs: -2 },
  artefact: { fromMs: -1, toMs: 8 },
  artefactDeviations: 8,
  leastDeviations: 4,
  search: { fromMs: 17, toMs: 26 },
};

/**
 * Lowest turning point in the search window. The stimulus marks the stream itself, by its artefact: what lies between a host's
 * write and the skin is then no part of the latency. Without an artefact the instant of the epoch counts.
 */
export const sepN20: Measure<"epoch", N20Parameters> = measureOf(
  { name: "sep-n20", version: 1, takes: "epoch", unit: "ms", defaults: DEFAULTS },
  (epoch, { baseline, artefact, artefactDeviations, leastDeviations, search }) => {
    if (epoch.unit !== "uV") return impossible("not-microvolts");
    return withWindows(epoch, AS_RECORDED, { baseline, artefact }, ({ samples, spans, doubts }) => {
      const zero = meanOf(samples.baseline);
      const sdUv = rmsOf(samples.baseline);
      const above = samples.artefact.map((x) => Math.abs(x - zero));
      const onset = onsetOf(above, artefactDeviations * sdUv);
      const stimulusMs = onset === null ? 0 : timeMsOf(epoch, spans.artefact.from + onset);
      const late = { fromMs: search.fromMs + stimulusMs, toMs: search.toMs + stimulusMs };
      const alignedBy = onset === null ? "host" : "artefact";
      const details = { baselineSdUv: sdUv, alignedBy, stimulusMs };
      const span = spanOf(epoch, late);
      if (span === null) return impossible("window-outside-epoch", details);
      const at = lowestTurn(epoch.samples, span.from, span.to);
      if (at === null) return impossible("no-peak", details);
      const amplitudeUv = (epoch.samples[at] ?? 0) - zero;
      const all = { ...details, amplitudeUv };
      if (-amplitudeUv < leastDeviations * sdUv) return impossible("too-small", all);
      return measured(timeMsOf(epoch, at) - stimulusMs, all, doubts);
    });
  },
);

/** Where the artefact begins: it must stand out, and what stands out of it less than a quarter is not it. */
function onsetOf(above: Epoch["samples"], leastUv: number): number | null {
  const highest = extremesOf(above).max;
  if (highest < leastUv) return null;
  const least = Math.max(leastUv, highest / 4);
  return above.findIndex((x) => x >= least);
}

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

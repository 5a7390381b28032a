/**
 * The phase of a rhythm now and a little later, from what has come until now alone (after Zrenner 2018, Chen 2013): the last
 * stretch is filtered forwards and backwards, its spoilt end is cut off, and the rest is carried on by an autoregressive model
 * past the instant that is asked for, so that the end of the stretch lies away from it.
 */
import { applyFilters, type FilterSpec } from "../signal/filter.ts";
import { analyticIn } from "./analytic.ts";
import { continued, yuleWalker } from "./autoregression.ts";
import { groupMeans } from "./thin.ts";

export interface PhaseSettings {
  readonly bandHz: readonly [number, number];
  /** Length of the stretch that the phase is estimated from. */
  readonly windowMs: number;
  /** Cut off at the end after filtering; the model takes its place. */
  readonly edgeMs: number;
  /** Order of a filter, one way. */
  readonly filterOrder: number;
  /** Past of the model. */
  readonly modelMs: number;
  /** Predicted behind the last instant that may be asked for. */
  readonly tailMs: number;
  /** About so many samples a second are worked with. */
  readonly workHz: number;
}

export const PHASE_SETTINGS: PhaseSettings = {
  bandHz: [8, 13],
  windowMs: 1000,
  edgeMs: 64,
  filterOrder: 2,
  modelMs: 120,
  tailMs: 128,
  workHz: 250,
};

export interface PhaseEstimate {
  /** Of the rhythm, so long after the end of the stretch; 0 at its positive peaks. Null outside what was asked for. */
  phaseRadAt(afterMs: number): number | null;
  /** Half of its swing where the prediction begins, as the filter leaves it, in the unit of the samples. */
  readonly amplitude: number;
}

export type PhaseResult =
  | { readonly ok: true; readonly estimate: PhaseEstimate }
  | { readonly ok: false; readonly why: "too-short" | "filter-impossible" | "flat" };

/** `samples` end at the instant that `afterMs` counts from; only their last `windowMs` are used. */
export function estimatePhase(
  samples: ArrayLike<number>,
  rateHz: number,
  untilMs: number,
  settings: PhaseSettings = PHASE_SETTINGS,
): PhaseResult {
  const thin = thinned(samples, rateHz, settings);
  if (thin === null) return { ok: false, why: "too-short" };
  const { values, stepMs, lastMs } = thin;
  const workHz = 1000 / stepMs;
  const filtered = applyFilters(withoutMean(values), bandFilters(settings), workHz);
  if (!filtered.ok) {
    const why = filtered.why === "epoch-too-short" ? "too-short" : filtered.why;
    return { ok: false, why };
  }
  const edge = Math.round(settings.edgeMs / stepMs);
  const kept = filtered.samples.slice(edge, filtered.samples.length - edge);
  const weights = yuleWalker(kept, Math.round(settings.modelMs / stepMs));
  if (weights === null) return { ok: false, why: kept.length > 0 ? "flat" : "too-short" };
  const more = edge + Math.ceil((untilMs - lastMs + settings.tailMs) / stepMs);
  const { re, im } = analyticIn(continued(kept, weights, more), workHz, WIDE);
  const last = kept.length - 1 + edge;
  return {
    ok: true,
    estimate: {
      amplitude: Math.hypot(re[kept.length - 1] ?? 0, im[kept.length - 1] ?? 0),
      phaseRadAt: (afterMs) => {
        const at = last + (afterMs - lastMs) / stepMs;
        const i = Math.floor(at);
        if (afterMs > untilMs || i < 0 || i + 1 >= re.length) return null;
        const part = at - i;
        const mix = (values: Float64Array): number =>
          (values[i] ?? 0) * (1 - part) + (values[i + 1] ?? 0) * part;
        return Math.atan2(mix(im), mix(re));
      },
    },
  };
}

/** Lines that may hold anything of a rhythm after its band-pass filter. */
export const WIDE: readonly [number, number] = [2, 40];

export function bandFilters({ bandHz, filterOrder: order }: PhaseSettings): readonly FilterSpec[] {
  return [
    { kind: "highpass", cutoffHz: bandHz[0], order, phase: "zero" },
    { kind: "lowpass", cutoffHz: bandHz[1], order, phase: "zero" },
  ];
}

interface Thinned {
  readonly values: Float64Array;
  readonly stepMs: number;
  /** Where the last value lies, from the end of the samples: the middle of what it is the mean of. */
  readonly lastMs: number;
}

function thinned(
  samples: ArrayLike<number>,
  rateHz: number,
  { windowMs, workHz }: PhaseSettings,
): Thinned | null {
  const every = Math.max(1, Math.round(rateHz / workHz));
  const stepMs = (1000 * every) / rateHz;
  const values = groupMeans(samples, every, Math.floor(windowMs / stepMs));
  if (values === null) return null;
  return { values, stepMs, lastMs: (-((every - 1) / 2) * 1000) / rateHz };
}

function withoutMean(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

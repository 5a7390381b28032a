/** What is done to an epoch before anything is read from it, in this order: blanking, filters, baseline. */
import { type Epoch, type Span, spanOf, type WindowMs } from "../signal/epoch.ts";
import { applyFilters, type FilterSpec } from "../signal/filter.ts";
import { meanOf } from "../signal/statistics.ts";
import { type Finding, impossible, type Reason } from "./measure.ts";

export interface Preparation {
  /** Replaced by a straight line between its ends, so that filters do not smear the artefact; null: nothing. */
  readonly blank: WindowMs | null;
  readonly filters: readonly FilterSpec[];
  /** Its mean is taken off; null: nothing is. */
  readonly baseline: WindowMs | null;
}

export const AS_RECORDED: Preparation = { blank: null, filters: [], baseline: null };

export interface Prepared {
  readonly epoch: Epoch;
  readonly blank: Span | null;
}

export type PreparedResult =
  | { readonly ok: true; readonly value: Prepared }
  | { readonly ok: false; readonly why: Reason };

export function prepare(epoch: Epoch, { blank, filters, baseline }: Preparation): PreparedResult {
  const blankSpan = blank === null ? null : spanOf(epoch, blank);
  if (blank !== null && blankSpan === null) return { ok: false, why: "window-outside-epoch" };
  const blanked = blankSpan === null ? epoch.samples : bridged(epoch.samples, blankSpan);
  const filtered = applyFilters(blanked, filters, epoch.rateHz);
  if (!filtered.ok) return filtered;
  const { samples } = filtered;
  if (baseline !== null) {
    const span = spanOf(epoch, baseline);
    if (span === null) return { ok: false, why: "window-outside-epoch" };
    const mean = meanOf(samples.subarray(span.from, span.to));
    for (let i = 0; i < samples.length; i += 1) samples[i] = (samples[i] ?? 0) - mean;
  }
  return { ok: true, value: { epoch: { ...epoch, samples }, blank: blankSpan } };
}

/** From the last sample before to the first one after; at an end of the epoch level. */
function bridged(samples: Epoch["samples"], { from, to }: Span): Float64Array {
  const copy = Float64Array.from(samples);
  const after = copy[to] ?? copy[from - 1] ?? 0;
  const before = copy[from - 1] ?? after;
  for (let i = from; i < to; i += 1) {
    copy[i] = before + ((after - before) * (i - from + 1)) / (to - from + 1);
  }
  return copy;
}

/** The prepared epoch, the samples of each window, and the doubts that belong to them. */
export interface Windowed<Names extends string> {
  readonly epoch: Epoch;
  readonly samples: Readonly<Record<Names, Epoch["samples"]>>;
  readonly spans: Readonly<Record<Names, Span>>;
  readonly doubts: readonly Reason[];
}

/** Prepares, cuts the windows, and computes; impossible where a window is not there. */
export function withWindows<Names extends string>(
  original: Epoch,
  preparation: Preparation,
  windows: Readonly<Record<Names, WindowMs>>,
  compute: (windowed: Windowed<Names>) => Finding,
): Finding {
  const prepared = prepare(original, preparation);
  if (!prepared.ok) return impossible(prepared.why);
  const { epoch, blank } = prepared.value;
  const names = Object.keys(windows) as Names[];
  const samples: Partial<Record<Names, Epoch["samples"]>> = {};
  const spans: Partial<Record<Names, Span>> = {};
  let clipped = false;
  for (const name of names) {
    const span = spanOf(epoch, windows[name]);
    if (span === null) return impossible("window-outside-epoch", { window: name });
    if (blank !== null && blank.from < span.to && span.from < blank.to) {
      return impossible("window-in-blank", { window: name });
    }
    spans[name] = span;
    samples[name] = epoch.samples.subarray(span.from, span.to);
    // Asked of the samples as recorded: a filter hides it.
    clipped ||= isClipped(original, span);
  }
  return compute({
    epoch,
    samples: samples as Record<Names, Epoch["samples"]>,
    spans: spans as Record<Names, Span>,
    doubts: clipped ? ["clipped"] : [],
  });
}

export function isClipped({ samples, range }: Epoch, { from, to }: Span): boolean {
  return samples.subarray(from, to).some((x) => isAtEnd(x, range));
}

/** Of the range: a sample is kept in single precision, and its end is computed in double. */
const END_SHARE = 1e-5;

/** Is this sample as high or as low as the amplifier goes? */
export function isAtEnd(x: number, range: Epoch["range"]): boolean {
  if (range === null) return false;
  const [low, high] = range;
  const near = (high - low) * END_SHARE;
  return x <= low + near || x >= high - near;
}

/** Slower than this and the peaks of a muscle response fall between samples. */
const MEP_RATE_HZ = 2000;

export function rateDoubts({ rateHz }: Epoch): readonly Reason[] {
  return rateHz < MEP_RATE_HZ ? ["low-rate"] : [];
}

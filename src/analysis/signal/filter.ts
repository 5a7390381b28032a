/**
 * Butterworth filters and notches as chains of second-order sections, run once (causal: what lies before an instant
 * is all that shapes it, and everything comes later) or forwards and backwards (zero phase: nothing moves, and an
 * artefact reaches back before the pulse: blank it first).
 */
export type FilterSpec =
  | {
      readonly kind: "highpass" | "lowpass";
      readonly cutoffHz: number;
      /** Of one pass; zero phase doubles it, and the loss at the cutoff to 6 dB. */
      readonly order: number;
      readonly phase: "causal" | "zero";
    }
  | {
      readonly kind: "notch";
      readonly cutoffHz: number;
      /** Centre over width at -3 dB. */
      readonly quality: number;
      readonly phase: "causal" | "zero";
    };

/** y = b0 x + z1; a0 is 1. */
interface Section {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

/** Second order by the bilinear transform, the cutoff kept in place; `damping` is 1 / Q. */
function secondOrder(kind: "highpass" | "lowpass", warped: number, damping: number): Section {
  const k2 = warped * warped;
  const a0 = 1 + damping * warped + k2;
  const a1 = (2 * (k2 - 1)) / a0;
  const a2 = (1 - damping * warped + k2) / a0;
  return kind === "lowpass"
    ? { b0: k2 / a0, b1: (2 * k2) / a0, b2: k2 / a0, a1, a2 }
    : { b0: 1 / a0, b1: -2 / a0, b2: 1 / a0, a1, a2 };
}

function firstOrder(kind: "highpass" | "lowpass", warped: number): Section {
  const a0 = 1 + warped;
  const a1 = (warped - 1) / a0;
  return kind === "lowpass"
    ? { b0: warped / a0, b1: warped / a0, b2: 0, a1, a2: 0 }
    : { b0: 1 / a0, b1: -1 / a0, b2: 0, a1, a2: 0 };
}

function notch(cutoffHz: number, quality: number, rateHz: number): Section {
  const centre = (2 * Math.PI * cutoffHz) / rateHz;
  const gain = 1 / (1 + Math.tan(centre / quality / 2));
  const middle = -2 * gain * Math.cos(centre);
  return { b0: gain, b1: middle, b2: gain, a1: middle, a2: 2 * gain - 1 };
}

/** Null when the cutoff is not below half of the rate, or the order is not a whole number from 1 to 12. */
function sectionsOf(spec: FilterSpec, rateHz: number): readonly Section[] | null {
  const { cutoffHz } = spec;
  if (!(cutoffHz > 0 && cutoffHz < rateHz / 2)) return null;
  if (spec.kind === "notch")
    return spec.quality > 0 ? [notch(cutoffHz, spec.quality, rateHz)] : null;
  const { kind, order } = spec;
  if (!Number.isInteger(order) || order < 1 || order > 12) return null;
  const warped = Math.tan((Math.PI * cutoffHz) / rateHz);
  const pairs = Array.from({ length: Math.floor(order / 2) }, (_, i) =>
    // The poles of a Butterworth filter stand evenly on a half circle.
    secondOrder(kind, warped, 2 * Math.sin((Math.PI * (2 * i + 1)) / (2 * order))),
  );
  return order % 2 === 0 ? pairs : [firstOrder(kind, warped), ...pairs];
}

/** Runs the chain over `samples` in place, starting as if the first sample had stood there for ever. */
function runSections(sections: readonly Section[], samples: Float64Array): void {
  let standing = samples[0] ?? 0;
  for (const { b0, b1, b2, a1, a2 } of sections) {
    const settled = (standing * (b0 + b1 + b2)) / (1 + a1 + a2);
    let z1 = settled - b0 * standing;
    let z2 = b2 * standing - a2 * settled;
    for (let i = 0; i < samples.length; i += 1) {
      const x = samples[i] ?? 0;
      const y = b0 * x + z1;
      z1 = b1 * x - a1 * y + z2;
      z2 = b2 * x - a2 * y;
      samples[i] = y;
    }
    standing = settled;
  }
}

/** Samples that the ends are lengthened by, three times the length of the filter, turned about the end points. */
function padOf(sections: readonly Section[]): number {
  const firstOrders = sections.filter(({ b2, a2 }) => b2 === 0 && a2 === 0).length;
  return 3 * (2 * sections.length + 1 - firstOrders);
}

function zeroPhase(sections: readonly Section[], samples: Float64Array): Float64Array | null {
  const pad = padOf(sections);
  const { length } = samples;
  if (length <= pad) return null;
  const long = new Float64Array(length + 2 * pad);
  const first = samples[0] ?? 0;
  const last = samples[length - 1] ?? 0;
  long.set(samples, pad);
  for (let i = 1; i <= pad; i += 1) {
    long[pad - i] = 2 * first - (samples[i] ?? 0);
    long[pad + length - 1 + i] = 2 * last - (samples[length - 1 - i] ?? 0);
  }
  runSections(sections, long);
  long.reverse();
  runSections(sections, long);
  long.reverse();
  return long.slice(pad, pad + length);
}

export type Filtered =
  | { readonly ok: true; readonly samples: Float64Array }
  | { readonly ok: false; readonly why: "filter-impossible" | "epoch-too-short" };

/** The samples after each filter in turn; the input stays as it is. */
export function applyFilters(
  samples: ArrayLike<number>,
  specs: readonly FilterSpec[],
  rateHz: number,
): Filtered {
  let current: Float64Array = Float64Array.from(samples);
  for (const spec of specs) {
    const sections = sectionsOf(spec, rateHz);
    if (sections === null) return { ok: false, why: "filter-impossible" };
    if (spec.phase === "causal") {
      runSections(sections, current);
      continue;
    }
    const filtered = zeroPhase(sections, current);
    if (filtered === null) return { ok: false, why: "epoch-too-short" };
    current = filtered;
  }
  return { ok: true, samples: current };
}

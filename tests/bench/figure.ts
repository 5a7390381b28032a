/** One measured number beside its floor: a line of `npm run bench -- --json`. */
export interface Figure {
  readonly name: string;
  /** Null when it could not be measured here; the notes say why. */
  readonly value: number | null;
  readonly unit: string;
  /** The same quantity of the bare thing, measured in the same run under the same load. */
  readonly floor: number | null;
  /** `value / floor`. */
  readonly ratio: number | null;
  /** What was promised, in words; null where a number is only shown. */
  readonly bound: string | null;
  readonly ok: boolean;
}

/** What one benchmark hands back. */
export interface Section {
  readonly title: string;
  readonly figures: readonly Figure[];
  readonly samples: readonly Sample[];
  readonly notes: readonly string[];
}

/** A distribution as it is shown. */
export interface Sample {
  readonly label: string;
  readonly unit: string;
  readonly values: readonly number[];
}

/** What may be promised of a figure. */
export type Bound =
  | { readonly kind: "ratio at most"; readonly limit: number }
  | { readonly kind: "ratio at least"; readonly limit: number }
  | { readonly kind: "value at most"; readonly limit: number; readonly words: string }
  | { readonly kind: "none" };

export function figure(
  name: string,
  unit: string,
  value: number,
  floor: number | null,
  bound: Bound,
): Figure {
  const ratio = floor === null || floor === 0 ? null : value / floor;
  return { name, value, unit, floor, ratio, ...judge(bound, value, ratio) };
}

function judge(
  bound: Bound,
  value: number,
  ratio: number | null,
): { readonly bound: string | null; readonly ok: boolean } {
  switch (bound.kind) {
    case "ratio at most":
      return {
        bound: `ratio at most ${bound.limit}`,
        ok: ratio !== null && ratio <= bound.limit,
      };
    case "ratio at least":
      return {
        bound: `ratio at least ${bound.limit}`,
        ok: ratio !== null && ratio >= bound.limit,
      };
    case "value at most":
      return { bound: bound.words, ok: value <= bound.limit };
    case "none":
      return { bound: null, ok: true };
  }
}

/** A figure that this machine cannot measure: missing, and not counted as missed. */
export function skipped(name: string, unit: string, bound: string): Figure {
  return { name, value: null, unit, floor: null, ratio: null, bound, ok: true };
}

/** The smallest value that at least `share` of all values do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1));
  return sorted[place] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** A stretch of one channel around a pulse, without a gap, and how instants become samples. */

export interface Epoch {
  readonly samples: Float32Array | Float64Array;
  readonly rateHz: number;
  /** Sample at which the pulse was; between two samples where the instant is known that well. */
  readonly pulseIndex: number;
  readonly unit: "uV" | "count";
  /** Ends of the amplifier's range, in `unit`: what reaches them is clipped. Null: not known. */
  readonly range: readonly [number, number] | null;
}

/** Milliseconds after the pulse. */
export interface WindowMs {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Samples `from` to `to`, `to` not included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Rounding of an instant must not cost the sample that lies right on it. */
const ON_SAMPLE = 1e-6;

export function timeMsOf(epoch: Pick<Epoch, "rateHz" | "pulseIndex">, index: number): number {
  return ((index - epoch.pulseIndex) * 1000) / epoch.rateHz;
}

/** The samples inside a window, ends included; null when the epoch does not hold all of it. */
export function spanOf(epoch: Epoch, { fromMs, toMs }: WindowMs): Span | null {
  const from = Math.ceil(epoch.pulseIndex + (fromMs * epoch.rateHz) / 1000 - ON_SAMPLE);
  const to = Math.floor(epoch.pulseIndex + (toMs * epoch.rateHz) / 1000 + ON_SAMPLE) + 1;
  return from < 0 || to > epoch.samples.length || to <= from ? null : { from, to };
}

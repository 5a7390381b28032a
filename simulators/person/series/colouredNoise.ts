/**
 * Noise whose power falls with frequency: white noise through first-order filters side by side, a geometric row of corners with gains
 * that fall as the wanted slope. The same word of chance is the white part and drives the filters.
 */
import { type DrawKey, normalAt } from "../draws.ts";
import type { Place } from "./timeline.ts";

export interface NoiseColour {
  readonly polesHz: readonly number[];
  /** Power falls as 1/f^slope between the first pole and the last. */
  readonly slope: number;
  /** RMS of the coloured part and of the white part. */
  readonly colouredUv: number;
  readonly whiteUv: number;
}

export interface ColouredNoise {
  /** Overwrites the samples. */
  write(out: Float64Array, place: Place): void;
}

/** Filters are run so many time constants of the slowest one before the first sample. */
const SETTLED = 6;
/** Of the rate: no corner lies higher. */
const HIGHEST_CORNER = 0.4;

interface Filters {
  readonly keep: Float64Array;
  readonly gain: Float64Array;
  readonly settleSamples: number;
}

function filtersFor({ polesHz, slope, colouredUv }: NoiseColour, stepMs: number): Filters {
  const rateHz = 1000 / stepMs;
  const corners = polesHz.map((hz) => Math.min(hz, HIGHEST_CORNER * rateHz));
  const keep = corners.map((hz) => Math.exp((-2 * Math.PI * hz) / rateHz));
  const raw = corners.map((hz, i) => hz ** (-slope / 2) * (1 - (keep[i] ?? 0)));
  let power = 0;
  raw.forEach((a, i) => {
    raw.forEach((b, j) => {
      power += (a * b) / (1 - (keep[i] ?? 0) * (keep[j] ?? 0));
    });
  });
  const scale = colouredUv / Math.sqrt(power);
  const slowestHz = Math.min(...corners);
  return {
    keep: Float64Array.from(keep),
    gain: Float64Array.from(raw, (gain) => gain * scale),
    settleSamples: Math.ceil((SETTLED * rateHz) / (2 * Math.PI * slowestHz)),
  };
}

export function createColouredNoise(key: DrawKey, colour: NoiseColour): ColouredNoise {
  const count = colour.polesHz.length;
  const levels = new Float64Array(count);
  let filters: Filters | null = null;

  const pass = ({ keep, gain }: Filters, from: number, to: number, out: Float64Array | null) => {
    const { whiteUv } = colour;
    for (let index = from; index < to; index += 1) {
      const draw = normalAt(key, index);
      let sum = whiteUv * draw;
      for (let p = 0; p < count; p += 1) {
        const level = (keep[p] ?? 0) * (levels[p] ?? 0) + (gain[p] ?? 0) * draw;
        levels[p] = level;
        sum += level;
      }
      if (out !== null) out[index - from] = sum;
    }
  };

  return {
    write(out, { index, count: samples, stepMs, skipped }) {
      if (skipped === null || filters === null) {
        filters = filtersFor(colour, stepMs);
        levels.fill(0);
        pass(filters, index - filters.settleSamples, index, null);
      } else if (skipped > 0) {
        pass(filters, index - skipped, index, null);
      }
      pass(filters, index, index + samples, out);
    },
  };
}

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
  const levels = new Float64Array(colour.polesHz.length);
  let filters: Filters | null = null;

  /** Runs the filters over a stretch. One filter after the other: its level then stays in a register. */
  const pass = ({ keep, gain }: Filters, from: number, out: Float64Array): void => {
    const draws = new Float64Array(out.length);
    for (let i = 0; i < out.length; i += 1) {
      const draw = normalAt(key, from + i);
      draws[i] = draw;
      out[i] = colour.whiteUv * draw;
    }
    for (let p = 0; p < levels.length; p += 1) {
      const [kept, driven] = [keep[p] ?? 0, gain[p] ?? 0];
      let level = levels[p] ?? 0;
      for (let i = 0; i < out.length; i += 1) {
        level = kept * level + driven * (draws[i] ?? 0);
        out[i] = (out[i] ?? 0) + level;
      }
      levels[p] = level;
    }
  };

  return {
    write(out, { index, stepMs, skipped }) {
      if (skipped === null || filters === null) {
        filters = filtersFor(colour, stepMs);
        levels.fill(0);
        pass(filters, index - filters.settleSamples, new Float64Array(filters.settleSamples));
      } else if (skipped > 0) {
        pass(filters, index - skipped, new Float64Array(skipped));
      }
      pass(filters, index, out);
    },
  };
}

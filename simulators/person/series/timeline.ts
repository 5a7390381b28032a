/**
 * The samples of a channel in a row. Instants are computed from the first one that was asked for, and draws hang on the number of the
 * sample: the blocks in which it is asked for do not matter.
 */

/** A block on the channel's own count: sample `i` of it is at `originMs + (index + i) * stepMs`. */
export interface Place {
  readonly index: number;
  readonly count: number;
  readonly originMs: number;
  readonly stepMs: number;
  /** Samples that were never asked for since the last block; null: the count begins anew. */
  readonly skipped: number | null;
}

export function timeMsAt({ originMs, index, stepMs }: Place, i: number): number {
  return originMs + (index + i) * stepMs;
}

/** A caller's rounding; more is a clock that slipped. */
const ROUNDING_STEPS = 1e-3;
/** A clock whose pace changes by less is the same one; more is another rate. */
const CHANGED_PACE = 0.02;
/** A longer hole is not walked through. */
const LONGEST_HOLE_MS = 30_000;

export interface Timeline {
  place(firstMs: number, stepMs: number, count: number): Place;
  /** First instant that was not asked for yet; null before the first block. */
  nextMs(): number | null;
}

export function createTimeline(): Timeline {
  let stepMs = 0;
  let originMs = 0;
  let next: number | null = null;

  const anew = (firstMs: number, step: number): null => {
    stepMs = step;
    next = Math.round(firstMs / step);
    originMs = firstMs - next * step;
    return null;
  };

  /** Moves count and origin to where the block begins. */
  const reach = (firstMs: number, step: number): number | null => {
    if (next === null || !(Math.abs(step - stepMs) <= CHANGED_PACE * stepMs)) {
      return anew(firstMs, step);
    }
    if (step !== stepMs) {
      // The samples so far stay where they were.
      originMs += next * (stepMs - step);
      stepMs = step;
    }
    const offSteps = (firstMs - (originMs + next * stepMs)) / stepMs;
    if (Math.abs(offSteps) <= ROUNDING_STEPS) return 0;
    const isNear = offSteps > -2 && offSteps * stepMs <= LONGEST_HOLE_MS;
    if (!isNear) return anew(firstMs, step);
    const skipped = Math.max(0, Math.round(offSteps));
    next += skipped;
    if (Math.abs(offSteps - skipped) > ROUNDING_STEPS) originMs = firstMs - next * stepMs;
    return skipped;
  };

  return {
    place(firstMs, step, count) {
      const skipped = reach(firstMs, step);
      const index = next ?? 0;
      next = index + count;
      return { index, count, originMs, stepMs, skipped };
    },
    nextMs: () => (next === null ? null : originMs + next * stepMs),
  };
}

/** Adds a shape to the samples between two instants. */
export function addBetween(
  out: Float64Array,
  place: Place,
  [fromMs, toMs]: readonly [number, number],
  shape: (tMs: number) => number,
): void {
  const { originMs, stepMs, index } = place;
  const from = Math.max(0, Math.ceil((fromMs - originMs) / stepMs) - index);
  const to = Math.min(out.length, Math.ceil((toMs - originMs) / stepMs) - index);
  for (let i = from; i < to; i += 1) {
    out[i] = (out[i] ?? 0) + shape(timeMsAt(place, i));
  }
}

/** First and last instant of a block. */
export function spanOfPlace(place: Place): readonly [number, number] {
  return [timeMsAt(place, 0), timeMsAt(place, Math.max(0, place.count - 1))];
}

import { closest } from "./scale.ts";

/** Intervals between the pulses of one start, tenths of a millisecond, descending: the place is the index of message 9. */
export type IntervalTable = readonly number[];

/** Whole stretches of equal steps; each begins where the one before ends. */
function descending(from: number, stretches: readonly (readonly [to: number, step: number])[]) {
  const values = [from];
  let last = from;
  for (const [to, step] of stretches) {
    while (last > to) {
      last -= step;
      values.push(last);
    }
  }
  return values;
}

/** 196 entries, 100 to 0.5 ms. */
export const BURST_INTERVALS: IntervalTable = descending(1000, [
  [200, 10],
  [100, 5],
  [5, 1],
]);

/** 261 entries, 3000 to 1.0 ms. */
export const PAIR_INTERVALS: IntervalTable = descending(30_000, [
  [10_000, 1000],
  [5000, 500],
  [1000, 100],
  [200, 10],
  [100, 5],
  [10, 1],
]);

/** With monophasic pulses a pair has at least 2.0 ms (`xiangruili/MagventurePyTMS`). */
const SHORTEST_MONOPHASIC = 20;
export const MONOPHASIC_PAIR_INTERVALS: IntervalTable = PAIR_INTERVALS.filter(
  (tenths) => tenths >= SHORTEST_MONOPHASIC,
);

export function nearestInterval(table: IntervalTable, tenthsMs: number): number {
  return closest(table, tenthsMs);
}

/**
 * The interval between the pulses of a pair or burst: the host writes tenths of a millisecond, the
 * device reads back an index into a table that descends, 0 being the longest. Tables:
 * `xiangruili/MagventurePyTMS`, `L2K2/TMSEMG_toolbox`.
 */

/** From an index on, in steps. */
interface Stretch {
  readonly fromIndex: number;
  readonly fromTenths: number;
  readonly stepTenths: number;
}

function table(stretches: readonly Stretch[], entries: number): readonly number[] {
  return Array.from({ length: entries }, (_, index) => {
    const stretch = stretches.findLast(({ fromIndex }) => fromIndex <= index);
    if (stretch === undefined) return 0;
    return (stretch.fromTenths - (index - stretch.fromIndex) * stretch.stepTenths) / 10;
  });
}

/** ms; 100 down to 0.5. */
export const BURST_INTERVALS_MS: readonly number[] = table(
  [
    { fromIndex: 0, fromTenths: 1000, stepTenths: 10 },
    { fromIndex: 80, fromTenths: 200, stepTenths: 5 },
    { fromIndex: 100, fromTenths: 100, stepTenths: 1 },
  ],
  196,
);

/** ms; 3000 down to 1.0. */
export const PAIR_INTERVALS_MS: readonly number[] = table(
  [
    { fromIndex: 0, fromTenths: 30_000, stepTenths: 1000 },
    { fromIndex: 20, fromTenths: 10_000, stepTenths: 500 },
    { fromIndex: 30, fromTenths: 5000, stepTenths: 100 },
    { fromIndex: 70, fromTenths: 1000, stepTenths: 10 },
    { fromIndex: 150, fromTenths: 200, stepTenths: 5 },
    { fromIndex: 170, fromTenths: 100, stepTenths: 1 },
  ],
  261,
);

/** Ratio of the second pulse to the first in Twin: 0 is 5.00, then steps of 0.05. */
export function ratioOfIndex(index: number): number {
  return (500 - 5 * index) / 100;
}

/**
 * Delays on the wire: whole steps of one of eight units, in whole microseconds here, because a
 * quotient of fractions of a millisecond loses a step. Units and the way to choose one:
 * `nigelrogasch/MAGIC`.
 */
export interface Delay {
  /** 0 to 127. */
  readonly steps: number;
  /** Code of the unit, 0 to 7. */
  readonly exponent: number;
}

export const UNITS_US: readonly number[] = [50, 100, 200, 500, 1000, 2000, 5000, 10_000];
export const MAX_STEPS = 127;
/** The longest that the wire can say; the open clients stop at 600 ms. */
export const MAX_DELAY_US: number = MAX_STEPS * 10_000;

export function delayUs({ steps, exponent }: Delay): number {
  return steps * (UNITS_US[exponent] ?? 0);
}

/**
 * The delay that comes closest from below: one step of a unit that fits exactly, or else steps of
 * the smallest unit that reaches so far. Null beyond what the wire can say.
 */
export function delayFor(us: number): Delay | null {
  if (!(us >= 0 && us <= MAX_DELAY_US)) return null;
  const whole = UNITS_US.indexOf(us);
  if (whole >= 0) return { steps: 1, exponent: whole };
  const exponent = UNITS_US.findIndex((unitUs) => us <= MAX_STEPS * unitUs);
  return { steps: Math.floor(us / (UNITS_US[exponent] ?? 1)), exponent };
}

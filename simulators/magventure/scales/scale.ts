/** Legal values of a setting in the whole units of the wire, both ends included, ascending. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

export type Scale = readonly Stretch[];

/** The legal value that is nearest; of two equally near ones the smaller. */
export function nearest(scale: Scale, value: number): number {
  return closest(
    scale.map((stretch) => nearestIn(stretch, value)),
    value,
  );
}

/** Of a few values the one nearest to another; the first of equally near ones. */
export function closest(values: readonly number[], to: number): number {
  const [first = to, ...others] = values;
  return others.reduce(
    (best, value) => (Math.abs(value - to) < Math.abs(best - to) ? value : best),
    first,
  );
}

/** The part of a scale up to a value; never empty while the scale begins below it. */
export function upTo(scale: Scale, highest: number): Scale {
  return scale
    .filter(({ from }) => from <= highest)
    .map(({ from, to, step }) => ({
      from,
      to: to <= highest ? to : from + Math.floor((highest - from) / step) * step,
      step,
    }));
}

function nearestIn({ from, to, step }: Stretch, value: number): number {
  // Half a step rounds down, so that the smaller of two equally near values wins.
  const steps = Math.ceil((value - from) / step - 0.5);
  return Math.min(to, Math.max(from, from + steps * step));
}

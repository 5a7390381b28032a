/**
 * What each figure of the simulated person rests on. Nobody is measured here: a figure is what a source says, what is remembered
 * of the literature without having been looked up again, or a choice.
 */
export type Ground = "source" | "memory" | "choice";

export interface Figure<T> {
  readonly value: T;
  readonly ground: Ground;
  /** Where it stands, or why it was chosen so. */
  readonly from: string;
}

/** A table of figures whose values make up a `V`. */
export type FiguresOf<V> = { readonly [Name in keyof V]: Figure<V[Name]> };

/** Read in the source that is named. */
export function seen<T>(value: T, from: string): Figure<T> {
  return { value, ground: "source", from };
}

/** Remembered of the literature, or given from memory by a review of this project. */
export function recalled<T>(value: T, from: string): Figure<T> {
  return { value, ground: "memory", from };
}

/** Chosen here; `from` says why. */
export function chosen<T>(value: T, from: string): Figure<T> {
  return { value, ground: "choice", from };
}

/** The values alone. */
export function valuesOf<V extends object>(figures: FiguresOf<V>): V {
  const named = Object.entries<Figure<unknown>>(figures);
  return Object.fromEntries(named.map(([name, { value }]) => [name, value])) as V;
}

export type Range = readonly [low: number, high: number];

/** Nodes of a line, by rising x. */
export type Nodes = readonly (readonly [x: number, y: number])[];

/** On the line through the nodes; level outside. */
export function onLine(nodes: Nodes, x: number): number {
  const after = nodes.findIndex(([nodeX]) => nodeX >= x);
  const [lastX = 0, lastY = 0] = nodes.at(-1) ?? [];
  if (after < 0) return lastY;
  const [x1 = lastX, y1 = lastY] = nodes[after] ?? [];
  const [x0, y0] = nodes[after - 1] ?? [x1, y1];
  return x1 === x0 ? y1 : y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

/** The muscles that an electrode can lie on. All of it from memory or chosen: only FDI is described by sources here. */
export interface Muscle {
  readonly name: string;
  /** Onset of the response after that of FDI. */
  readonly afterFdiMs: number;
  /** Size of the response and threshold, of those of FDI, with the coil at the hand. */
  readonly gain: number;
  readonly threshold: number;
  /** Part of the hand's effort that it joins in. */
  readonly effort: number;
}

const FDI: Muscle = { name: "FDI", afterFdiMs: 0, gain: 1, threshold: 1, effort: 1 };

const MUSCLES: readonly Muscle[] = [
  FDI,
  { name: "APB", afterFdiMs: 0.3, gain: 0.8, threshold: 1.02, effort: 0.9 },
  { name: "ADM", afterFdiMs: 0.2, gain: 0.7, threshold: 1.04, effort: 0.8 },
  // Latencies of about 12 and 29 ms: memory.
  { name: "BB", afterFdiMs: -9.5, gain: 0.3, threshold: 1.25, effort: 0.1 },
  { name: "TA", afterFdiMs: 7.5, gain: 0.2, threshold: 1.4, effort: 0.05 },
];

/** By the name of a channel; `EMG...` is FDI, anything else lies on the scalp: null. */
export function muscleOf(channel: string): Muscle | null {
  const name = channel.trim().toUpperCase();
  const known = MUSCLES.find((muscle) => muscle.name === name);
  if (known !== undefined) return known;
  if (!name.startsWith("EMG")) return null;
  return MUSCLES.find((muscle) => name.endsWith(muscle.name)) ?? FDI;
}

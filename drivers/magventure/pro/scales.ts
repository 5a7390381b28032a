/** The legal values of each setting as stretches: the device moves on these and on nothing between. */
import type { ScaleStretch } from "../../../src/contract/stimulator.ts";
import type { Mode, ModelName, Waveform } from "../wire/names.ts";
import { BURST_INTERVALS_MS, PAIR_INTERVALS_MS } from "../wire/scales.ts";

export type Scale = readonly ScaleStretch[];

const stretch = (from: number, to: number, step: number): ScaleStretch => ({ from, to, step });

export const PULSES_IN_TRAIN: Scale = [stretch(1, 1000, 1), stretch(1100, 2000, 100)];
export const BURST_PULSES: Scale = [stretch(2, 5, 1)];
/** Pulse B over pulse A, in Twin. */
export const RATIO: Scale = [stretch(0.2, 5, 0.05)];
export const INPUT_DELAY_MS: Scale = [
  stretch(0, 10, 0.1),
  stretch(11, 100, 1),
  stretch(110, 6500, 10),
];
export const OUTPUT_DELAY_MS: Scale = [
  stretch(-100, -10, 1),
  stretch(-9.9, 10, 0.1),
  stretch(11, 100, 1),
];
export const CHARGE_DELAY_MS: Scale = [
  stretch(0, 100, 10),
  stretch(125, 4000, 25),
  stretch(4050, 12_000, 50),
];
export const BURST_INTERVAL_MS: Scale = [
  stretch(0.5, 10, 0.1),
  stretch(10.5, 20, 0.5),
  stretch(21, 100, 1),
];
const PAIR_INTERVAL: Scale = [
  stretch(1, 10, 0.1),
  stretch(10.5, 20, 0.5),
  stretch(21, 100, 1),
  stretch(110, 500, 10),
  stretch(550, 1000, 50),
  stretch(1100, 3000, 100),
];
/** With monophasic pulses a pair is at least this wide, ms. */
const MONOPHASIC_PAIR_MS = 2;

export function pairIntervals(waveform: Waveform): Scale {
  if (waveform !== "Monophasic") return PAIR_INTERVAL;
  return [stretch(MONOPHASIC_PAIR_MS, 10, 0.1), ...PAIR_INTERVAL.slice(1)];
}

/** Intervals that the device knows, ms, from long to short. */
export function knownIntervals(kind: "burst" | "pair", waveform: Waveform): readonly number[] {
  if (kind === "burst") return BURST_INTERVALS_MS;
  const leastMs = waveform === "Monophasic" ? MONOPHASIC_PAIR_MS : 0;
  return PAIR_INTERVALS_MS.filter((ms) => ms >= leastMs);
}

interface RateRow {
  readonly models: readonly ModelName[];
  readonly modes: readonly Mode[] | null;
  readonly waveforms: readonly Waveform[] | null;
  readonly most: number;
  /** With the device's option: tenths up to the first, whole steps up to the second. */
  readonly extended: readonly [tenthsTo: number, wholeTo: number] | null;
}

const PAIRED: readonly Mode[] = ["Twin", "Dual"];
const X100S: readonly ModelName[] = ["X100", "X100+Option"];

/** Pulses or bursts a second, by model, mode and waveform: the first row that fits. */
const RATES: readonly RateRow[] = [
  // No program lists bursts of an R30; the burst rate of the others is the lower of the two limits.
  { models: ["R30"], modes: null, waveforms: ["Biphasic Burst"], most: 20, extended: [20, 20] },
  { models: ["R30"], modes: null, waveforms: null, most: 30, extended: [20, 30] },
  { models: ["R30+Option"], modes: PAIRED, waveforms: null, most: 5, extended: [5, 5] },
  { models: ["R30+Option"], modes: null, waveforms: null, most: 30, extended: null },
  { models: X100S, modes: null, waveforms: ["Biphasic Burst"], most: 20, extended: [20, 20] },
  { models: X100S, modes: PAIRED, waveforms: ["Monophasic"], most: 5, extended: [5, 5] },
  { models: X100S, modes: PAIRED, waveforms: null, most: 50, extended: [20, 50] },
  { models: X100S, modes: null, waveforms: null, most: 100, extended: [20, 100] },
];
/** R30+Option+Mono and MST: not known; both programs fall back to this. */
const UNKNOWN_RATES: Pick<RateRow, "most" | "extended"> = { most: 100, extended: null };

export function repetitionRates(
  model: ModelName,
  mode: Mode,
  waveform: Waveform,
  isExtended: boolean,
): Scale {
  const row = RATES.find(
    ({ models, modes, waveforms }) =>
      models.includes(model) &&
      (modes === null || modes.includes(mode)) &&
      (waveforms === null || waveforms.includes(waveform)),
  );
  const { most, extended } = row ?? UNKNOWN_RATES;
  if (!isExtended || extended === null) return [stretch(0.1, 1, 0.1), stretch(2, most, 1)];
  const [tenthsTo, wholeTo] = extended;
  const tenths = stretch(0.1, tenthsTo, 0.1);
  return wholeTo > tenthsTo ? [tenths, stretch(tenthsTo + 1, wholeTo, 1)] : [tenths];
}

/** Sums of decimal steps, without the dust of binary fractions. */
function clean(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** The value of a scale nearest to `asked`; between two the lower. */
export function nearestOn(scale: Scale, asked: number): number {
  let best = Number.NaN;
  for (const { from, to, step } of scale) {
    const inside = Math.min(Math.max(asked, from), to);
    const below = clean(from + Math.floor((inside - from) / step + 1e-9) * step);
    for (const value of [below, clean(below + step)]) {
      if (value > to + 1e-9) continue;
      const isCloser = Math.abs(value - asked) < Math.abs(best - asked) - 1e-9;
      if (Number.isNaN(best) || isCloser) best = value;
    }
  }
  return best;
}

export function isOn(scale: Scale, value: number): boolean {
  return Math.abs(nearestOn(scale, value) - value) < 1e-6;
}

export function highestOf(scale: Scale): number {
  return Math.max(...scale.map(({ to }) => to));
}

/** `0.1 to 1 in steps of 0.1, 2 to 100 in steps of 1`. */
export function scaleWords(scale: Scale): string {
  return scale.map(({ from, to, step }) => `${from} to ${to} in steps of ${step}`).join(", ");
}

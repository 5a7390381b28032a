import { wrap } from "../../timeline/svg.ts";
import type { Axis } from "./panel.ts";

/** Decimals that a figure of this step needs. */
function decimalsOf(step: number): number {
  return Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
}

/** Short, without a thousands separator that could be taken for a decimal point. */
export function figure(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return "-";
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(digits));
  return Math.abs(rounded) >= 1e6 || Math.abs(rounded) < 1e-4
    ? rounded.toExponential()
    : String(rounded).replace("-", "−");
}

interface Tick {
  readonly at: number;
  readonly words: string;
}

const NICE = [1, 2, 5, 10];

function linearTicks({ min, max }: Axis, most: number): readonly Tick[] {
  const span = max - min;
  if (!(span > 0)) return [{ at: min, words: figure(min) }];
  const raw = span / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * (NICE.find((nice) => nice * power >= raw * (1 - 1e-9)) ?? 10);
  const decimals = Math.min(decimalsOf(step), 6);
  const ticks: Tick[] = [];
  for (let i = Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i += 1) {
    const at = i * step;
    ticks.push({ at, words: at.toFixed(decimals).replace("-", "−") });
  }
  return ticks;
}

/** 1, 2 and 5 of every decade, or fewer where there are many decades. */
function logTicks({ min, max }: Axis): readonly Tick[] {
  const decades = Math.log10(max / min);
  const steps = decades > 3 ? [1] : decades > 0.7 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9];
  const ticks: Tick[] = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.ceil(Math.log10(max)); power += 1) {
    for (const step of steps) {
      const at = Number((step * 10 ** power).toPrecision(6));
      if (at >= min * (1 - 1e-9) && at <= max * (1 + 1e-9)) ticks.push({ at, words: figure(at) });
    }
  }
  return ticks;
}

export function ticksOf(axis: Axis, most = 6): readonly Tick[] {
  if (axis.ticks !== undefined) return axis.ticks;
  return axis.scale === "log" ? logTicks(axis) : linearTicks(axis, most);
}

/** What the drawing library sees: its own logarithmic axes label whole decades alone. */
export function scaled(axis: Axis, value: number): number {
  if (axis.scale !== "log") return value;
  return Math.log10(Math.max(value, axis.min / 1e3));
}

/** Round limits around values, with some air; `zero` keeps zero in sight. */
export function linearLimits(
  values: readonly number[],
  options: { readonly zero?: boolean; readonly air?: number } = {},
): readonly [number, number] {
  const finite = values.filter(Number.isFinite);
  const all = options.zero === true ? [...finite, 0] : finite;
  if (all.length === 0) return [0, 1];
  const low = least(all);
  const high = most(all);
  const air = (high - low || Math.abs(high) || 1) * (options.air ?? 0.06);
  return [
    options.zero === true && low >= 0 ? 0 : low - air,
    options.zero === true && high <= 0 ? 0 : high + air,
  ];
}

/** Limits of a logarithmic axis around positive values. */
export function logLimits(values: readonly number[]): readonly [number, number] {
  const positive = values.filter((value) => Number.isFinite(value) && value > 0);
  if (positive.length === 0) return [0.1, 10];
  return [least(positive) / 1.25, most(positive) * 1.25];
}

/** Of any number of values: a call with very many arguments fails. */
export function least(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
}

export function most(values: readonly number[]): number {
  return values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
}

/** So many characters at most. */
export function cut(words: string, length: number): string {
  return words.length <= length ? words : `${words.slice(0, length - 1)}…`;
}

/** A label under a tick in at most two lines, with a line of counts below. */
export function tickLabel(label: string, length: number, counts: string): string {
  const [first = "", ...rest] = wrap(label, length);
  const second = rest.join(" ");
  const lines = [first, ...(second === "" ? [] : [second])].map((line) => cut(line, length));
  return [...lines, counts].join("\n");
}

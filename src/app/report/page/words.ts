import { figure } from "../pictures/scale.ts";
import type { Spread } from "../timing.ts";

/** 90 s, 19 min 32 s, 1 h 2 min. */
export { durationWords } from "../../timeline/marks.ts";

/** `2026-03-01 09:00:00 UTC`; anything else as it is. */
export function instantWords(utc: string): string {
  const read = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/.exec(utc);
  return read === null ? utc : `${read[1]} ${read[2]} UTC`;
}

/** Seconds since the session's start, as a clock: `1:02:03.4`, `2:03.4`. */
export function clockWords(t: number): string {
  const tenths = Math.round(t * 10);
  const [hours, minutes] = [Math.floor(tenths / 36_000), Math.floor(tenths / 600) % 60];
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

export function msWords(value: number): string {
  return value !== 0 && Math.abs(value) < 0.5
    ? `${figure(value * 1000)} µs`
    : `${figure(value)} ms`;
}

export function spreadCells(spread: Spread | null): readonly (string | number)[] {
  return spread === null
    ? ["–", "–", "–", "–"]
    : [spread.min, spread.median, spread.p95, spread.max].map(msWords);
}

export function unitWords(unit: string): string {
  return unit.replace(/^uV/, "µV").replace(/\.ms$/, "·ms");
}

/** `1 loss`, `2 losses`. */
export function plural(count: number, word: string): string {
  const ending = word.endsWith("s") ? "es" : "s";
  return `${count} ${word}${count === 1 ? "" : ending}`;
}

/** Of figures: `45`, or `45 to 61`. */
export function rangeWords(values: readonly number[]): string {
  const known = [...new Set(values)].sort((a, b) => a - b);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return "–";
  return first === last ? figure(first) : `${figure(first)} to ${figure(last)}`;
}

/** A path outside `/dev` tells who works here: only its last part is shown. */
export function portWords(port: string | null): string | null {
  if (port === null || port.startsWith("/dev/")) return port;
  return /^(?:[/~.]|[A-Za-z]:\\)/.test(port) ? `…/${port.split(/[/\\]/).at(-1) ?? ""}` : port;
}

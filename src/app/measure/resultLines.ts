/** A result in lines for a terminal. */
import type { MeasureResult } from "../../analysis/mep/measure.ts";
import type { GroupResult } from "./results.ts";

export function resultLines(
  name: string,
  groups: readonly GroupResult[],
  measures: readonly MeasureResult[],
  details: Readonly<Record<string, unknown>>,
): readonly string[] {
  return [
    `${name}:`,
    ...groups.map((group) => `  ${groupWords(group)}`),
    ...measures.map((measure) => `  ${measureWords(measure)}`),
    ...medianWords(details["medians"]),
  ];
}

function medianWords(medians: unknown): readonly string[] {
  if (typeof medians !== "object" || medians === null) return [];
  return Object.entries(medians).flatMap(([name, value]) =>
    typeof value === "number" ? [`  median ${name}: ${value.toFixed(1)} ms`] : [],
  );
}

function groupWords({ condition, n, rejected, measure }: GroupResult): string {
  // A muscle that falls silent in some trials alone has a mean of fewer.
  const made = measure?.details["trials"];
  const fewer = typeof made === "number" && made < n ? `, ${made} with a value` : "";
  const trials = `n ${n}${fewer}${rejected > 0 ? `, ${rejected} rejected` : ""}`;
  return `${condition}: ${measure === null ? "-" : valueWords(measure)} (${trials})`;
}

function measureWords(result: MeasureResult): string {
  const latency = result.details["latencyMs"];
  const peak = (result.parameters as { readonly peak?: string }).peak;
  const at = typeof latency === "number" ? ` at ${latency.toFixed(1)} ms` : "";
  return `${peak ?? result.measure}: ${valueWords(result)}${at}`;
}

function valueWords({ value, unit, verdict, why, details }: MeasureResult): string {
  if (value === null) return `no value (${why.join(", ")})`;
  const interval = details["interval95"] ?? details["interval95Uv"] ?? details["interval95Ms"];
  const band = Array.isArray(interval)
    ? ` [${interval.map((end: number) => short(end)).join(" to ")}]`
    : "";
  const doubt = verdict === "good" ? "" : ` (${verdict}: ${why.join(", ")})`;
  return `${short(value)} ${unit}${band}${doubt}`;
}

function short(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2);
}

import type { Figure, Sample, Section } from "./figure.ts";
import { quantile } from "./figure.ts";

/** Four figures that count, without an exponent. */
function digits(value: number | null): string {
  if (value === null || Number.isNaN(value)) return "-";
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en");
  return value.toFixed(size >= 100 ? 1 : size >= 1 ? 2 : 4);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  "),
    )
    .map((line) => `  ${line}\n`)
    .join("");
}

function sampleRow({ label, unit, values }: Sample): readonly string[] {
  const shares = [0.5, 0.95, 0.99, 1].map((share) => digits(quantile(values, share)));
  return [label, unit, String(values.length), ...shares];
}

function figureRow({ name, value, unit, floor, ratio, bound, ok }: Figure): readonly string[] {
  const verdict = value === null ? "skipped" : bound === null ? "" : ok ? "ok" : "MISSED";
  return [name, digits(value), unit, digits(floor), digits(ratio), bound ?? "", verdict];
}

/** A section for people: distributions first, then the figures with their bounds, then notes. */
export function printSection({ title, figures, samples, notes }: Section): string {
  const parts = [`\n${title}\n`];
  if (samples.length > 0) {
    parts.push(
      table([["", "unit", "n", "median", "p95", "p99", "max"], ...samples.map(sampleRow)]),
    );
  }
  if (figures.length > 0) {
    const head = ["", "value", "unit", "floor", "ratio", "bound", ""];
    parts.push(table([head, ...figures.map(figureRow)]));
  }
  parts.push(...notes.map((note) => `  ${note}\n`));
  return parts.join("");
}

import type { DurationTable } from "./limitProfile.ts";

export interface Cell {
  readonly maxS: number;
  readonly censored: boolean;
  /** Row and column that were taken. */
  readonly frequencyHz: number;
  readonly pctRmt: number;
  /** True: above the last row, whose limit was shortened by the ratio of the rates. */
  readonly beyondTable: boolean;
}

/**
 * Longest train of a rate and an intensity: the next higher row and the next higher column. Above
 * the last row its limit is divided by the ratio of the rates, which keeps the number of pulses.
 * Null: above the last column, or the table holds nothing; the train is refused.
 */
export function lookUp(table: DurationTable, frequencyHz: number, pctRmt: number): Cell | null {
  const column = table.intensityPctRmt.findIndex((pct) => pctRmt <= pct);
  const last = table.rows.at(-1);
  if (column < 0 || last === undefined || !(frequencyHz > 0)) return null;
  const row = table.rows.find((candidate) => frequencyHz <= candidate.frequencyHz) ?? last;
  const maxS = row.maxS[column];
  const pct = table.intensityPctRmt[column];
  if (maxS === undefined || pct === undefined) return null;
  const beyondTable = frequencyHz > row.frequencyHz;
  return {
    maxS: beyondTable ? (maxS * row.frequencyHz) / frequencyHz : maxS,
    censored: row.censored[column] === true,
    frequencyHz: row.frequencyHz,
    pctRmt: pct,
    beyondTable,
  };
}

/** The tables count `pulses / rate`; a pause inside a train counts as time of the train. */
export function exceeds(
  cell: Cell,
  train: { readonly pulses: number; readonly frequencyHz: number; readonly elapsedMs: number },
): boolean {
  const most = Math.floor(cell.maxS * train.frequencyHz + 1e-9);
  return train.pulses > most || train.elapsedMs > cell.maxS * 1000 + 1e-6;
}

/** Small systems of linear equations. */

export type Matrix = readonly (readonly number[])[];

/** x of `a x = b` by elimination with pivots; null when the rows do not decide it. */
export function solve(a: Matrix, b: readonly number[]): readonly number[] | null {
  const size = b.length;
  const rows = a.map((row, i) => [...row, b[i] ?? 0]);
  for (let column = 0; column < size; column += 1) {
    if (!pivot(rows, column, size)) return null;
    const top = rows[column] ?? [];
    for (let r = 0; r < size; r += 1) {
      const row = rows[r] ?? [];
      if (r === column) continue;
      const factor = (row[column] ?? 0) / (top[column] ?? 1);
      for (let c = column; c <= size; c += 1) row[c] = (row[c] ?? 0) - factor * (top[c] ?? 0);
    }
  }
  return rows.map((row, i) => (row[size] ?? 0) / (row[i] ?? 1));
}

/** Brings the largest entry of the column to its row; false when all of them vanish beside their rows' own size. */
function pivot(rows: number[][], column: number, size: number): boolean {
  let best = column;
  for (let r = column + 1; r < size; r += 1) {
    if (Math.abs(rows[r]?.[column] ?? 0) > Math.abs(rows[best]?.[column] ?? 0)) best = r;
  }
  const found = rows[best];
  const here = rows[column];
  if (found === undefined || here === undefined) return false;
  rows[best] = here;
  rows[column] = found;
  return Math.abs(found[column] ?? 0) > 1e-14;
}

/** Null for a matrix without an inverse. */
export function inverse(a: Matrix): Matrix | null {
  const columns: (readonly number[])[] = [];
  for (let i = 0; i < a.length; i += 1) {
    const unit = a.map((_, j) => (i === j ? 1 : 0));
    const column = solve(a, unit);
    if (column === null) return null;
    columns.push(column);
  }
  return a.map((_, r) => columns.map((column) => column[r] ?? 0));
}

/** Least squares: x that brings `rows x` nearest to `values`. */
export function leastSquares(rows: Matrix, values: readonly number[]): readonly number[] | null {
  const { gram, moment } = normalEquations(rows, values);
  return solve(gram, moment);
}

/** The transpose of `rows` times itself, and times `values`. */
export function normalEquations(
  rows: Matrix,
  values: readonly number[],
): { readonly gram: Matrix; readonly moment: readonly number[] } {
  const size = rows[0]?.length ?? 0;
  const gram = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  const moment = new Array<number>(size).fill(0);
  rows.forEach((row, i) => {
    for (let r = 0; r < size; r += 1) {
      moment[r] = (moment[r] ?? 0) + (row[r] ?? 0) * (values[i] ?? 0);
      const gramRow = gram[r] ?? [];
      for (let c = 0; c < size; c += 1)
        gramRow[c] = (gramRow[c] ?? 0) + (row[r] ?? 0) * (row[c] ?? 0);
    }
  });
  return { gram, moment };
}

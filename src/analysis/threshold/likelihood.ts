/**
 * Likelihood of a threshold `m` on a grid: a pulse at `x` is answered with probability F((x - m) / (s m)), F the normal
 * distribution (Awiszus 2003; the relative spread s = 0.07 as in umair-hassan/best-toolbox and BoshuoWang/TMS_Thresholding).
 */
import { normalCdf } from "../../base/normal.ts";

export interface Grid {
  readonly fromPctMso: number;
  readonly toPctMso: number;
  readonly stepPctMso: number;
}

/** Probabilities stay off 0 and 1, so that one odd response cannot rule a threshold out. */
const PROBABILITY_FLOOR = 1e-12;
/** Log-likelihoods as close as this are equal: the rest is rounding. */
const TIE = 1e-9;

export function gridPoints({ fromPctMso, toPctMso, stepPctMso }: Grid): readonly number[] {
  const count = Math.floor((toPctMso - fromPctMso) / stepPctMso + 1e-9) + 1;
  return Array.from({ length: count }, (_, i) => fromPctMso + i * stepPctMso);
}

/** Log-probability of one response under each threshold of the grid, added to what was there. */
export function withResponse(
  logs: readonly number[],
  grid: readonly number[],
  relativeSpread: number,
  intensityPctMso: number,
  hit: boolean,
): readonly number[] {
  return logs.map((log, i) => {
    const m = grid[i] ?? 0;
    const p = normalCdf((intensityPctMso - m) / (relativeSpread * m));
    const inside = Math.min(Math.max(p, PROBABILITY_FLOOR), 1 - PROBABILITY_FLOOR);
    return log + Math.log(hit ? inside : 1 - inside);
  });
}

/** Mean of the grid points that share the maximum. */
export function mostLikely(logs: readonly number[], grid: readonly number[]): number {
  const best = Math.max(...logs) - TIE;
  const tied = grid.filter((_, i) => (logs[i] ?? Number.NEGATIVE_INFINITY) >= best);
  return tied.reduce((sum, m) => sum + m, 0) / tied.length;
}

/** Lowest and highest grid point at most `drop` below the maximum. */
export function profileInterval(
  logs: readonly number[],
  grid: readonly number[],
  drop: number,
): readonly [number, number] {
  const border = Math.max(...logs) - drop;
  const inside = grid.filter((_, i) => (logs[i] ?? Number.NEGATIVE_INFINITY) >= border);
  return [inside[0] ?? Number.NaN, inside.at(-1) ?? Number.NaN];
}

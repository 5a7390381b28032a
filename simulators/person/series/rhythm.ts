/**
 * A narrow band of noise: a complex first-order filter over white noise. Its real part is the signal, its argument the instantaneous
 * phase, so that the truth of a phase is known and need not be estimated.
 *
 * It lives on a grid of its own and is computed in tiles that are started afresh, each long enough before its first point: any instant can
 * be asked for, in any order.
 */
import { type DrawKey, normalAt } from "../draws.ts";
import type { Place } from "./timeline.ts";

export interface Rhythm {
  /** Real part, of unit mean square of the complex signal: an amplitude of 1 on average. */
  valueAt(tMs: number): number;
  /** Adds it to the samples of a block, so many times. */
  addTo(out: Float64Array, place: Place, gain: number): void;
  /** Radians; 0 at a positive peak. */
  phaseAt(tMs: number): number;
}

export interface RhythmShape {
  readonly hz: number;
  /** Centre over width of the band. */
  readonly quality: number;
  readonly gridMs: number;
}

const TILE_POINTS = 2048;
/** Tiles at hand; channels read the same ones in turn. */
const TILES_KEPT = 8;
/** What a tile has forgotten of where it was started: e^-10. */
const SETTLED = 10;

interface Tile {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

export function createRhythm(key: DrawKey, { hz, quality, gridMs }: RhythmShape): Rhythm {
  const decay = (Math.PI * hz * gridMs) / 1000 / quality;
  const keep = Math.exp(-decay);
  const turn = (2 * Math.PI * hz * gridMs) / 1000;
  const [turnRe, turnIm] = [keep * Math.cos(turn), keep * Math.sin(turn)];
  const drive = Math.sqrt((1 - keep * keep) / 2);
  const perMs = 1 / gridMs;
  const settlePoints = Math.ceil(SETTLED / decay);
  const tiles = new Map<number, Tile>();
  let currentNumber = Number.NaN;
  let current: Tile = { re: new Float64Array(0), im: new Float64Array(0) };

  const compute = (number: number): Tile => {
    const re = new Float64Array(TILE_POINTS + 1);
    const im = new Float64Array(TILE_POINTS + 1);
    const first = number * TILE_POINTS;
    let x = 0;
    let y = 0;
    for (let i = -settlePoints; i <= TILE_POINTS; i += 1) {
      const at = 2 * (first + i);
      const nextX = turnRe * x - turnIm * y + drive * normalAt(key, at);
      y = turnIm * x + turnRe * y + drive * normalAt(key, at + 1);
      x = nextX;
      if (i >= 0) {
        re[i] = x;
        im[i] = y;
      }
    }
    return { re, im };
  };

  const enter = (number: number): void => {
    const known = tiles.get(number);
    current = known ?? compute(number);
    currentNumber = number;
    if (known !== undefined) return;
    const [oldest] = tiles.keys();
    if (tiles.size >= TILES_KEPT && oldest !== undefined) tiles.delete(oldest);
    tiles.set(number, current);
  };

  const read = (part: "re" | "im", tMs: number): number => {
    const at = tMs * perMs;
    const point = Math.floor(at);
    const number = Math.floor(point / TILE_POINTS);
    if (number !== currentNumber) enter(number);
    const i = point - number * TILE_POINTS;
    const values = current[part];
    const before = values[i] ?? 0;
    return before + ((values[i + 1] ?? 0) - before) * (at - point);
  };

  return {
    valueAt: (tMs) => read("re", tMs),
    addTo(out, place, gain) {
      const { originMs, stepMs, index } = place;
      let firstPoint = 0;
      let lastPoint = -1;
      for (let i = 0; i < out.length; i += 1) {
        const at = (originMs + (index + i) * stepMs) * perMs;
        const point = Math.floor(at);
        if (point > lastPoint || point < firstPoint) {
          enter(Math.floor(point / TILE_POINTS));
          firstPoint = currentNumber * TILE_POINTS;
          lastPoint = firstPoint + TILE_POINTS - 1;
        }
        const before = current.re[point - firstPoint] ?? 0;
        const after = current.re[point - firstPoint + 1] ?? 0;
        out[i] = (out[i] ?? 0) + gain * (before + (after - before) * (at - point));
      }
    },
    phaseAt: (tMs) => Math.atan2(read("im", tMs), read("re", tMs)),
  };
}

/**
 * Random numbers by key and index instead of by order of call: the sample or pulse with a number always draws the same, however its
 * neighbours were asked for.
 */
import { normalQuantile } from "../../src/base/normal.ts";

/** Names a sequence of draws. */
export type DrawKey = number;

/** FNV-1a over seed and purpose, mixed so that neighbouring seeds share nothing. */
export function drawKey(seed: number, ...purpose: readonly (string | number)[]): DrawKey {
  let hash = 0x811c9dc5;
  for (const char of [seed, ...purpose].join("/")) {
    hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  }
  return wordAt(hash, 0x5bd1e995) | 0;
}

/** 32 bits. The key enters twice, so that two sequences are not the same one shifted. */
export function wordAt(key: DrawKey, index: number): number {
  let x = (index + key) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul((x ^ (x >>> 15)) + key, 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

/** In [0, 1). */
export function uniformAt(key: DrawKey, index: number): number {
  return wordAt(key, index) / 4294967296;
}

export function betweenAt(
  key: DrawKey,
  index: number,
  [low, high]: readonly [number, number],
): number {
  return low + uniformAt(key, index) * (high - low);
}

const BITS = 10;
const SLICES = 1 << BITS;
const MASK = SLICES - 1;
/** Quantiles of the normal distribution in the middles of equal slices, of unit variance. */
const QUANTILES = ((): Float64Array => {
  const table = new Float64Array(SLICES);
  for (let i = 0; i < SLICES / 2; i += 1) {
    const z = normalQuantile((i + 0.5) / SLICES);
    table[i] = z;
    table[SLICES - 1 - i] = -z;
  }
  const power = table.reduce((sum, z) => sum + z * z, 0) / SLICES;
  return table.map((z) => z / Math.sqrt(power));
})();
const PER_THREE = 1 / Math.sqrt(3);

/** Standard normal up to 5.7: three quantiles, each by ten bits of one word. Fast enough for every sample of every channel. */
export function normalAt(key: DrawKey, index: number): number {
  const word = wordAt(key, index);
  return (
    ((QUANTILES[word & MASK] ?? 0) +
      (QUANTILES[(word >>> BITS) & MASK] ?? 0) +
      (QUANTILES[(word >>> (2 * BITS)) & MASK] ?? 0)) *
    PER_THREE
  );
}

/** The 200² and, where both of its units discharge at once, the BiStim²: figures by power. */

/** Bands of `nicolasmcnair/magpy`'s and `neuromti`'s virtual devices: from this power on, this long to the next pulse. */
const REFIRE_BANDS: readonly { readonly fromPct: number; readonly refireMs: number }[] = [
  { fromPct: 80, refireMs: 4000 },
  { fromPct: 50, refireMs: 3000 },
  { fromPct: 0, refireMs: 2000 },
];

/** The shortest of the bands, ms. */
export const REFIRE_LEAST_MS = 2000;

/** Least time from one pulse to the next at an output, ms; a figure that is none counts as the highest. */
export function refireMs(pctMso: number): number {
  const band = REFIRE_BANDS.find(({ fromPct }) => !(pctMso < fromPct));
  return (band ?? { refireMs: REFIRE_LEAST_MS }).refireMs;
}

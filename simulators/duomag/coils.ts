/** Coil types as B15 numbers them (`nigelrogasch/MAGIC`). */
const COILS: ReadonlyMap<string, number> = new Map([
  ["70BF", 1],
  ["70BF-COOL", 2],
  ["120BFV", 3],
  ["100R", 4],
  ["125R", 5],
  ["50BF", 6],
  ["50BFT", 7],
]);

export const COIL_WORDS: readonly string[] = [...COILS.keys()];

/** By name, or by a number 0..255 that nobody has a name for; null: neither. */
export function coilTypeOf(word: string): number | null {
  const known = COILS.get(word.toUpperCase());
  if (known !== undefined) return known;
  return /^\d{1,3}$/.test(word) && Number(word) <= 255 ? Number(word) : null;
}

/** Levenshtein distance: the fewest single-letter changes that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, swap));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** The candidates that a mistyped name may have meant, nearest first, at most `most`. */
export function nearNames(
  name: string,
  candidates: readonly string[],
  most: number,
): readonly string[] {
  const wanted = name.toLowerCase();
  return candidates
    .map((candidate) => {
      const lower = candidate.toLowerCase();
      const contained = wanted.length >= 3 && lower.includes(wanted);
      return { candidate, distance: contained ? 0 : editDistance(lower, wanted) };
    })
    .filter(({ distance }) => distance <= Math.max(3, wanted.length / 3))
    .sort((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate))
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

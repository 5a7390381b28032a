/** Where the coil is, in the words of a search grid: `10 mm anterior 10 mm medial`, `centre 10 mm lateral`, `centre`. */

/** From the centre of the grid. */
export interface OffsetMm {
  readonly anteriorMm: number;
  readonly lateralMm: number;
}

const STEP = /(\d+(?:\.\d+)?)\s*mm\s+(anterior|posterior|medial|lateral)/gi;
const DIRECTIONS: Readonly<Record<string, OffsetMm>> = {
  anterior: { anteriorMm: 1, lateralMm: 0 },
  posterior: { anteriorMm: -1, lateralMm: 0 },
  lateral: { anteriorMm: 0, lateralMm: 1 },
  medial: { anteriorMm: 0, lateralMm: -1 },
};
const CENTRE: OffsetMm = { anteriorMm: 0, lateralMm: 0 };

/** The steps added up; words that name none leave the coil at the centre. */
export function siteOffset(site: string): OffsetMm {
  return [...site.matchAll(STEP)].reduce((sum, [, mm, word = ""]) => {
    const direction = DIRECTIONS[word.toLowerCase()] ?? CENTRE;
    return {
      anteriorMm: sum.anteriorMm + Number(mm) * direction.anteriorMm,
      lateralMm: sum.lateralMm + Number(mm) * direction.lateralMm,
    };
  }, CENTRE);
}

export function distanceMm(a: OffsetMm, b: OffsetMm): number {
  return Math.hypot(a.anteriorMm - b.anteriorMm, a.lateralMm - b.lateralMm);
}

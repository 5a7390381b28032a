import { drawPicture } from "./draw.ts";
import { sequenceColour } from "./palette.ts";
import type { Axis, Mark } from "./panel.ts";
import { cut, figure, least, most } from "./scale.ts";

export interface HotspotSite {
  readonly name: string;
  /** On the head, mm from the middle of the grid: right is lateral, up is anterior; null: the name does not tell. */
  readonly at: { readonly lateralMm: number; readonly anteriorMm: number } | null;
  readonly meanUv: number;
  readonly n: number;
  readonly rejected: number;
}

export interface HotspotMapData {
  readonly title: string;
  readonly sites: readonly HotspotSite[];
  readonly best: string | null;
  readonly note: string;
}

interface Cell extends HotspotSite {
  readonly x: number;
  readonly y: number;
}

export function hotspotMapPicture(data: HotspotMapData): string {
  const placed = cellsOf(data.sites);
  const { cells, x, y, stepX, stepY } = placed;
  const means = cells.map(({ meanUv }) => meanUv);
  const [low, high] = [0, most(means)];
  const marks = cells.flatMap((cell): readonly Mark[] => {
    const { fill, dark } = sequenceColour(high > low ? (cell.meanUv - low) / (high - low) : 0);
    const ink = { fill: dark ? "#ffffff" : "#14202b" };
    const isBest = cell.name === data.best;
    return [
      {
        kind: "box",
        x: [cell.x - stepX * 0.48, cell.x + stepX * 0.48],
        y: [cell.y - stepY * 0.48, cell.y + stepY * 0.48],
        colour: { fill },
      },
      {
        kind: "words",
        at: [cell.x, cell.y],
        words: `${isBest ? "★ " : ""}${figure(cell.meanUv)} µV`,
        colour: ink,
        size: 14,
        bold: true,
        shift: [0, placed.named ? -9 : -8],
      },
      {
        kind: "words",
        at: [cell.x, cell.y],
        words: `n = ${cell.n}${cell.rejected > 0 ? `, ${cell.rejected} rejected` : ""}`,
        colour: ink,
        size: 11,
        shift: [0, 9],
      },
      ...(placed.named
        ? [
            {
              kind: "words",
              at: [cell.x, cell.y],
              words: cut(cell.name, 22),
              colour: ink,
              size: 11,
              shift: [0, 24],
            } as const,
          ]
        : []),
    ];
  });
  const width = Math.min(960, 110 + placed.columns * 150);
  return drawPicture({
    title: data.title,
    caption: [
      "Mean peak to peak of the counted trials at each site; the darker, the larger.",
      data.best === null ? "" : "Star: the site that was chosen.",
      data.note,
    ]
      .filter((words) => words !== "")
      .join(" "),
    columns: 1,
    width,
    panelHeight: 84 + placed.rows * 92,
    panels: [{ title: "", x, y, marks }],
  });
}

interface Placed {
  readonly cells: readonly Cell[];
  readonly x: Axis;
  readonly y: Axis;
  readonly stepX: number;
  readonly stepY: number;
  readonly rows: number;
  readonly columns: number;
  /** The place does not say which site it is. */
  readonly named: boolean;
}

function cellsOf(sites: readonly HotspotSite[]): Placed {
  const known = sites.flatMap((site) =>
    site.at === null ? [] : [{ ...site, x: site.at.lateralMm, y: site.at.anteriorMm }],
  );
  const places = new Set(known.map(({ x, y }) => `${x}/${y}`));
  return known.length === sites.length && places.size === sites.length
    ? onHead(known)
    : inRows(sites);
}

function onHead(cells: readonly Cell[]): Placed {
  const xs = distinct(cells.map(({ x }) => x));
  const ys = distinct(cells.map(({ y }) => y));
  const stepX = smallestStep(xs);
  const stepY = smallestStep(ys);
  const axis = (name: string, values: readonly number[], step: number): Axis => ({
    name,
    grid: false,
    min: least(values) - step / 2,
    max: most(values) + step / 2,
    ticks: values.map((at) => ({ at, words: figure(at) })),
  });
  return {
    cells,
    x: axis("medial to lateral, mm", xs, stepX),
    y: axis("posterior to anterior, mm", ys, stepY),
    stepX,
    stepY,
    rows: Math.round((most(ys) - least(ys)) / stepY) + 1,
    columns: Math.round((most(xs) - least(xs)) / stepX) + 1,
    named: false,
  };
}

/** Sites whose names say no place, in the order of the search. */
function inRows(sites: readonly HotspotSite[]): Placed {
  const columns = Math.min(sites.length, 4);
  const rows = Math.ceil(sites.length / columns);
  const cells = sites.map((site, i) => ({
    ...site,
    x: i % columns,
    y: rows - 1 - Math.floor(i / columns),
  }));
  const none: readonly [] = [];
  return {
    cells,
    x: { name: "", min: -0.5, max: columns - 0.5, ticks: none },
    y: { name: "", min: -0.5, max: rows - 0.5, ticks: none },
    stepX: 1,
    stepY: 1,
    rows,
    columns,
    named: true,
  };
}

function distinct(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

function smallestStep(sorted: readonly number[]): number {
  const steps = sorted.slice(1).map((value, i) => value - (sorted[i] ?? 0));
  return steps.length === 0 ? 10 : least(steps);
}

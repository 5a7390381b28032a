import type { OutcomeKind } from "../../../contract/events.ts";
import { drawPicture } from "./draw.ts";
import type { ColourName } from "./palette.ts";
import type { Mark, Point } from "./panel.ts";
import { most } from "./scale.ts";

export interface DeliveredDose {
  /** Of the first pulse, from the start of the session. */
  readonly ms: number;
  readonly pctMso: number;
  /** Null: nothing is known of it yet. */
  readonly outcome: OutcomeKind | null;
}

export interface DeliveredData {
  readonly title: string;
  readonly doses: readonly DeliveredDose[];
  readonly pauses: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly stopMs: number | null;
  readonly endMs: number;
}

const LOOKS: Readonly<
  Record<OutcomeKind, { readonly words: string; readonly colour: ColourName }>
> = {
  delivered: { words: "delivered", colour: "blue" },
  unknown: { words: "unknown, counts as delivered", colour: "orange" },
  "skipped-late": { words: "skipped, not delivered", colour: "purple" },
  "refused-by-device": { words: "refused by the device", colour: "vermilion" },
};
const KINDS = Object.keys(LOOKS) as OutcomeKind[];
/** Doses that share a column of the picture are drawn once. */
const COLUMNS = 430;

export function deliveredPicture(data: DeliveredData): string {
  const { doses, pauses, stopMs } = data;
  const spanMs = Math.max(data.endMs, ...doses.slice(-1).map(({ ms }) => ms), 1);
  const unit = spanMs > 180_000 ? { words: "min", ms: 60_000 } : { words: "s", ms: 1000 };
  const max = Math.max(100, most(doses.map(({ pctMso }) => pctMso)));
  const marks: Mark[] = pauses.map(({ fromMs, toMs }) => ({
    kind: "box",
    x: [fromMs / unit.ms, toMs / unit.ms],
    colour: "muted",
    opacity: 0.14,
  }));
  const present = KINDS.filter((kind) => doses.some(({ outcome }) => outcome === kind));
  for (const kind of present) {
    const { colour } = LOOKS[kind];
    const tops = columnsOf(doses, kind, spanMs);
    marks.push(
      {
        kind: "bars",
        bars: tops.map(([ms, pct]) => ({ x: ms / unit.ms, top: pct })),
        colour,
      },
      ...(kind === "delivered"
        ? []
        : [
            {
              kind: "dots",
              points: tops.map(([ms, pct]): Point => [ms / unit.ms, pct]),
              colour,
              size: 7,
              shape: kind === "unknown" ? "diamond" : "cross",
            } as const,
          ]),
    );
  }
  if (stopMs !== null)
    marks.push({
      kind: "rule",
      along: "y",
      at: stopMs / unit.ms,
      colour: "vermilion",
      words: "stop",
    });
  return drawPicture({
    title: data.title,
    caption: `${doses.length} doses, each as high as its output; a train that the device times by itself is one dose.${pauses.length > 0 ? " Grey: paused." : ""}`,
    legend: present.map((kind) => ({
      words: LOOKS[kind].words,
      colour: LOOKS[kind].colour,
      shape: kind === "delivered" ? "line" : kind === "unknown" ? "diamond" : "cross",
    })),
    columns: 1,
    width: 960,
    panelHeight: 230,
    panels: [
      {
        title: "",
        x: { name: `time, ${unit.words}`, min: 0, max: (spanMs / unit.ms) * 1.01 },
        y: { name: "output, %MSO", min: 0, max },
        marks,
      },
    ],
  });
}

/** The highest dose of each column. */
function columnsOf(
  doses: readonly DeliveredDose[],
  kind: OutcomeKind,
  spanMs: number,
): readonly Point[] {
  const columns = new Map<number, Point>();
  for (const { ms, pctMso, outcome } of doses) {
    if (outcome !== kind) continue;
    const column = Math.floor((ms / spanMs) * COLUMNS);
    const known = columns.get(column);
    if (known === undefined || known[1] < pctMso) columns.set(column, [ms, pctMso]);
  }
  return [...columns.values()];
}

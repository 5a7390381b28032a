import { drawPicture } from "./draw.ts";
import type { Mark, Panel, Point } from "./panel.ts";

export interface TracePanel {
  readonly label: string;
  /** Counted trials; the mean is theirs. */
  readonly n: number;
  readonly rejected: number;
  /** Of the counted trials those that are drawn, ms and microvolts (or counts). */
  readonly single: readonly (readonly Point[])[];
  readonly mean: readonly Point[];
  readonly windowMs: readonly [number, number] | null;
  /** When the conditioning stimulus was, ms from the pulse; null: none. */
  readonly conditioningMs: number | null;
  /** Median of the latencies that were measured. */
  readonly onset: { readonly ms: number; readonly n: number } | null;
}

export interface MepTracesData {
  readonly title: string;
  readonly panels: readonly TracePanel[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly unit: "uV" | "count";
  /** Of all panels: only so can they be compared. */
  readonly limits: readonly [number, number];
  /** Said at the end of the caption. */
  readonly note: string;
}

/** Larger than this and the axis tells millivolts. */
const MILLIVOLTS_FROM_UV = 1500;

export function mepTracesPicture(data: MepTracesData): string {
  const { panels, limits } = data;
  const inMillivolts =
    data.unit === "uV" && Math.max(Math.abs(limits[0]), Math.abs(limits[1])) > MILLIVOLTS_FROM_UV;
  const factor = inMillivolts ? 1e-3 : 1;
  const unit = data.unit === "count" ? "counts" : inMillivolts ? "mV" : "µV";
  const columns = Math.min(panels.length, 3);
  const thinned = panels.some(({ single, n }) => single.length < n);
  return drawPicture({
    title: data.title,
    caption: [
      "Single counted trials thin, their mean thick; all panels on one scale.",
      thinned
        ? `Of many trials ${panels[0]?.single.length} a panel are drawn; the mean is of all.`
        : "",
      data.note,
    ]
      .filter((words) => words !== "")
      .join(" "),
    legend: [
      { words: "single trial", colour: "blue", shape: "thin" },
      { words: "mean", colour: "ink", shape: "line" },
      { words: "measuring window", colour: "orange", shape: "band" },
      { words: "pulse", colour: "muted", shape: "dash" },
      ...(panels.some(
        ({ conditioningMs }) => conditioningMs !== null && conditioningMs >= data.fromMs,
      )
        ? [{ words: "conditioning stimulus", colour: "purple", shape: "dash" } as const]
        : []),
      { words: "median onset", colour: "vermilion", shape: "dash" },
    ],
    columns,
    width: columns === 1 ? 720 : 960,
    panelHeight: columns === 1 ? 320 : 240,
    panels: panels.map((panel) => tracePanel(panel, data, unit, factor)),
  });
}

function tracePanel(panel: TracePanel, data: MepTracesData, unit: string, factor: number): Panel {
  const scaledTo = (points: readonly Point[]): readonly Point[] =>
    points.map(([ms, value]) => [ms, value * factor]);
  const counts = `n = ${panel.n}${panel.rejected > 0 ? `, ${panel.rejected} rejected` : ""}`;
  const marks: Mark[] = [];
  if (panel.windowMs !== null)
    marks.push({ kind: "box", x: panel.windowMs, colour: "orange", opacity: 0.12 });
  marks.push({ kind: "rule", along: "y", at: 0, colour: "muted" });
  if (panel.conditioningMs !== null && panel.conditioningMs >= data.fromMs)
    marks.push({ kind: "rule", along: "y", at: panel.conditioningMs, colour: "purple" });
  for (const points of panel.single)
    marks.push({
      kind: "line",
      points: scaledTo(points),
      colour: "blue",
      width: 0.8,
      opacity: 0.35,
    });
  marks.push({ kind: "line", points: scaledTo(panel.mean), colour: "ink", width: 2.2 });
  if (panel.onset !== null) {
    const { ms } = panel.onset;
    const words = `onset ${ms.toFixed(1)} ms`;
    marks.push({ kind: "rule", along: "y", at: ms, colour: "vermilion", words });
  }
  return {
    title: `${panel.label} (${counts})`,
    x: { name: "time after the pulse, ms", min: data.fromMs, max: data.toMs },
    y: { name: `EMG, ${unit}`, min: data.limits[0] * factor, max: data.limits[1] * factor },
    marks,
  };
}

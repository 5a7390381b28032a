import { drawPicture } from "./draw.ts";
import type { Mark, Point } from "./panel.ts";
import { figure } from "./scale.ts";

export interface TepPeak {
  readonly name: string;
  readonly ms: number;
  readonly uv: number;
}

export interface TepData {
  readonly title: string;
  /** What is averaged: `trials`, `sweeps`. */
  readonly of: string;
  readonly trials: number;
  readonly rejected: number;
  /** Average of each channel. */
  readonly channels: readonly { readonly name: string; readonly points: readonly Point[] }[];
  /** Mean of the channels, or the one that the peaks were measured in. */
  readonly mean: { readonly words: string; readonly points: readonly Point[] };
  readonly peaks: readonly TepPeak[];
  /** Cut out and bridged around the pulse. */
  readonly blankMs: readonly [number, number] | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly limits: readonly [number, number];
  readonly note: string;
}

/** Names nearer than this lie on each other, ms. */
const NAME_MS = 45;

/** Further out for a peak whose name would lie on that of the one before on its side. */
function rowOf(
  peaks: TepData["peaks"],
  { ms, uv }: { readonly ms: number; readonly uv: number },
): number {
  const near = peaks.filter(
    (other) => other.uv < 0 === uv < 0 && other.ms < ms && ms - other.ms < NAME_MS,
  );
  return near.length % 2;
}

export function tepPicture(data: TepData): string {
  const { channels, mean, peaks, blankMs } = data;
  const marks: Mark[] = [];
  if (blankMs !== null) marks.push({ kind: "box", x: blankMs, colour: "muted", opacity: 0.18 });
  marks.push(
    { kind: "rule", along: "x", at: 0, colour: "muted", dash: false },
    { kind: "rule", along: "y", at: 0, colour: "muted" },
    ...channels.map(
      ({ points }): Mark => ({ kind: "line", points, colour: "blue", width: 0.9, opacity: 0.45 }),
    ),
    { kind: "line", points: mean.points, colour: "ink", width: 2.4 },
    ...peaks.flatMap(({ name, ms, uv }): readonly Mark[] => [
      { kind: "dots", points: [[ms, uv]], colour: "vermilion", size: 8 },
      {
        kind: "words",
        at: [ms, uv],
        words: `${name} (${figure(ms)})`,
        colour: "vermilion",
        bold: true,
        shift: [0, (uv < 0 ? 1 : -1) * (15 + 15 * rowOf(peaks, { ms, uv }))],
      },
    ]),
  );
  return drawPicture({
    title: data.title,
    caption: [
      `Average of ${data.trials} ${data.of} (${data.rejected} rejected), ${channels.length} ${channels.length === 1 ? "channel" : "channels"}.`,
      peaks.length > 0 ? "Named peaks with their latency in ms." : "",
      blankMs === null ? "" : "Grey: cut out around the pulse and bridged by a straight line.",
      data.note,
    ]
      .filter((words) => words !== "")
      .join(" "),
    legend: [
      ...(channels.length > 1
        ? [{ words: "channel", colour: "blue", shape: "thin" } as const]
        : []),
      { words: mean.words, colour: "ink", shape: "line" },
    ],
    columns: 1,
    width: 820,
    panelHeight: 360,
    panels: [
      {
        title: "",
        x: { name: "time after the pulse, ms", min: data.fromMs, max: data.toMs },
        y: { name: "EEG, µV", min: data.limits[0], max: data.limits[1] },
        marks,
      },
    ],
  });
}

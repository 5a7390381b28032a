import { drawPicture } from "./draw.ts";
import { type ColourName, seriesColour } from "./palette.ts";
import type { LegendEntry, Mark, Panel, Point } from "./panel.ts";
import { figure, least, linearLimits, most } from "./scale.ts";

export interface ThresholdTrack {
  /** Empty where there is one alone. */
  readonly label: string;
  readonly entries: readonly {
    /** Number of the trial in the whole hunt, from 1. */
    readonly trial: number;
    readonly askedPctMso: number;
    /** Null: rejected. */
    readonly hit: boolean | null;
    /** Lower than the method wanted, by rule THR-01. */
    readonly held: boolean;
  }[];
  readonly estimatePctMso: number | null;
  readonly interval: readonly [number, number] | null;
}

export interface ThresholdTraceData {
  readonly title: string;
  readonly tracks: readonly ThresholdTrack[];
  /** What the interval is, in the words of the method. */
  readonly intervalMeans: string | null;
  /** Said in the caption: method, target, what came out. */
  readonly note: string;
}

export function thresholdTracePicture(data: ThresholdTraceData): string {
  const { tracks } = data;
  const single = tracks.length === 1;
  const entries = tracks.flatMap((track) => track.entries);
  const levels = tracks.flatMap(({ estimatePctMso, interval }) => [
    ...(estimatePctMso === null ? [] : [estimatePctMso]),
    ...(interval ?? []),
  ]);
  const asked = entries.map(({ askedPctMso }) => askedPctMso);
  const [low, high] = [least(asked) - 12, most(asked) + 12];
  // An interval that the data leave wide open does not squeeze the trace.
  const near = levels.filter((level) => level > low && level < high);
  const [min, max] = linearLimits([...asked, ...near], { air: 0.12 });
  const trials = Math.max(...entries.map(({ trial }) => trial), 1);
  const panel: Panel = {
    title: "",
    // Room at the right for the words on the line of the estimate.
    x: {
      name: "trial",
      min: 0,
      max: trials + 1 + (single ? Math.max(1, trials * 0.1) : 0),
      ticks: trialTicks(trials),
    },
    y: { name: "asked intensity, %MSO", min, max },
    marks: tracks.flatMap((track, i) => trackMarks(track, i, single)),
  };
  const hits = entries.filter(({ hit }) => hit === true).length;
  const misses = entries.filter(({ hit }) => hit === false).length;
  return drawPicture({
    title: data.title,
    caption: [
      `${entries.length} trials: ${hits} with a response, ${misses} without, ${entries.length - hits - misses} rejected.`,
      data.note,
      data.intervalMeans === null || tracks.every(({ interval }) => interval === null)
        ? ""
        : `Shaded: ${data.intervalMeans}.`,
    ]
      .filter((words) => words !== "")
      .join(" "),
    legend: legendOf(data),
    columns: 1,
    width: 820,
    panelHeight: 330,
    panels: [panel],
  });
}

function trialTicks(trials: number): readonly { readonly at: number; readonly words: string }[] {
  const step = [1, 2, 5, 10, 20, 50, 100].find((size) => trials / size <= 12) ?? 200;
  const ticks = Array.from({ length: Math.floor(trials / step) }, (_, i) => (i + 1) * step);
  return [1, ...ticks.filter((at) => at > 1)].map((at) => ({ at, words: String(at) }));
}

function legendOf({ tracks }: ThresholdTraceData): readonly LegendEntry[] {
  const single = tracks.length === 1;
  const colour = single ? "blue" : "ink";
  const all = tracks.flatMap(({ entries }) => entries);
  return [
    { words: "response", colour, shape: "dot" },
    { words: "no response", colour, shape: "ring" },
    ...(all.some(({ hit }) => hit === null)
      ? [{ words: "rejected trial", colour: "vermilion", shape: "cross" } as const]
      : []),
    ...(all.some(({ held }) => held)
      ? [{ words: "held back by rule THR-01", colour: "orange", shape: "triangle" } as const]
      : []),
    ...(single
      ? []
      : tracks.map(
          ({ label }, i) => ({ words: label, colour: seriesColour(i), shape: "line" }) as const,
        )),
    { words: "estimate", colour: single ? "green" : "ink", shape: "dash" },
  ];
}

function trackMarks(track: ThresholdTrack, index: number, single: boolean): readonly Mark[] {
  const colour: ColourName = seriesColour(index);
  const { entries, estimatePctMso, interval } = track;
  const points = (wanted: (entry: (typeof entries)[number]) => boolean): readonly Point[] =>
    entries.filter(wanted).map(({ trial, askedPctMso }) => [trial, askedPctMso]);
  const marks: Mark[] = [];
  if (single && interval !== null)
    marks.push({ kind: "box", y: interval, colour: "green", opacity: 0.16 });
  if (estimatePctMso !== null)
    marks.push({
      kind: "rule",
      along: "x",
      at: estimatePctMso,
      colour: single ? "green" : colour,
      words: single ? `${figure(estimatePctMso)} %MSO` : "",
    });
  marks.push(
    { kind: "line", points: points(() => true), colour, width: 1, opacity: 0.5 },
    { kind: "dots", points: points(({ hit }) => hit === true), colour, size: 9 },
    { kind: "dots", points: points(({ hit }) => hit === false), colour, size: 9, shape: "ring" },
    {
      kind: "dots",
      points: points(({ hit }) => hit === null),
      colour: "vermilion",
      size: 9,
      shape: "cross",
    },
    {
      kind: "dots",
      points: points(({ held }) => held),
      colour: "orange",
      size: 6,
      shape: "triangle",
    },
  );
  return marks;
}

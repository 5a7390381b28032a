import { drawPicture } from "./draw.ts";
import type { Mark, Panel, Point } from "./panel.ts";

export interface SilentPeriodData {
  readonly title: string;
  readonly n: number;
  readonly rejected: number;
  /** Trials in which a silence was found. */
  readonly measured: number;
  readonly single: readonly (readonly Point[])[];
  /** Mean of the rectified counted trials, smoothed. */
  readonly rectified: readonly Point[];
  readonly smoothMs: number;
  /** Medians of the instants that were measured. */
  readonly silence: { readonly startMs: number; readonly endMs: number } | null;
  /** End of the silence of each trial. */
  readonly endsMs: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly limits: readonly [number, number];
  readonly rectifiedTop: number;
  readonly note: string;
}

/** Larger than this and the axis tells millivolts. */
const MILLIVOLTS_FROM_UV = 1500;

export function silentPeriodPicture(data: SilentPeriodData): string {
  const { silence } = data;
  const inMillivolts = Math.max(...data.limits.map(Math.abs)) > MILLIVOLTS_FROM_UV;
  const factor = inMillivolts ? 1e-3 : 1;
  const x = { name: "time after the pulse, ms", min: data.fromMs, max: data.toMs };
  const pulse: Mark = { kind: "rule", along: "y", at: 0, colour: "muted" };
  const shaded: readonly Mark[] =
    silence === null
      ? []
      : [{ kind: "box", x: [silence.startMs, silence.endMs], colour: "orange", opacity: 0.16 }];
  const above: Panel = {
    title: `Single trials (n = ${data.n}${data.rejected > 0 ? `, ${data.rejected} rejected` : ""})`,
    x,
    y: {
      name: `EMG, ${inMillivolts ? "mV" : "µV"}`,
      min: data.limits[0] * factor,
      max: data.limits[1] * factor,
    },
    marks: [
      ...shaded,
      pulse,
      ...data.single.map(
        (points): Mark => ({
          kind: "line",
          points: points.map(([ms, value]): Point => [ms, value * factor]),
          colour: "blue",
          width: 0.7,
          opacity: 0.35,
        }),
      ),
    ],
  };
  const ends: readonly Point[] = data.endsMs.map((ms) => [ms, data.rectifiedTop * 0.94]);
  const below: Panel = {
    title: "Rectified mean",
    x,
    y: { name: "rectified EMG, µV", min: 0, max: data.rectifiedTop },
    marks: [
      ...shaded,
      pulse,
      { kind: "line", points: data.rectified, colour: "ink", width: 2 },
      { kind: "dots", points: ends, colour: "vermilion", size: 6, opacity: 0.7 },
      ...(silence === null
        ? []
        : [
            {
              kind: "rule",
              along: "y",
              at: silence.endMs,
              colour: "vermilion",
              words: `activity returns ${silence.endMs.toFixed(0)} ms`,
              row: 1,
            } as const,
          ]),
    ],
  };
  return drawPicture({
    title: data.title,
    caption: [
      `A silence was found in ${data.measured} of ${data.n} counted trials.`,
      silence === null
        ? ""
        : "Shaded: from the median beginning to the median end of the silence. Dots: its end in each trial.",
      "The panels are as high as the activity around it: pulse and response are cut off.",
      `Rectified activity is averaged over ${data.smoothMs} ms and over the counted trials.`,
      data.note,
    ]
      .filter((words) => words !== "")
      .join(" "),
    columns: 1,
    width: 820,
    panelHeight: 235,
    panels: [above, below],
  });
}

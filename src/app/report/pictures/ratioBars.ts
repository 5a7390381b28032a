import { drawPicture } from "./draw.ts";
import { seriesColour } from "./palette.ts";
import type { Mark, Panel, Point } from "./panel.ts";
import { cut, least, logLimits, most, tickLabel } from "./scale.ts";

export interface RatioBar {
  /** `SICI`: bars of one group share a colour. */
  readonly group: string;
  /** `ISI 2 ms`. */
  readonly label: string;
  readonly ratio: number;
  readonly interval95: readonly [number, number];
  /** Each conditioned amplitude over the mean of the test responses. */
  readonly trials: readonly number[];
  readonly n: readonly [conditioned: number, test: number];
}

export interface RatioBarsData {
  readonly title: string;
  readonly bars: readonly RatioBar[];
  readonly note: string;
}

const HALF_BAR = 0.32;
/** Dots side by side in a fixed pattern, so that equal data give equal pictures. */
const SPREAD = [0, 0.09, -0.09, 0.18, -0.18, 0.05, -0.05, 0.14, -0.14];

/** A bar begins at 1, which is no effect: on a logarithmic axis there is no zero to begin at. */
export function ratioBarsPicture(data: RatioBarsData): string {
  const { bars } = data;
  const values = bars.flatMap(({ interval95, trials }) => [...interval95, ...trials]);
  const [min, max] = logLimits([...values.map((value) => Math.max(value, 0.02)), 0.5, 2]);
  const groups = [...new Set(bars.map(({ group }) => group))];
  const panel: Panel = {
    title: "",
    x: {
      name: "condition (conditioned and test trials)",
      min: 0.4,
      max: bars.length + 0.6,
      ticks: bars.map(({ label, n }, i) => ({
        at: i + 1,
        words: tickLabel(label, 15, `(${n[0]}, ${n[1]})`),
      })),
    },
    y: { name: "conditioned / test MEP", min, max, scale: "log" },
    marks: [
      { kind: "rule", along: "x", at: 1, colour: "ink", dash: false },
      ...bars.flatMap((bar, i) => barMarks(bar, i + 1, groups.indexOf(bar.group))),
      ...groups.map((group): Mark => {
        const at = bars.flatMap((bar, i) => (bar.group === group ? [i + 1] : []));
        const middle = (least(at) + most(at)) / 2;
        const colour = seriesColour(groups.indexOf(group));
        return {
          kind: "words",
          at: [middle, max],
          words: cut(group, 28),
          colour,
          bold: true,
          shift: [0, -12],
        };
      }),
    ],
  };
  return drawPicture({
    title: data.title,
    caption: [
      "Bars: ratio of the geometric means, from 1 (no effect); below is inhibition, above facilitation.",
      "Error bars: 95 % interval of the ratio, from the scatter of the logarithms.",
      "Dots: each conditioned trial over the geometric mean of the test trials.",
      data.note,
    ]
      .filter((words) => words !== "")
      .join(" "),
    columns: 1,
    width: Math.min(960, Math.max(460, 150 + bars.length * 96)),
    panelHeight: 404,
    panels: [panel],
    bottomExtra: 32,
    topExtra: 16,
  });
}

function barMarks(bar: RatioBar, x: number, group: number): readonly Mark[] {
  const colour = seriesColour(group);
  const [low, high] = bar.interval95;
  const dots = bar.trials.map(
    (value, i): Point => [x + (SPREAD[i % SPREAD.length] ?? 0), Math.max(value, 0.02)],
  );
  return [
    {
      kind: "box",
      x: [x - HALF_BAR, x + HALF_BAR],
      y: [1, bar.ratio],
      colour,
      opacity: 0.45,
    },
    { kind: "dots", points: dots, colour, size: 5, opacity: 0.55 },
    { kind: "errors", bars: [{ x, low, high }], colour: "ink" },
    { kind: "dots", points: [[x, bar.ratio]], colour: "ink", size: 6 },
    {
      kind: "words",
      at: [x + HALF_BAR, bar.ratio],
      words: bar.ratio.toFixed(2),
      colour: "ink",
      align: "left",
      shift: [-8, bar.ratio < 1 ? 11 : -11],
    },
  ];
}

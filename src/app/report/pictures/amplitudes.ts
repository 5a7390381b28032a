import { drawPicture } from "./draw.ts";
import { seriesColour } from "./palette.ts";
import type { Mark, Point } from "./panel.ts";
import { figure, logLimits, tickLabel } from "./scale.ts";

export interface AmplitudeGroup {
  readonly label: string;
  readonly trialsUv: readonly number[];
  readonly rejected: number;
  /** Null with too few trials. */
  readonly meanUv: number | null;
  readonly interval95Uv: readonly [number, number] | null;
}

export interface AmplitudesData {
  readonly title: string;
  readonly groups: readonly AmplitudeGroup[];
  readonly note: string;
}

/** Response sizes side by side, by condition or by phase. */
export function amplitudesPicture(data: AmplitudesData): string {
  const { groups } = data;
  const [min, max] = logLimits(
    groups.flatMap(({ trialsUv, interval95Uv }) => [
      ...trialsUv.map((uv) => Math.max(uv, 1)),
      ...(interval95Uv ?? []),
    ]),
  );
  return drawPicture({
    title: data.title,
    caption: [
      "Dots: single counted trials, from left to right in their order. Point: geometric mean; error bar: its 95 % interval, from the scatter of the logarithms.",
      data.note,
    ]
      .filter((words) => words !== "")
      .join(" "),
    columns: 1,
    width: Math.min(960, Math.max(560, 150 + groups.length * 130)),
    panelHeight: 364,
    bottomExtra: 32,
    panels: [
      {
        title: "",
        x: {
          name: "condition",
          min: 0.4,
          max: groups.length + 0.6,
          ticks: groups.map(({ label, trialsUv, rejected }, i) => ({
            at: i + 1,
            words: tickLabel(
              label,
              20,
              `n = ${trialsUv.length}${rejected > 0 ? `, ${rejected} rej.` : ""}`,
            ),
          })),
        },
        y: { name: "MEP peak to peak, µV", min, max, scale: "log" },
        marks: groups.flatMap((group, i) => groupMarks(group, i + 1)),
      },
    ],
  });
}

function groupMarks(group: AmplitudeGroup, x: number): readonly Mark[] {
  const { trialsUv, meanUv, interval95Uv } = group;
  const colour = seriesColour(x - 1);
  const dots = trialsUv.map(
    (uv, i): Point => [
      x - 0.36 + (trialsUv.length < 2 ? 0.26 : (0.52 * i) / (trialsUv.length - 1)),
      Math.max(uv, 1),
    ],
  );
  const marks: Mark[] = [{ kind: "dots", points: dots, colour, size: 5, opacity: 0.6 }];
  if (meanUv === null) return marks;
  if (interval95Uv !== null) {
    const [low, high] = interval95Uv;
    marks.push({ kind: "errors", bars: [{ x: x + 0.28, low, high }], colour: "ink" });
  }
  marks.push(
    { kind: "dots", points: [[x + 0.28, meanUv]], colour: "ink", size: 8 },
    {
      kind: "words",
      at: [x + 0.28, meanUv],
      words: figure(meanUv),
      colour: "ink",
      align: "left",
      shift: [8, 0],
    },
  );
  return marks;
}

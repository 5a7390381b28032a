import { drawPicture } from "./draw.ts";
import type { Axis, Mark, Panel, Point } from "./panel.ts";
import { figure, linearLimits, logLimits } from "./scale.ts";

export interface RecruitmentData {
  readonly title: string;
  /** %MSO and microvolts of every counted trial. */
  readonly points: readonly Point[];
  readonly rejected: number;
  /** Null where no curve could be fitted. */
  readonly curve: readonly Point[] | null;
  /** Null where the data leave a parameter open. */
  readonly band:
    | readonly { readonly x: number; readonly low: number; readonly high: number }[]
    | null;
  readonly s50PctMso: number | null;
  readonly note: string;
}

export function recruitmentPicture(data: RecruitmentData): string {
  const intensities = data.points.map(([x]) => x);
  const amplitudes = data.points.map(([, y]) => Math.max(y, 1));
  const [from, to] = linearLimits(intensities, { air: 0.05 });
  const x: Axis = { name: "intensity, %MSO", min: from, max: to };
  const [, top] = linearLimits(amplitudes, { zero: true });
  const [low, high] = logLimits(amplitudes);
  return drawPicture({
    title: data.title,
    caption: [
      `${data.points.length} counted trials at ${new Set(intensities).size} intensities, ${data.rejected} rejected.`,
      data.curve === null
        ? "No curve could be fitted."
        : "Curve: Boltzmann sigmoid above a floor, fitted to the logarithms of the amplitudes.",
      data.band === null
        ? "No confidence band: the data leave a parameter open."
        : "Band: 95 % confidence of the curve (delta method) at each intensity, drawn on between them; it is not that of a single response.",
      data.note,
    ]
      .filter((words) => words !== "")
      .join(" "),
    legend: [
      { words: "single trial", colour: "blue", shape: "dot" },
      ...(data.curve === null
        ? []
        : [{ words: "fitted curve", colour: "ink", shape: "line" } as const]),
      ...(data.band === null
        ? []
        : [{ words: "95 % band of the curve", colour: "orange", shape: "band" } as const]),
    ],
    columns: 2,
    width: 960,
    panelHeight: 340,
    panels: [
      panelOf("Linear", x, { name: "MEP peak to peak, µV", min: 0, max: top }, data, true),
      panelOf(
        "Logarithmic, as fitted",
        x,
        { name: "MEP peak to peak, µV", min: low, max: high, scale: "log" },
        data,
        false,
      ),
    ],
  });
}

function panelOf(title: string, x: Axis, y: Axis, data: RecruitmentData, withS50: boolean): Panel {
  const marks: Mark[] = [];
  if (data.band !== null) marks.push({ kind: "band", edges: data.band, colour: "orange" });
  marks.push({ kind: "dots", points: data.points, colour: "blue", size: 6, opacity: 0.6 });
  if (data.curve !== null)
    marks.push({ kind: "line", points: data.curve, colour: "ink", width: 2.2 });
  if (data.s50PctMso !== null)
    marks.push({
      kind: "rule",
      along: "y",
      at: data.s50PctMso,
      colour: "vermilion",
      words: withS50 ? `S50 ${figure(data.s50PctMso)} %MSO` : "",
    });
  return { title, x, y, marks };
}

import { drawPicture } from "./draw.ts";
import type { Mark, Point } from "./panel.ts";
import { figure, linearLimits, logLimits } from "./scale.ts";

export interface AfterEffectBlock {
  readonly label: string;
  /** From the end of the conditioning; before it negative. */
  readonly minutes: number;
  readonly meanUv: number;
  readonly interval95Uv: readonly [number, number];
  readonly trialsUv: readonly number[];
  readonly baseline: boolean;
}

export interface AfterEffectData {
  readonly title: string;
  readonly blocks: readonly AfterEffectBlock[];
  /** Name of the axis, and of its zero. */
  readonly axis: string;
  readonly zero: string;
  readonly note: string;
}

export function afterEffectPicture(data: AfterEffectData): string {
  const { blocks } = data;
  const minutes = blocks.map((block) => block.minutes);
  const [from, last] = linearLimits([...minutes, 0], { air: 0.08 });
  // Room at the right for the words on the line of the block before.
  const to = last + (last - from) * 0.16;
  const half = Math.max((last - from) / 160, 0.01);
  const amplitudes = blocks.flatMap(({ trialsUv, interval95Uv }) => [...trialsUv, ...interval95Uv]);
  const [min, max] = logLimits(amplitudes.map((uv) => Math.max(uv, 1)));
  const baseline = blocks.find((block) => block.baseline);
  const marks: Mark[] = [];
  if (baseline !== undefined) {
    marks.push(
      { kind: "box", y: baseline.interval95Uv, colour: "sky", opacity: 0.18 },
      {
        kind: "rule",
        along: "x",
        at: baseline.meanUv,
        colour: "blue",
        words: `before: ${figure(baseline.meanUv)} µV`,
      },
    );
  }
  marks.push({ kind: "rule", along: "y", at: 0, colour: "muted", words: data.zero });
  for (const block of blocks) {
    const dots = block.trialsUv.map(
      (uv, i): Point => [block.minutes + ((i % 5) - 2) * half, Math.max(uv, 1)],
    );
    marks.push({ kind: "dots", points: dots, colour: "blue", size: 5, opacity: 0.35 });
  }
  const points = blocks.map(({ minutes: x, meanUv }): Point => [x, meanUv]);
  marks.push(
    { kind: "line", points, colour: "ink", width: 1.6 },
    {
      kind: "errors",
      bars: blocks.map(({ minutes: x, interval95Uv: [low, high] }) => ({ x, low, high })),
      colour: "ink",
    },
    { kind: "dots", points, colour: "ink", size: 8 },
  );
  const counts = blocks.map(({ label, trialsUv }) => `${label} ${trialsUv.length}`).join(", ");
  return drawPicture({
    title: data.title,
    caption: [
      "Points: geometric mean of a block; error bars: its 95 % interval, from the scatter of the logarithms; dots: single trials.",
      baseline === undefined ? "" : "Line and shade: the block before, with its interval.",
      `n: ${counts}.`,
      data.note,
    ]
      .filter((words) => words !== "")
      .join(" "),
    columns: 1,
    width: 820,
    panelHeight: 360,
    panels: [
      {
        title: "",
        x: { name: data.axis, min: from, max: to },
        y: { name: "MEP peak to peak, µV", min, max, scale: "log" },
        marks,
      },
    ],
  });
}

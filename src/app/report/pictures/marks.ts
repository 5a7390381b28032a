/** Marks as series of the drawing library. */
import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from "echarts/charts";
import { COLOUR, type ColourName } from "./palette.ts";
import type { Axis, DotShape, Mark, Panel, Point } from "./panel.ts";
import { scaled, ticksOf } from "./scale.ts";

type Series = LineSeriesOption | ScatterSeriesOption | CustomSeriesOption;
type RenderItem = NonNullable<CustomSeriesOption["renderItem"]>;
type Shape = Exclude<ReturnType<RenderItem>, null | undefined>;
/** From the units of the axes to pixels. */
type Place = (x: number, y: number) => readonly [number, number];
interface Field {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function seriesOf(panel: Panel, index: number): readonly Series[] {
  const axes = { xAxisIndex: index, yAxisIndex: index };
  return [
    { ...axes, ...custom(panel, 0, (place, field) => gridLines(panel, place, field)) },
    ...panel.marks.map((mark, i) => ({ ...axes, ...markSeries(panel, mark, i + 1) })),
  ];
}

function markSeries(panel: Panel, mark: Mark, z: number): Series {
  switch (mark.kind) {
    case "line":
      return {
        ...quiet(z),
        type: "line",
        data: scaledPoints(panel, mark.points),
        showSymbol: false,
        clip: true,
        lineStyle: {
          color: COLOUR[mark.colour],
          width: mark.width,
          opacity: mark.opacity ?? 1,
          type: mark.dash === true ? [5, 4] : "solid",
        },
      };
    case "dots":
      return dots(panel, mark, z);
    case "errors":
      return custom(panel, z, (place) => errorBars(mark, place));
    case "band":
      return custom(panel, z, (place, field) => band(mark, place, field));
    case "bars":
      return custom(panel, z, (place, field) => [thinBars(mark, place, field)]);
    case "box":
      return custom(panel, z, (place, field) => box(mark, place, field));
    case "rule":
      return custom(panel, z, (place, field) => rule(mark, place, field));
    case "words":
      return custom(panel, z, (place) => [words(mark, place)], false);
  }
}

/** Nothing of a file reacts to a mouse. */
function quiet(z: number): {
  readonly silent: true;
  readonly animation: false;
  readonly z: number;
  readonly emphasis: { readonly disabled: true };
} {
  return { silent: true, animation: false, z, emphasis: { disabled: true } };
}

function scaledPoints({ x, y }: Panel, points: readonly Point[]): [number, number][] {
  return points.map(([px, py]) => [scaled(x, px), scaled(y, py)]);
}

const SYMBOLS: Readonly<Record<DotShape, string>> = {
  dot: "circle",
  ring: "circle",
  cross: "path://M-1,-1L1,1M-1,1L1,-1",
  triangle: "triangle",
  diamond: "diamond",
};

function dots(panel: Panel, mark: Extract<Mark, { kind: "dots" }>, z: number): ScatterSeriesOption {
  const { shape = "dot", size = 7, opacity = 1, colour } = mark;
  const hollow = shape === "ring" || shape === "cross";
  return {
    ...quiet(z),
    type: "scatter",
    data: scaledPoints(panel, mark.points),
    symbol: SYMBOLS[shape],
    symbolSize: size,
    clip: true,
    itemStyle: hollow
      ? { color: "transparent", borderColor: COLOUR[colour], borderWidth: 1.6, opacity }
      : { color: COLOUR[colour], opacity },
  };
}

/** A series that draws itself once. */
function custom(
  { x, y }: Panel,
  z: number,
  draw: (place: Place, field: Field) => readonly Shape[],
  clip = true,
): CustomSeriesOption {
  return {
    silent: true,
    animation: false,
    z,
    type: "custom",
    clip,
    data: [[scaled(x, x.min), scaled(y, y.min)]],
    renderItem: (_, api) => {
      const place: Place = (px, py) => {
        const [left = 0, top = 0] = api.coord([scaled(x, px), scaled(y, py)]);
        return [left, top];
      };
      const [left, bottom] = place(x.min, y.min);
      const [right, top] = place(x.max, y.max);
      const children = draw(place, { left, top, right, bottom });
      return { type: "group", children: [...children] } as Shape;
    },
  };
}

function gridLines({ x, y }: Panel, place: Place, { left, right }: Field): readonly Shape[] {
  return gridValues(y).map((at) => {
    const [, level] = place(x.min, at);
    return stroke([left, level], [right, level], "grid", 1);
  });
}

function gridValues(axis: Axis): readonly number[] {
  return axis.grid === false ? [] : ticksOf(axis).map(({ at }) => at);
}

function stroke(
  from: readonly [number, number],
  to: readonly [number, number],
  colour: ColourName,
  width: number,
  dash = false,
): Shape {
  return {
    type: "line",
    shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
    style: {
      stroke: COLOUR[colour],
      lineWidth: width,
      ...(dash ? { lineDash: [5, 4] } : {}),
    },
  } as Shape;
}

const CAP = 4;

function errorBars(mark: Extract<Mark, { kind: "errors" }>, place: Place): readonly Shape[] {
  return mark.bars.flatMap(({ x, low, high }) => {
    const [middle, bottom] = place(x, low);
    const [, top] = place(x, high);
    return [
      stroke([middle, bottom], [middle, top], mark.colour, 1.6),
      stroke([middle - CAP, bottom], [middle + CAP, bottom], mark.colour, 1.6),
      stroke([middle - CAP, top], [middle + CAP, top], mark.colour, 1.6),
    ];
  });
}

function band(
  mark: Extract<Mark, { kind: "band" }>,
  place: Place,
  { top, bottom }: Field,
): readonly Shape[] {
  const inside = ([x, y]: readonly [number, number]): [number, number] => [
    x,
    Math.min(Math.max(y, top), bottom),
  ];
  const upper = mark.edges.map(({ x, high }) => inside(place(x, high)));
  const lower = mark.edges.map(({ x, low }) => inside(place(x, low)));
  const style = { fill: COLOUR[mark.colour], opacity: 0.2 };
  return [{ type: "polygon", shape: { points: [...upper, ...lower.reverse()] }, style } as Shape];
}

/** All bars in one path: there may be many. */
function thinBars(mark: Extract<Mark, { kind: "bars" }>, place: Place, { bottom }: Field): Shape {
  const pathData = mark.bars
    .map(({ x, top }) => {
      const [left, upper] = place(x, top);
      return `M${tenth(left)} ${tenth(bottom)}V${tenth(upper)}`;
    })
    .join("");
  const style = { fill: "none", stroke: COLOUR[mark.colour], lineWidth: 2 };
  return { type: "path", shape: { pathData }, style } as Shape;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function box(mark: Extract<Mark, { kind: "box" }>, place: Place, field: Field): readonly Shape[] {
  const [x1, x2] = mark.x?.map((at) => place(at, 0)[0]) ?? [field.left, field.right];
  const [y1, y2] = mark.y?.map((at) => place(0, at)[1]) ?? [field.top, field.bottom];
  if (x1 === undefined || x2 === undefined || y1 === undefined || y2 === undefined) return [];
  const [left, right] = within([x1, x2], field.left, field.right);
  const [top, bottom] = within([y1, y2], field.top, field.bottom);
  const shape = { x: left, y: top, width: right - left, height: bottom - top };
  const style = { fill: fillOf(mark.colour), opacity: mark.opacity ?? 1 };
  return [{ type: "rect", shape, style } as Shape];
}

function within(
  ends: readonly [number, number],
  low: number,
  high: number,
): readonly [number, number] {
  const [a, b] = ends.map((end) => Math.min(Math.max(end, low), high));
  return [Math.min(a ?? low, b ?? low), Math.max(a ?? low, b ?? low)];
}

function fillOf(colour: ColourName | { readonly fill: string }): string {
  return typeof colour === "string" ? COLOUR[colour] : colour.fill;
}

function rule(mark: Extract<Mark, { kind: "rule" }>, place: Place, field: Field): readonly Shape[] {
  const { along, at, colour, words: said = "", row = 0 } = mark;
  const dash = mark.dash ?? true;
  if (along === "y") {
    const [x] = place(at, 0);
    const isLate = x > field.right - said.length * 6.4 - 8;
    const label = label12(said, [x + (isLate ? -5 : 5), field.top + 8 + 16 * row], colour);
    return [
      stroke([x, field.top], [x, field.bottom], colour, 1.3, dash),
      ...(said === "" ? [] : [label(isLate ? "right" : "left")]),
    ];
  }
  const [, y] = place(0, at);
  const isHigh = y < field.top + 18;
  const label = label12(said, [field.right - 4, y + (isHigh ? 9 : -9) - 14 * row], colour);
  return [
    stroke([field.left, y], [field.right, y], colour, 1.3, dash),
    ...(said === "" ? [] : [label("right")]),
  ];
}

/** Words with a rim of paper, so that they can be read on lines. */
function label12(
  said: string,
  [x, y]: readonly [number, number],
  colour: ColourName,
): (align: "left" | "right") => Shape {
  return (align) =>
    ({
      type: "text",
      x,
      y,
      style: { ...rimmed(said, COLOUR[colour], 12), align, verticalAlign: "middle" },
    }) as Shape;
}

function rimmed(said: string, fill: string, size: number): Readonly<Record<string, unknown>> {
  return { text: said, fill, stroke: COLOUR.paper, lineWidth: 3, fontSize: size };
}

function words(mark: Extract<Mark, { kind: "words" }>, place: Place): Shape {
  const [x, y] = place(...mark.at);
  const [dx, dy] = mark.shift ?? [0, 0];
  const fill = fillOf(mark.colour);
  const rim = typeof mark.colour === "string";
  const style = {
    ...(rim
      ? rimmed(mark.words, fill, mark.size ?? 12)
      : { text: mark.words, fill, fontSize: mark.size ?? 12 }),
    align: mark.align ?? "center",
    verticalAlign: "middle",
    ...(mark.bold === true ? { fontWeight: 650 } : {}),
  };
  return { type: "text", x: x + dx, y: y + dy, style } as Shape;
}

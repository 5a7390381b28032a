/** Draws a picture as one self-contained SVG text. The drawing library lays out and scales; nothing here runs in a browser. */
import { CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { escapeXml, line, px, rect, text, wrap } from "../../timeline/svg.ts";
import { printable } from "../plainText.ts";
import { seriesOf } from "./marks.ts";
import { COLOUR } from "./palette.ts";
import type { Axis, LegendEntry, Panel, Picture } from "./panel.ts";
import { cut, scaled, ticksOf } from "./scale.ts";
import { tidySvg } from "./tidy.ts";

use([CustomChart, LineChart, ScatterChart, GridComponent, SVGRenderer]);

const MARGIN = { left: 66, right: 18, top: 34, topUntitled: 14, bottom: 50 } as const;
const SIDE = 14;
const FONT = "'Segoe UI','Helvetica Neue',Helvetica,Arial,sans-serif";
/** Mean width of a character at 12 px; generous, since fonts differ. */
const CHAR = 5.9;

export function drawPicture(picture: Picture): string {
  const { width, title, caption } = picture;
  const legend = legendRow(picture.legend ?? [], width);
  const bodyTop = 40 + legend.height;
  const rows = Math.ceil(picture.panels.length / picture.columns);
  const bodyHeight = rows * picture.panelHeight;
  const captionLines = caption === "" ? [] : wrap(caption, (width - 2 * SIDE) / CHAR);
  const captionTop = bodyTop + bodyHeight + 14;
  const height = captionTop + captionLines.length * 17 + 8;
  const name = escapeXml(`${title}. ${caption}`);
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}" font-family="${FONT}">`,
    rect(0, 0, width, height, COLOUR.paper, ""),
    text(SIDE, 26, cut(title, Math.floor(width / 8.6)), {
      size: 16,
      weight: 650,
      fill: COLOUR.ink,
    }),
    `<g transform="translate(0 40)">${legend.svg}</g>`,
    `<g transform="translate(0 ${px(bodyTop)})">`,
    panelsSvg(picture, bodyHeight),
    "</g>",
    ...captionLines.map((words, i) =>
      text(SIDE, captionTop + 12 + 17 * i, words, { size: 12, fill: COLOUR.muted }),
    ),
    "</svg>\n",
  ].join("\n");
  return printable(svg);
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function panelsSvg(picture: Picture, height: number): string {
  const { width, panels, columns, panelHeight, bottomExtra = 0 } = picture;
  const isTitled = panels.some(({ title }) => title !== "");
  const topMargin = isTitled ? MARGIN.top : MARGIN.topUntitled + (picture.topExtra ?? 0);
  const boxes = panels.map((_, i): Box => {
    const cell = (width - SIDE) / columns;
    return {
      left: (i % columns) * cell + MARGIN.left,
      top: Math.floor(i / columns) * panelHeight + topMargin,
      width: cell - MARGIN.left - MARGIN.right,
      height: panelHeight - topMargin - MARGIN.bottom - bottomExtra,
    };
  });
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption(optionOf(panels.map(withTicks(boxes)), boxes, bottomExtra));
    const titles = panels.map(({ title }, i) =>
      panelTitle(title, boxes[i] ?? { left: 0, top: 0, width: 0, height: 0 }),
    );
    return [tidySvg(chart.renderToSVGString()).inner, ...titles].join("\n");
  } finally {
    chart.dispose();
  }
}

/** Axis and grid must show the same ticks. */
function withTicks(boxes: readonly Box[]): (panel: Panel, index: number) => Panel {
  return (panel, i) => {
    const { width = 0, height = 0 } = boxes[i] ?? {};
    return {
      ...panel,
      x: { ...panel.x, ticks: ticksOf(panel.x, Math.max(2, Math.floor(width / 55))) },
      y: { ...panel.y, ticks: ticksOf(panel.y, Math.max(2, Math.floor(height / 34))) },
    };
  };
}

function panelTitle(title: string, { left, top, width }: Box): string {
  const most = Math.floor((width + MARGIN.right) / 6.6);
  return text(left, top - 12, cut(title, most), { size: 13, weight: 600, fill: COLOUR.ink });
}

function optionOf(
  panels: readonly Panel[],
  boxes: readonly Box[],
  bottomExtra: number,
): EChartsCoreOption {
  return {
    animation: false,
    grid: boxes.map((box) => ({ ...box, outerBoundsMode: "none" })),
    xAxis: panels.map(({ x }, i) => axisOption(x, i, 30 + bottomExtra)),
    yAxis: panels.map(({ y }, i) => axisOption(y, i, 46)),
    series: panels.flatMap((panel, i) => seriesOf(panel, i)),
  };
}

function axisOption(
  axis: Axis,
  gridIndex: number,
  nameGap: number,
): Readonly<Record<string, unknown>> {
  const ticks = ticksOf(axis);
  const at = ticks.map((tick) => scaled(axis, tick.at));
  return {
    type: "value",
    gridIndex,
    show: axis.name !== "" || ticks.length > 0,
    min: scaled(axis, axis.min),
    max: scaled(axis, axis.max),
    name: axis.name,
    nameLocation: "middle",
    nameGap,
    nameMoveOverlap: false,
    nameTextStyle: { color: COLOUR.muted, fontSize: 12 },
    axisLine: { show: true, onZero: false, lineStyle: { color: COLOUR.muted } },
    axisTick: { show: true, customValues: at, lineStyle: { color: COLOUR.muted } },
    axisLabel: {
      color: COLOUR.muted,
      fontSize: 12,
      customValues: at,
      hideOverlap: false,
      formatter: (value: number) => wordsAt(ticks, at, value),
    },
    splitLine: { show: false },
    silent: true,
  };
}

function wordsAt(ticks: ReturnType<typeof ticksOf>, at: readonly number[], value: number): string {
  const nearest = at.reduce(
    (best, candidate, i) =>
      Math.abs(candidate - value) < Math.abs((at[best] ?? 0) - value) ? i : best,
    0,
  );
  return ticks[nearest]?.words ?? "";
}

/** Signs with their words, in as many rows as they need. */
function legendRow(
  entries: readonly LegendEntry[],
  width: number,
): { readonly svg: string; readonly height: number } {
  if (entries.length === 0) return { svg: "", height: 0 };
  let x = SIDE;
  let row = 0;
  const parts = entries.map((full) => {
    const entry = { ...full, words: cut(full.words, 60) };
    const needs = 34 + entry.words.length * CHAR + 16;
    if (x > SIDE && x + needs > width) {
      x = SIDE;
      row += 1;
    }
    const y = row * 20 + 8;
    const svg =
      legendSign(entry, x, y) + text(x + 30, y + 4, entry.words, { size: 12, fill: COLOUR.muted });
    x += needs;
    return svg;
  });
  return { svg: parts.join(""), height: (row + 1) * 20 };
}

function legendSign({ shape, colour: name }: LegendEntry, x: number, y: number): string {
  const colour = COLOUR[name];
  const middle = x + 12;
  switch (shape) {
    case "line":
      return line(x, y, x + 24, y, colour, 'stroke-width="2.5"');
    case "thin":
      return line(x, y, x + 24, y, colour, 'stroke-width="1" stroke-opacity="0.6"');
    case "dash":
      return line(x, y, x + 24, y, colour, 'stroke-width="1.5" stroke-dasharray="5 4"');
    case "band":
      return rect(x, y - 6, 24, 12, colour, 'fill-opacity="0.22"');
    case "dot":
      return `<circle cx="${px(middle)}" cy="${px(y)}" r="4" fill="${colour}"/>`;
    case "ring":
      return `<circle cx="${px(middle)}" cy="${px(y)}" r="4" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
    case "cross":
      return `<path d="M${middle - 4} ${y - 4}L${middle + 4} ${y + 4}M${middle - 4} ${y + 4}L${middle + 4} ${y - 4}" fill="none" stroke="${colour}" stroke-width="1.8"/>`;
    case "triangle":
      return `<path d="M${middle} ${y - 5}L${middle + 5} ${y + 4}L${middle - 5} ${y + 4}Z" fill="${colour}"/>`;
    case "diamond":
      return `<path d="M${middle} ${y - 5}L${middle + 5} ${y}L${middle} ${y + 5}L${middle - 5} ${y}Z" fill="${colour}"/>`;
  }
}

import { COLOUR, line, px, rect, text } from "./svg.ts";

/** A strip of the picture with its own stretch of time. */
export interface Lane {
  readonly left: number;
  readonly width: number;
  readonly top: number;
  readonly height: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly maxPct: number;
}

export function xOf(lane: Lane, ms: number): number {
  return lane.left + (lane.width * (ms - lane.fromMs)) / (lane.toMs - lane.fromMs);
}

export function yOf(lane: Lane, pct: number): number {
  return lane.top + lane.height * (1 - pct / lane.maxPct);
}

/** Round steps for an axis: at most about ten of them over the span. */
const STEPS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000,
  300_000, 600_000, 900_000, 1_800_000, 3_600_000,
];

/** Frame, percent lines and a time axis that counts from the lane's own zero `originMs`. */
export function laneFrame(lane: Lane, title: string, originMs: number): string {
  const { left, width, top, height, maxPct } = lane;
  const right = left + width;
  const levels = maxPct > 100 ? [0, 50, 100, maxPct] : [0, 50, 100];
  const grid = levels.map((pct) => {
    const y = yOf(lane, pct);
    const label = text(left - 8, y + 4, String(pct), {
      size: 11,
      fill: COLOUR.muted,
      anchor: "end",
    });
    return line(left, y, right, y, pct === 0 ? COLOUR.muted : COLOUR.grid) + label;
  });
  const head = text(left, top - 10, title, { size: 13, weight: 600 });
  const unit = text(right, top - 10, "output, %MSO", {
    size: 11,
    fill: COLOUR.muted,
    anchor: "end",
  });
  return head + unit + grid.join("") + timeAxis(lane, originMs, top + height);
}

function timeAxis(lane: Lane, originMs: number, y: number): string {
  const spanMs = lane.toMs - lane.fromMs;
  const stepMs = STEPS_MS.find((step) => spanMs / step <= 10) ?? 7_200_000;
  const unit =
    stepMs >= 60_000
      ? { word: "min", ms: 60_000 }
      : stepMs >= 1000
        ? { word: "s", ms: 1000 }
        : { word: "ms", ms: 1 };
  const marks: string[] = [];
  for (
    let ms = Math.ceil((lane.fromMs - originMs) / stepMs) * stepMs;
    originMs + ms <= lane.toMs + 1e-6;
    ms += stepMs
  ) {
    const x = xOf(lane, originMs + ms);
    const words = `${Math.round((ms / unit.ms) * 100) / 100}`;
    marks.push(
      line(x, y, x, y + 5, COLOUR.muted),
      text(x, y + 18, words, { size: 11, fill: COLOUR.muted, anchor: "middle" }),
    );
  }
  marks.push(
    text(lane.left + lane.width, y + 34, unit.word, {
      size: 11,
      fill: COLOUR.muted,
      anchor: "end",
    }),
  );
  return marks.join("");
}

export interface Bar {
  readonly fromMs: number;
  readonly toMs: number;
  readonly pct: number;
}

/**
 * Bars up to their intensity, at least `minPx` wide. Neighbours of one height that would touch are
 * drawn as one, so that a plan of many thousand pulses stays a small picture.
 */
export function bars(lane: Lane, list: readonly Bar[], minPx: number, fill: string): string {
  const parts: string[] = [];
  let open: { from: number; to: number; pct: number } | null = null;
  const close = (): void => {
    if (open === null) return;
    const y = yOf(lane, open.pct);
    parts.push(
      `M${px(open.from)} ${px(yOf(lane, 0))}V${px(y)}H${px(open.to)}V${px(yOf(lane, 0))}Z`,
    );
  };
  for (const bar of list) {
    const from = xOf(lane, bar.fromMs);
    const to = Math.max(xOf(lane, bar.toMs), from + minPx);
    if (open !== null && open.pct === bar.pct && from <= open.to + 0.25) {
      open.to = Math.max(open.to, to);
      continue;
    }
    close();
    open = { from, to, pct: bar.pct };
  }
  close();
  return `<path d="${parts.join("")}" fill="${fill}"/>`;
}

/** An arrow with a word above it, for a stretch of time. */
export function span(lane: Lane, fromMs: number, toMs: number, words: string): string {
  const y = lane.top + 12;
  const [a, b] = [xOf(lane, fromMs), xOf(lane, toMs)];
  const ends = line(a, y - 4, a, y + 4, COLOUR.muted) + line(b, y - 4, b, y + 4, COLOUR.muted);
  const inside = b - a > words.length * 7 + 16;
  const label = inside
    ? rect((a + b) / 2 - words.length * 3.7 - 4, y - 8, words.length * 7.4 + 8, 16, COLOUR.paper) +
      text((a + b) / 2, y + 4, words, { size: 12, fill: COLOUR.muted, anchor: "middle" })
    : text(b + 6, y + 4, words, { size: 12, fill: COLOUR.muted });
  return line(a, y, b, y, COLOUR.muted) + ends + label;
}

/** The light wedge that leads from a stretch of one lane to the whole of the next. */
export function wedge(upper: Lane, fromMs: number, toMs: number, lower: Lane): string {
  const top = upper.top + upper.height;
  const points = [
    [xOf(upper, fromMs), top],
    [Math.max(xOf(upper, toMs), xOf(upper, fromMs) + 1), top],
    [lower.left + lower.width, lower.top],
    [lower.left, lower.top],
  ];
  return `<polygon points="${points.map(([x = 0, y = 0]) => `${px(x)},${px(y)}`).join(" ")}" fill="${COLOUR.wedge}"/>`;
}

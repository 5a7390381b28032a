import { drawPicture } from "./draw.ts";
import type { Mark } from "./panel.ts";
import { figure, least, most } from "./scale.ts";

export interface LatenessData {
  readonly title: string;
  /** Written less planned, ms. */
  readonly latenessMs: readonly number[];
  readonly medianMs: number;
  readonly p95Ms: number;
  /** Later than this a dose is skipped, ms; null: differs from dose to dose. */
  readonly limitMs: number | null;
}

const BINS = 40;

export function latenessPicture(data: LatenessData): string {
  const { latenessMs, medianMs, p95Ms, limitMs } = data;
  const low = Math.min(least(latenessMs), 0);
  const high = Math.max(most(latenessMs), p95Ms);
  const step = niceStep((high - low || 1e-3) / BINS);
  const first = Math.floor(low / step);
  const counts = new Map<number, number>();
  for (const ms of latenessMs) {
    const bin = Math.floor(ms / step + 1e-9);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  const last = most([...counts.keys()]);
  const top = most([...counts.values()]);
  const inSight = limitMs !== null && limitMs < (last + 1) * step * 1.6;
  const max = Math.max((last + 1) * step, inSight ? limitMs * 1.05 : 0);
  const unit = max < 0.5 ? { words: "µs", factor: 1000 } : { words: "ms", factor: 1 };
  const x = (ms: number): number => ms * unit.factor;
  const said = (ms: number): string => `${figure(ms * unit.factor)} ${unit.words}`;
  const marks: Mark[] = [...counts].map(([bin, count]) => ({
    kind: "box",
    x: [x(bin * step), x((bin + 0.92) * step)],
    y: [0, count],
    colour: "blue",
    opacity: 0.8,
  }));
  marks.push(
    { kind: "rule", along: "y", at: x(medianMs), colour: "ink", words: `median ${said(medianMs)}` },
    {
      kind: "rule",
      along: "y",
      at: x(p95Ms),
      colour: "vermilion",
      words: `95 % below ${said(p95Ms)}`,
      row: 1,
    },
  );
  if (inSight)
    marks.push({
      kind: "rule",
      along: "y",
      at: x(limitMs),
      colour: "purple",
      words: `skipped beyond ${said(limitMs)}`,
      row: 2,
    });
  return drawPicture({
    title: data.title,
    caption: `${latenessMs.length} doses: instant just before the write, less the planned instant, on the host's clock. What adapter and device add is not in it.`,
    columns: 1,
    width: 720,
    panelHeight: 300,
    panels: [
      {
        title: "",
        x: { name: `written after planned, ${unit.words}`, min: x(first * step), max: x(max) },
        y: { name: "doses", min: 0, max: top * 1.3 },
        marks,
      },
    ],
  });
}

function niceStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * ([1, 2, 5, 10].find((nice) => nice * power >= raw * (1 - 1e-9)) ?? 10);
}

import type { Plan } from "../contract/dose.ts";
import type { CheckReport } from "../safety/types.ts";
import { findingList, verdictBadge } from "./timeline/findings.ts";
import { bars, type Lane, laneFrame, span, wedge, xOf, yOf } from "./timeline/lane.ts";
import {
  durationWords,
  mainBlock,
  type TrainMark,
  trainMarks,
  trainWords,
} from "./timeline/marks.ts";
import { badge, COLOUR, escapeXml, line, px, rect, text } from "./timeline/svg.ts";

const WIDTH = 1120;
const LEFT = 64;
const LANE_WIDTH = WIDTH - LEFT - 40;
const LANE_HEIGHT = 96;
/** From the top of one lane to the top of the next: room for its axis and the next title. */
const LANE_STEP = LANE_HEIGHT + 78;
/** A closer look at a train shows this many pulses at most. */
const MOST_PULSES = 60;

/**
 * A picture of a plan as one self-contained SVG text: the whole session, the first trains of its
 * main block, the pulses of one train, totals, the verdict and every rule that speaks.
 */
export function timelineSvg(plan: Plan, report: CheckReport): string {
  const marks = trainMarks(plan);
  const wedges: string[] = [];
  const lanes: string[] = [];
  let top = 170;
  const peak = marks.reduce((most, mark) => Math.max(most, mark.pctMso), 0);
  const base = {
    left: LEFT,
    width: LANE_WIDTH,
    height: LANE_HEIGHT,
    maxPct: peak > 100 ? Math.ceil(peak / 10) * 10 : 100,
  };
  const session: Lane = { ...base, top, fromMs: 0, toMs: Math.max(plan.durationMs, 1) };
  let upper = session;
  for (const zoom of zooms(marks, plan)) {
    top += LANE_STEP;
    const lane: Lane = { ...base, top, fromMs: zoom.fromMs, toMs: zoom.toMs };
    wedges.push(wedge(upper, zoom.fromMs, zoom.toMs, lane));
    lanes.push(zoom.draw(lane));
    upper = lane;
  }
  const findings = findingList(report, LEFT, top + LANE_HEIGHT + 76, LANE_WIDTH);
  const height = Math.ceil(findings.bottom + 28);
  const style = "font-family=\"'Segoe UI','Helvetica Neue',Helvetica,Arial,sans-serif\"";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" ${style}>`,
    `<title>${escapeXml(titleWords(plan))}</title>`,
    rect(0.5, 0.5, WIDTH - 1, height - 1, COLOUR.paper, `rx="10" stroke="${COLOUR.edge}"`),
    header(plan, report, marks),
    // The wedges lie under the axes that they lead from.
    ...wedges,
    sessionLane(session, plan, marks),
    ...lanes,
    findings.svg,
    "</svg>\n",
  ].join("\n");
}

/** What a screen reader says in place of the picture. */
function titleWords({ protocol, pulses, durationMs }: Plan): string {
  return `Timeline of ${protocol.name}: ${pulses} pulses in ${durationWords(durationMs)}`;
}

function header(plan: Plan, report: CheckReport, marks: readonly TrainMark[]): string {
  const verdict = verdictBadge(report);
  const label = badge(LEFT, 58, verdict.words, verdict.fill);
  const outputs = [...new Set(plan.doses.flatMap((dose) => dose.intensityPctMso))].sort(
    (a, b) => a - b,
  );
  const range = outputs.length > 1 ? `${outputs[0]} to ${outputs.at(-1)}` : `${outputs[0] ?? 0}`;
  const trials = marks.every((mark) => mark.doses.length === 1 && mark.pulseMs.length <= 2);
  const figures: readonly (readonly [figure: string, words: string])[] = [
    [String(plan.pulses), "pulses"],
    [String(marks.length), `${trials ? "trial" : "train"}${marks.length === 1 ? "" : "s"}`],
    [durationWords(plan.durationMs), "duration"],
    [`${range} %MSO`, requestWords(plan)],
  ];
  const seen = `${plan.protocol.id}, content ${plan.protocol.hash.slice(0, 12)}`;
  return [
    text(LEFT, 40, cut(plan.protocol.name, 46), { size: 20, weight: 650 }),
    label.svg,
    text(LEFT + label.width + 12, 73.5, verdict.more, { fill: COLOUR.muted }),
    text(LEFT, 104, seen, { size: 12, fill: COLOUR.muted }),
    ...figureColumns(figures),
    line(LEFT, 120, LEFT + LANE_WIDTH, 120, COLOUR.edge),
  ].join("");
}

/** Figures with their words beneath, set from the right edge. */
function figureColumns(
  figures: readonly (readonly [figure: string, words: string])[],
): readonly string[] {
  let right = LEFT + LANE_WIDTH;
  return [...figures].reverse().map(([figure, words]) => {
    const width = Math.max(figure.length * 12.8, words.length * 7.2);
    const x = right - width;
    right = x - 26;
    return (
      text(x, 46, figure, { size: 19, weight: 650 }) +
      text(x, 66, words, { size: 12, fill: COLOUR.muted })
    );
  });
}

/** `100 %RMT of 45`, or how many different requests there are. */
function requestWords(plan: Plan): string {
  const requests = new Set(
    plan.doses.map(({ request: { value, base, threshold } }) =>
      threshold === null ? `${value} ${base}` : `${value} ${base} of ${threshold.percentMso}`,
    ),
  );
  const [first = ""] = requests;
  return requests.size === 1 ? first : `${requests.size} levels`;
}

function sessionLane(lane: Lane, plan: Plan, marks: readonly TrainMark[]): string {
  const parts: string[] = [];
  for (const block of plan.blocks) {
    const own = marks.filter((mark) => mark.block === block.index);
    const from = xOf(lane, own[0]?.startMs ?? 0);
    const to = xOf(lane, own.at(-1)?.endMs ?? 0);
    if (plan.blocks.length < 2) continue;
    parts.push(rect(from - 2, lane.top, to - from + 4, lane.height, COLOUR.band, 'rx="3"'));
    const fits = Math.floor((to - from) / 6.4);
    if (fits >= 4)
      parts.push(
        text(from + 4, lane.top + 13, cut(block.label, fits), { size: 11, fill: COLOUR.muted }),
      );
  }
  parts.push(
    laneFrame(
      lane,
      plan.blocks.length === 1 ? `Session: ${cut(plan.blocks[0]?.label ?? "", 90)}` : "Session",
      0,
    ),
  );
  parts.push(
    bars(
      lane,
      marks.map((mark) => ({ fromMs: mark.startMs, toMs: mark.endMs, pct: mark.pctMso })),
      1.5,
      COLOUR.pulse,
    ),
  );
  parts.push(thresholdLines(lane, plan), ...plan.holds.map((hold) => holdLine(lane, plan, hold)));
  return parts.join("");
}

function holdLine(lane: Lane, plan: Plan, hold: Plan["holds"][number]): string {
  const x = xOf(lane, plan.doses[hold.beforeDose]?.dueMs ?? plan.durationMs);
  const words = `hold: ${cut(hold.text, 36)}`;
  // The row above the lane also carries the lane's title and its unit.
  const middle = Math.min(
    Math.max(x, lane.left + 80 + words.length * 3.4),
    lane.left + lane.width - 120 - words.length * 3.4,
  );
  return (
    line(
      x,
      lane.top - 6,
      x,
      lane.top + lane.height,
      COLOUR.hold,
      'stroke-width="1.5" stroke-dasharray="5 3"',
    ) + text(middle, lane.top - 11, words, { size: 11, fill: COLOUR.hold, anchor: "middle" })
  );
}

/** Where the thresholds lie that the outputs were computed from. */
function thresholdLines(lane: Lane, plan: Plan): string {
  const known = new Map(
    plan.doses.flatMap(({ request: { threshold } }) =>
      threshold === null ? [] : [[`${threshold.kind} ${threshold.percentMso}`, threshold] as const],
    ),
  );
  let lowest = Number.NEGATIVE_INFINITY;
  return [...known.values()]
    .sort((one, other) => other.percentMso - one.percentMso)
    .map(({ kind, percentMso }) => {
      const y = yOf(lane, percentMso);
      // Thresholds that lie close keep their labels apart.
      lowest = Math.max(y + 4, lowest + 11);
      const label = text(lane.left + lane.width + 5, lowest, kind, {
        size: 10,
        fill: COLOUR.threshold,
        weight: 600,
      });
      return (
        line(lane.left, y, lane.left + lane.width, y, COLOUR.threshold, 'stroke-dasharray="2 4"') +
        label
      );
    })
    .join("");
}

interface Zoom {
  readonly fromMs: number;
  readonly toMs: number;
  readonly draw: (lane: Lane) => string;
}

/** The closer looks that show more than the lane above them. */
function zooms(marks: readonly TrainMark[], plan: Plan): readonly Zoom[] {
  const main = mainBlock(marks);
  const label =
    plan.blocks.length > 1 ? `${cut(plan.blocks[main[0]?.block ?? 0]?.label ?? "", 40)}, ` : "";
  const found: Zoom[] = [];
  const short = main.every((mark) => mark.pulseMs.length <= 4);
  const shown = main.slice(0, short ? 8 : 2);
  const [first, second] = shown;
  if (first !== undefined && second !== undefined && main.length > shown.length) {
    const lastMs = shown.at(-1)?.endMs ?? first.endMs;
    const marginMs = (lastMs - first.startMs) * 0.015;
    found.push({
      fromMs: first.startMs - marginMs,
      toMs: lastMs + marginMs,
      draw: (lane) =>
        laneFrame(
          lane,
          titled(label, `the first ${shown.length} ${short ? "starts" : "trains"}`),
          first.startMs,
        ) +
        shown.map((mark) => ticks(lane, mark)).join("") +
        (short ? "" : offTime(lane, first, second)),
    });
  }
  const detailed = main.find((mark) => mark.pulseMs.length > 1);
  if (detailed !== undefined) found.push(detail(detailed, label));
  return found;
}

/** The off time between two trains, and what the first of them holds. */
function offTime(lane: Lane, first: TrainMark, second: TrainMark): string {
  const words = `${first.pulseMs.length} pulses in ${durationWords(first.endMs - first.startMs)}`;
  const beside = text(xOf(lane, first.endMs) + 8, yOf(lane, 0) - 8, words, {
    size: 12,
    fill: COLOUR.muted,
  });
  return (
    beside +
    span(
      lane,
      first.endMs,
      second.startMs,
      `${durationWords(second.startMs - first.endMs)} without pulses`,
    )
  );
}

/** The pulses of one train, or of its beginning. */
function detail(mark: TrainMark, label: string): Zoom {
  const pulses = mark.pulseMs.slice(0, MOST_PULSES);
  const lastMs = pulses.at(-1) ?? mark.endMs;
  const marginMs = Math.max((lastMs - mark.startMs) * 0.02, 0.1);
  const whole = mark.pulseMs.length <= 4 ? "one start" : "one train";
  const part =
    pulses.length < mark.pulseMs.length ? `the first ${pulses.length} pulses of one train` : whole;
  return {
    fromMs: mark.startMs - marginMs,
    toMs: lastMs + marginMs,
    draw: (lane) =>
      laneFrame(lane, titled(label, `${part}: ${trainWords(mark)}`), mark.startMs) +
      ticks(lane, { ...mark, pulseMs: pulses }),
  };
}

/** A line for each pulse with a dot on top; the second pulse of a pair has its own output. */
function ticks(lane: Lane, mark: TrainMark): string {
  const outputs = mark.doses.length === 1 ? (mark.doses[0]?.intensityPctMso ?? []) : [];
  const gapMs = (mark.pulseMs[1] ?? mark.endMs) - mark.startMs;
  // Dots that would touch each other say nothing.
  const dots = mark.pulseMs.length === 1 || xOf(lane, gapMs) - xOf(lane, 0) > 5;
  return mark.pulseMs
    .map((pulseMs, i) => {
      const colour = i === 1 && outputs.length === 2 ? COLOUR.second : COLOUR.pulse;
      const [x, y] = [
        xOf(lane, pulseMs),
        yOf(lane, outputs[Math.min(i, outputs.length - 1)] ?? mark.pctMso),
      ];
      const dot = dots ? `<circle cx="${px(x)}" cy="${px(y)}" r="2" fill="${colour}"/>` : "";
      return line(x, yOf(lane, 0), x, y, colour, 'stroke-width="1.2"') + dot;
    })
    .join("");
}

function cut(words: string, most: number): string {
  return words.length <= most ? words : `${words.slice(0, most - 1)}…`;
}

/** The label of a block is a name and keeps its letters; without one the title starts the sentence. */
function titled(label: string, words: string): string {
  return label === "" ? words.charAt(0).toUpperCase() + words.slice(1) : `${label}${words}`;
}

/** Pictures that are made of samples. */

import type { Epoch } from "../../../analysis/signal/epoch.ts";
import { medianOf } from "../../../analysis/signal/statistics.ts";
import type { ResultBody } from "../measureEvents.ts";
import { mepTracesPicture, type TracePanel } from "../pictures/mepTraces.ts";
import type { Point } from "../pictures/panel.ts";
import { least, linearLimits, most } from "../pictures/scale.ts";
import { silentPeriodPicture } from "../pictures/silentPeriod.ts";
import type { SessionRecord, TrialRecord } from "../record.ts";
import type { Documents, NamedPicture } from "./named.ts";
import {
  byLabel,
  inOrder,
  type LabelledTrial,
  meanTrace,
  measureOf,
  preparedEpoch,
  some,
  timeGrid,
  traceOn,
  trialsOf,
  windowOf,
} from "./trials.ts";

const MOST_PANELS = 12;
const MOST_TRACES = 30;
const MOST_POINTS = 500;
/** Until then the pulse's own artefact rules the trace; it is cut off by the edges of the panel. */
const ARTEFACT_MS = 8;
const FROM_MS = -15;
/** A conditioning stimulus that is further away is not in the picture, which is of the response. */
const FARTHEST_LEAD_MS = 40;
const LEAST_TO_MS = 60;
const LEAST_LIMIT_UV = 40;

export function mepPlot(
  record: SessionRecord,
  result: ResultBody,
  documents: Documents,
): NamedPicture | null {
  const title = `Responses: ${result.label ?? result.protocol ?? result.what}`;
  const trials = inOrder(
    trialsOf(record, result),
    ({ label, trial }) => ({ label, intervalMs: leadOf(trial) }),
    result,
  );
  return tracesPlot(title, trials, documents, record);
}

/** Null where there are no samples. */
function tracesPlot(
  title: string,
  trials: readonly LabelledTrial[],
  documents: Documents,
  record: SessionRecord,
): NamedPicture | null {
  const groups = byLabel(trials).flatMap(([label, held]) => {
    const counted = countedOf(held, documents);
    return counted.length === 0 ? [] : [{ label, held, counted }];
  });
  const shown = groups.slice(0, MOST_PANELS);
  const windows = trials.flatMap(({ trial }) => windowOf(measureOf(trial, PEAK)) ?? []);
  const toMs = Math.max(LEAST_TO_MS, most(windows) + 10);
  const leads = trials.flatMap(({ trial }) => leadOf(trial) ?? []);
  const near = leads.filter((leadMs) => leadMs <= FARTHEST_LEAD_MS);
  const fromMs = Math.min(FROM_MS, -5 - Math.max(0, ...near));
  const panels = shown.map(({ label, held, counted }) =>
    panelOf(label, held, counted, [fromMs, Number.isFinite(toMs) ? toMs : LEAST_TO_MS]),
  );
  const [first] = panels;
  if (first === undefined) return null;
  const unit = shown[0]?.counted[0]?.epoch.unit ?? "uV";
  const left = groups.length - shown.length;
  const svg = mepTracesPicture({
    title,
    panels,
    unit,
    fromMs: least(panels.map(({ mean }) => mean[0]?.[0] ?? FROM_MS)),
    toMs: most(panels.map(({ mean }) => mean.at(-1)?.[0] ?? LEAST_TO_MS)),
    limits: limitsOf(panels),
    note: [
      alignmentWords(trials.map(({ trial }) => trial)),
      left > 0 ? `${left} more conditions are not drawn.` : "",
      record.line.simulated ? "Simulated." : "",
    ]
      .filter((words) => words !== "")
      .join(" "),
  });
  return { name: "traces", title, svg };
}

const PEAK = "mep-peak-to-peak";

/** From the conditioning stimulus, of the brain, its other side or a nerve, to the pulse. */
function leadOf({ conditioner, isiMs, nerveLeadMs }: TrialRecord): number | null {
  return isiMs ?? nerveLeadMs ?? conditioner?.leadMs ?? null;
}

interface Counted {
  readonly trial: TrialRecord;
  readonly epoch: Epoch;
}

function countedOf(trials: readonly TrialRecord[], documents: Documents): readonly Counted[] {
  return trials.flatMap((trial) => {
    if (trial.rejected) return [];
    const epoch = preparedEpoch(documents, trial, measureOf(trial, PEAK));
    return epoch === null ? [] : [{ trial, epoch }];
  });
}

function panelOf(
  label: string,
  held: readonly TrialRecord[],
  counted: readonly Counted[],
  range: readonly [number, number],
): TracePanel {
  const epochs = counted.map(({ epoch }) => epoch);
  const grid = timeGrid(epochs, range, MOST_POINTS);
  const latencies = counted.flatMap(
    ({ trial }) => measureOf(trial, "mep-latency-deviation")?.value ?? [],
  );
  const leadMs = counted[0] === undefined ? null : leadOf(counted[0].trial);
  return {
    label,
    n: counted.length,
    rejected: held.filter(({ rejected }) => rejected).length,
    single: some(epochs, MOST_TRACES).map((epoch) => traceOn(grid, epoch)),
    mean: meanTrace(grid, epochs),
    conditioningMs: leadMs === null ? null : -leadMs,
    windowMs: windowOf(counted[0] === undefined ? null : measureOf(counted[0].trial, PEAK)),
    onset: latencies.length === 0 ? null : { ms: medianOf(latencies), n: latencies.length },
  };
}

function limitsOf(panels: readonly TracePanel[]): readonly [number, number] {
  const values = panels.flatMap(({ single, mean }) =>
    [...single, mean].flatMap((points) => valuesAfterArtefact(points)),
  );
  const [low, high] = linearLimits(values, { air: 0.05 });
  return [Math.min(low, -LEAST_LIMIT_UV), Math.max(high, LEAST_LIMIT_UV)];
}

function valuesAfterArtefact(points: readonly Point[]): readonly number[] {
  return points.flatMap(([ms, value]) => (ms >= ARTEFACT_MS ? [value] : []));
}

function alignmentWords(trials: readonly TrialRecord[]): string {
  const byMark = trials.filter(({ aligned }) => aligned === "mark").length;
  const byHost = trials.filter(({ aligned }) => aligned === "host").length;
  if (byHost === 0) return "Aligned by marks on the amplifier's own clock.";
  if (byMark === 0) return "Aligned by the clock of the host: latencies carry its error.";
  return `${byMark} trials are aligned by marks of the amplifier, ${byHost} by the clock of the host.`;
}

const SILENCE_RANGE = [-100, 350] as const;
const MOST_SILENT_TRACES = 15;
const SILENT_POINTS = 1500;

export function silentPeriodPlot(
  record: SessionRecord,
  result: ResultBody,
  documents: Documents,
): NamedPicture | null {
  const trials = trialsOf(record, result).map(({ trial }) => trial);
  const counted = countedOf(trials, documents);
  if (counted.length === 0) return null;
  const epochs = counted.map(({ epoch }) => epoch);
  const grid = timeGrid(epochs, SILENCE_RANGE, SILENT_POINTS);
  const found = counted.flatMap(({ trial }) => silenceOf(trial) ?? []);
  const single = some(epochs, MOST_SILENT_TRACES).map((epoch) => traceOn(grid, epoch));
  const smoothMs = smoothOf(trials);
  const rectified = rectifiedMean(grid, epochs, smoothMs);
  const aside = single.flatMap((points) => besideResponse(points, found).map(Math.abs));
  const limit = Math.max(most(aside) * 1.2, LEAST_LIMIT_UV);
  const title = `Silent period: ${result.label ?? result.protocol ?? ""}`;
  const svg = silentPeriodPicture({
    title,
    n: counted.length,
    rejected: trials.filter(({ rejected }) => rejected).length,
    measured: found.length,
    single,
    rectified,
    smoothMs,
    silence:
      found.length === 0
        ? null
        : {
            startMs: medianOf(found.map(({ startMs }) => startMs)),
            endMs: medianOf(found.map(({ endMs }) => endMs)),
          },
    endsMs: found.map(({ endMs }) => endMs),
    fromMs: grid[0] ?? SILENCE_RANGE[0],
    toMs: grid.at(-1) ?? SILENCE_RANGE[1],
    limits: [-limit, limit],
    rectifiedTop: Math.max(most(besideResponse(rectified, found)) * 1.35, 10),
    note: record.line.simulated ? "Simulated." : "",
  });
  return { name: "silent-period", title, svg };
}

function silenceOf(
  trial: TrialRecord,
): { readonly startMs: number; readonly endMs: number } | null {
  const details = measureOf(trial, "silent-period")?.details;
  const startMs = details?.["silenceStartMs"];
  const endMs = details?.["silenceEndMs"];
  return typeof startMs === "number" && typeof endMs === "number" ? { startMs, endMs } : null;
}

function smoothOf(trials: readonly TrialRecord[]): number {
  const [first] = trials.flatMap((trial) => measureOf(trial, "silent-period") ?? []);
  const smooth = first?.parameters["smoothMs"];
  return typeof smooth === "number" && smooth > 0 ? smooth : 5;
}

function rectifiedMean(
  grid: readonly number[],
  epochs: readonly Epoch[],
  smoothMs: number,
): readonly Point[] {
  const bare = meanTrace(
    grid,
    epochs.map((epoch) => ({ ...epoch, samples: Float64Array.from(epoch.samples, Math.abs) })),
  );
  const stepMs = (grid[1] ?? 1) - (grid[0] ?? 0);
  const half = Math.floor(smoothMs / stepMs / 2);
  return bare.map(([ms], i): Point => {
    const near = bare.slice(Math.max(0, i - half), i + half + 1);
    return [ms, near.reduce((sum, [, value]) => sum + value, 0) / near.length];
  });
}

/** The activity around the silence; pulse and response, which are far larger, may leave the panel. */
function besideResponse(
  points: readonly Point[],
  found: readonly { readonly endMs: number }[],
): readonly number[] {
  const afterMs = found.length === 0 ? 100 : least(found.map(({ endMs }) => endMs));
  return points.flatMap(([ms, value]) => (ms < -5 || ms > afterMs ? [value] : []));
}

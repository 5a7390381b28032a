/** Averages of the EEG: responses to pulses, and to stimuli of a nerve. */
import { TEP_PREPARATION } from "../../../analysis/mep/tep.ts";
import type { Epoch } from "../../../analysis/signal/epoch.ts";
import type { ResultBody, StoredMeasure } from "../measureEvents.ts";
import { linearLimits } from "../pictures/scale.ts";
import { tepPicture } from "../pictures/tep.ts";
import type { SessionRecord } from "../record.ts";
import type { Documents, NamedPicture } from "./named.ts";
import {
  meanTrace,
  preparedEpoch,
  storedEpoch,
  timeGrid,
  traceOn,
  trialsOf,
  valueAt,
} from "./trials.ts";

/** A place of the 10-10 system (Oostenveld 2001): the amplifier may see muscles too, and they are far larger. */
const ON_THE_SCALP = /^(?:Fp|AF|F|FC|FT|C|T|CP|TP|P|PO|O|I)(?:z|\d{1,2})$/i;

const RANGE = [-100, 400] as const;
const MOST_POINTS = 600;
/** The marks of its peaks must lie on the line: every sample of it is drawn. */
const EVERY_POINT = 20_000;

export function tepPlot(
  record: SessionRecord,
  result: ResultBody,
  documents: Documents,
): NamedPicture | null {
  const trials = trialsOf(record, result).map(({ trial }) => trial);
  const counted = trials.filter(({ rejected }) => !rejected);
  const averaged = Object.entries(result.averages).flatMap(([name, hash]) => {
    const epoch = storedEpoch(documents, hash);
    return epoch === null ? [] : [{ name, epoch }];
  });
  const channels = averaged.filter(({ name }) => ON_THE_SCALP.test(name));
  const elsewhere = averaged.filter((channel) => !channels.includes(channel));
  const own = counted[0]?.channel ?? channels[0]?.name ?? "";
  const measuredIn = averaged.find(({ name }) => name === own)?.epoch;
  const epochs =
    measuredIn === undefined
      ? counted.flatMap((trial) => preparedEpoch(documents, trial, AS_FOR_TEP) ?? [])
      : [measuredIn];
  if (epochs.length === 0) return null;
  const grid = timeGrid([...epochs, ...channels.map(({ epoch }) => epoch)], RANGE, MOST_POINTS);
  const mean = meanTrace(timeGrid(epochs, RANGE, EVERY_POINT), epochs);
  const traces = channels.map(({ name, epoch }) => ({ name, points: traceOn(grid, epoch) }));
  const drawn = traces.length === 0 ? [{ name: own, points: mean }] : traces;
  const peaks = result.measures.flatMap((measure) => peakOf(measure) ?? []);
  const title = `Response of the brain: ${result.label ?? result.protocol ?? ""}`;
  const svg = tepPicture({
    title,
    of: "trials",
    trials: counted.length,
    rejected: trials.length - counted.length,
    channels: drawn,
    mean: { words: `${own}, in which the peaks are measured`, points: mean },
    peaks,
    blankMs: [TEP_PREPARATION.blank?.fromMs ?? 0, TEP_PREPARATION.blank?.toMs ?? 0],
    fromMs: grid[0] ?? RANGE[0],
    toMs: grid.at(-1) ?? RANGE[1],
    limits: limitsOf(
      [...drawn.map(({ points }) => points), mean].flatMap((points) =>
        points.map(([, value]) => value),
      ),
    ),
    note: [
      elsewhere.length === 0
        ? ""
        : `Not drawn, since they are no places on the scalp: ${elsewhere.map(({ name }) => name).join(", ")}.`,
      record.line.simulated ? "Simulated." : "",
    ]
      .filter((words) => words !== "")
      .join(" "),
  });
  return { name: "tep", title, svg };
}

/** Where no average is stored, one is made as `tep-peak` makes it. */
const AS_FOR_TEP: StoredMeasure = {
  measure: "tep-peak",
  version: 1,
  parameters: { preparation: TEP_PREPARATION },
  value: null,
  unit: "uV",
  verdict: "impossible",
  why: [],
  details: {},
};

function peakOf({
  parameters,
  value,
  details,
}: StoredMeasure): { readonly name: string; readonly ms: number; readonly uv: number } | null {
  const name = parameters["peak"];
  const ms = details["latencyMs"];
  return typeof name === "string" && typeof ms === "number" && value !== null
    ? { name, ms, uv: value }
    : null;
}

/** Room for the names of the peaks. */
function limitsOf(values: readonly number[]): readonly [number, number] {
  const [low, high] = linearLimits([...values, -1, 1], { air: 0.22 });
  return [low, high];
}

const NERVE_RANGE = [-20, 60] as const;

export function latencyPlot(
  latency: SessionRecord["latencies"][number],
  documents: Documents,
): NamedPicture | null {
  const epoch: Epoch | null = storedEpoch(documents, latency.epoch);
  if (epoch === null) return null;
  const grid = timeGrid([epoch], NERVE_RANGE, EVERY_POINT);
  const points = traceOn(grid, epoch);
  const { n20Ms } = latency;
  const uv = n20Ms === null ? null : valueAt(epoch, n20Ms);
  const title = "Latency N20 of the nerve's potential";
  const svg = tepPicture({
    title,
    of: "sweeps",
    trials: latency.sweeps,
    rejected: latency.rejected,
    channels: [{ name: "average", points }],
    mean: { words: "average of the sweeps", points },
    peaks: n20Ms === null || uv === null ? [] : [{ name: "N20", ms: n20Ms, uv }],
    blankMs: null,
    fromMs: grid[0] ?? NERVE_RANGE[0],
    toMs: grid.at(-1) ?? NERVE_RANGE[1],
    limits: limitsOf(points.flatMap(([ms, value]) => (Math.abs(ms) < 5 ? [] : [value]))),
    note: n20Ms === null ? `No N20: ${latency.why ?? "not found"}.` : "",
  });
  return { name: "n20", title, svg };
}

/**
 * What came of one dose, told from the device's reports of pulses. Pure. When in doubt the outcome is
 * `unknown`, which counts as delivered: no answer of this device says that it refused, only a trigger
 * box may.
 */
import { spanMs } from "../../../src/base/doseShape.ts";
import type { DoseShape } from "../../../src/contract/dose.ts";
import type { Delivery } from "../../../src/contract/stimulator.ts";

/** A first report comes within this time of a start, ms: clients wait as long for an answer. */
const REPORT_WITHIN_MS = 1000;
/** Later reports of one start may lag behind the first by so much beyond their own distance, ms. */
const LAG_MS = 100;
/** A train may end so much after its time, ms. */
const OVERRUN_MS = 2000;
/** The end of a train is told so long after its last pulse at the most, ms. */
const END_LAG_MS = 500;

export interface Report {
  readonly atMs: number;
  readonly didtA: number;
  readonly didtB: number;
}

/** A dose on its way. */
export interface Watch {
  readonly writtenMs: number;
  readonly shape: DoseShape;
  /** The second pulse of a pair has an output of its own. */
  readonly hasB: boolean;
  readonly reports: readonly Report[];
  /** The device showed that its train runs. */
  readonly runningMs: number | null;
  readonly endedMs: number | null;
  /** It cannot be told any more, or it has been told; late reports still belong to it. */
  readonly settled: Settled | null;
}

export interface Settled {
  readonly outcome: Delivery["outcome"];
  readonly detail: string;
  readonly deviceReportedMs: number | null;
}

export type WatchInput =
  | { readonly kind: "report"; readonly report: Report }
  | { readonly kind: "running"; readonly running: boolean; readonly atMs: number }
  | { readonly kind: "time"; readonly nowMs: number }
  /** The box that was to start it raised nothing. */
  | { readonly kind: "not-started"; readonly detail: string }
  | { readonly kind: "interrupted"; readonly detail: string };

export interface Watched {
  readonly watch: Watch;
  /** The report belongs to this dose. */
  readonly isOurs: boolean;
}

export function startWatch(
  shape: DoseShape,
  intensityPctMso: readonly number[],
  writtenMs: number,
): Watch {
  return {
    writtenMs,
    shape,
    hasB: (intensityPctMso[1] ?? 0) > 0,
    reports: [],
    runningMs: null,
    endedMs: null,
    settled: null,
  };
}

const isTrain = ({ kind }: DoseShape): boolean => kind === "train" || kind === "burst-train";

/**
 * Numbers of reports that a dose may end with. Nobody states whether a burst is reported once or once a
 * pulse; one is expected, all are taken.
 */
function countsOf(shape: DoseShape): readonly number[] {
  switch (shape.kind) {
    case "pulse":
      return [1];
    case "pair":
      return [1, 2];
    case "burst":
      return [1, shape.pulses];
    case "train":
      return [shape.pulses];
    case "burst-train":
      return [shape.bursts, shape.bursts * shape.pulsesPerBurst];
    case "external":
      return [0];
  }
}

/** From here on no report belongs to the dose any more. */
function closesMs(watch: Watch): number {
  const first = watch.reports[0]?.atMs ?? watch.writtenMs + REPORT_WITHIN_MS;
  return first + spanMs(watch.shape) + (isTrain(watch.shape) ? OVERRUN_MS : LAG_MS);
}

function isOurs(watch: Watch, { atMs, didtA }: Report): boolean {
  const most = Math.max(...countsOf(watch.shape));
  if (watch.reports.length >= most || atMs > closesMs(watch)) return false;
  // It has told all of its pulses and its end: what comes now is somebody else's.
  if (isTrain(watch.shape) && watch.settled?.outcome === "delivered") return false;
  if (watch.shape.kind !== "pair") return true;
  const [first] = watch.reports;
  // The first of two reports is of pulse A alone, the second of pulse B alone.
  return first === undefined || (first.didtB === 0 && didtA === 0);
}

export function stepWatch(watch: Watch, input: WatchInput): Watched {
  switch (input.kind) {
    case "report": {
      if (!isOurs(watch, input.report)) return { watch, isOurs: false };
      const reports = [...watch.reports, input.report];
      return { watch: settleAt({ ...watch, reports }, input.report.atMs), isOurs: true };
    }
    case "running":
      return { watch: takeRunning(watch, input.running, input.atMs), isOurs: false };
    case "time":
      return { watch: settleAt(watch, input.nowMs), isOurs: false };
    case "not-started":
      // A pulse that was reported all the same is believed more than a box.
      return {
        watch:
          watch.reports.length > 0 ? watch : settle(watch, "refused-by-device", input.detail, null),
        isOurs: false,
      };
    case "interrupted":
      return {
        watch: settle(watch, "unknown", `${input.detail}; ${countWords(watch)}`, null),
        isOurs: false,
      };
  }
}

function takeRunning(watch: Watch, running: boolean, atMs: number): Watch {
  if (!isTrain(watch.shape)) return watch;
  if (running) return watch.runningMs === null ? { ...watch, runningMs: atMs } : watch;
  // Before the train was seen running this may be a status from before its start.
  const isEnd = watch.runningMs !== null || atMs >= watch.writtenMs + spanMs(watch.shape) + LAG_MS;
  return isEnd && watch.endedMs === null
    ? settleAt({ ...watch, endedMs: atMs }, atMs)
    : settleAt(watch, atMs);
}

function settle(
  watch: Watch,
  outcome: Settled["outcome"],
  detail: string,
  deviceReportedMs: number | null,
): Watch {
  return { ...watch, settled: watch.settled ?? { outcome, detail, deviceReportedMs } };
}

function countWords({ reports, shape }: Watch): string {
  const expected = countsOf(shape);
  return `${reports.length} reports of pulses, ${expected.join(" or ")} expected`;
}

/** When the watch has to be looked at again if nothing comes; null: never. */
export function nextLookMs(watch: Watch): number | null {
  if (watch.settled !== null) return null;
  const { endedMs, reports, shape, writtenMs } = watch;
  const [first] = reports;
  if (isTrain(shape)) {
    if (endedMs !== null) return endedMs + END_LAG_MS;
    return first === undefined && watch.runningMs === null
      ? writtenMs + REPORT_WITHIN_MS
      : closesMs(watch);
  }
  return first === undefined ? writtenMs + REPORT_WITHIN_MS : closesMs(watch);
}

function settleAt(watch: Watch, nowMs: number): Watch {
  if (watch.settled !== null) return watch;
  const isOver = nowMs >= (nextLookMs(watch) ?? Number.POSITIVE_INFINITY);
  if (isTrain(watch.shape)) return settleTrain(watch, isOver);
  if (watch.reports.length === 0) {
    if (!isOver) return watch;
    return settle(watch, "unknown", "no report of a pulse", null);
  }
  switch (watch.shape.kind) {
    case "pair":
      return settlePair(watch, isOver);
    case "burst":
      return settleBurst(watch, watch.shape.pulses, isOver);
    default:
      return settle(watch, "delivered", "reported", watch.reports.at(-1)?.atMs ?? null);
  }
}

/**
 * One report with both values, or one a pulse: the rule is not published. A lone report without a value
 * for B is ambiguous where B has an output: nothing shows then that the second pulse came.
 */
function settlePair(watch: Watch, isOver: boolean): Watch {
  const { hasB, reports } = watch;
  const lastMs = reports.at(-1)?.atMs ?? null;
  if (reports.length === 2) return settle(watch, "delivered", "two reports of a pair", lastMs);
  if ((reports[0]?.didtB ?? 0) > 0)
    return settle(watch, "delivered", "one report of a pair, with both values", lastMs);
  if (!isOver) return watch;
  if (!hasB)
    return settle(watch, "delivered", "one report; pulse B has no output to be told", lastMs);
  return settle(watch, "unknown", "the first pulse was reported, the second was not", lastMs);
}

function settleBurst(watch: Watch, pulses: number, isOver: boolean): Watch {
  const { reports } = watch;
  const lastMs = reports.at(-1)?.atMs ?? null;
  if (reports.length === pulses)
    return settle(watch, "delivered", `${pulses} reports, one a pulse of the burst`, lastMs);
  if (!isOver) return watch;
  if (reports.length === 1) return settle(watch, "delivered", "one report of the burst", lastMs);
  return settle(watch, "unknown", countWords(watch), lastMs);
}

/** From the first to the last report of a whole train, ms; a train of bursts may be told burst by burst. */
function reportSpanMs(shape: DoseShape, reports: number): number {
  if (shape.kind === "burst-train" && reports === shape.bursts)
    return ((shape.bursts - 1) * 1000) / shape.burstHz;
  return spanMs(shape);
}

function settleTrain(watch: Watch, isOver: boolean): Watch {
  const { endedMs, reports, runningMs, shape } = watch;
  const lastMs = reports.at(-1)?.atMs ?? null;
  const lastedMs = Math.round((lastMs ?? 0) - (reports[0]?.atMs ?? 0));
  // The right number in too short a time is another train: pulses of bursts, say, taken for bursts.
  const isFull =
    countsOf(shape).includes(reports.length) &&
    lastedMs >= 0.9 * reportSpanMs(shape, reports.length) - LAG_MS;
  if (endedMs !== null && isFull) {
    const words = `${reports.length} reports within ${lastedMs} ms, then its end`;
    return settle(watch, "delivered", words, Math.max(endedMs, lastMs ?? 0));
  }
  if (!isOver) return watch;
  if (endedMs === null && reports.length === 0 && runningMs === null)
    return settle(watch, "unknown", "no report of a pulse and no sign of a train", null);
  if (endedMs === null && isFull)
    return settle(watch, "delivered", `${reports.length} reports; its end was not told`, lastMs);
  return settle(watch, "unknown", `${countWords(watch)}, within ${lastedMs} ms`, lastMs);
}

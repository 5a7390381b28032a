/** Pictures that are made of amplitudes. */

import { blockMean, conditionRatio } from "../../../analysis/mep/blocks.ts";
import type { MeasureResult } from "../../../analysis/mep/measure.ts";
import { pulseCount, pulseOffsetMs } from "../../../base/doseShape.ts";
import type { ResultBody, StoredGroup, StoredMeasure } from "../measureEvents.ts";
import { type AfterEffectBlock, afterEffectPicture } from "../pictures/afterEffect.ts";
import { amplitudesPicture } from "../pictures/amplitudes.ts";
import { hotspotMapPicture } from "../pictures/hotspotMap.ts";
import type { Point } from "../pictures/panel.ts";
import { type RatioBar, ratioBarsPicture } from "../pictures/ratioBars.ts";
import { type RecruitmentData, recruitmentPicture } from "../pictures/recruitment.ts";
import type { SessionRecord } from "../record.ts";
import type { NamedPicture } from "./named.ts";
import { inOrder, TEST_ALONE, trialsOf } from "./trials.ts";

type Measured = StoredMeasure | MeasureResult;

function pairOf(value: unknown): readonly [number, number] | null {
  if (!Array.isArray(value)) return null;
  const [low, high]: readonly unknown[] = value;
  return typeof low === "number" && typeof high === "number" ? [low, high] : null;
}

/** Geometric mean and its interval, from the stored amplitudes. */
function meanOfGroup({ peakToPeakUv }: StoredGroup): {
  readonly meanUv: number | null;
  readonly interval95Uv: readonly [number, number] | null;
} {
  const measured = blockMean.run(peakToPeakUv, { dropFirst: false });
  return { meanUv: measured.value, interval95Uv: pairOf(measured.details["interval95Uv"]) };
}

/** All ratios of a session in one picture. */
export function ratioPlot(
  results: readonly ResultBody[],
  record: SessionRecord,
): NamedPicture | null {
  const bars = results
    .filter(({ what }) => what === "ratio")
    .flatMap((result) => ratioBarsOf(result));
  if (bars.length === 0) return null;
  const title = "Conditioned responses over the test response";
  const note = record.line.simulated ? "Simulated." : "";
  return { name: "ratios", title, svg: ratioBarsPicture({ title, bars, note }) };
}

function ratioBarsOf(result: ResultBody): readonly RatioBar[] {
  const test = result.groups.find(({ condition }) => condition === TEST_ALONE);
  const group = shortName(result);
  return sortedGroups(result).flatMap((conditioned): readonly RatioBar[] => {
    if (conditioned === test) return [];
    const measured: Measured =
      conditioned.measure ??
      conditionRatio.run({
        conditioned: conditioned.peakToPeakUv,
        test: test?.peakToPeakUv ?? [],
      });
    const interval95 = pairOf(measured.details["interval95"]);
    const testUv = measured.details["testUv"];
    if (measured.value === null || interval95 === null || typeof testUv !== "number") return [];
    return [
      {
        group,
        label: conditioned.condition ?? "",
        ratio: measured.value,
        interval95,
        trials: conditioned.peakToPeakUv.map((uv) => uv / testUv),
        n: [conditioned.peakToPeakUv.length, test?.peakToPeakUv.length ?? 0],
      },
    ];
  });
}

export function sortedGroups(result: ResultBody): readonly StoredGroup[] {
  return inOrder(
    result.groups,
    ({ condition, isiMs }) => ({ label: condition ?? "", intervalMs: isiMs }),
    result,
  );
}

/** `SICI` for the library's `sici`; else the name of the protocol. */
function shortName({ protocol, label }: ResultBody): string {
  if (protocol !== null && /^[a-z]{3,5}$/.test(protocol)) return protocol.toUpperCase();
  return label ?? protocol ?? "ratio";
}

const CURVE_POINTS = 80;

export function recruitmentPlot(record: SessionRecord, result: ResultBody): NamedPicture | null {
  const trials = trialsOf(record, result).map(({ trial }) => trial);
  const points = trials.flatMap(({ rejected, peakToPeakUv, intensityPctMso }): readonly Point[] =>
    rejected || peakToPeakUv === null ? [] : [[intensityPctMso.at(-1) ?? 0, peakToPeakUv]],
  );
  if (points.length === 0) return null;
  const title = result.label ?? "Recruitment curve";
  const data: RecruitmentData = {
    title,
    points,
    rejected: trials.filter(({ rejected }) => rejected).length,
    ...curveOf(result.measures.find(({ measure }) => measure === "recruitment-curve")),
    note: record.line.simulated ? "Simulated." : "",
  };
  return { name: "recruitment", title, svg: recruitmentPicture(data) };
}

type Curve = Pick<RecruitmentData, "curve" | "band" | "s50PctMso">;

/** The curve between the intensities too, by the formula of the measure; the band only where it was computed. */
function curveOf(measure: StoredMeasure | undefined): Curve {
  const none: Curve = { curve: null, band: null, s50PctMso: null };
  const { maxUv, s50PctMso, slopePctMso, floorUv, intensities, bandLowUv, bandHighUv } =
    measure?.details ?? {};
  const levels = numbersOf(intensities);
  const known = [maxUv, s50PctMso, slopePctMso].every((value) => typeof value === "number");
  if (!known || levels.length < 2) return none;
  const [max, s50, slope] = [Number(maxUv), Number(s50PctMso), Number(slopePctMso)];
  const floor = typeof floorUv === "number" ? floorUv : 0;
  const [from = 0, to = 0] = [levels[0], levels.at(-1)];
  const height = (x: number): number => floor + max / (1 + Math.exp((s50 - x) / slope));
  const xs = Array.from(
    { length: CURVE_POINTS },
    (_, i) => from + ((to - from) * i) / (CURVE_POINTS - 1),
  );
  const lows = numbersOf(bandLowUv);
  const highs = numbersOf(bandHighUv);
  const hasBand = lows.length === levels.length && highs.length === levels.length;
  /** The distance from the curve, as a factor, runs straight from one intensity to the next. */
  const edge = (x: number, edges: readonly number[]): number =>
    height(x) *
    Math.exp(
      between(
        levels,
        edges.map((uv, i) => Math.log(uv / height(levels[i] ?? 0))),
        x,
      ),
    );
  return {
    curve: xs.map((x): Point => [x, height(x)]),
    band: hasBand ? xs.map((x) => ({ x, low: edge(x, lows), high: edge(x, highs) })) : null,
    s50PctMso: s50 >= from && s50 <= to ? s50 : null,
  };
}

/** By straight lines between known places, which rise. */
function between(xs: readonly number[], ys: readonly number[], x: number): number {
  const upper = Math.max(
    1,
    xs.findIndex((known) => known >= x - 1e-9),
  );
  const [x0 = 0, x1 = 1] = [xs[upper - 1], xs[upper]];
  const [y0 = 0, y1 = 0] = [ys[upper - 1], ys[upper]];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

function numbersOf(value: unknown): readonly number[] {
  if (!Array.isArray(value)) return [];
  const numbers: readonly unknown[] = value;
  return numbers.filter((one) => typeof one === "number");
}

export function amplitudesPlot(record: SessionRecord, result: ResultBody): NamedPicture | null {
  if (result.groups.every(({ peakToPeakUv }) => peakToPeakUv.length === 0)) return null;
  const title = `Size of the responses: ${result.label ?? result.protocol ?? result.what}`;
  const svg = amplitudesPicture({
    title,
    groups: sortedGroups(result)
      .slice(0, 12)
      .map((group) => ({
        label: group.condition ?? "all",
        trialsUv: group.peakToPeakUv,
        rejected: group.rejected,
        ...meanOfGroup(group),
      })),
    note: record.line.simulated ? "Simulated." : "",
  });
  return { name: "amplitudes", title, svg };
}

export function hotspotPlot(record: SessionRecord, result: ResultBody): NamedPicture | null {
  const sites = result.groups.flatMap((group) => {
    const { meanUv } = meanOfGroup(group);
    const mean = meanUv ?? (group.peakToPeakUv.length === 0 ? null : plainMean(group.peakToPeakUv));
    if (mean === null) return [];
    const name = group.condition ?? "";
    return [{ name, at: placeOf(name), meanUv: mean, n: group.n, rejected: group.rejected }];
  });
  const [first] = sites;
  if (first === undefined) return null;
  const largest = sites.reduce((best, site) => (site.meanUv > best.meanUv ? site : best), first);
  const title = result.label ?? "Motor hotspot";
  const svg = hotspotMapPicture({
    title,
    sites,
    best: result.site ?? largest.name,
    note: record.line.simulated ? "Simulated." : "",
  });
  return { name: "hotspot", title, svg };
}

function plainMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `10 mm anterior 5 mm medial`, `centre`, `10 mm posterior centre`; null for any other words. */
export function placeOf(
  name: string,
): { readonly lateralMm: number; readonly anteriorMm: number } | null {
  const steps = [...name.matchAll(/(\d+(?:\.\d+)?) mm (anterior|posterior|medial|lateral)/g)];
  const rest = steps.reduce((left, [whole]) => left.replace(whole, ""), name);
  if (!/^\s*(?:centre|center)?\s*$/.test(rest) || (steps.length === 0 && rest.trim() === ""))
    return null;
  const along = (ahead: string, back: string): number =>
    steps.reduce((sum, [, mm, way]) => {
      if (way !== ahead && way !== back) return sum;
      return sum + (way === ahead ? 1 : -1) * Number(mm);
    }, 0);
  return { lateralMm: along("lateral", "medial"), anteriorMm: along("anterior", "posterior") };
}

export function afterEffectPlot(record: SessionRecord, result: ResultBody): NamedPicture | null {
  const trials = trialsOf(record, result);
  const endS = conditioningEndS(record, result);
  const blocks = result.groups.flatMap((group, i): readonly AfterEffectBlock[] => {
    const isBaseline = group.condition === TEST_ALONE || group.condition === result.baseline;
    const label = isBaseline ? (result.baseline ?? "before") : (group.condition ?? "");
    const { meanUv, interval95Uv } = meanOfGroup(group);
    if (meanUv === null || interval95Uv === null) return [];
    const times = trials.flatMap((one) => (one.label === label ? [one.trial.t] : []));
    const middleS = times.length === 0 ? null : plainMean(times);
    return [
      {
        label,
        minutes: middleS === null || endS === null ? i : (middleS - endS) / 60,
        meanUv,
        interval95Uv,
        trialsUv: group.peakToPeakUv,
        baseline: isBaseline,
      },
    ];
  });
  if (blocks.length === 0) return null;
  const title = result.label ?? "After-effect";
  const svg = afterEffectPicture({
    title,
    blocks: [...blocks].sort((a, b) => a.minutes - b.minutes),
    axis: endS === null ? "block, in order" : "time from the end of the treatment, min",
    zero: endS === null ? "" : "end of the treatment",
    note: record.line.simulated ? "Simulated." : "",
  });
  return { name: "after-effect", title, svg };
}

/** End of the last dose that no trial belongs to, s from the session's start; null: there is none. */
function conditioningEndS(record: SessionRecord, result: ResultBody): number | null {
  const measured = new Set(record.trials.map(({ intent }) => intent));
  const ends = record.doses.flatMap(({ intent, writtenMs }) => {
    if (!result.segments.includes(intent.segment) || measured.has(intent.seq)) return [];
    if (writtenMs === null) return [];
    const { shape } = intent.dose;
    const lastMs = writtenMs + pulseOffsetMs(shape, pulseCount(shape) - 1);
    return [(lastMs - record.start.clockStartMs) / 1000];
  });
  return ends.length === 0 ? null : ends.reduce((a, b) => Math.max(a, b));
}

/** The listed patterns, recognised by the instants of the pulses. A name alone is worth nothing. */
import type { DeclaredPattern } from "../contract/dose.ts";
import type { LimitProfile, TbsShape } from "./limitProfile.ts";

/** A pattern that leaves the tables for conventional trains and has caps of its own. */
export type ListedPattern = "iTBS" | "cTBS" | "imTBS" | "QPS" | "mu-triplets" | "paired";

type Times = readonly number[];

function gaps(times: Times): number[] {
  return times.slice(1).map((time, i) => time - (times[i] ?? time));
}

function near(value: number, wanted: number, tolerance: number): boolean {
  return Math.abs(value - wanted) <= tolerance;
}

/** Cuts times into equal parts; null when the number does not divide. */
function chunks(times: Times, size: number): readonly Times[] | null {
  if (times.length === 0 || times.length % size !== 0) return null;
  const parts: Times[] = [];
  for (let i = 0; i < times.length; i += size) parts.push(times.slice(i, i + size));
  return parts;
}

/** Cuts times wherever the gap is longer than `longestMs`. */
function clusters(times: Times, longestMs: number): readonly Times[] {
  const parts: number[][] = [];
  let last: number | undefined;
  for (const time of times) {
    const part = parts.at(-1);
    if (part === undefined || last === undefined || time - last > longestMs) parts.push([time]);
    else part.push(time);
    last = time;
  }
  return parts;
}

function starts(parts: readonly Times[]): number[] {
  return parts.map((part) => part[0] ?? Number.NaN);
}

function isTbs(times: Times, shape: TbsShape, limits: LimitProfile): boolean {
  const { tbs, tolerance } = limits.patterns;
  const bursts = chunks(times, tbs.pulsesPerBurst);
  if (bursts === null) return false;
  const oneRate = tbs.intraBurstHz.some((hz) =>
    bursts.every((burst) =>
      gaps(burst).every((gap) => near(gap, 1000 / hz, tolerance.intraBurstMs)),
    ),
  );
  if (!oneRate) return false;
  const trains = clusters(starts(bursts), tbs.burstPeriodMs + tolerance.burstPeriodMs);
  const period = shape.trainPeriodMs;
  return (
    trains.length <= shape.trains &&
    (period !== null || trains.length === 1) &&
    trains.every(
      (train) =>
        train.length <= shape.burstsPerTrain &&
        gaps(train).every((gap) => near(gap, tbs.burstPeriodMs, tolerance.burstPeriodMs)),
    ) &&
    gaps(starts(trains)).every((gap) => period !== null && gap >= period - tolerance.burstPeriodMs)
  );
}

function isQps(times: Times, limits: LimitProfile): boolean {
  const { qps, tolerance } = limits.patterns;
  const bursts = chunks(times, qps.pulsesPerBurst);
  if (bursts === null || bursts.length > qps.bursts) return false;
  const isiMs = gaps(bursts[0] ?? [])[0] ?? 0;
  const [shortest, longest] = qps.isiMs;
  return (
    isiMs >= shortest - 1e-6 &&
    isiMs <= longest + 1e-6 &&
    bursts.every((burst) => gaps(burst).every((gap) => near(gap, isiMs, tolerance.intraBurstMs))) &&
    gaps(starts(bursts)).every((gap) => gap >= qps.burstPeriodMs - tolerance.burstPeriodMs)
  );
}

function isMuTriplets(times: Times, limits: LimitProfile): boolean {
  const { muTriplets, tolerance } = limits.patterns;
  const bursts = chunks(times, muTriplets.pulsesPerBurst);
  if (bursts === null || bursts.length > muTriplets.bursts) return false;
  return (
    bursts.every((burst) =>
      gaps(burst).every((gap) => near(gap, muTriplets.isiMs, tolerance.intraBurstMs)),
    ) &&
    gaps(starts(bursts)).every((gap) => gap >= muTriplets.burstPeriodMs - tolerance.burstPeriodMs)
  );
}

/** Single pulses and pairs with more than a train gap between them. */
function isPaired(times: Times, limits: LimitProfile): boolean {
  const [shortest, longest] = limits.patterns.paired.isiMs;
  return clusters(times, limits.grouping.trainGapMs).every((event) => {
    if (event.length === 1) return true;
    const isiMs = gaps(event)[0] ?? 0;
    return event.length === 2 && isiMs >= shortest - 1e-6 && isiMs <= longest + 1e-6;
  });
}

/**
 * The listed pattern that a block both declares and has, by the instants of all its pulses; null
 * when it declares none or its pulses are not where the pattern has them.
 */
export function recognise(
  declared: DeclaredPattern,
  times: Times,
  limits: LimitProfile,
): ListedPattern | null {
  const { tbs } = limits.patterns;
  switch (declared) {
    case "iTBS":
    case "cTBS":
    case "imTBS":
      return isTbs(times, tbs[declared], limits) ? declared : null;
    case "QPS":
      return isQps(times, limits) ? "QPS" : null;
    case "closed-loop-burst":
      return isMuTriplets(times, limits) ? "mu-triplets" : null;
    case "paired":
    case "threshold-tracking":
      return isPaired(times, limits) ? "paired" : null;
    case "conventional":
    case "single":
    case "pas":
    case "closed-loop-single":
    case "external":
    case "custom":
      return null;
  }
}

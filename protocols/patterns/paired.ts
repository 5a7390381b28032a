import { err, ok } from "../../src/base/result.ts";
import type { DoseDraft, ExpandProblem } from "../context.ts";
import { type ResolvedLevel, resolveLevel } from "../intensity.ts";
import type { Level, PairedPattern } from "../types.ts";
import {
  checkTotal,
  deviceCannot,
  draft,
  drawNextMs,
  lateLimitMs,
  missing,
  needsMore,
  type PatternContext,
  type PatternResult,
  roundingsOf,
} from "./shared.ts";
import { hostLimit, judge } from "./trainTiming.ts";

/** Pairs at several intervals and test pulses alone, in random order at random intervals. */
export function layPaired(pattern: PairedPattern, context: PatternContext): PatternResult {
  const problems: ExpandProblem[] = [];
  const { trialsPerCondition, unconditionedTrials, interPulseS } = pattern;
  if (trialsPerCondition === null) problems.push(missing(context, "trialsPerCondition", "trials per condition"));
  if (interPulseS === null) problems.push(missing(context, "interPulseS", "the interval between trials"));
  const isis = pattern.isiMs.filter((isi) => typeof isi === "number");
  problems.push(...latencyProblems(pattern.isiMs, context));
  const conditioning = level(pattern.conditioning, "conditioning", context, problems);
  const test = level(pattern.test, "test", context, problems);
  if (!context.expand.capabilities.deviceTimed.pair) {
    problems.push(deviceCannot(context, "it gives no pairs of pulses over its wire; magstim-bistim can"));
  }
  if (interPulseS !== null) problems.push(...tooClose(interPulseS[0], isis, context));
  if (trialsPerCondition !== null) {
    const pulses = 2 * trialsPerCondition * pattern.isiMs.length + (unconditionedTrials ?? 0);
    problems.push(...checkTotal(context, pattern.totalPulses, pulses, "the sum over the conditions"));
  }
  if (trialsPerCondition === null || interPulseS === null || conditioning === null || test === null || problems.length > 0) {
    return err(problems);
  }
  for (const isiMs of isis) {
    const [first] = judge(context, { kind: "pair", isiMs }, [conditioning.pctMso, test.pctMso], test).filter(
      (problem) => problem.rule === "DEV-01",
    );
    if (first !== undefined) problems.push({ ...deviceCannot(context, first.detail), rule: first.rule });
  }
  if (problems.length > 0) return err(problems);

  const alone = Array.from({ length: unconditionedTrials ?? 0 }, () => null);
  const trials = context.order.shuffle<number | null>([
    ...isis.flatMap((isi) => Array.from({ length: trialsPerCondition }, () => isi)),
    ...alone,
  ]);
  const doses: DoseDraft[] = [];
  let dueMs = 0;
  for (const [i, isiMs] of trials.entries()) {
    if (i > 0) dueMs = drawNextMs(dueMs, interPulseS, context.jitter);
    const place = { train: i + 1, trains: trials.length, lateLimitMs: lateLimitMs(interPulseS[0] * 1000) };
    doses.push(
      isiMs === null
        ? draft(dueMs, { kind: "pulse" }, test, { ...place, condition: "test alone" })
        : {
            ...draft(dueMs, { kind: "pair", isiMs }, test, { ...place, condition: `ISI ${isiMs} ms` }),
            intensityPctMso: [conditioning.pctMso, test.pctMso],
          },
    );
  }
  const lastIsiMs = trials.at(-1) ?? 0;
  return ok({ doses, endMs: dueMs + lastIsiMs, roundings: roundingsOf([conditioning, test]) });
}

/** A nerve stimulus is not an output of this stimulator; anything else goes by its base. */
export function level(
  spec: Level,
  key: string,
  context: PatternContext,
  problems: ExpandProblem[],
): ResolvedLevel | null {
  if (isNerveStimulus(spec)) {
    problems.push(needsMore(context, `the conditioning stimulus is electrical (${spec.base}): it needs a peripheral stimulator, and none is driven here`));
    return null;
  }
  const found = resolveLevel(spec, context.intensity.hemisphere, `${context.at}pattern.${key}`, context.expand);
  if (found.ok) return found.value;
  problems.push(found.error);
  return null;
}

export function isNerveStimulus(spec: Level): boolean {
  return /\bnerve\b|perceptual threshold/i.test(spec.base);
}

/** Intervals that hang on a latency of the subject. */
export function latencyProblems(isiMs: readonly (number | string)[], context: PatternContext): readonly ExpandProblem[] {
  const latencies = isiMs.filter((isi) => typeof isi === "string");
  if (latencies.length === 0) return [];
  const detail = `the intervals ${latencies.join(", ")} need the subject's N20 latency from evoked potentials`;
  return [{ kind: "to-be-measured", field: `${context.at}pattern.isiMs`, detail }];
}

function tooClose(shortestS: number, isis: readonly number[], context: PatternContext): readonly ExpandProblem[] {
  const { hostMinIntervalMs } = context.expand.capabilities;
  const gapMs = shortestS * 1000 - Math.max(0, ...isis);
  return gapMs >= hostMinIntervalMs ? [] : [deviceCannot(context, hostLimit(gapMs, hostMinIntervalMs))];
}

import { err, ok } from "../../src/base/result.ts";
import type { DoseShape, PhaseTarget } from "../../src/contract/dose.ts";
import type { DoseDraft, ExpandProblem } from "../context.ts";
import type { ResolvedLevel } from "../intensity.ts";
import type {
  ClosedLoopBurstPattern,
  ClosedLoopSinglePattern,
  Figure,
  IntervalRange,
} from "../types.ts";
import {
  checkTotal,
  deviceCannot,
  draft,
  drawNextMs,
  inconsistent,
  lateLimitMs,
  levelsByTrain,
  missingOf,
  needsMore,
  type PatternContext,
  type PatternResult,
  roundingsOf,
  tooMany,
} from "./shared.ts";
import { cannotRepresent, judge, probeDose } from "./trainTiming.ts";
import { trialInterval } from "./trialInterval.ts";

/*
 * Pulses that wait for a phase of the EEG. Their instants in the plan are the earliest ones: what a dose waits
 * moves everything after it, so no interval comes out shorter than the one drawn here.
 */

/** A dose that found no phase in so long a time finds none: twenty turns of the slowest rhythm. */
const LONGEST_WAIT_MS = 2000;

/** Bands of rhythms by their names, Hz (mu: Zrenner 2018). */
const BANDS: Readonly<Record<string, readonly [number, number]>> = {
  mu: [8, 13],
  alpha: [8, 13],
};

/** Single pulses at phases in random order, as evenly spread as their number allows. */
export function layClosedLoopSingle(
  pattern: ClosedLoopSinglePattern,
  context: PatternContext,
): PatternResult {
  const { interPulseS, totalPulses, trigger } = pattern;
  const problems = missingOf(context, [
    ["totalPulses", totalPulses, "the number of pulses"],
    ["interPulseS", interPulseS, "the interval between pulses"],
    ["trigger.toleranceRad", trigger.toleranceRad, "how far a pulse may be from its phase"],
  ]);
  const conditions = conditionsOf(trigger.phases, context, problems);
  return lay(
    {
      rhythm: trigger.rhythm,
      toleranceRad: trigger.toleranceRad,
      conditions,
      shape: { kind: "pulse" },
      starts: totalPulses,
      betweenS: interPulseS,
    },
    context,
    problems,
  );
}

/** The tolerance of single pulses (Zrenner 2018), where a pattern has no field for one. */
const BURST_TOLERANCE_RAD = 0.1;

/** Bursts at one phase; the first of several that the source names is the one that is given. */
export function layClosedLoopBursts(
  pattern: ClosedLoopBurstPattern,
  context: PatternContext,
): PatternResult {
  const { bursts, intraBurstHz, pulsesPerBurst, totalPulses, trigger } = pattern;
  const { minInterTriggerS } = trigger;
  const problems = missingOf(context, [
    ["pulsesPerBurst", pulsesPerBurst, "pulses per burst"],
    ["intraBurstHz", intraBurstHz, "the frequency inside a burst"],
    ["bursts", bursts, "the number of bursts"],
    ["trigger.minInterTriggerS", minInterTriggerS, "the shortest time between bursts"],
  ]);
  if (bursts !== null && pulsesPerBurst !== null) {
    const how = `${bursts} bursts of ${pulsesPerBurst}`;
    problems.push(...checkTotal(context, totalPulses, bursts * pulsesPerBurst, how));
  }
  if (!context.expand.capabilities.deviceTimed.burst)
    problems.push(deviceCannot(context, "it makes no bursts from one start"));
  const [named = ""] = trigger.phase.split("(");
  return lay(
    {
      rhythm: trigger.rhythm,
      toleranceRad: BURST_TOLERANCE_RAD,
      conditions: conditionsOf([named.trim()], context, problems),
      shape: { kind: "burst", pulses: pulsesPerBurst ?? 1, isiMs: 1000 / (intraBurstHz ?? 1) },
      starts: bursts,
      betweenS: minInterTriggerS === null ? null : [minInterTriggerS, minInterTriggerS],
    },
    context,
    problems,
  );
}

interface Condition {
  readonly name: string;
  /** Null: each dose draws its own. */
  readonly targetRad: number | null;
}

const PHASES: Readonly<Record<string, number | null>> = {
  peak: 0,
  "positive peak": 0,
  trough: Math.PI,
  "negative peak": Math.PI,
  random: null,
};

function conditionsOf(
  phases: readonly string[],
  context: PatternContext,
  problems: ExpandProblem[],
): readonly Condition[] {
  return phases.flatMap((name): readonly Condition[] => {
    const targetRad = PHASES[name];
    if (targetRad !== undefined) return [{ name, targetRad }];
    const known = Object.keys(PHASES).join(", ");
    problems.push(inconsistent(context, "trigger", `no phase "${name}": one of ${known}`));
    return [];
  });
}

interface Loop {
  readonly rhythm: string;
  readonly toleranceRad: Figure;
  readonly conditions: readonly Condition[];
  readonly shape: DoseShape;
  readonly starts: Figure;
  readonly betweenS: IntervalRange | null;
}

function lay(loop: Loop, context: PatternContext, problems: ExpandProblem[]): PatternResult {
  const { betweenS, conditions, shape, starts, toleranceRad } = loop;
  const bandHz = bandOf(loop.rhythm);
  problems.push(...rigProblems(loop.rhythm, bandHz, context), ...tooMany(context, starts ?? 0));
  const levels = levelsByTrain(context, starts ?? 1);
  if (!levels.ok) return err([...problems, ...levels.error]);
  const refusal = cannotRepresent(context, judge(context, shape, levels.value.all));
  if (refusal !== null) problems.push(refusal);
  if (starts === null || betweenS === null || toleranceRad === null || bandHz === null)
    return err(problems);
  if (problems.length > 0) return err(problems);
  const interval = trialInterval(context, betweenS, successions(shape, levels.value.all));
  if (!interval.ok) return interval;
  const { rangeS, roundings } = interval.value;
  const order = context.order.shuffle(spread(conditions, starts));
  const limitMs = Math.min(
    lateLimitMs(rangeS[0] * 1000),
    (1000 * toleranceRad) / (2 * Math.PI * bandHz[1]),
  );
  const doses: DoseDraft[] = [];
  let dueMs = 0;
  for (const [i, { name, targetRad }] of order.entries()) {
    if (i > 0) dueMs = drawNextMs(dueMs, rangeS, context.jitter);
    const drawn = context.order.between(-Math.PI, Math.PI);
    const phase: PhaseTarget = {
      bandHz,
      targetRad: targetRad ?? drawn,
      longestWaitMs: LONGEST_WAIT_MS,
    };
    const place = { train: i + 1, trains: starts, condition: name, lateLimitMs: limitMs, phase };
    doses.push(draft(dueMs, shape, levels.value.of(i + 1), place));
  }
  return ok({ doses, endMs: dueMs, roundings: [...roundingsOf(levels.value.all), ...roundings] });
}

function rigProblems(
  rhythm: string,
  bandHz: readonly [number, number] | null,
  context: PatternContext,
): readonly ExpandProblem[] {
  const problems: ExpandProblem[] = [];
  if (context.expand.eeg !== true) {
    const detail = `pulses wait for a phase of the EEG (${rhythm}): it needs an EEG amplifier with an electrode over the target`;
    problems.push(needsMore(context, detail));
  }
  if (bandHz === null) {
    const known = Object.keys(BANDS).join(", ");
    const detail = `no band is known for the rhythm "${rhythm}": one of ${known}, or a band such as 8-13 Hz`;
    problems.push(inconsistent(context, "trigger.rhythm", detail));
  }
  return problems;
}

/** A band that is written out is taken as written; else the usual one of the rhythm. */
function bandOf(rhythm: string): readonly [number, number] | null {
  const written = /(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)\s*Hz/.exec(rhythm);
  if (written !== null) {
    const [low, high] = [Number(written[1]), Number(written[2])];
    return low > 0 && high > low ? [low, high] : null;
  }
  return BANDS[rhythm.trim().toLowerCase()] ?? null;
}

/** Each condition as often as the others; what does not divide goes to the first ones. */
function spread(conditions: readonly Condition[], starts: number): readonly Condition[] {
  return Array.from({ length: starts }, (_, i) => conditions[i % conditions.length]).filter(
    (condition) => condition !== undefined,
  );
}

function successions(
  shape: DoseShape,
  levels: readonly ResolvedLevel[],
): Parameters<typeof trialInterval>[2] {
  return levels.map(({ pctMso }) => {
    const kind = { words: `${pctMso} %MSO`, dose: probeDose(shape, [pctMso]) };
    return [kind, kind];
  });
}

import { err, ok, type Result } from "../../src/base/result.ts";
import type { DoseDraft, ExpandProblem } from "../context.ts";
import { type ResolvedLevel, resolveLevel } from "../intensity.ts";
import type { SinglePattern } from "../types.ts";
import {
  draft,
  drawNextMs,
  inconsistent,
  lateLimitMs,
  levelsByTrain,
  missing,
  missingOf,
  type PatternContext,
  type PatternResult,
  roundingsOf,
  tooMany,
} from "./shared.ts";
import { probeDose } from "./trainTiming.ts";
import { inAnyOrder, type Succession, type TrialKind, trialInterval } from "./trialInterval.ts";

interface Trial {
  readonly level: ResolvedLevel;
  readonly condition: string | null;
}

/** Single pulses with a random interval; several levels come in random order, equally often. */
export function laySingle(pattern: SinglePattern, context: PatternContext): PatternResult {
  const { totalPulses, interPulseS } = pattern;
  const problems = [
    ...(totalPulses === null ? [unknownCount(context)] : tooMany(context, totalPulses)),
    ...missingOf(context, [["interPulseS", interPulseS, "the interval between pulses"]]),
  ];
  const trials = makeTrials(totalPulses, context);
  if (!trials.ok) problems.push(...trials.error);
  if (totalPulses === null || interPulseS === null) return err(problems);
  if (!trials.ok || problems.length > 0) return err(problems);
  const drawn = trialInterval(context, interPulseS, successionsOf(trials.value, context));
  if (!drawn.ok) return err(drawn.error);
  const { rangeS } = drawn.value;

  const doses: DoseDraft[] = [];
  let dueMs = 0;
  for (const [i, { level, condition }] of trials.value.entries()) {
    if (i > 0) dueMs = drawNextMs(dueMs, rangeS, context.jitter);
    doses.push(
      draft(dueMs, { kind: "pulse" }, level, {
        train: i + 1,
        trains: totalPulses,
        condition,
        lateLimitMs: lateLimitMs(rangeS[0] * 1000),
      }),
    );
  }
  const roundings = roundingsOf(trials.value.map(({ level }) => level));
  return ok({ doses, endMs: dueMs, roundings: [...roundings, ...drawn.value.roundings] });
}

/** Levels in random order may meet in any order, whatever order was drawn; others in theirs alone. */
function successionsOf(
  trials: readonly Trial[],
  { intensity }: PatternContext,
): readonly Succession[] {
  const kinds = new Map<number, TrialKind & { trials: number }>();
  const kindOf = ({ level: { pctMso } }: Trial): TrialKind & { trials: number } => {
    const dose = probeDose({ kind: "pulse" }, [pctMso]);
    const held = kinds.get(pctMso) ?? { words: `${pctMso} %MSO`, dose, trials: 0 };
    kinds.set(pctMso, held);
    return held;
  };
  const steps = new Map<string, Succession>();
  for (const [i, trial] of trials.entries()) {
    const next = kindOf(trial);
    next.trials += 1;
    const last = trials[i - 1];
    if (last === undefined) continue;
    const before = kindOf(last);
    steps.set(`${before.words} > ${next.words}`, [before, next]);
  }
  return intensity.values === null ? [...steps.values()] : inAnyOrder([...kinds.values()]);
}

/** A procedure that hunts for a value decides itself how many pulses it takes. */
function unknownCount(context: PatternContext): ExpandProblem {
  if (!context.intensity.toBeMeasured) {
    return missing(context, "totalPulses", "the number of pulses");
  }
  const detail = "the procedure itself decides how many pulses it needs";
  return { kind: "to-be-measured", field: `${context.at}pattern.totalPulses`, detail };
}

/** The trials in the order of delivery; with an unknown count only the levels are looked at. */
function makeTrials(
  pulses: number | null,
  context: PatternContext,
): Result<readonly Trial[], readonly ExpandProblem[]> {
  const { values } = context.intensity;
  if (values !== null) return shuffledLevels(pulses ?? values.length, values, context);
  const levels = levelsByTrain(context, pulses ?? 1);
  if (!levels.ok) return levels;
  const { of } = levels.value;
  return ok(Array.from({ length: pulses ?? 0 }, (_, i) => ({ level: of(i + 1), condition: null })));
}

function shuffledLevels(
  pulses: number,
  values: readonly number[],
  context: PatternContext,
): Result<readonly Trial[], readonly ExpandProblem[]> {
  const { base, hemisphere } = context.intensity;
  const each = pulses / values.length;
  const problems: ExpandProblem[] = [];
  if (!Number.isInteger(each)) {
    const detail = `${pulses} pulses do not spread evenly over ${values.length} levels`;
    problems.push(inconsistent(context, "totalPulses", detail));
  }
  const trials: Trial[] = [];
  for (const value of values) {
    const field = `${context.at}intensity`;
    const level = resolveLevel({ value, base }, hemisphere, field, context.expand);
    // All levels share one base: one report says it for all of them.
    if (!level.ok) return err([...problems, level.error]);
    const trial = { level: level.value, condition: `${value} ${base}` };
    trials.push(...Array.from({ length: Math.floor(each) }, () => trial));
  }
  return problems.length > 0 ? err(problems) : ok(context.order.shuffle(trials));
}

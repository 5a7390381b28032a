import { err, ok, type Result } from "../../src/base/result.ts";
import type { DoseDraft, ExpandProblem } from "../context.ts";
import { type ResolvedLevel, resolveIntensity, resolveLevel } from "../intensity.ts";
import type { SinglePattern } from "../types.ts";
import {
  deviceCannot,
  draft,
  drawNextMs,
  inconsistent,
  lateLimitMs,
  MAX_DOSES,
  missing,
  type PatternContext,
  type PatternResult,
  rampPct,
  roundingsOf,
} from "./shared.ts";
import { hostLimit } from "./trainTiming.ts";

interface Trial {
  readonly level: ResolvedLevel;
  readonly condition: string | null;
}

/** Single pulses with a random interval; several levels come in random order, equally often. */
export function laySingle(pattern: SinglePattern, context: PatternContext): PatternResult {
  const problems: ExpandProblem[] = [];
  const { totalPulses, interPulseS } = pattern;
  if (totalPulses === null) problems.push(unknownCount(context));
  if (interPulseS === null) problems.push(missing(context, "interPulseS", "the interval between pulses"));
  const { hostMinIntervalMs } = context.expand.capabilities;
  if (interPulseS !== null && interPulseS[0] * 1000 < hostMinIntervalMs) {
    problems.push(deviceCannot(context, hostLimit(interPulseS[0] * 1000, hostMinIntervalMs)));
  }
  if (totalPulses !== null && totalPulses > MAX_DOSES) {
    problems.push(inconsistent(context, "totalPulses", `more than ${MAX_DOSES} pulses`));
  }
  const trials = makeTrials(totalPulses, context);
  if (!trials.ok) problems.push(...trials.error);
  if (totalPulses === null || interPulseS === null || !trials.ok || problems.length > 0) return err(problems);

  const doses: DoseDraft[] = [];
  let dueMs = 0;
  for (const [i, trial] of trials.value.entries()) {
    if (i > 0) dueMs = drawNextMs(dueMs, interPulseS, context.jitter);
    doses.push(
      draft(dueMs, { kind: "pulse" }, trial.level, {
        train: i + 1,
        trains: totalPulses,
        condition: trial.condition,
        lateLimitMs: lateLimitMs(interPulseS[0] * 1000),
      }),
    );
  }
  return ok({ doses, endMs: dueMs, roundings: roundingsOf(trials.value.map((trial) => trial.level)) });
}

/** A procedure that hunts for a value decides itself how many pulses it takes. */
function unknownCount(context: PatternContext): ExpandProblem {
  if (!context.intensity.toBeMeasured) return missing(context, "totalPulses", "the number of pulses");
  const detail = "the procedure itself decides how many pulses it needs";
  return { kind: "to-be-measured", field: `${context.at}pattern.totalPulses`, detail };
}

/** The trials in the order of delivery; with an unknown count only the levels are resolved. */
function makeTrials(pulses: number | null, context: PatternContext): Result<readonly Trial[], readonly ExpandProblem[]> {
  const { intensity, expand } = context;
  const field = `${context.at}intensity`;
  if (intensity.values === null) {
    const steps = Math.min(pulses ?? 1, intensity.ramp?.trains ?? 1);
    const levels: ResolvedLevel[] = [];
    for (let train = 1; train <= steps; train++) {
      const level = resolveIntensity(intensity, rampPct(intensity.ramp, train), field, expand);
      if (!level.ok) return err([level.error]);
      levels.push(level.value);
    }
    const last = levels.at(-1) as ResolvedLevel;
    return ok(Array.from({ length: pulses ?? 0 }, (_, i) => ({ level: levels[i] ?? last, condition: null })));
  }
  const problems: ExpandProblem[] = [];
  const each = (pulses ?? 0) / intensity.values.length;
  if (!Number.isInteger(each)) {
    const detail = `${pulses} pulses do not spread evenly over ${intensity.values.length} levels`;
    problems.push(inconsistent(context, "totalPulses", detail));
  }
  const perLevel: Trial[] = [];
  for (const value of intensity.values) {
    const level = resolveLevel({ value, base: intensity.base }, intensity.hemisphere, field, expand);
    // All levels share one base: one report says it for all of them.
    if (!level.ok) return err([...problems, level.error]);
    perLevel.push({ level: level.value, condition: `${value} ${intensity.base}` });
  }
  if (problems.length > 0) return err(problems);
  return ok(context.order.shuffle(perLevel.flatMap((trial) => Array.from({ length: each }, () => trial))));
}

import { err } from "../../src/base/result.ts";
import type { ExpandProblem } from "../context.ts";
import { resolveIntensity } from "../intensity.ts";
import type { ThresholdTrackingPattern } from "../types.ts";
import { isAcross } from "./across.ts";
import { isNerveStimulus, latencyProblems, level, nervePairing, pairProblems } from "./paired.ts";
import { needsMore, type PatternContext, type PatternResult } from "./shared.ts";

/**
 * A pattern whose levels are not known before the run: the test intensity follows the responses. It is refused
 * with all that it would need.
 */
export function layThresholdTracking(
  pattern: ThresholdTrackingPattern,
  context: PatternContext,
): PatternResult {
  const problems: ExpandProblem[] = [];
  const detail = `every pulse follows the response to the one before (target ${pattern.targetUv ?? "?"} uV)`;
  problems.push({ kind: "to-be-measured", field: `${context.at}pattern.targetUv`, detail });
  problems.push(...latencyProblems(pattern.isiMs, context));
  if (isAcross(pattern.conditioning))
    problems.push(needsMore(context, "no threshold is tracked with a second stimulator"));
  else if (isNerveStimulus(pattern.conditioning))
    nervePairing(pattern.conditioning, context, problems);
  else {
    level(pattern.conditioning, "conditioning", context, problems);
    problems.push(...pairProblems(context));
  }
  problems.push(...intensityProblems(context));
  return err(problems);
}

function intensityProblems(context: PatternContext): readonly ExpandProblem[] {
  const found = resolveIntensity(context.intensity, 100, `${context.at}intensity`, context.expand);
  return found.ok ? [] : [found.error];
}

import { err } from "../../src/base/result.ts";
import type { ExpandProblem } from "../context.ts";
import { resolveIntensity } from "../intensity.ts";
import type {
  ClosedLoopBurstPattern,
  ClosedLoopSinglePattern,
  ThresholdTrackingPattern,
} from "../types.ts";
import { isAcross } from "./across.ts";
import { isNerveStimulus, latencyProblems, level, nervePairing, pairProblems } from "./paired.ts";
import { missingOf, needsMore, type PatternContext, type PatternResult } from "./shared.ts";

/*
 * Patterns whose pulse times or levels are not known before the run. Each is refused with all that
 * it would need.
 */

/** The test intensity follows the responses. */
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

/** Pulses that wait for a phase of the brain's rhythm. */
export function layClosedLoop(
  pattern: ClosedLoopBurstPattern | ClosedLoopSinglePattern,
  context: PatternContext,
): PatternResult {
  const problems: ExpandProblem[] = [
    needsMore(
      context,
      `pulses wait for a phase of the EEG (${pattern.trigger.rhythm}): it needs an EEG amplifier, and none is read here in real time`,
    ),
  ];
  problems.push(
    ...missingOf(context, [["totalPulses", pattern.totalPulses, "the number of pulses"]]),
  );
  problems.push(...intensityProblems(context));
  return err(problems);
}

function intensityProblems(context: PatternContext): readonly ExpandProblem[] {
  const found = resolveIntensity(context.intensity, 100, `${context.at}intensity`, context.expand);
  return found.ok ? [] : [found.error];
}

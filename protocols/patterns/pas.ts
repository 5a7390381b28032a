import { err, ok } from "../../src/base/result.ts";
import type { ExpandProblem } from "../context.ts";
import { resolveIntensity } from "../intensity.ts";
import type { PasPattern } from "../types.ts";
import { isNerveStimulus, level, nervePairing } from "./paired.ts";
import {
  checkTotal,
  lateLimitMs,
  missingOf,
  needsMore,
  type PatternContext,
  type PatternResult,
  roundingsOf,
  tooClose,
  tooMany,
} from "./shared.ts";

/** Paired associative stimulation: a nerve stimulus before every pulse, at one interval. */
export function layPas(pattern: PasPattern, context: PatternContext): PatternResult {
  const { isiMs, pairs, pairIntervalS, conditioning, totalPulses } = pattern;
  const problems: ExpandProblem[] = missingOf(context, [
    ["isiMs", isiMs, "the interval of a pair"],
    ["pairs", pairs, "the number of pairs"],
    ["pairIntervalS", pairIntervalS, "the interval between pairs"],
  ]);
  if (!isNerveStimulus(conditioning)) {
    level(conditioning, "conditioning", context, problems);
    problems.push(needsMore(context, "its first stimulus is no stimulus of a nerve"));
  }
  const pairing = nervePairing(conditioning, context, problems);
  const at = `${context.at}intensity`;
  const test = resolveIntensity(context.intensity, 100, at, context.expand);
  if (!test.ok) problems.push(test.error);
  if (pairs !== null) {
    problems.push(...checkTotal(context, totalPulses, pairs, `${pairs} pairs of one pulse`));
    problems.push(...tooMany(context, pairs));
  }
  if (pairIntervalS !== null && isiMs !== null)
    problems.push(...tooClose(context, pairIntervalS * 1000 - isiMs));
  if (isiMs === null || pairs === null || pairIntervalS === null) return err(problems);
  if (!test.ok || pairing === null || problems.length > 0) return err(problems);
  const periodMs = pairIntervalS * 1000;
  const doses = Array.from({ length: pairs }, (_, i) =>
    pairing.lay(i * periodMs, { isiMs, condition: `ISI ${isiMs} ms` }, test.value, {
      train: i + 1,
      trains: pairs,
      lateLimitMs: lateLimitMs(periodMs),
      condition: `ISI ${isiMs} ms`,
    }),
  );
  return ok({ doses, endMs: (pairs - 1) * periodMs, roundings: roundingsOf([test.value]) });
}

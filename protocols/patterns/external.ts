import { err, ok } from "../../src/base/result.ts";
import type { DoseShape } from "../../src/contract/dose.ts";
import type { DoseDraft } from "../context.ts";
import type { ExternalPattern } from "../types.ts";
import {
  checkTotal,
  deviceCannot,
  draft,
  lateLimitMs,
  levelsByTrain,
  missingOf,
  type PatternContext,
  type PatternResult,
  tooMany,
} from "./shared.ts";
import { cannotRepresent, judge } from "./trainTiming.ts";

/**
 * Windows in which somebody else starts the pulses: pulsetrain sets, arms, counts and records. Every
 * figure is a ceiling, and the gate weighs the plan as if all of them were reached.
 */
export function layExternal(pattern: ExternalPattern, context: PatternContext): PatternResult {
  const { maxPulses, maxRateHz, windowS, windows, interWindowS, startedBy } = pattern;
  const restS = windows === 1 ? 0 : interWindowS;
  const problems = missingOf(context, [
    ["maxPulses", maxPulses, "the most pulses of a window"],
    ["maxRateHz", maxRateHz, "the highest rate"],
    ["windowS", windowS, "how long a window is open"],
    ["interWindowS", restS, "the time between windows"],
  ]);
  const levels = levelsByTrain(context, windows);
  if (!levels.ok) problems.push(...levels.error);
  if (maxPulses === null || maxRateHz === null || windowS === null || restS === null || !levels.ok)
    return err(problems);
  const { externalTrigger, storedProtocol } = context.expand.capabilities;
  if (startedBy === "trigger" && !externalTrigger)
    problems.push(
      deviceCannot(context, "pulses at its trigger input cannot be held to a ceiling here"),
    );
  if (startedBy === "stored-protocol" && !storedProtocol)
    problems.push(
      deviceCannot(context, "it starts no stored protocol over its wire; magpro-x100 does"),
    );
  const how = `${windows} windows of at most ${maxPulses}`;
  problems.push(...checkTotal(context, pattern.totalPulses, windows * maxPulses, how));
  problems.push(...tooMany(context, windows * maxPulses));
  const shape: DoseShape = {
    kind: "external",
    maxPulses,
    minIntervalMs: 1000 / maxRateHz,
    windowMs: windowS * 1000,
    by: startedBy,
  };
  const refusal = cannotRepresent(context, judge(context, shape, levels.value.all));
  if (refusal !== null) problems.push(refusal);
  if (problems.length > 0) return err(problems);
  const periodMs = (windowS + restS) * 1000;
  const doses = Array.from({ length: windows }, (_, i): DoseDraft => {
    const place = { train: i + 1, trains: windows, lateLimitMs: lateLimitMs(windowS * 1000) };
    return draft(i * periodMs, shape, levels.value.of(i + 1), place);
  });
  const endMs = (windows - 1) * periodMs + windowS * 1000;
  return ok({ doses, endMs, roundings: levels.value.roundings });
}

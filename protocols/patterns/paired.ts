import { err, ok } from "../../src/base/result.ts";
import type { DoseShape } from "../../src/contract/dose.ts";
import type { DoseDraft, ExpandProblem } from "../context.ts";
import { type ResolvedLevel, resolveLevel } from "../intensity.ts";
import type { IntervalRange, Level, PairedPattern } from "../types.ts";
import { onSteps, type SteppedShape } from "./onSteps.ts";
import {
  checkTotal,
  deviceCannot,
  draft,
  drawNextMs,
  lateLimitMs,
  missingOf,
  needsMore,
  type PatternContext,
  type PatternResult,
  roundingsOf,
  tooClose,
  tooMany,
} from "./shared.ts";
import { cannotRepresent, probeDose } from "./trainTiming.ts";

type PairShape = Extract<DoseShape, { readonly kind: "pair" }>;

/** Pairs at several intervals and test pulses alone, in random order at random intervals. */
export function layPaired(pattern: PairedPattern, context: PatternContext): PatternResult {
  const { trialsPerCondition, interPulseS } = pattern;
  const isis = pattern.isiMs.filter((isi) => typeof isi === "number");
  const problems = [
    ...missingOf(context, [
      ["trialsPerCondition", trialsPerCondition, "trials per condition"],
      ["interPulseS", interPulseS, "the interval between trials"],
    ]),
    ...latencyProblems(pattern.isiMs, context),
  ];
  const conditioning = level(pattern.conditioning, "conditioning", context, problems);
  const test = level(pattern.test, "test", context, problems);
  if (!context.expand.capabilities.deviceTimed.pair) {
    const detail =
      "it gives no pairs of pulses over its wire; magstim-bistim and magpro-x100-option can";
    problems.push(deviceCannot(context, detail));
  }
  if (interPulseS !== null) {
    problems.push(...tooClose(context, interPulseS[0] * 1000 - Math.max(0, ...isis)));
  }
  if (trialsPerCondition !== null)
    problems.push(...countProblems(pattern, trialsPerCondition, context));
  if (trialsPerCondition === null || interPulseS === null) return err(problems);
  if (conditioning === null || test === null || problems.length > 0) return err(problems);
  const pairs: SteppedShape<PairShape>[] = [];
  for (const isiMs of isis) {
    const stepped = onSteps<PairShape>(context, { kind: "pair", isiMs });
    if (!stepped.ok) {
      problems.push(stepped.error);
      continue;
    }
    pairs.push(stepped.value);
    const probe = probeDose(stepped.value.shape, [conditioning.pctMso, test.pctMso]);
    const refusal = cannotRepresent(context, context.expand.model.judgeDose(probe));
    if (refusal !== null) problems.push(refusal);
  }
  if (problems.length > 0) return err(problems);

  const trials = context.order.shuffle<number | null>([
    ...pairs.flatMap(({ shape }) => Array.from({ length: trialsPerCondition }, () => shape.isiMs)),
    ...Array.from({ length: pattern.unconditionedTrials ?? 0 }, () => null),
  ]);
  return ok({
    ...layTrials(trials, interPulseS, conditioning, test, context),
    roundings: [
      ...roundingsOf([conditioning, test]),
      ...pairs.flatMap(({ roundings }) => roundings),
    ],
  });
}

/** Null among the trials stands for the test pulse alone. */
function layTrials(
  trials: readonly (number | null)[],
  interPulseS: IntervalRange,
  conditioning: ResolvedLevel,
  test: ResolvedLevel,
  context: PatternContext,
): { readonly doses: readonly DoseDraft[]; readonly endMs: number } {
  const doses: DoseDraft[] = [];
  const limitMs = lateLimitMs(interPulseS[0] * 1000);
  let dueMs = 0;
  for (const [i, isiMs] of trials.entries()) {
    if (i > 0) dueMs = drawNextMs(dueMs, interPulseS, context.jitter);
    const place = { train: i + 1, trains: trials.length, lateLimitMs: limitMs };
    if (isiMs === null) {
      doses.push(draft(dueMs, { kind: "pulse" }, test, { ...place, condition: "test alone" }));
    } else {
      const condition = `ISI ${isiMs} ms`;
      const pair = draft(dueMs, { kind: "pair", isiMs }, test, { ...place, condition });
      doses.push({ ...pair, intensityPctMso: [conditioning.pctMso, test.pctMso] });
    }
  }
  return { doses, endMs: dueMs + (trials.at(-1) ?? 0) };
}

function countProblems(
  pattern: PairedPattern,
  trialsPerCondition: number,
  context: PatternContext,
): readonly ExpandProblem[] {
  const alone = pattern.unconditionedTrials ?? 0;
  const pulses = 2 * trialsPerCondition * pattern.isiMs.length + alone;
  return [
    ...checkTotal(context, pattern.totalPulses, pulses, "the sum over the conditions"),
    ...tooMany(context, pulses),
  ];
}

/** The output of one stimulus of a pair; a nerve stimulus is none of this stimulator's. */
export function level(
  spec: Level,
  key: string,
  context: PatternContext,
  problems: ExpandProblem[],
): ResolvedLevel | null {
  if (isNerveStimulus(spec)) {
    const detail = `the conditioning stimulus is electrical (${spec.base}): it needs a peripheral stimulator, and none is driven here`;
    problems.push(needsMore(context, detail));
    return null;
  }
  const field = `${context.at}pattern.${key}`;
  const found = resolveLevel(spec, context.intensity.hemisphere, field, context.expand);
  if (found.ok) return found.value;
  problems.push(found.error);
  return null;
}

export function isNerveStimulus(spec: Level): boolean {
  return /\bnerve\b|perceptual threshold/i.test(spec.base);
}

/** Intervals that hang on a latency of the subject. */
export function latencyProblems(
  isiMs: readonly (number | string)[],
  context: PatternContext,
): readonly ExpandProblem[] {
  const latencies = isiMs.filter((isi) => typeof isi === "string");
  if (latencies.length === 0) return [];
  const detail = `the intervals ${latencies.join(", ")} need the subject's N20 latency from evoked potentials`;
  return [{ kind: "to-be-measured", field: `${context.at}pattern.isiMs`, detail }];
}

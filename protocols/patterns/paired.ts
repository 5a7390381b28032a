import { err, ok } from "../../src/base/result.ts";
import type { DoseShape, Rounding } from "../../src/contract/dose.ts";
import type { DoseDraft, ExpandProblem } from "../context.ts";
import { type ResolvedLevel, resolveLevel } from "../intensity.ts";
import type { IntervalRange, Level, PairedPattern } from "../types.ts";
import { acrossLevel, CONDITIONED_LATE_MS, isAcross } from "./across.ts";
import { onSteps } from "./onSteps.ts";
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
  tooMany,
} from "./shared.ts";
import { cannotRepresent, probeDose, probeOf } from "./trainTiming.ts";
import { inAnyOrder, trialInterval } from "./trialInterval.ts";

type PairShape = Extract<DoseShape, { readonly kind: "pair" }>;

/** Pairs at several intervals and test pulses alone, in random order at random intervals. */
export function layPaired(pattern: PairedPattern, context: PatternContext): PatternResult {
  const { trialsPerCondition, interPulseS } = pattern;
  const problems = missingOf(context, [
    ["trialsPerCondition", trialsPerCondition, "trials per condition"],
    ["interPulseS", interPulseS, "the interval between trials"],
  ]);
  const intervals = resolveIntervals(pattern.isiMs, context, problems);
  const test = level(pattern.test, "test", context, problems);
  const alone =
    pattern.alone === "test"
      ? test
      : level(pattern.conditioning, "conditioning", context, problems);
  const pairing = pairingOf(pattern, intervals, test, context, problems);
  if (trialsPerCondition !== null)
    problems.push(...countProblems(pattern, trialsPerCondition, context));
  if (trialsPerCondition === null || interPulseS === null) return err(problems);
  if (pairing === null || test === null || alone === null || problems.length > 0)
    return err(problems);
  const levels = { test, alone };
  const kinds = kindsOf(pattern, trialsPerCondition, intervals, pairing, levels);
  const drawn = trialInterval(context, interPulseS, inAnyOrder(kinds));
  if (!drawn.ok) return err(drawn.error);

  const trials = context.order.shuffle<Interval | null>([
    ...intervals.flatMap((interval) => Array.from({ length: trialsPerCondition }, () => interval)),
    ...Array.from({ length: pattern.unconditionedTrials ?? 0 }, () => null),
  ]);
  return ok({
    ...layTrials(trials, drawn.value.rangeS, pairing, levels, context),
    roundings: [...roundingsOf([test]), ...pairing.roundings, ...drawn.value.roundings],
  });
}

interface Levels {
  readonly test: ResolvedLevel;
  /** Of the pulse that stands alone. */
  readonly alone: ResolvedLevel;
}

/** The conditions of a block, and one pulse alone. */
function kindsOf(
  { unconditionedTrials }: PairedPattern,
  trialsPerCondition: number,
  intervals: readonly Interval[],
  { lay }: Pairing,
  { test, alone }: Levels,
): Parameters<typeof inAnyOrder>[0] {
  const place = { train: 1, trains: 1, lateLimitMs: 0 };
  const kind = (condition: string, dose: DoseDraft, trials: number) => ({
    words: condition,
    dose: probeOf(dose),
    trials,
  });
  return [
    ...intervals.map((interval) => {
      const { condition } = interval;
      return kind(condition, lay(0, interval, test, { ...place, condition }), trialsPerCondition);
    }),
    kind(TEST_ALONE, draft(0, { kind: "pulse" }, alone, place), unconditionedTrials ?? 0),
  ];
}

/** Null among the trials stands for one pulse alone. */
function layTrials(
  trials: readonly (Interval | null)[],
  interPulseS: IntervalRange,
  { lay }: Pairing,
  { test, alone }: Levels,
  context: PatternContext,
): { readonly doses: readonly DoseDraft[]; readonly endMs: number } {
  const limitMs = lateLimitMs(interPulseS[0] * 1000);
  let dueMs = 0;
  const doses = trials.map((interval, i) => {
    if (i > 0) dueMs = drawNextMs(dueMs, interPulseS, context.jitter);
    const place = { train: i + 1, trains: trials.length, lateLimitMs: limitMs };
    return interval === null
      ? draft(dueMs, { kind: "pulse" }, alone, { ...place, condition: TEST_ALONE })
      : lay(dueMs, interval, test, { ...place, condition: interval.condition });
  });
  return { doses, endMs: dueMs + (trials.at(-1)?.isiMs ?? 0) };
}

/** Condition of the trials without a conditioning stimulus. */
const TEST_ALONE = "test alone";

interface Interval {
  readonly isiMs: number;
  readonly condition: string;
}

/** How this rig gives the stimulus before the test pulse. */
interface Pairing {
  readonly lay: (
    dueMs: number,
    interval: Interval,
    test: ResolvedLevel,
    place: Pick<DoseDraft, "train" | "trains" | "lateLimitMs" | "condition">,
  ) => DoseDraft;
  readonly roundings: readonly Rounding[];
}

function pairingOf(
  pattern: PairedPattern,
  intervals: readonly Interval[],
  test: ResolvedLevel | null,
  context: PatternContext,
  problems: ExpandProblem[],
): Pairing | null {
  const { conditioning } = pattern;
  if (isNerveStimulus(conditioning)) return nervePairing(conditioning, context, problems);
  if (isAcross(conditioning)) return acrossPairing(pattern, intervals, context, problems);
  return coilPairing(pattern, intervals, test, context, problems);
}

/** The first pulse comes from another stimulator: the host times it against the second, through lines. */
function acrossPairing(
  { alone, conditioning, interPulseS }: PairedPattern,
  intervals: readonly Interval[],
  context: PatternContext,
  problems: ExpandProblem[],
): Pairing | null {
  if (alone === "conditioning") {
    const detail = "the conditioning pulse stands alone in some trials, and it is the other coil's";
    problems.push(needsMore(context, detail));
    return null;
  }
  const found = acrossLevel(conditioning, context);
  if (!found.ok) {
    problems.push(found.error);
    return null;
  }
  const { pulse, rounding } = found.value;
  const { second } = context.expand;
  const leadsMs = intervals.map(({ isiMs }) => isiMs);
  // A long interval after a short one brings their first pulses closer.
  const spreadMs = Math.max(...leadsMs) - Math.min(...leadsMs);
  const closestMs = (interPulseS?.[0] ?? 0) * 1000 - spreadMs;
  if (second !== undefined && interPulseS !== null && closestMs < second.minIntervalMs) {
    const detail = `conditioning pulses come as close as ${closestMs} ms, ${second.model} needs ${second.minIntervalMs} ms`;
    problems.push({ ...needsMore(context, detail), rule: "ITI-03" });
    return null;
  }
  return {
    roundings: rounding === null ? [] : [rounding],
    lay: (dueMs, { isiMs }, alone, place) => ({
      ...draft(dueMs, { kind: "pulse" }, alone, place),
      lateLimitMs: Math.min(place.lateLimitMs, CONDITIONED_LATE_MS),
      conditioner: { leadMs: isiMs, ...pulse },
    }),
  };
}

/** Both stimuli come from the coil: the device times the pair. */
function coilPairing(
  pattern: PairedPattern,
  intervals: readonly Interval[],
  test: ResolvedLevel | null,
  context: PatternContext,
  problems: ExpandProblem[],
): Pairing | null {
  const conditioning = level(pattern.conditioning, "conditioning", context, problems);
  problems.push(...pairProblems(context));
  if (conditioning === null || test === null || problems.length > 0) return null;
  const shapes = new Map<number, PairShape>();
  const roundings = [...roundingsOf([conditioning])];
  for (const { isiMs } of intervals) {
    const stepped = onSteps<PairShape>(context, { kind: "pair", isiMs });
    if (!stepped.ok) {
      problems.push(stepped.error);
      continue;
    }
    shapes.set(isiMs, stepped.value.shape);
    roundings.push(...stepped.value.roundings);
    const probe = probeDose(stepped.value.shape, [conditioning.pctMso, test.pctMso]);
    const refusal = cannotRepresent(context, context.expand.model.judgeDose(probe));
    if (refusal !== null) problems.push(refusal);
  }
  return {
    roundings,
    lay: (dueMs, { isiMs }, alone, place) => ({
      ...draft(dueMs, shapes.get(isiMs) ?? { kind: "pair", isiMs }, alone, place),
      intensityPctMso: [conditioning.pctMso, alone.pctMso],
    }),
  };
}

/** Two pulses of the coil: only a device that times them itself gives them. */
export function pairProblems(context: PatternContext): readonly ExpandProblem[] {
  if (context.expand.capabilities.deviceTimed.pair) return [];
  const detail =
    "it gives no pairs of pulses over its wire; magstim-bistim and magpro-x100-option can";
  return [deviceCannot(context, detail)];
}

/** The first stimulus is electrical: the host times it against the pulse, through trigger lines. */
export function nervePairing(
  spec: Level,
  context: PatternContext,
  problems: ExpandProblem[],
): Pairing | null {
  if (context.expand.nerve !== true) {
    const detail = `the conditioning stimulus is electrical (${spec.base}): the rig needs a stimulator of the nerve (\`nerve\`) and a trigger path to the coil (\`trigger\` under \`stimulator\`), since starts over a serial wire jitter by milliseconds`;
    problems.push(needsMore(context, detail));
    return null;
  }
  return {
    roundings: [],
    lay: (dueMs, { isiMs }, alone, place) => ({
      ...draft(dueMs, { kind: "pulse" }, alone, place),
      nerve: { leadMs: isiMs },
    }),
  };
}

/** Intervals in ms, those that hang on a latency of the subject resolved. */
function resolveIntervals(
  isiMs: readonly (number | string)[],
  context: PatternContext,
  problems: ExpandProblem[],
): readonly Interval[] {
  problems.push(...latencyProblems(isiMs, context));
  return isiMs.flatMap((isi): readonly Interval[] => {
    if (typeof isi === "number") return [{ isiMs: isi, condition: `ISI ${isi} ms` }];
    const resolved = latencyMs(isi, context);
    return resolved === null ? [] : [{ isiMs: resolved, condition: `ISI ${isi}` }];
  });
}

/** `N20+2` in ms; null while the latency is not known. */
function latencyMs(text: string, context: PatternContext): number | null {
  const [, name = "", offset = "0"] = /^([A-Za-z]\w*?\d*)([+-]\d+(?:\.\d+)?)?$/.exec(text) ?? [];
  const known = context.expand.latenciesMs?.[name];
  if (known === undefined) return null;
  return Math.round((known + Number(offset)) * 10) / 10;
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

/** The output of one stimulus of a pair. */
export function level(
  spec: Level,
  key: string,
  context: PatternContext,
  problems: ExpandProblem[],
): ResolvedLevel | null {
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
  const latencies = isiMs.filter(
    (isi) => typeof isi === "string" && latencyMs(isi, context) === null,
  );
  if (latencies.length === 0) return [];
  const detail = `the intervals ${latencies.join(", ")} need the subject's N20 latency from evoked potentials: give --latency N20=MS`;
  return [{ kind: "to-be-measured", field: `${context.at}pattern.isiMs`, detail }];
}

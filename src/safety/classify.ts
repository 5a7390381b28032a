/**
 * What pulses are is told by their instants, never by a name (rule DUR-04). Pulses no further
 * apart than a second are one train at its highest rate, across the borders of doses, blocks and
 * segments. Only a listed pattern that is really there leaves the tables.
 */
import type { DeclaredPattern, Plan } from "../contract/dose.ts";
import type { LimitProfile } from "./limitProfile.ts";
import { type ListedPattern, recognise } from "./patterns.ts";
import type { TimedPulse } from "./pulses.ts";

export interface Train {
  readonly kind: "single" | "conventional" | ListedPattern;
  readonly pulses: readonly TimedPulse[];
  readonly startMs: number;
  readonly endMs: number;
  /** Highest rate between any two neighbours, Hz; 0 for a single pulse. */
  readonly frequencyHz: number;
  /** Longest pause between neighbours, ms. */
  readonly longestGapMs: number;
  /** False: all its pulses belong to earlier segments. */
  readonly inPlan: boolean;
}

export interface Mismatch {
  readonly block: number;
  readonly declared: DeclaredPattern;
  /** Highest rate that the block's pulses make. */
  readonly frequencyHz: number;
}

export interface Classified {
  readonly trains: readonly Train[];
  /** Blocks whose pulses are not what they declare; judged as conventional trains. */
  readonly mismatches: readonly Mismatch[];
}

/** Slack for sums of fractions, ms. */
const SLACK_MS = 1e-6;
/** Pulses closer than this are the same instant; keeps a rate finite. */
const SHORTEST_GAP_MS = 1e-3;

function declaredOf(plan: Plan, pulse: TimedPulse): DeclaredPattern | null {
  return pulse.inPlan ? (plan.blocks[pulse.dose.place.block]?.pattern ?? null) : null;
}

function patternsByBlock(
  plan: Plan,
  pulses: readonly TimedPulse[],
  limits: LimitProfile,
): ReadonlyMap<number, ListedPattern | null> {
  const times = new Map<number, number[]>();
  for (const pulse of pulses) {
    if (!pulse.inPlan) continue;
    const held = times.get(pulse.dose.place.block);
    if (held === undefined) times.set(pulse.dose.place.block, [pulse.atMs]);
    else held.push(pulse.atMs);
  }
  return new Map(
    plan.blocks.map((block) => [
      block.index,
      recognise(block.pattern, times.get(block.index) ?? [], limits),
    ]),
  );
}

function group(
  plan: Plan,
  pulses: readonly TimedPulse[],
  limits: LimitProfile,
): readonly (readonly TimedPulse[])[] {
  const { trainGapMs, conventionalGapMs } = limits.grouping;
  const groups: TimedPulse[][] = [];
  for (const pulse of pulses) {
    const held = groups.at(-1);
    const last = held?.at(-1);
    const gapMs = last === undefined ? Number.POSITIVE_INFINITY : pulse.atMs - last.atMs;
    const sameTrain =
      last !== undefined &&
      declaredOf(plan, pulse) === "conventional" &&
      last.inPlan &&
      last.dose.place.block === pulse.dose.place.block &&
      last.dose.place.train === pulse.dose.place.train;
    const longestMs = sameTrain ? conventionalGapMs : trainGapMs;
    if (held !== undefined && gapMs <= longestMs + SLACK_MS) held.push(pulse);
    else groups.push([pulse]);
  }
  return groups;
}

function kindOf(
  pulses: readonly TimedPulse[],
  patterns: ReadonlyMap<number, ListedPattern | null>,
): Train["kind"] {
  if (pulses.length === 1) return "single";
  const first = pulses[0];
  const block = first?.dose.place.block ?? -1;
  const whole = pulses.every((pulse) => pulse.inPlan && pulse.dose.place.block === block);
  return (whole ? patterns.get(block) : null) ?? "conventional";
}

function trainOf(pulses: readonly TimedPulse[], kind: Train["kind"]): Train {
  let shortest = Number.POSITIVE_INFINITY;
  let longest = 0;
  for (const [i, pulse] of pulses.entries()) {
    const next = pulses[i + 1];
    if (next === undefined) break;
    const gapMs = Math.max(next.atMs - pulse.atMs, SHORTEST_GAP_MS);
    shortest = Math.min(shortest, gapMs);
    longest = Math.max(longest, gapMs);
  }
  return {
    kind,
    pulses,
    startMs: pulses[0]?.atMs ?? 0,
    endMs: pulses.at(-1)?.atMs ?? 0,
    // Six decimals: 1000 / 50.000000001 is 20 Hz.
    frequencyHz: pulses.length < 2 ? 0 : Math.round((1000 / shortest) * 1e6) / 1e6,
    longestGapMs: longest,
    inPlan: pulses.some((pulse) => pulse.inPlan),
  };
}

/** Least time between the starts of two trains (or bursts) of a pattern, ms; 0: it has no period. */
function periodMs(kind: Train["kind"], { patterns }: LimitProfile): number {
  switch (kind) {
    case "iTBS":
    case "imTBS":
    case "cTBS":
      return patterns.tbs[kind].trainPeriodMs ?? 0;
    case "QPS":
      return patterns.qps.burstPeriodMs;
    case "mu-triplets":
      return patterns.muTriplets.burstPeriodMs;
    case "single":
    case "conventional":
    case "paired":
      return 0;
  }
}

/** Theta bursts or the like: those of earlier segments are known by their rate alone. */
function isPatterned({ kind, inPlan, frequencyHz }: Train, { patterns }: LimitProfile): boolean {
  if (!inPlan) return frequencyHz >= Math.min(...patterns.tbs.intraBurstHz) - 1;
  return kind !== "single" && kind !== "conventional" && kind !== "paired";
}

/**
 * A pattern consists of its pauses too. Within a block the block's own instants show them; between
 * blocks and segments each train keeps the longer period of the two from the patterned train before
 * it, or it is no listed pattern.
 */
function withoutCrowded(trains: readonly Train[], limits: LimitProfile): readonly Train[] {
  const { burstPeriodMs: toleranceMs } = limits.patterns.tolerance;
  let before: Train | null = null;
  return trains.map((train) => {
    if (!isPatterned(train, limits)) return train;
    const last = before;
    before = train;
    if (last === null || !train.inPlan) return train;
    const leastMs = Math.max(periodMs(last.kind, limits), periodMs(train.kind, limits));
    const crowded = train.startMs - last.startMs < leastMs - toleranceMs;
    return crowded ? { ...train, kind: "conventional" } : train;
  });
}

/** Does a declaration speak of trains of any rate? Then a conventional train is no surprise. */
function expectsTrain(declared: DeclaredPattern): boolean {
  return declared === "conventional" || declared === "custom" || declared === "external";
}

function findMismatches(plan: Plan, trains: readonly Train[]): readonly Mismatch[] {
  const worst = new Map<number, number>();
  for (const train of trains) {
    if (train.kind !== "conventional") continue;
    for (const pulse of train.pulses) {
      const declared = declaredOf(plan, pulse);
      if (declared === null || expectsTrain(declared)) continue;
      const block = pulse.dose.place.block;
      worst.set(block, Math.max(worst.get(block) ?? 0, train.frequencyHz));
    }
  }
  return [...worst].map(([block, frequencyHz]) => ({
    block,
    declared: plan.blocks[block]?.pattern ?? "custom",
    frequencyHz,
  }));
}

/** Sorts pulses (in order of time) into trains, patterns and single pulses. */
export function classify(
  plan: Plan,
  pulses: readonly TimedPulse[],
  limits: LimitProfile,
): Classified {
  const patterns = patternsByBlock(plan, pulses, limits);
  const grouped = group(plan, pulses, limits).map((held) => trainOf(held, kindOf(held, patterns)));
  const trains = withoutCrowded(grouped, limits);
  return { trains, mismatches: findMismatches(plan, trains) };
}

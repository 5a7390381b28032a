import { spanMs } from "../../src/base/doseShape.ts";
import { err, ok, type Result } from "../../src/base/result.ts";
import type { Dose, Rounding } from "../../src/contract/dose.ts";
import type { ExpandProblem } from "../context.ts";
import type { IntervalRange } from "../types.ts";
import { deviceCannot, type PatternContext, tooClose } from "./shared.ts";

/** One kind of trial of a block. */
export interface TrialKind {
  /** What it is called in a sentence. */
  readonly words: string;
  /** Its dose; the instants in it do not matter. */
  readonly dose: Dose;
}

/** A kind and one that may be drawn right after it. */
export type Succession = readonly [before: TrialKind, next: TrialKind];

/** The range that intervals are drawn from. */
export interface TrialInterval {
  readonly rangeS: IntervalRange;
  readonly roundings: readonly Rounding[];
}

/** Trials in random order: any after any other, and after its own kind where there are several of it. */
export function inAnyOrder(
  kinds: readonly (TrialKind & { readonly trials: number })[],
): readonly Succession[] {
  const given = kinds.filter(({ trials }) => trials > 0);
  return given.flatMap((before) =>
    given
      .filter((next) => next !== before || before.trials > 1)
      .map((next): Succession => [before, next]),
  );
}

/**
 * The published range, its lower end raised to what this device needs from one trial to the next. It is
 * raised for all trials alike: intervals that hang on the condition would be a difference between the
 * conditions that nobody asked for. Where not even the upper end is enough, the need in words.
 */
export function trialInterval(
  context: PatternContext,
  rangeS: IntervalRange,
  successions: readonly Succession[],
): Result<TrialInterval, readonly ExpandProblem[]> {
  const [lowS, highS] = rangeS;
  if (context.expand.model.minRestBetweenMs === undefined) {
    const longestMs = Math.max(0, ...successions.map(([{ dose }]) => spanMs(dose.shape)));
    const problems = tooClose(context, lowS * 1000 - longestMs);
    return problems.length > 0 ? err(problems) : ok({ rangeS, roundings: [] });
  }
  const worst = longest(context, successions);
  if (worst === null || worst.needMs <= lowS * 1000) return ok({ rangeS, roundings: [] });
  if (worst.needMs > highS * 1000) return err([tooFast(context, rangeS, successions, worst)]);
  const planned = Math.min(tenthsUp(worst.needMs), highS);
  const what = `shortest interval between trials (${words(rangeS)}; ${worst.words})`;
  const rounding = { what, asked: lowS, planned, unit: "s" };
  return ok({ rangeS: [planned, highS], roundings: [rounding] });
}

interface Need {
  /** From start to start. */
  readonly needMs: number;
  readonly words: string;
}

function longest(context: PatternContext, successions: readonly Succession[]): Need | null {
  return successions.reduce<Need | null>((most, succession) => {
    const found = needOf(context, succession);
    return most !== null && most.needMs >= found.needMs ? most : found;
  }, null);
}

function needOf(
  { expand: { model } }: PatternContext,
  [{ dose: before, words: first }, { dose: next, words: second }]: Succession,
): Need {
  const restMs = Math.max(
    model.minRestAfterMs(before),
    model.minRestBetweenMs?.(before, next) ?? 0,
  );
  return {
    needMs: spanMs(before.shape) + restMs + (next.nerve?.leadMs ?? 0),
    words: first === second ? `${first} twice running` : `${second} after ${first}`,
  };
}

function tooFast(
  context: PatternContext,
  rangeS: IntervalRange,
  successions: readonly Succession[],
  worst: Need,
): ExpandProblem {
  const needS = tenthsUp(worst.needMs);
  const alike = longest(
    context,
    successions.filter(([before, next]) => before === next),
  );
  const isAlike = alike !== null && alike.needMs >= worst.needMs;
  const inBlocks = alike !== null && !isAlike && alike.needMs <= rangeS[1] * 1000;
  const cures = [
    `an interval of ${needS} s or more at its upper end`,
    ...(isAlike ? [] : ["a smaller drop in output from trial to trial"]),
    ...(inBlocks ? [`blocks of one condition (${tenthsUp(alike.needMs)} s)`] : []),
  ];
  const why = isAlike ? "recharging" : "recharging, sinking, setting and arming";
  const detail = `${worst.words} needs ${needS} s from start to start (${why}), the protocol gives ${words(rangeS)}; what helps: ${cures.join(", or ")}`;
  return { ...deviceCannot(context, detail), rule: "ITI-03" };
}

function words([lowS, highS]: IntervalRange): string {
  return lowS === highS ? `${lowS} s` : `${lowS}-${highS} s`;
}

function tenthsUp(ms: number): number {
  return Math.ceil(ms / 100 - 1e-9) / 10;
}

/** What a protocol's trials come to: one result event, made of named measures over groups of trials. */
import { blockMean, conditionRatio } from "../../analysis/mep/blocks.ts";
import type { MeasureResult } from "../../analysis/mep/measure.ts";
import { recruitmentCurve } from "../../analysis/mep/recruitmentCurve.ts";
import { silentPeriodMean } from "../../analysis/mep/silentPeriod.ts";
import type { Trial } from "./trialDesk.ts";

/** Trials of one condition; amplitudes of those that count, in order. */
export interface Group {
  readonly condition: string;
  readonly peakToPeakUv: readonly number[];
  /** Of the trials that count and have one; absent where none was looked for. */
  readonly silentPeriodsMs?: readonly number[];
  readonly n: number;
  readonly rejected: number;
  readonly isiMs: number | null;
}

export interface GroupResult extends Group {
  /** The measure that says what the condition comes to; null where there are too few trials. */
  readonly measure: MeasureResult | null;
}

/** Trials without a conditioning stimulus: what the others are compared with. */
export const TEST_ALONE = "test alone";

export function groupsOf(trials: readonly Trial[]): readonly Group[] {
  const byCondition = new Map<string, Trial[]>();
  for (const trial of trials) {
    const condition = trial.condition ?? `${trial.intensityPctMso.join("/")} %MSO`;
    const held = byCondition.get(condition);
    if (held === undefined) byCondition.set(condition, [trial]);
    else held.push(trial);
  }
  return [...byCondition]
    .map(([condition, held]): Group => {
      const good = held.filter(({ rejected }) => !rejected);
      return {
        condition,
        peakToPeakUv: good.flatMap(({ peakToPeakUv }) =>
          peakToPeakUv === null ? [] : [peakToPeakUv],
        ),
        ...silencesOf(good),
        n: good.length,
        rejected: held.length - good.length,
        isiMs: held[0]?.isiMs ?? held[0]?.nerveLeadMs ?? held[0]?.conditioner?.leadMs ?? null,
      };
    })
    .sort((a, b) => (a.isiMs ?? -1) - (b.isiMs ?? -1) || byName(a.condition, b.condition));
}

function silencesOf(trials: readonly Trial[]): Pick<Group, "silentPeriodsMs"> {
  const results = trials.flatMap(({ measures }) =>
    measures.filter(({ measure }) => measure === "silent-period"),
  );
  if (results.length === 0) return {};
  return { silentPeriodsMs: results.flatMap(({ value }) => (value === null ? [] : [value])) };
}

/** `90 %RMT` comes before `100 %RMT`. */
function byName(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** Conditioned over test alone, condition by condition. */
export function ratios(groups: readonly Group[]): readonly GroupResult[] {
  const test = groups.find(({ condition }) => condition === TEST_ALONE);
  return groups
    .filter((group) => group !== test)
    .map((group) => ({
      ...group,
      measure: conditionRatio.run({
        conditioned: group.peakToPeakUv,
        test: test?.peakToPeakUv ?? [],
      }),
    }));
}

export function means(groups: readonly Group[]): readonly GroupResult[] {
  return groups.map((group) => ({
    ...group,
    measure: blockMean.run(group.peakToPeakUv, { dropFirst: false }),
  }));
}

/** How long the muscle was silent, condition by condition. */
export function silences(groups: readonly Group[]): readonly GroupResult[] {
  return groups.map((group) => ({
    ...group,
    measure: silentPeriodMean.run(group.silentPeriodsMs ?? []),
  }));
}

export function recruitment(trials: readonly Trial[]): MeasureResult {
  return recruitmentCurve.run(
    trials.flatMap(({ rejected, peakToPeakUv, intensityPctMso }) =>
      rejected || peakToPeakUv === null
        ? []
        : [{ intensityPctMso: intensityPctMso.at(-1) ?? 0, peakToPeakUv }],
    ),
  );
}

/** Median of one measure of the trials that count. */
export function medianOf(
  trials: readonly Pick<Trial, "rejected" | "measures">[],
  measure: string,
): number | null {
  const values = trials
    .filter(({ rejected }) => !rejected)
    .flatMap(({ measures }) =>
      measures.flatMap((result) =>
        result.measure === measure && result.value !== null ? [result.value] : [],
      ),
    )
    .sort((a, b) => a - b);
  const middle = values[Math.floor(values.length / 2)];
  if (middle === undefined) return null;
  const before = values[Math.floor((values.length - 1) / 2)] ?? middle;
  return (middle + before) / 2;
}

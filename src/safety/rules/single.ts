import type { DeclaredPattern } from "../../contract/dose.ts";
import type { Train } from "../classify.ts";
import { cite } from "../limits.ts";
import type { TimedPulse } from "../pulses.ts";
import { percentOf, rmtUnder, withinResolved } from "../thresholds.ts";
import { type Facts, figure, judged, type Remark, type Rule, summed } from "./rule.ts";

const SINGLE_LIKE: readonly DeclaredPattern[] = [
  "single",
  "paired",
  "pas",
  "threshold-tracking",
  "closed-loop-single",
];

function isSingleLike(pulse: TimedPulse, facts: Facts): boolean {
  const block = facts.input.plan.blocks[pulse.dose.place.block];
  return pulse.inPlan && block !== undefined && SINGLE_LIKE.includes(block.pattern);
}

/** Neighbours of one pair: made by one dose, or recognised as a pair by their instants. */
function pairedNeighbours(facts: Facts): ReadonlySet<TimedPulse> {
  const seconds = new Set<TimedPulse>();
  for (const train of facts.trains) {
    const second = train.pulses[1];
    if (train.kind === "paired" && second !== undefined) seconds.add(second);
  }
  return seconds;
}

function checkDistance(facts: Facts): readonly Remark[] {
  const leastMs = facts.limits.single.minIntervalMs;
  const seconds = pairedNeighbours(facts);
  const remarks: Remark[] = [];
  facts.pulses.forEach((pulse, i) => {
    const before = facts.pulses[i - 1];
    if (before === undefined || seconds.has(pulse)) return;
    if (before.dose === pulse.dose && pulse.dose.shape.kind === "pair") return;
    if (!isSingleLike(pulse, facts) && !isSingleLike(before, facts)) return;
    const gapMs = pulse.atMs - before.atMs;
    if (gapMs >= leastMs - 1e-6) return;
    remarks.push({ detail: `single pulses ${figure(gapMs)} ms apart, less than ${leastMs} ms` });
  });
  return summed(remarks);
}

const UNJUDGED: Readonly<Record<TimedPulse["over"], string>> = {
  tested: "single pulses without a known RMT: their percentage of it cannot be judged",
  other:
    "conditioning pulses without a known RMT of their hemisphere (RMT-other): their percentage of it cannot be judged",
};

function pulseRemarks(train: Train, facts: Facts): readonly Remark[] {
  const { softMaxPctRmt, maxPctMso } = facts.limits.single;
  return train.pulses.flatMap((pulse): readonly Remark[] => {
    if (pulse.pctMso > maxPctMso) {
      return [
        {
          tier: "hard",
          detail: `a single pulse of ${figure(pulse.pctMso)} %MSO, above ${maxPctMso} %MSO`,
        },
      ];
    }
    const rmt = rmtUnder(pulse, facts.input.session, facts.limits);
    if (rmt === null) return [{ tier: "warn", detail: UNJUDGED[pulse.over] }];
    if (withinResolved(pulse.pctMso, softMaxPctRmt, rmt)) return [];
    return [
      {
        detail: `a single pulse of ${percentOf(pulse.pctMso, rmt)} % RMT, above ${softMaxPctRmt} % RMT`,
      },
    ];
  });
}

function checkStrength(facts: Facts): readonly Remark[] {
  const trains = [...judged(facts, "single"), ...judged(facts, "paired")];
  return summed(trains.flatMap((train) => pulseRemarks(train, facts)));
}

/** Starts of pairs: doses of that shape, and pairs recognised by their instants. */
function pairStarts(facts: Facts): readonly number[] {
  const starts = new Set<number>();
  facts.pulses.forEach((pulse, i) => {
    const next = facts.pulses[i + 1];
    if (next?.dose === pulse.dose && pulse.dose.shape.kind === "pair") starts.add(pulse.atMs);
  });
  for (const train of facts.trains) if (train.kind === "paired") starts.add(train.startMs);
  return [...starts].sort((a, b) => a - b);
}

function checkPairRate(facts: Facts): readonly Remark[] {
  const most = facts.limits.patterns.paired.maxPairsHz;
  const starts = pairStarts(facts);
  const remarks = starts.slice(1).flatMap((start, i): readonly Remark[] => {
    const gapMs = start - (starts[i] ?? start);
    if (gapMs >= 1000 / most - 1e-6) return [];
    return [{ detail: `pairs ${figure(gapMs)} ms apart, faster than ${most} Hz` }];
  });
  return summed(remarks);
}

export const SINGLE_RULES: readonly Rule[] = [
  {
    id: "SPP-01",
    tier: "hard",
    what: "single pulses or pairs closer than 0.5 s",
    acts: "plan check",
    source: (limits) => cite(limits, limits.single),
    onSimulated: "in force",
    humanOnly: true,
    check: checkDistance,
  },
  {
    id: "SPP-02",
    tier: "soft",
    what: "a single or paired pulse above 150 % RMT; above 100 %MSO it is hard",
    acts: "plan check",
    source: (limits) => cite(limits, limits.single),
    onSimulated: "in force",
    humanOnly: true,
    check: checkStrength,
  },
  {
    id: "SPP-03",
    tier: "hard",
    what: "pairs faster than 0.5 Hz",
    acts: "plan check",
    source: (limits) => cite(limits, limits.patterns.paired),
    onSimulated: "in force",
    humanOnly: true,
    check: checkPairRate,
  },
];

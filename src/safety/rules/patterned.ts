import type { Train } from "../classify.ts";
import { cite } from "../limits.ts";
import type { TimedPulse } from "../pulses.ts";
import { amtFor, percentOf, type Reference, rmtUnder, withinResolved } from "../thresholds.ts";
import { type Facts, figure, judged, type Remark, type Rule, summed } from "./rule.ts";

const TBS_KINDS = ["iTBS", "cTBS", "imTBS"] as const;
type TbsKind = (typeof TBS_KINDS)[number];

type Base = "RMT" | "AMT";

function referenceOf(pulse: TimedPulse, base: Base, facts: Facts): Reference | null {
  const { session } = facts.input;
  if (base === "RMT") return rmtUnder(pulse, session, facts.limits);
  return pulse.over === "other" ? null : amtFor(pulse.dose, session, facts.limits);
}

/** Pulses of a train that are above a cap; null in place of a percentage: no threshold is known. */
function above(
  train: Train,
  capPct: number,
  base: Base,
  facts: Facts,
): { readonly pct: number | null } | null {
  let worst: number | null = null;
  for (const pulse of train.pulses) {
    const reference = referenceOf(pulse, base, facts);
    if (reference === null) return { pct: null };
    if (withinResolved(pulse.pctMso, capPct, reference)) continue;
    worst = Math.max(worst ?? 0, percentOf(pulse.pctMso, reference));
  }
  return worst === null ? null : { pct: worst };
}

function unknown(kind: string): string {
  return `${kind} cannot be judged without a motor threshold: give RMT or AMT`;
}

const PAIR = 2;

/**
 * Pulses of theta bursts in this session. Which pattern an earlier segment declared is not known
 * here, so every earlier pulse of a fast burst counts. Two pulses alone are a pair: a burst has three.
 */
function tbsPulses(facts: Facts): number {
  const slowest = Math.min(...facts.limits.patterns.tbs.intraBurstHz);
  let pulses = 0;
  for (const train of facts.trains) {
    const planned = TBS_KINDS.some((kind) => kind === train.kind);
    const couldBe = train.pulses.length > PAIR && train.frequencyHz >= slowest - 1;
    if (planned || (!train.inPlan && couldBe)) pulses += train.pulses.length;
  }
  return pulses;
}

function plannedTbs(facts: Facts): boolean {
  return TBS_KINDS.some((kind) => judged(facts, kind).length > 0);
}

function checkStandard(facts: Facts): readonly Remark[] {
  const caps = facts.limits.patterns.tbsCaps;
  const remarks: Remark[] = [];
  for (const kind of TBS_KINDS) {
    for (const train of judged(facts, kind)) {
      const over = above(train, caps.allowedPctAmt, "AMT", facts);
      if (over === null || over.pct === null) continue;
      remarks.push({ detail: `${kind} at ${over.pct} % AMT, above ${caps.allowedPctAmt} % AMT` });
    }
  }
  const pulses = tbsPulses(facts);
  if (plannedTbs(facts) && pulses > caps.allowedPulsesPerSession) {
    remarks.push({
      detail: `${pulses} pulses of theta bursts in the session, above ${caps.allowedPulsesPerSession}`,
    });
  }
  return summed(remarks);
}

function capRemark(kind: TbsKind, train: Train, facts: Facts): Remark | null {
  const caps = facts.limits.patterns.tbsCaps;
  const maxPctRmt = caps.maxPctRmt[kind];
  if (maxPctRmt !== null) {
    const over = above(train, maxPctRmt, "RMT", facts);
    if (over === null) return null;
    if (over.pct === null) return { detail: unknown(kind) };
    return { detail: `${kind} at ${over.pct} % RMT, above ${maxPctRmt} % RMT` };
  }
  const over = above(train, caps.allowedPctAmt, "AMT", facts);
  if (over === null) return null;
  if (over.pct === null) return { detail: unknown(kind) };
  return {
    detail: `${kind} at ${over.pct} % AMT: nothing above ${caps.allowedPctAmt} % AMT was published`,
  };
}

function checkPublished(facts: Facts): readonly Remark[] {
  const caps = facts.limits.patterns.tbsCaps;
  const remarks: Remark[] = [];
  for (const kind of TBS_KINDS) {
    for (const train of judged(facts, kind)) {
      const remark = capRemark(kind, train, facts);
      if (remark !== null) remarks.push(remark);
    }
  }
  const pulses = tbsPulses(facts);
  if (plannedTbs(facts) && pulses > caps.maxPulsesPerSession) {
    remarks.push({
      detail: `${pulses} pulses of theta bursts in the session, above ${caps.maxPulsesPerSession}`,
    });
  }
  return summed(remarks);
}

/** Quadripulses and triplets beyond their listed intensity or number are no listed pattern any more. */
export function listedCapRemarks(facts: Facts): readonly Remark[] {
  const { qps, muTriplets } = facts.limits.patterns;
  const listed = [
    { kind: "QPS", capPct: qps.maxPctAmt, base: "AMT", from: qps },
    { kind: "mu-triplets", capPct: muTriplets.maxPctRmt, base: "RMT", from: muTriplets },
  ] as const;
  const remarks: Remark[] = [];
  for (const { kind, capPct, base, from } of listed) {
    const source = cite(facts.limits, from);
    const trains = judged(facts, kind);
    const pulses = trains.reduce((sum, train) => sum + train.pulses.length, 0);
    const most = from.bursts * from.pulsesPerBurst;
    if (pulses > most) {
      remarks.push({
        source,
        detail: `${pulses} pulses of ${kind}, the listed pattern has ${most}`,
      });
    }
    for (const train of trains) {
      const over = above(train, capPct, base, facts);
      if (over === null) continue;
      const detail =
        over.pct === null
          ? unknown(kind)
          : `${kind} at ${over.pct} % ${base}, the listed pattern ends at ${capPct} % ${base}`;
      remarks.push({ source, detail });
    }
  }
  return summed(remarks);
}

/** Are the pulses of a conventional train unevenly spaced? Then it is a pattern of its own. */
function isUneven(train: Train): boolean {
  return train.pulses.length > 2 && train.longestGapMs > (1000 / train.frequencyHz) * 1.01 + 1;
}

function checkUnlisted(facts: Facts): readonly Remark[] {
  const { qps, muTriplets } = facts.limits.patterns;
  const remarks: Remark[] = [];
  for (const [kind, from] of [
    ["QPS", qps],
    ["mu-triplets", muTriplets],
  ] as const) {
    if (judged(facts, kind).length === 0) continue;
    remarks.push({
      detail: `${kind}: a pattern without a published limit`,
      source: cite(facts.limits, from),
    });
  }
  const uneven = judged(facts, "conventional").filter(isUneven);
  for (const train of uneven) {
    remarks.push({
      detail: `${train.pulses.length} unevenly spaced pulses (${figure(1000 / train.frequencyHz)} to ${figure(train.longestGapMs)} ms): a pattern without a published limit`,
    });
  }
  return summed(remarks);
}

export const PATTERN_RULES: readonly Rule[] = [
  {
    id: "TBS-01",
    tier: "soft",
    what: "theta bursts above 80 % AMT or above 600 pulses a session",
    acts: "plan check",
    source: (limits) => cite(limits, limits.patterns.tbs),
    onSimulated: "in force",
    humanOnly: true,
    check: checkStandard,
  },
  {
    id: "TBS-02",
    tier: "hard",
    what: "theta bursts above the largest published dose: iTBS 120 % RMT, cTBS 100 % RMT, 1800 pulses a session",
    acts: "plan check",
    source: (limits) => cite(limits, limits.patterns.tbsCaps),
    onSimulated: "in force",
    humanOnly: true,
    check: checkPublished,
  },
  {
    id: "PAT-01",
    tier: "soft",
    what: "a pattern (quadripulses, triplets, unevenly spaced pulses) for which no limit was published",
    acts: "plan check",
    source: (limits) => cite(limits, limits.patterns.tolerance),
    onSimulated: "in force",
    humanOnly: true,
    check: checkUnlisted,
  },
];

import { cite } from "../limits.ts";
import type { Facts, Remark, Rule } from "./rule.ts";

interface Total {
  readonly what: string;
  readonly pulses: number;
  readonly allowed: number;
  readonly max: number;
}

/** The plan and earlier segments of the visit come on top of what the ledger holds. */
function totals(facts: Facts): readonly Total[] {
  const { ledger } = facts.input;
  const { session, day, week } = facts.limits.dose;
  const visit = facts.pulses.length;
  return [
    { what: "in the session", pulses: visit, ...session },
    { what: "in 24 h", pulses: ledger.pulses24h + visit, ...day },
    { what: "in 7 days", pulses: ledger.pulses7d + visit, ...week },
  ];
}

/** A total that is no number is over every cap. */
function above(pulses: number, cap: number): boolean {
  return !(pulses <= cap);
}

function checkAllowed(facts: Facts): readonly Remark[] {
  return totals(facts)
    .filter(({ pulses, allowed, max }) => above(pulses, allowed) && !above(pulses, max))
    .map(({ what, pulses, allowed }) => ({ detail: `${pulses} pulses ${what}, above ${allowed}` }));
}

function checkMost(facts: Facts): readonly Remark[] {
  return totals(facts)
    .filter(({ pulses, max }) => above(pulses, max))
    .map(({ what, pulses, max }) => ({ detail: `${pulses} pulses ${what}, above ${max}` }));
}

export const CUMULATIVE_RULES: readonly Rule[] = [
  {
    id: "CUM-01",
    tier: "soft",
    what: "more than 3000 pulses a session or a day, or 15 000 a week; aborted and unknown ones count",
    acts: "plan check; the guard holds the session's own cap",
    source: (limits) => cite(limits, limits.dose),
    onSimulated: "in force",
    humanOnly: true,
    check: checkAllowed,
  },
  {
    id: "CUM-02",
    tier: "hard",
    what: "more than 5000 pulses a session, 18 000 a day or 90 000 a week",
    acts: "plan check; the guard holds the session's own cap",
    source: (limits) => cite(limits, limits.dose),
    onSimulated: "in force",
    humanOnly: true,
    check: checkMost,
  },
];

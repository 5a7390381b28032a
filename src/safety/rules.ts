/** The rules as plain data, for people and for pages. */
import { loadDefaultProfile } from "./limits.ts";
import type { Rule, RuleId, Tier } from "./rules/rule.ts";
import { RULES as TABLE } from "./rules/table.ts";

export interface RuleSummary {
  readonly id: RuleId;
  readonly tier: Tier;
  readonly what: string;
  /** Where it acts: in the whole-plan check or at run time. */
  readonly acts: string;
  /** Citation with its verification mark, by the default profile. */
  readonly source: string;
  /** What becomes of it on a rig of simulators. */
  readonly onSimulated: string;
}

function simulatedWords({ onSimulated, tier }: Rule): string {
  if (typeof onSimulated === "object") {
    return `in force; not applicable: ${onSimulated.notApplicable}`;
  }
  return onSimulated === "in force" && tier !== "hard" ? "shown, does not block" : onSimulated;
}

/** Every rule there is, in the order of the table. */
export const RULES: readonly RuleSummary[] = TABLE.map((rule) => ({
  id: rule.id,
  tier: rule.tier,
  what: rule.what,
  acts: rule.acts,
  source: rule.source(loadDefaultProfile()),
  onSimulated: simulatedWords(rule),
}));

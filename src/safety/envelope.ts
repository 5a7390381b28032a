/** The whole-plan check: all rules over all pulses before anything is armed. Pure. */
import type { Finding } from "../contract/events.ts";
import { classify } from "./classify.ts";
import { cite } from "./limits.ts";
import { findOverride } from "./overrides.ts";
import { expand } from "./pulses.ts";
import type { Facts, Remark, Rule } from "./rules/rule.ts";
import { RULES } from "./rules/table.ts";
import type { CheckInput, CheckReport } from "./types.ts";
import { planProblem } from "./wellFormed.ts";

/** Findings that belong to no rule of the table: an unreadable plan, an unaccepted profile. */
export const PLAN_FINDING = "PLAN";
export const LIMITS_FINDING = "LIMITS";

function gather(input: CheckInput): Facts {
  const { plan, limits, earlier, planStartMs = 0 } = input;
  const pulses = [
    ...expand(earlier, { inPlan: false, shiftMs: 0 }),
    ...expand(plan.doses, { inPlan: true, shiftMs: planStartMs }),
  ].sort((a, b) => a.atMs - b.atMs);
  return { input, limits, pulses, ...classify(plan, pulses, limits) };
}

/** What becomes of a remark: hard blocks; soft blocks on a real rig unless overridden. */
function toFinding(rule: Rule, remark: Remark, input: CheckInput): Finding {
  const tier = remark.tier ?? rule.tier;
  const source = remark.source ?? rule.source(input.limits);
  const finding = { rule: rule.id, tier, detail: remark.detail, source };
  if (tier === "hard") return { ...finding, effect: "blocks" };
  if (tier === "warn" || input.rig.simulated) return { ...finding, effect: "shown" };
  const { overridden, detail } = findOverride(rule.id, input.session);
  return {
    ...finding,
    detail: `${remark.detail}; ${detail}`,
    effect: overridden ? "overridden" : "blocks",
  };
}

function notApplicable(rule: Rule, what: string, input: CheckInput): Finding {
  return {
    rule: rule.id,
    tier: rule.tier,
    effect: "not-applicable",
    detail: `simulated rig: ${what}`,
    source: rule.source(input.limits),
  };
}

function judge(rule: Rule, facts: Facts): readonly Finding[] {
  const { input } = facts;
  const rodent = [input.plan, input.rig, input.session].every(
    ({ species }) => species === "rodent",
  );
  if (rodent && rule.humanOnly) return [];
  if (input.rig.simulated && rule.onSimulated === "not applicable") {
    return [notApplicable(rule, rule.what, input)];
  }
  const findings = (rule.check?.(facts) ?? []).map((remark) => toFinding(rule, remark, input));
  if (input.rig.simulated && typeof rule.onSimulated === "object") {
    findings.push(notApplicable(rule, rule.onSimulated.notApplicable, input));
  }
  return findings;
}

function blocking(input: CheckInput, rule: string, detail: string): Finding {
  const source = cite(input.limits, input.limits.runtime);
  return { rule, tier: "hard", effect: "blocks", detail, source };
}

function acceptance(input: CheckInput): readonly Finding[] {
  if (input.rig.simulated || input.limitsAccepted) return [];
  const detail =
    "nobody has accepted this limit profile: read it, then `pulsetrain limits accept --by NAME`";
  return [blocking(input, LIMITS_FINDING, detail)];
}

function report(findings: readonly Finding[]): CheckReport {
  const speaking = findings.filter((finding) => finding.effect !== "not-applicable");
  const worst = (["hard", "soft"] as const).find((tier) =>
    speaking.some((finding) => finding.tier === tier),
  );
  const starts = !speaking.some((finding) => finding.effect === "blocks");
  return { verdict: worst ?? "ok", starts, findings };
}

/** Judges a whole plan. Never throws for what is in the plan; an unreadable plan is refused. */
export function checkPlan(input: CheckInput): CheckReport {
  const problem = planProblem(input.plan);
  if (problem !== null) return report([blocking(input, PLAN_FINDING, problem)]);
  const facts = gather(input);
  return report([...acceptance(input), ...RULES.flatMap((rule) => judge(rule, facts))]);
}

/** Protocols that find out what they need: what can be said of them before anything is measured. */
import type { Protocol } from "../../../protocols/types.ts";
import { missingValues, type NeededValue } from "../measure/needs.ts";
import { USUAL_METHOD } from "../measure/thresholds.ts";
import { type PlanRefusal, planFor, type Setup } from "./setup.ts";
import { STAND_IN_LATENCIES_MS, withStandIns } from "./standIns.ts";

/** Problems that measuring takes away. */
const MEASURABLE: ReadonlySet<string> = new Set(["to-be-measured", "missing-threshold"]);

/** Is there an amplifier to measure with, and does the protocol ask for it? */
export function isMeasured(setup: Setup, protocol: Protocol): boolean {
  return setup.amplifier !== null && protocol.measure !== null;
}

export interface MeasuredFirst {
  readonly value: NeededValue;
  readonly method: string;
}

/** What is measured before the protocol itself, and how. */
export function measuredFirst(
  setup: Setup,
  protocol: Protocol,
  methods: Readonly<Partial<Record<NeededValue, string>>>,
): readonly MeasuredFirst[] {
  const known = {
    thresholds: setup.facts.thresholds,
    latenciesMs: setup.latenciesMs,
    highestPctMso: null,
  };
  return missingValues(protocol, known).map((value) => ({
    value,
    method: methods[value] ?? (value === "N20" ? "sep-average" : USUAL_METHOD[value]),
  }));
}

/** Why a measured protocol cannot begin: what measuring will not change. Null when it can. */
export function refusalBeforeMeasuring(
  setup: Setup,
  protocol: Protocol,
  protocolHash: string,
): PlanRefusal | null {
  const asIf = {
    ...setup,
    facts: { ...setup.facts, thresholds: withStandIns(setup.facts.thresholds) },
    latenciesMs: { ...STAND_IN_LATENCIES_MS, ...setup.latenciesMs },
  };
  const planned = planFor(asIf, protocol, protocolHash, 1);
  if (planned.ok) return null;
  const problems = planned.refusal.problems.filter(({ kind }) => !MEASURABLE.has(kind));
  const [worst] = problems;
  return worst === undefined ? null : { code: codeOf(worst.kind), problems };
}

function codeOf(kind: PlanRefusal["problems"][number]["kind"]): PlanRefusal["code"] {
  if (kind === "missing-figure") return "PROTOCOL_INCOMPLETE";
  return kind === "inconsistent" ? "PROTOCOL_BAD" : "GATE_PLAN_REFUSED";
}

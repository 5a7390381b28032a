/** What a rule is: an entry of the one table in `table.ts`. */
import type { Finding } from "../../contract/events.ts";
import type { Mismatch, Train } from "../classify.ts";
import type { LimitProfile } from "../limitProfile.ts";
import type { TimedPulse } from "../pulses.ts";
import { percentOf, type Reference, rmtUnder } from "../thresholds.ts";
import type { CheckInput } from "../types.ts";

export type RuleId =
  | "INT-01"
  | "INT-02"
  | "INT-03"
  | "INT-04"
  | "INT-05"
  | "DUR-01"
  | "DUR-02"
  | "DUR-03"
  | "DUR-04"
  | "ITI-01"
  | "ITI-02"
  | "ITI-03"
  | "DEV-01"
  | "TBS-01"
  | "TBS-02"
  | "PAT-01"
  | "SPP-01"
  | "SPP-02"
  | "SPP-03"
  | "CUM-01"
  | "CUM-02"
  | "SES-01"
  | "SES-02"
  | "SCR-01"
  | "SCR-02"
  | "PRE-01"
  | "PRE-02"
  | "TMP-01"
  | "WDG-01"
  | "WDG-02"
  | "STP-01"
  | "RMP-01"
  | "THR-01"
  | "EMG-01"
  | "FLT-01";

export type Tier = Finding["tier"];

/** Everything a rule may look at; worked out once for all rules. */
export interface Facts {
  readonly input: CheckInput;
  readonly limits: LimitProfile;
  /** Pulses of earlier segments and of the plan, in order of time. */
  readonly pulses: readonly TimedPulse[];
  /** Trains, patterns and single pulses, in order of time. */
  readonly trains: readonly Train[];
  readonly mismatches: readonly Mismatch[];
}

/** What a rule has to say; `tier` and `source` where they differ from the rule's own. */
export interface Remark {
  readonly detail: string;
  readonly tier?: Tier;
  readonly source?: string;
}

export interface Rule {
  readonly id: RuleId;
  readonly tier: Tier;
  /** One line of what it refuses. */
  readonly what: string;
  /** Where it acts: in the whole-plan check, or the module beside the port. */
  readonly acts: string;
  /** Citation and verification mark. */
  readonly source: (limits: LimitProfile) => string;
  /** On a rig of simulators: in force, recorded as not applicable, or that for a part of it. */
  readonly onSimulated: "in force" | "not applicable" | { readonly notApplicable: string };
  /** Limits of human stimulation; they say nothing on a rig for rodents. */
  readonly humanOnly: boolean;
  /** The whole-plan check; absent where the rule acts at run time only. */
  readonly check?: (facts: Facts) => readonly Remark[];
}

/** Trains that the plan has a part in; those of earlier segments were judged by their own check. */
export function judged(facts: Facts, kind: Train["kind"]): readonly Train[] {
  return facts.trains.filter((train) => train.inPlan && train.kind === kind);
}

/** Equal remarks become one that says how often. */
export function summed(remarks: readonly Remark[]): readonly Remark[] {
  const counts = new Map<string, { remark: Remark; times: number }>();
  for (const remark of remarks) {
    const key = `${remark.tier ?? ""}|${remark.detail}`;
    const held = counts.get(key);
    if (held === undefined) counts.set(key, { remark, times: 1 });
    else held.times += 1;
  }
  return [...counts.values()].map(({ remark, times }) =>
    times === 1 ? remark : { ...remark, detail: `${remark.detail} (${times} times)` },
  );
}

/** Highest output of a train in whole percent of RMT, rounded up; null when no threshold is known. */
export function trainPctRmt(train: Train, facts: Facts): number | null {
  const known: Readonly<Record<TimedPulse["over"], Map<object, Reference | null>>> = {
    tested: new Map(),
    other: new Map(),
  };
  let highest = 0;
  for (const pulse of train.pulses) {
    const byDose = known[pulse.over];
    let reference = byDose.get(pulse.dose);
    if (reference === undefined) {
      reference = rmtUnder(pulse, facts.input.session, facts.limits);
      byDose.set(pulse.dose, reference);
    }
    if (reference === null) return null;
    highest = Math.max(highest, percentOf(pulse.pctMso, reference));
  }
  return highest;
}

/** Figures in words, without digits that mean nothing. */
export function figure(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

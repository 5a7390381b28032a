import type { LimitProfile } from "../limitProfile.ts";
import { cite } from "../limits.ts";
import { conditionerDevice } from "./conditioner.ts";
import { type Facts, figure, type Remark, type Rule, summed } from "./rule.ts";

function proposal(limits: LimitProfile): string {
  return cite(limits, limits.runtime);
}

function checkDevice(facts: Facts): readonly Remark[] {
  const { plan, device } = facts.input;
  const problems = plan.doses.flatMap((dose) => device.judgeDose(dose));
  return summed([
    ...problems.filter((problem) => problem.rule === "DEV-01"),
    ...conditionerDevice(facts),
  ]);
}

/** A dose may be late by 5 ms or by half of its interval, whichever is shorter. */
function checkLateLimits(facts: Facts): readonly Remark[] {
  const { doses } = facts.input.plan;
  const most = facts.limits.runtime.maxLateMs;
  const remarks: Remark[] = [];
  doses.forEach((dose, i) => {
    const intervals = [doses[i - 1], doses[i + 1]].flatMap((other) =>
      other === undefined ? [] : [Math.abs(other.dueMs - dose.dueMs)],
    );
    const cap = Math.min(most, ...intervals.map((interval) => interval / 2));
    if (dose.lateLimitMs <= cap + 1e-6) return;
    remarks.push({
      detail: `a dose may be ${figure(dose.lateLimitMs)} ms late, its interval allows ${figure(cap)} ms`,
    });
  });
  return summed(remarks);
}

function checkFirstSession(facts: Facts): readonly Remark[] {
  if (facts.input.session.firstSession !== true) return [];
  const trains = facts.trains.some((train) => train.inPlan && train.pulses.length > 1);
  return trains
    ? [
        {
          detail:
            "first session of this subject: a ramp from 80 to 100 % over the first trains is possible",
        },
      ]
    : [];
}

/** Hunting starts at its first pulse; each further one may climb by the cap above all before it. */
function checkClimb(facts: Facts): readonly Remark[] {
  const { plan } = facts.input;
  const cap = facts.limits.thresholds.maxStepPctMso;
  const remarks: Remark[] = [];
  let highest: number | null = null;
  for (const { pctMso, inPlan, dose, over } of facts.pulses) {
    // What the other hemisphere was given says nothing of what this one has borne.
    if (over === "other") continue;
    const hunting = inPlan && plan.blocks[dose.place.block]?.pattern === "threshold-tracking";
    if (hunting && highest !== null && pctMso > highest + cap) {
      remarks.push({
        detail: `${figure(pctMso)} %MSO after at most ${figure(highest)} %MSO, a step of more than ${cap} %MSO`,
      });
    }
    highest = Math.max(highest ?? 0, pctMso);
  }
  return summed(remarks);
}

/** Open matters of earlier runs: unknown outcomes and latched stops that nobody looked at. */
function checkUnresolved(facts: Facts): readonly Remark[] {
  return facts.input.ledger.unresolved.map((matter) => ({
    detail: `to be acknowledged by a person first: ${matter}`,
  }));
}

export const RUNTIME_RULES: readonly Rule[] = [
  {
    id: "DEV-01",
    tier: "hard",
    what: "the device cannot do the dose, or its train settings do not read back as planned",
    acts: "plan check; guard, before arming and before each train",
    source: proposal,
    onSimulated: "in force",
    humanOnly: false,
    check: checkDevice,
  },
  {
    id: "TMP-01",
    tier: "hard",
    what: "coil at 40 °C or above; before a train also a reading older than 30 s or none",
    acts: "guard, before arming and before each dose",
    source: (limits) => cite(limits, limits.thermal),
    onSimulated: "in force",
    humanOnly: false,
  },
  {
    id: "WDG-01",
    tier: "hard",
    what: "no sign of life from the operator's side or no good answer of the device for 500 ms while armed",
    acts: "rig process and driver, while armed; guard, by the age of the status",
    source: proposal,
    onSimulated: { notApplicable: "the operator's half of the watchdog" },
    humanOnly: false,
  },
  {
    id: "WDG-02",
    tier: "hard",
    what: "a dose later than min(5 ms, half its interval) is skipped, with the rest of a host-timed train; no interval is shortened",
    acts: "plan check of the limits; gate and guard, before each dose",
    source: proposal,
    onSimulated: "in force",
    humanOnly: false,
    check: checkLateLimits,
  },
  {
    id: "STP-01",
    tier: "hard",
    what: "a stop latches: no permit leaves and none that is out is worth anything",
    acts: "gate, permits and guarded port",
    source: proposal,
    onSimulated: "in force",
    humanOnly: false,
  },
  {
    id: "RMP-01",
    tier: "warn",
    what: "first session of a subject: a ramp is offered",
    acts: "plan check",
    source: proposal,
    onSimulated: "in force",
    humanOnly: true,
    check: checkFirstSession,
  },
  {
    id: "THR-01",
    tier: "soft",
    what: "threshold hunting climbs more than 10 %MSO above the highest intensity so far",
    acts: "plan check of each hunting segment",
    source: (limits) => cite(limits, limits.thresholds),
    onSimulated: "in force",
    humanOnly: true,
    check: checkClimb,
  },
  {
    id: "EMG-01",
    tier: "soft",
    what: "a response in a silent muscle, or activity after a train above five times the baseline for 200 ms, stops and asks",
    acts: "monitor of the amplifier's samples, during a run",
    source: proposal,
    onSimulated: "in force",
    humanOnly: true,
  },
  {
    id: "FLT-01",
    tier: "hard",
    what: "a fault stops, disarms and latches; nothing is armed or sent again by itself, and open matters of earlier runs are acknowledged first",
    acts: "plan check of open matters; driver and rig process",
    source: proposal,
    onSimulated: "in force",
    humanOnly: false,
    check: checkUnresolved,
  },
];

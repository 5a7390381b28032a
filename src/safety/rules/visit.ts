import { cite } from "../limits.ts";
import { sinceMs } from "../utc.ts";
import { type Facts, figure, type Remark, type Rule } from "./rule.ts";

/** Sessions of single pulses and pairs have no published interval. */
function hasTrains(facts: Facts): boolean {
  return facts.trains.some(
    (train) => train.inPlan && train.kind !== "single" && train.kind !== "paired",
  );
}

/** Minutes since the last session ended; null when there was none, NaN when times do not fit. */
function minutesSince(facts: Facts): number | null {
  const { ledger, session } = facts.input;
  if (ledger.lastSessionEndUtc === null) return null;
  return sinceMs(ledger.lastSessionEndUtc, session.startedUtc) / 60_000;
}

function checkFloor(facts: Facts): readonly Remark[] {
  if (!hasTrains(facts)) return [];
  const { hardMin, maxPerDay } = facts.limits.sessions;
  const { plan, ledger } = facts.input;
  const remarks: Remark[] = [];
  const since = minutesSince(facts);
  if (since !== null && !(since >= 0)) {
    remarks.push({
      detail: "the start of this session does not lie after the end of the last one",
    });
  } else if (since !== null && since < hardMin) {
    remarks.push({
      detail: `${figure(since)} min after the last session, less than ${hardMin} min`,
    });
  }
  if (plan.interSessionMin !== null && plan.interSessionMin < hardMin) {
    remarks.push({
      detail: `the schedule asks for sessions ${figure(plan.interSessionMin)} min apart, less than ${hardMin} min`,
    });
  }
  if (!(ledger.sessions24h < maxPerDay)) {
    remarks.push({
      detail: `${ledger.sessions24h} sessions in 24 h already, at most ${maxPerDay}`,
    });
  }
  return remarks;
}

function checkStandard(facts: Facts): readonly Remark[] {
  if (!hasTrains(facts)) return [];
  const { hardMin, standardMin } = facts.limits.sessions;
  const asked = facts.input.plan.interSessionMin;
  const remarks: Remark[] = [];
  if (asked !== null && asked >= hardMin && asked < standardMin) {
    remarks.push({
      detail: `the schedule asks for sessions ${figure(asked)} min apart, less than ${standardMin} min`,
    });
  }
  const least = Math.max(standardMin, asked ?? 0);
  const since = minutesSince(facts);
  if (since !== null && since >= hardMin && since < least) {
    remarks.push({
      detail: `${figure(since)} min after the last session, less than ${figure(least)} min`,
    });
  }
  return remarks;
}

function checkScreening(facts: Facts): readonly Remark[] {
  const { screening } = facts.input.session;
  const { questions, absolute } = facts.limits.screening;
  if (screening === null) return [{ detail: "no screening is recorded" }];
  const remarks: Remark[] = [];
  const open = questions.filter((key) => screening.answers[key] === undefined);
  if (open.length > 0) remarks.push({ detail: `not answered: ${open.join(", ")}` });
  if (!isWritten(screening.reviewedBy)) remarks.push({ detail: "nobody reviewed the screening" });
  for (const key of absolute) {
    if (screening.answers[key] === true) remarks.push({ detail: `${key} is answered yes` });
  }
  return remarks;
}

function isWritten(text: string | null): boolean {
  return text !== null && text.trim() !== "";
}

function checkDecision(facts: Facts): readonly Remark[] {
  const { screening } = facts.input.session;
  if (screening === null || isWritten(screening.decision)) return [];
  const yes = Object.keys(screening.answers).filter((key) => screening.answers[key] === true);
  if (yes.length === 0) return [];
  return [{ detail: `answered yes without a physician's decision: ${yes.join(", ")}` }];
}

function checkPreparation(facts: Facts): readonly Remark[] {
  const { session, rig } = facts.input;
  const { checklist } = session;
  const remarks: Remark[] = [];
  if (!isWritten(session.operator)) remarks.push({ detail: "no operator is named" });
  if (checklist === null) return [...remarks, { detail: "no checklist is recorded" }];
  if (!checklist.hearingProtection) remarks.push({ detail: "hearing protection is not confirmed" });
  if (!checklist.emergencyStopTested) remarks.push({ detail: "the emergency stop was not tested" });
  if (!checklist.operatorPresent)
    remarks.push({ detail: "the operator's presence is not confirmed" });
  if (!isWritten(checklist.coilId)) remarks.push({ detail: "the coil was not identified" });
  else if (checklist.coilId !== rig.coilSerial) {
    remarks.push({
      detail: `the checklist names coil ${checklist.coilId}, the rig has ${rig.coilSerial ?? "none"}`,
    });
  }
  return remarks;
}

function checkSpecies(facts: Facts): readonly Remark[] {
  const { plan, rig, session } = facts.input;
  if (plan.species === rig.species && rig.species === session.species) {
    if (rig.species === "human") return [];
    return [{ tier: "warn", detail: "a rig for rodents: human limits do not apply" }];
  }
  return [
    {
      detail: `the protocol is for a ${plan.species}, the rig for a ${rig.species}, the session of a ${session.species}`,
    },
  ];
}

export const VISIT_RULES: readonly Rule[] = [
  {
    id: "SES-01",
    tier: "hard",
    what: "a session less than 15 min after the last one, or more than 10 in 24 h",
    acts: "plan check",
    source: (limits) => cite(limits, limits.sessions),
    onSimulated: "in force",
    humanOnly: true,
    check: checkFloor,
  },
  {
    id: "SES-02",
    tier: "soft",
    what: "sessions closer than 60 min, or than the protocol's own schedule",
    acts: "plan check",
    source: (limits) => cite(limits, limits.sessions),
    onSimulated: "in force",
    humanOnly: true,
    check: checkStandard,
  },
  {
    id: "SCR-01",
    tier: "hard",
    what: "no complete, reviewed screening, or an absolute contraindication",
    acts: "plan check",
    source: (limits) => cite(limits, limits.screening),
    onSimulated: "not applicable",
    humanOnly: true,
    check: checkScreening,
  },
  {
    id: "SCR-02",
    tier: "soft",
    what: "a yes among the thirteen questions without a physician's decision",
    acts: "plan check",
    source: (limits) => cite(limits, limits.screening),
    onSimulated: "not applicable",
    humanOnly: true,
    check: checkDecision,
  },
  {
    id: "PRE-01",
    tier: "hard",
    what: "hearing protection, coil, operator or tested emergency stop not confirmed",
    acts: "plan check",
    source: (limits) => cite(limits, limits.acoustic),
    onSimulated: "not applicable",
    humanOnly: false,
    check: checkPreparation,
  },
  {
    id: "PRE-02",
    tier: "hard",
    what: "protocol, rig and session are not all for the same species",
    acts: "plan check",
    source: (limits) => cite(limits, limits.runtime),
    onSimulated: "in force",
    humanOnly: false,
    check: checkSpecies,
  },
];

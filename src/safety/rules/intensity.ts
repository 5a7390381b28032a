import type { Dose } from "../../contract/dose.ts";
import type { Threshold } from "../../contract/session.ts";
import { cite } from "../limits.ts";
import { isPlausible, namedThreshold, rmtFor } from "../thresholds.ts";
import { sinceMs } from "../utc.ts";
import { conditionerOutputs, conditionerThresholds } from "./conditioner.ts";
import { type Facts, figure, judged, type Remark, type Rule, summed, trainPctRmt } from "./rule.ts";

const THRESHOLD_BASES: readonly string[] = ["%RMT", "%AMT"];

function thresholdRemark(dose: Dose, facts: Facts): Remark | null {
  const { request } = dose;
  if (request.base === "%MSO") return null;
  if (request.threshold === null) {
    return {
      detail: `intensity is given in ${request.base} and no measured threshold resolves it`,
    };
  }
  const { kind, percentMso } = request.threshold;
  if (THRESHOLD_BASES.includes(request.base) && request.base !== `%${kind}`) {
    return { detail: `intensity is given in ${request.base} and was resolved with an ${kind}` };
  }
  if (namedThreshold(dose, facts.input.session) === null) {
    return {
      detail: `the session holds no ${kind} of ${figure(percentMso)} %MSO for this subject`,
    };
  }
  return null;
}

/** A resolved output may stay below its request (a ramp), never above it by more than rounding. */
function resolvedRemark(dose: Dose): Remark | null {
  const { request } = dose;
  if (dose.shape.kind === "pair") return null;
  const percentMso = request.base === "%MSO" ? 100 : request.threshold?.percentMso;
  // An output that was measured as such is a whole of itself.
  const value = request.value ?? (request.threshold?.kind === "1mV" ? 100 : null);
  if (percentMso === undefined || value === null) return null;
  const asked = (value * percentMso) / 100;
  const planned = Math.max(...dose.intensityPctMso);
  if (planned <= asked + 1) return null;
  return {
    detail: `${figure(value)} ${request.base} resolves to ${figure(asked)} %MSO and the plan has ${figure(planned)} %MSO`,
  };
}

const KEYS = ["hemisphere", "muscle", "coilSerial", "stimulator", "waveform"] as const;

/** What a threshold must have been measured with: the stimulator that gives its pulses. */
function usedWith(
  { kind }: Threshold,
  { rig, device }: Facts["input"],
): { readonly stimulator: string; readonly waveform: string; readonly coil: string | null } | null {
  if (kind !== "RMT-other")
    return {
      stimulator: rig.stimulator,
      waveform: device.capabilities.waveform,
      coil: rig.coilSerial,
    };
  if (rig.second === undefined) return null;
  const { model, waveform, coil } = rig.second;
  return { stimulator: model, waveform, coil };
}

function keyRemarks(threshold: Threshold, facts: Facts): readonly Remark[] {
  const used = usedWith(threshold, facts.input);
  if (used === null) return [];
  const name = `${threshold.kind} ${figure(threshold.percentMso)} %MSO`;
  const missing = KEYS.filter((key) => threshold[key] === null);
  if (missing.length > 0) return [{ detail: `${name} does not say its ${missing.join(", ")}` }];
  const remarks: Remark[] = [];
  if (threshold.stimulator !== used.stimulator) {
    remarks.push({
      detail: `${name} was measured with ${threshold.stimulator}, not ${used.stimulator}`,
    });
  }
  if (threshold.waveform?.toLowerCase() !== used.waveform.toLowerCase()) {
    remarks.push({
      detail: `${name} was measured with ${threshold.waveform} pulses, not ${used.waveform}`,
    });
  }
  return remarks;
}

/** The side that a target names, when it names exactly one. */
function sideOf(target: string | null): "left" | "right" | null {
  if (target === null) return null;
  const left = /\b(L|left)\b/i.test(target);
  const right = /\b(R|right)\b/i.test(target);
  if (left === right) return null;
  return left ? "left" : "right";
}

function sideRemark(dose: Dose, facts: Facts): Remark | null {
  const side = sideOf(facts.input.plan.blocks[dose.place.block]?.target ?? null);
  const threshold = namedThreshold(dose, facts.input.session);
  if (side === null || threshold?.hemisphere == null || threshold.hemisphere === side) return null;
  return {
    detail: `the target is on the ${side}, the ${threshold.kind} was measured on the ${threshold.hemisphere}`,
  };
}

/** An RMT reckoned from an AMT: shown; on a real rig no table is looked up with it. */
function assumedRemarks(facts: Facts): readonly Remark[] {
  const { input, limits } = facts;
  const assumed = (dose: Dose): boolean => rmtFor(dose, input.session, limits)?.assumed === true;
  if (!input.plan.doses.some(assumed)) return [];
  const ratio = limits.thresholds.amtPerRmt;
  const remarks: Remark[] = [
    {
      tier: "warn",
      detail: `no RMT is known: it is taken as AMT / ${ratio}, which nobody measured`,
    },
  ];
  const fast = judged(facts, "conventional").some(
    (train) => train.frequencyHz > 1 && train.pulses.some((pulse) => assumed(pulse.dose)),
  );
  if (fast && !input.rig.simulated) {
    remarks.push({
      detail: "trains above 1 Hz need a measured RMT; an AMT does not stand in for it",
    });
  }
  return remarks;
}

function checkThresholds(facts: Facts): readonly Remark[] {
  const { session, plan, rig } = facts.input;
  const remarks: Remark[] = [];
  for (const threshold of session.thresholds) {
    if (isPlausible(threshold)) continue;
    remarks.push({
      detail: `an ${threshold.kind} of ${threshold.percentMso} %MSO is no threshold`,
    });
  }
  for (const dose of plan.doses) {
    const remark =
      thresholdRemark(dose, facts) ??
      resolvedRemark(dose) ??
      (rig.simulated ? null : sideRemark(dose, facts));
    if (remark !== null) remarks.push(remark);
  }
  if (!rig.simulated) {
    for (const threshold of session.thresholds) remarks.push(...keyRemarks(threshold, facts));
  }
  return summed([...remarks, ...conditionerThresholds(facts), ...assumedRemarks(facts)]);
}

function checkAge(facts: Facts): readonly Remark[] {
  const { session } = facts.input;
  const maxAgeH = facts.limits.thresholds.maxAgeH;
  return session.thresholds.flatMap((threshold) => {
    const used = usedWith(threshold, facts.input);
    if (used === null) return [];
    const name = `${threshold.kind} ${figure(threshold.percentMso)} %MSO`;
    const remarks: Remark[] = [];
    const ageH = sinceMs(threshold.measuredAt, session.startedUtc) / 3_600_000;
    if (!Number.isFinite(ageH))
      remarks.push({ detail: `${name} does not say when it was measured` });
    else if (ageH < 0) remarks.push({ detail: `${name} was measured after this session began` });
    else if (ageH > maxAgeH) {
      remarks.push({ detail: `${name} is ${figure(ageH)} h old, more than ${maxAgeH} h` });
    }
    if (threshold.coilSerial === null || threshold.coilSerial !== used.coil) {
      remarks.push({
        detail: `${name} was measured with coil ${threshold.coilSerial ?? "unknown"}, the rig has ${used.coil ?? "unknown"}`,
      });
    }
    return remarks;
  });
}

function checkOutput(facts: Facts): readonly Remark[] {
  const { plan, device } = facts.input;
  const most = Math.min(facts.limits.single.maxPctMso, device.capabilities.maxPctMso);
  const remarks: Remark[] = [];
  for (const dose of plan.doses) {
    for (const pctMso of dose.intensityPctMso) {
      if (pctMso >= 0 && pctMso <= most) continue;
      remarks.push({ detail: `${figure(pctMso)} %MSO is outside 0 to ${most} %MSO` });
    }
    for (const problem of device.judgeDose(dose)) {
      if (problem.rule === "INT-03") remarks.push(problem);
    }
  }
  return summed([...remarks, ...conditionerOutputs(facts)]);
}

function checkTableEnd(facts: Facts): readonly Remark[] {
  const most = facts.limits.trainDuration.maxPctRmt;
  const remarks: Remark[] = [];
  for (const train of judged(facts, "conventional")) {
    if (train.frequencyHz <= 1) continue;
    const pct = trainPctRmt(train, facts);
    const rate = `${figure(train.frequencyHz)} Hz`;
    if (pct === null) {
      remarks.push({
        detail: `a train of ${rate} cannot be judged without the resting motor threshold: give RMT`,
      });
    } else if (pct > most) {
      remarks.push({ detail: `${pct} % RMT in a train of ${rate}, the tables end at ${most} %` });
    }
  }
  return summed(remarks);
}

export const INTENSITY_RULES: readonly Rule[] = [
  {
    id: "INT-01",
    tier: "hard",
    what: "an intensity relative to a threshold needs a threshold measured in this subject, hemisphere and muscle with this coil, stimulator and waveform; the resolved output does not exceed the request",
    acts: "plan check",
    source: (limits) => cite(limits, limits.thresholds),
    onSimulated: {
      notApplicable: "hemisphere, muscle, coil, stimulator and waveform of a threshold",
    },
    humanOnly: false,
    check: checkThresholds,
  },
  {
    id: "INT-02",
    tier: "soft",
    what: "a threshold from an earlier visit, of unknown age, or measured with another coil",
    acts: "plan check",
    source: (limits) => cite(limits, limits.thresholds),
    onSimulated: "not applicable",
    humanOnly: true,
    check: checkAge,
  },
  {
    id: "INT-03",
    tier: "hard",
    what: "an output outside 0 to 100 %MSO or above what the device can do at this rate",
    acts: "plan check",
    source: (limits) => cite(limits, limits.single),
    onSimulated: "in force",
    humanOnly: false,
    check: checkOutput,
  },
  {
    id: "INT-04",
    tier: "hard",
    what: "more than 130 % RMT, or an unknown percentage of it, in a train above 1 Hz",
    acts: "plan check",
    source: (limits) => cite(limits, limits.trainDuration.hard),
    onSimulated: "in force",
    humanOnly: true,
    check: checkTableEnd,
  },
  {
    id: "INT-05",
    tier: "hard",
    what: "the device reports another intensity than commanded, by more than 1 %MSO",
    acts: "guard, before arming and before each dose",
    source: (limits) => cite(limits, limits.runtime),
    onSimulated: "in force",
    humanOnly: false,
  },
];

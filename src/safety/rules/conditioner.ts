/**
 * What the whole-plan check says of conditioning pulses over the other hemisphere. Their number and
 * their instants are judged with all other pulses; here stands what is theirs alone. The remarks are
 * part of the rules whose names they carry.
 */
import type { Conditioner, Dose } from "../../contract/dose.ts";
import type { SecondStimulator, Threshold } from "../../contract/session.ts";
import { isPlausible, namedThreshold, otherRmt } from "../thresholds.ts";
import { type Facts, figure, type Remark, summed } from "./rule.ts";

interface Conditioned {
  readonly dose: Dose;
  readonly conditioner: Conditioner;
}

function conditioned(doses: readonly Dose[]): readonly Conditioned[] {
  return doses.flatMap((dose) =>
    dose.conditioner === undefined ? [] : [{ dose, conditioner: dose.conditioner }],
  );
}

function named({ request }: Conditioner, facts: Facts): Threshold | null {
  const wanted = request.threshold;
  if (wanted === null) return null;
  const { thresholds } = facts.input.session;
  return (
    thresholds.find(
      (held) =>
        held.kind === wanted.kind && held.percentMso === wanted.percentMso && isPlausible(held),
    ) ?? null
  );
}

/** A request in percent of a threshold needs that of the hemisphere under the second coil. */
function requestRemark(conditioner: Conditioner, facts: Facts): Remark | null {
  const { pctMso, request } = conditioner;
  if (request.threshold === null) {
    if (request.base.startsWith("%MSO") || facts.input.rig.simulated) return null;
    return {
      detail: `the conditioning pulse is given in ${request.base} and no measured threshold resolves it`,
    };
  }
  if (request.threshold.kind !== "RMT-other")
    return {
      detail: `the conditioning pulse was resolved with the ${request.threshold.kind} of the tested side`,
    };
  const threshold = named(conditioner, facts);
  if (threshold === null)
    return {
      detail: `the session holds no RMT-other of ${figure(request.threshold.percentMso)} %MSO for this subject`,
    };
  const asked = ((request.value ?? 0) * threshold.percentMso) / 100;
  if (pctMso <= asked + 1) return null;
  return {
    detail: `${figure(request.value ?? 0)} ${request.base} resolves to ${figure(asked)} %MSO and the conditioning pulse has ${figure(pctMso)} %MSO`,
  };
}

/** On a real rig: where each coil lies, and that the threshold under the second one is known. */
function sideRemarks({ dose, conditioner }: Conditioned, facts: Facts): readonly Remark[] {
  const { rig, session } = facts.input;
  const { second } = rig;
  if (rig.simulated || second === undefined) return [];
  const remarks: Remark[] = [];
  if (otherRmt(session) === null)
    remarks.push({
      detail: "a conditioning pulse needs the RMT of the hemisphere under it: give RMT-other",
    });
  const under = named(conditioner, facts)?.hemisphere ?? second.side;
  if (under !== second.side)
    remarks.push({
      detail: `the second coil is on the ${second.side}, its RMT-other was measured on the ${under}`,
    });
  const tested = namedThreshold(dose, session);
  if (tested?.hemisphere === second.side)
    remarks.push({
      detail: `both coils are on the ${second.side}: the ${tested.kind} of the test pulse was measured there`,
    });
  return remarks;
}

/** Part of INT-01. */
export function conditionerThresholds(facts: Facts): readonly Remark[] {
  return conditioned(facts.input.plan.doses).flatMap((one) => [
    ...[requestRemark(one.conditioner, facts) ?? []].flat(),
    ...sideRemarks(one, facts),
  ]);
}

function outputRemark({ pctMso }: Conditioner, second: SecondStimulator): Remark | null {
  if (!(pctMso >= 0 && pctMso <= second.maxPctMso))
    return {
      detail: `a conditioning pulse of ${figure(pctMso)} %MSO is outside 0 to ${figure(second.maxPctMso)} %MSO`,
    };
  if (pctMso === second.intensityPctMso) return null;
  return {
    detail: `a conditioning pulse of ${figure(pctMso)} %MSO, ${second.model} is set to ${figure(second.intensityPctMso)} %MSO by hand`,
  };
}

/** Part of INT-03. */
export function conditionerOutputs(facts: Facts): readonly Remark[] {
  const { plan, rig } = facts.input;
  const { second } = rig;
  if (second === undefined) return [];
  return conditioned(plan.doses).flatMap(
    ({ conditioner }) => outputRemark(conditioner, second) ?? [],
  );
}

/** Part of DEV-01. */
export function conditionerDevice(facts: Facts): readonly Remark[] {
  const { plan, rig } = facts.input;
  if (rig.second !== undefined || conditioned(plan.doses).length === 0) return [];
  return [{ detail: "conditioning pulses are planned and the rig has no second stimulator" }];
}

/** Part of ITI-03: earlier segments count, since the second stimulator knows nothing of segments. */
export function conditionerRests(facts: Facts): readonly Remark[] {
  const { second } = facts.input.rig;
  if (second === undefined) return [];
  const pulses = facts.pulses.filter(({ over }) => over === "other");
  return summed(
    pulses.flatMap((pulse, i): readonly Remark[] => {
      const before = pulses[i - 1];
      if (before === undefined || !pulse.inPlan) return [];
      const gapMs = pulse.atMs - before.atMs;
      if (gapMs >= second.minIntervalMs - 1e-6) return [];
      return [
        {
          detail: `conditioning pulses ${figure(gapMs)} ms apart, ${second.model} needs ${figure(second.minIntervalMs)} ms`,
        },
      ];
    }),
  );
}

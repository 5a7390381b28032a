import { type ExpandProblem, expandProtocol } from "../../../protocols/expand.ts";
import type { Pattern, Protocol } from "../../../protocols/types.ts";
import type { Threshold } from "../../contract/session.ts";
import type { DriverModule } from "../../contract/stimulator.ts";
import { DEFAULT_RIG, givesNerveStimuli, type RigConfig, stimulatorConfig } from "../config/rig.ts";
import { HIGH_STAND_INS, STAND_IN_LATENCIES_MS, withStandIns } from "./standIns.ts";

/**
 * Without a rig file everything is simulated: the usual stimulator, and where it cannot give the
 * protocol the first of these that can. One channel before two, one maker's own pairs before another's.
 */
const PREFERRED: readonly string[] = [
  DEFAULT_RIG.stimulator.driver,
  "magstim-bistim",
  "magpro-x100",
  "magpro-x100-option",
];

/** A simulated rig of one model, with nothing typed in but what the model needs. */
export function simulatedRigOf(model: string): RigConfig {
  return { ...DEFAULT_RIG, stimulator: { driver: model, port: "simulated", mains: 240 } };
}

/**
 * What a protocol needs beside the stimulator: an amplifier to measure with, and for stimuli of a nerve
 * two boxes, so that both starts leave through lines.
 */
function withAccessories(rig: RigConfig, protocol: Protocol): RigConfig {
  const box = { driver: "pulse-box", port: "simulated", line: 1 } as const;
  const amplifier = { driver: "brainvision-rda", port: "simulated" } as const;
  const isHeard = protocol.measure !== null || waitsForPhase(protocol);
  const heard = isHeard ? { ...rig, amplifier } : rig;
  if (!needsNerve(protocol)) return heard;
  const stimulator = { ...heard.stimulator, trigger: { via: "box", ...box } as const };
  return { ...heard, stimulator, nerve: { ...box, model: "electrical stimulator" } };
}

function patternsOf({ pattern, blocks }: Protocol): readonly Pattern[] {
  return [
    ...(pattern === null ? [] : [pattern]),
    ...(blocks ?? []).flatMap((block) => ("pattern" in block ? [block.pattern] : [])),
  ];
}

function waitsForPhase(protocol: Protocol): boolean {
  return patternsOf(protocol).some(
    ({ type }) => type === "closed-loop-single" || type === "closed-loop-burst",
  );
}

function needsNerve(protocol: Protocol): boolean {
  return patternsOf(protocol).some(
    (one) =>
      (one.type === "paired" || one.type === "pas" || one.type === "threshold-tracking") &&
      /\bnerve\b|perceptual threshold/i.test(one.conditioning.base),
  );
}

/** Can this rig's stimulator be set to what the protocol asks for? Other obstacles do not count here. */
export function deviceCan(
  driver: DriverModule,
  rig: RigConfig,
  protocol: Protocol,
  thresholds: readonly Threshold[],
): boolean {
  const model = driver.describe(stimulatorConfig(rig));
  if (!model.ok) return false;
  const problemsWith = (known: readonly Threshold[]): readonly ExpandProblem[] => {
    const expanded = expandProtocol(protocol, {
      thresholds: known,
      latenciesMs: STAND_IN_LATENCIES_MS,
      capabilities: model.value.capabilities,
      model: model.value,
      nerve: givesNerveStimuli(rig),
      eeg: rig.amplifier !== undefined,
      seed: 0,
      hash: "",
    });
    return expanded.ok ? [] : expanded.error;
  };
  // What is measured first may come out high, and a rest that is too short then is found too late.
  return (
    !problemsWith(withStandIns(thresholds)).some(({ kind }) => kind === "device-cannot") &&
    !problemsWith(withStandIns(thresholds, HIGH_STAND_INS)).some(({ rule }) => rule === "ITI-03")
  );
}

/** The default rig for a protocol; the usual one for a script, whose protocols come one by one. */
export function defaultRigFor(
  protocol: Protocol | null,
  drivers: readonly DriverModule[],
  thresholds: readonly Threshold[],
): RigConfig {
  if (protocol === null) return DEFAULT_RIG;
  for (const model of PREFERRED) {
    const driver = drivers.find(({ models }) => models.includes(model));
    const rig = withAccessories(simulatedRigOf(model), protocol);
    if (driver !== undefined && deviceCan(driver, rig, protocol, thresholds)) return rig;
  }
  return withAccessories(DEFAULT_RIG, protocol);
}

import { type ExpandProblem, expandProtocol } from "../../../protocols/expand.ts";
import { isAcross } from "../../../protocols/patterns/across.ts";
import { isNerveStimulus } from "../../../protocols/patterns/paired.ts";
import type { Level, Pattern, Protocol } from "../../../protocols/types.ts";
import type { Threshold } from "../../contract/session.ts";
import type { DriverModule } from "../../contract/stimulator.ts";
import {
  DEFAULT_RIG,
  givesNerveStimuli,
  type RigConfig,
  secondOf,
  stimulatorConfig,
} from "../config/rig.ts";
import { conditioningOf } from "./conditioning.ts";
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
 * or pulses over the other hemisphere two boxes, so that both starts leave through lines.
 */
function withAccessories(
  rig: RigConfig,
  protocol: Protocol,
  thresholds: readonly Threshold[],
): RigConfig {
  const box = { driver: "pulse-box", port: "simulated", line: 1 } as const;
  const amplifier = { driver: "brainvision-rda", port: "simulated" } as const;
  const isHeard = protocol.measure !== null || waitsForPhase(protocol);
  const heard = isHeard ? { ...rig, amplifier } : rig;
  const first = conditioningOf(protocol);
  const nerve = first.some(isNerveStimulus);
  const across = first.find(isAcross);
  if (!nerve && across === undefined) return heard;
  const trigger = { via: "box", ...box } as const;
  return {
    ...heard,
    stimulator: { ...heard.stimulator, trigger },
    ...(nerve ? { nerve: { ...box, model: "electrical stimulator" } } : {}),
    ...(across === undefined ? {} : { secondStimulator: secondFor(across, thresholds) }),
  };
}

function waitsForPhase({ pattern, blocks }: Protocol): boolean {
  const patterns: readonly Pattern[] = [
    ...(pattern === null ? [] : [pattern]),
    ...(blocks ?? []).flatMap((block) => ("pattern" in block ? [block.pattern] : [])),
  ];
  return patterns.some(({ type }) => type === "closed-loop-single" || type === "closed-loop-burst");
}

/** 120 % of the threshold of `healthy-older` and more than that of most other simulated persons. */
const SECOND_PCT_MSO = 79;

/** A second stimulator that somebody has set to what the protocol asks for, as far as that is known. */
function secondFor(
  { value, base }: Level,
  thresholds: readonly Threshold[],
): NonNullable<RigConfig["secondStimulator"]> {
  const rmt = thresholds.find(({ kind }) => kind === "RMT-other")?.percentMso;
  const whole = base.startsWith("%MSO") ? 100 : rmt;
  const asked =
    value === null || whole === undefined ? SECOND_PCT_MSO : Math.round((value * whole) / 100);
  return {
    trigger: { driver: "pulse-box", port: "simulated", line: 1 },
    side: "right",
    settings: {
      modelName: "simulated second stimulator",
      intensityPctMso: Math.min(100, Math.max(1, asked)),
      maxPctMso: 100,
      coil: "figure-of-eight",
      waveform: "monophasic",
      minIntervalMs: 2000,
    },
  };
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
  const second = secondOf(rig);
  const problemsWith = (known: readonly Threshold[]): readonly ExpandProblem[] => {
    const expanded = expandProtocol(protocol, {
      thresholds: known,
      latenciesMs: STAND_IN_LATENCIES_MS,
      capabilities: model.value.capabilities,
      model: model.value,
      nerve: givesNerveStimuli(rig),
      eeg: rig.amplifier !== undefined,
      ...(second === undefined ? {} : { second }),
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
    const rig = withAccessories(simulatedRigOf(model), protocol, thresholds);
    if (driver !== undefined && deviceCan(driver, rig, protocol, thresholds)) return rig;
  }
  return withAccessories(DEFAULT_RIG, protocol, thresholds);
}

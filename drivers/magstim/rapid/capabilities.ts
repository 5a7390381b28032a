/** The Rapid² group and the Horizon as plain facts and pure judgements. */
import { err, ok } from "../../../src/base/result.ts";
import type { Dose } from "../../../src/contract/dose.ts";
import type { Hazard } from "../../../src/contract/hazard.ts";
import type { Result } from "../../../src/contract/result.ts";
import type {
  Capabilities,
  DeviceModel,
  DeviceProblem,
  StimulatorConfig,
  StimulatorSettings,
} from "../../../src/contract/stimulator.ts";
import { type Change, changeMs, sinkPct, staysSet } from "../device/between.ts";
import { judgeIntensities, judgeKind, judgeWindow, type Starts } from "../device/doses.ts";
import {
  ARM_DELAY_MS,
  LOOK_WAIT_MS,
  SINK_MS_PER_PCT,
  STATUS_AHEAD_MS,
  WORST_LATENCY_MS,
} from "../device/figures.ts";
import { LATEST_MAJOR, parseVersion } from "../wire/dialect.ts";
import { MIN_WAIT_S, maxFrequencyHz, minWaitS, type RapidType } from "./limits.ts";
import { rapidRanges } from "./ranges.ts";
import { judgeTrain, type TrainFacts } from "./trains.ts";

const TYPES: Readonly<Record<string, RapidType>> = {
  "magstim-rapid2": 0,
  "magstim-super-rapid2": 1,
  "magstim-super-rapid2-plus": 2,
  "magstim-horizon": "horizon",
};

export const RAPID_MODELS: readonly string[] = Object.keys(TYPES);

const SOURCE = "nicolasmcnair/magpy";
/** Refilling after a single pulse, ms (`nicolasmcnair/magpy`); nobody states it for a Horizon. */
export const REFIRE_MS = 1000;
/** The same in the enhanced mode, at 100 to 110 %. */
const REFIRE_ENHANCED_MS = 2000;
/** The duration that enters rTMS mode: what `nicolasmcnair/magpy` and `nigelrogasch/MAGIC` send, tenths of s. */
export const ENTER_RTMS_TENTHS = 10;
/** The only one that the virtual devices of `nicolasmcnair/magpy` and `neuromti` take. */
export const ENTER_RTMS_LEAST_TENTHS = 1;

/** What the rig file must say; null when it says enough. */
function complaint(config: StimulatorConfig): string | null {
  if (!RAPID_MODELS.includes(config.driver))
    return `${config.driver} is no model of the Rapid group and no Horizon`;
  if (config.mains === null) {
    return `${config.driver} needs \`mains: 240\` or \`mains: 115\` under \`stimulator\`: its limits depend on the mains voltage and the device cannot tell it`;
  }
  if (TYPES[config.driver] === "horizon" && config.mains !== 240) {
    return `${config.driver} needs \`mains: 240\` under \`stimulator\`: no frequency limits are known for ${config.mains} V`;
  }
  if (config.softwareVersion !== null && parseVersion(config.softwareVersion) === null) {
    return `softwareVersion ${config.softwareVersion}: expected a version such as 9.0`;
  }
  const unknown = Object.keys(config.options);
  return unknown.length === 0
    ? null
    : `${config.driver} knows no option ${unknown.join(", ")} under \`stimulator\``;
}

/** What the trains depend on; fails with words like `describe`. */
export function trainFacts(config: StimulatorConfig): Result<TrainFacts, string> {
  const words = complaint(config);
  const type = TYPES[config.driver];
  if (words !== null || type === undefined || config.mains === null)
    return err(words ?? "no such model");
  const version = config.softwareVersion === null ? null : parseVersion(config.softwareVersion);
  // Unknown: planned with the newest; the driver judges again with the version that the device tells.
  return ok({ mains: config.mains, type, major: version?.[0] ?? LATEST_MAJOR });
}

export function describe(config: StimulatorConfig): Result<DeviceModel, string> {
  const facts = trainFacts(config);
  if (!facts.ok) return facts;
  return ok({
    capabilities: capabilitiesOf(config.driver, facts.value),
    judgeDose: (dose) => judgeDose(dose, facts.value),
    minRestAfterMs,
    minRestBetweenMs,
    maxFrequencyHz: (pctMso) => maxFrequencyHz(facts.value.mains, facts.value.type, pctMso) ?? 0,
    settingsFor,
    grantsFor: (dose) => grantsFor(dose, facts.value),
  });
}

function capabilitiesOf(model: string, facts: TrainFacts): Capabilities {
  return {
    model,
    vendor: "Magstim",
    deviceTimed: { train: true, burst: false, pair: false, burstTrain: false },
    externalTrigger: true,
    storedProtocol: false,
    channels: 1,
    hostMinIntervalMs: REFIRE_MS + STATUS_AHEAD_MS,
    maxPctMso: 100,
    intensityStepPctMso: 1,
    evidence: "status",
    waveform: "biphasic",
    pulseShapes: ["biphasic"],
    currentDirections: ["normal"],
    ranges: rapidRanges(facts),
    worstLatencyMs: WORST_LATENCY_MS,
    reportsTemperature: true,
    worstReadyMs: ARM_DELAY_MS + 100 * SINK_MS_PER_PCT,
  };
}

const NO_BURSTS =
  "the serial line has no burst commands, and the 0.5 s that the device waits after each train rules out bursts made of trains; use external triggers, or a device with bursts of its own such as `magpro-x100`";

const STARTS: Starts = {
  makes: ["pulse", "train", "external"],
  lacks: {
    pair: "this device has one channel and needs 1 s between pulses, so it makes no pairs; `magstim-bistim` does, or two stimulators on external triggers",
    burst: NO_BURSTS,
    "burst-train": NO_BURSTS,
  },
};

function judgeDose(dose: Dose, facts: TrainFacts): readonly DeviceProblem[] {
  const unmakable = judgeKind(dose, STARTS, SOURCE);
  if (unmakable.length > 0) return unmakable;
  const wrong = judgeIntensities(dose, 1, SOURCE);
  const [powerPct] = dose.intensityPctMso;
  if (wrong.length > 0 || powerPct === undefined) return wrong;
  const { train } = settingsFor(dose);
  return train === null ? judgeWindow(dose, REFIRE_MS, SOURCE) : judgeTrain(train, powerPct, facts);
}

/**
 * For a train the wait counts from its end, and a train of n pulses lasts n periods: one period
 * longer than its last pulse.
 */
function minRestAfterMs(dose: Dose): number {
  const powerPct = Math.max(0, ...dose.intensityPctMso);
  if (dose.shape.kind !== "train") return powerPct > 100 ? REFIRE_ENHANCED_MS : REFIRE_MS;
  const { frequencyHz, pulses } = dose.shape;
  if (!(frequencyHz > 0)) return Number.POSITIVE_INFINITY;
  return 1000 / frequencyHz + 1000 * Math.max(MIN_WAIT_S, minWaitS(powerPct, frequencyHz, pulses));
}

/** After a train the device waits by itself and takes neither a start nor settings, ms from its last pulse. */
function waitingMs({ shape }: Dose): number {
  return shape.kind === "train" ? 1000 / shape.frequencyHz + 1000 * MIN_WAIT_S : 0;
}

function minRestBetweenMs(before: Dose, next: Dose): number {
  const energyMs = minRestAfterMs(before);
  const isTrain = before.shape.kind === "train";
  // The energy of a train is the host's to count: the device itself is idle long before.
  const againMs = isTrain
    ? Math.max(energyMs, waitingMs(before) + STATUS_AHEAD_MS)
    : energyMs + STATUS_AHEAD_MS;
  if (staysSet(before, next)) return againMs;
  const change: Change = {
    heldMs: isTrain ? waitingMs(before) + LOOK_WAIT_MS : 0,
    ordersToPower: 2,
    ordersAfter: next.shape.kind === "train" ? 3 : 0,
    settleMs: 0,
    questions: 0,
    sinkPct: sinkPct(before.intensityPctMso, next.intensityPctMso),
  };
  return Math.max(againMs, changeMs(change));
}

function settingsFor(dose: Dose): StimulatorSettings {
  const { shape, intensityPctMso } = dose;
  // For what this device cannot make, so that no settings stand for it either.
  const isiMs = "isiMs" in shape ? shape.isiMs : null;
  if (shape.kind !== "train") return { intensityPctMso, train: null, isiMs };
  const { frequencyHz, pulses } = shape;
  // The quotient of two short decimals; the tenth of a second it stands for is restored exactly.
  const durationS = Math.round((pulses / frequencyHz) * 1e6) / 1e6;
  return { intensityPctMso, train: { frequencyHz, pulses, durationS }, isiMs };
}

const setting = (name: string, value: number): Hazard => ({
  kind: "setting",
  setting: name,
  value,
});

/** In the order of `prepare`, which leaves out what the device is set to already. */
function grantsFor(dose: Dose, { type }: TrainFacts): readonly Hazard[] {
  const [pctMso = 0] = dose.intensityPctMso;
  const power: readonly Hazard[] =
    pctMso === 0 ? [] : [{ kind: "intensity", channel: "A", pctMso }];
  // Nobody knows a command for it on a Horizon.
  const leaveEnhanced = type === "horizon" ? [] : [setting("enhancedPowerOff", 0)];
  const { train } = settingsFor(dose);
  if (train === null) return [...leaveEnhanced, setting("durationTenthsS", 0), ...power];
  return [
    ...leaveEnhanced,
    setting("durationTenthsS", ENTER_RTMS_TENTHS),
    setting("durationTenthsS", ENTER_RTMS_LEAST_TENTHS),
    ...power,
    setting("frequencyTenthsHz", Math.round(train.frequencyHz * 10)),
    setting("durationTenthsS", Math.round(train.durationS * 10)),
    setting("pulses", train.pulses),
  ];
}

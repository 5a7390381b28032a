/** The BiStim² as plain facts and pure judgements: two units on one coil, two pulses of one start. */
import { err, ok } from "../../../src/base/result.ts";
import type { Dose, DoseShape } from "../../../src/contract/dose.ts";
import type { Hazard } from "../../../src/contract/hazard.ts";
import type { Result } from "../../../src/contract/result.ts";
import type {
  Capabilities,
  Channel,
  DeviceModel,
  DeviceProblem,
  SettingRange,
  StimulatorConfig,
  StimulatorSettings,
} from "../../../src/contract/stimulator.ts";
import { type Change, changeMs, sinkPct, staysSet } from "../device/between.ts";
import {
  complaintOf,
  judgeIntensities,
  judgeKind,
  judgeWindow,
  problem,
  type Starts,
} from "../device/doses.ts";
import {
  ARM_DELAY_MS,
  SINGLE_INTERVAL_MS,
  SINK_MS_PER_PCT,
  STATUS_AHEAD_MS,
  WORST_LATENCY_MS,
} from "../device/figures.ts";
import { HIGH_MOST_MS, intervalSetting, LOW_MOST_MS, nearestStepMs, rounded } from "./interval.ts";

export const BISTIM_MODELS: readonly string[] = ["magstim-bistim"];

const SOURCE = "nicolasmcnair/magpy; cboulay/magstim_python";
/** Between two starts whatever they give, ms: 0.25 Hz in paired mode (`nicolasmcnair/magpy`). */
export const REFIRE_MS = 4000;
/** After a change of the resolution, ms (`cboulay/magstim_python`). */
export const RESOLUTION_SETTLES_MS = 100;

/** What the rig file may ask for beside the common settings. */
export interface BistimOptions {
  /** Pairs with an interval of 0 may be planned: both units discharge at once. */
  readonly simultaneous: boolean;
}

export function optionsOf(config: StimulatorConfig): Result<BistimOptions, string> {
  const words = complaintOf(config, BISTIM_MODELS, ["simultaneous"]);
  if (words !== null) return err(words);
  const { simultaneous = false } = config.options;
  return typeof simultaneous === "boolean"
    ? ok({ simultaneous })
    : err("the option simultaneous is true or false");
}

export function describe(config: StimulatorConfig): Result<DeviceModel, string> {
  const options = optionsOf(config);
  if (!options.ok) return options;
  return ok({
    capabilities: capabilitiesOf(config.driver, options.value),
    judgeDose: (dose) => judgeDose(dose, options.value),
    minRestAfterMs: () => REFIRE_MS,
    minRestBetweenMs,
    maxFrequencyHz: () => 1000 / REFIRE_MS,
    onSteps,
    settingsFor,
    channelOf: () => "B",
    grantsFor,
  });
}

function capabilitiesOf(model: string, options: BistimOptions): Capabilities {
  return {
    model,
    vendor: "Magstim",
    deviceTimed: { train: false, burst: false, pair: true, burstTrain: false },
    externalTrigger: true,
    storedProtocol: false,
    channels: 2,
    hostMinIntervalMs: REFIRE_MS + STATUS_AHEAD_MS,
    maxPctMso: 100,
    intensityStepPctMso: 1,
    evidence: "status",
    waveform: "monophasic",
    pulseShapes: ["monophasic"],
    currentDirections: ["normal"],
    ranges: ranges(options),
    worstLatencyMs: WORST_LATENCY_MS,
    reportsTemperature: true,
    worstReadyMs: ARM_DELAY_MS + 100 * SINK_MS_PER_PCT + RESOLUTION_SETTLES_MS,
  };
}

function ranges({ simultaneous }: BistimOptions): readonly SettingRange[] {
  const power = (channel: string): SettingRange => ({
    setting: `power ${channel}`,
    unit: "%MSO",
    scale: [{ from: 0, to: 100, step: 1 }],
    source: SOURCE,
  });
  const scale = [
    { from: 0.1, to: HIGH_MOST_MS, step: 0.1 },
    { from: 100, to: LOW_MOST_MS, step: 1 },
  ];
  const atOnce = simultaneous ? [{ from: 0, to: 0, step: 1 }] : [];
  const interval = {
    setting: "interval",
    unit: "ms",
    scale: [...atOnce, ...scale],
    source: SOURCE,
  };
  return [power("A"), power("B"), interval];
}

const FEW = "one start of this device gives one pulse or two, and it recharges for 4 s";

const STARTS: Starts = {
  makes: ["pulse", "pair", "external"],
  lacks: {
    burst: `${FEW}; \`magpro-x100\` makes bursts`,
    "burst-train": `${FEW}; \`magpro-x100\` makes bursts`,
    train: `${FEW}; \`magstim-rapid2\`, \`magstim-super-rapid2\` and \`magstim-horizon\` make trains`,
  },
};

function judgeDose(dose: Dose, options: BistimOptions): readonly DeviceProblem[] {
  const { shape } = dose;
  const unmakable = judgeKind(dose, STARTS, SOURCE);
  if (unmakable.length > 0) return unmakable;
  if (shape.kind !== "pair")
    return [...judgeIntensities(dose, 1, SOURCE), ...judgeWindow(dose, REFIRE_MS, SOURCE)];
  return [
    ...judgeIntensities(dose, 2, SOURCE),
    ...judgeZero(dose),
    ...judgeInterval(shape.isiMs, options),
  ];
}

/** With one unit at 0 % a start gives one pulse, and the device says so when it is read back. */
function judgeZero({ intensityPctMso }: Dose): readonly DeviceProblem[] {
  if (!intensityPctMso.includes(0)) return [];
  const detail =
    "a pair with 0 % in it gives one pulse: plan a test pulse alone as a single pulse, which this device makes of its second unit";
  return [problem("DEV-01", detail, SOURCE)];
}

function judgeInterval(isiMs: number, { simultaneous }: BistimOptions): readonly DeviceProblem[] {
  if (isiMs === 0) {
    if (simultaneous) return [];
    const detail =
      "0 ms between the pulses makes both units discharge at once, stronger than either: only with `simultaneous: true` under `stimulator`";
    return [problem("DEV-01", detail, SOURCE)];
  }
  if (intervalSetting(isiMs) !== null) return [];
  const near = isiMs > 0 ? `; the nearest is ${nearestStepMs(isiMs)} ms` : "";
  const detail = `${isiMs} ms is no interval of this device: 0.1 to ${HIGH_MOST_MS} ms in tenths, then whole milliseconds to ${LOW_MOST_MS}${near}`;
  return [problem("DEV-01", detail, SOURCE)];
}

function onSteps(shape: DoseShape): ReturnType<NonNullable<DeviceModel["onSteps"]>> {
  if (shape.kind !== "pair") return { shape, roundings: [] };
  const { isiMs, roundings } = rounded(shape.isiMs);
  return { shape: { ...shape, isiMs }, roundings };
}

/**
 * One pulse is the second unit's, the one that gives the test pulse of a pair: from pairs to a test
 * pulse alone only the conditioning power has to sink, which is the lower one as a rule.
 */
function settingsFor({ shape, intensityPctMso }: Dose): StimulatorSettings {
  if (shape.kind === "pair") return { intensityPctMso, train: null, isiMs: shape.isiMs };
  return { intensityPctMso: [0, ...intensityPctMso], train: null, isiMs: null };
}

function minRestBetweenMs(before: Dose, next: Dose): number {
  const againMs = REFIRE_MS + STATUS_AHEAD_MS;
  if (staysSet(before, next)) return againMs;
  const change: Change = {
    heldMs: 0,
    ordersToPower: 2,
    ordersAfter: 2,
    settleMs: RESOLUTION_SETTLES_MS,
    questions: 1,
    sinkPct: sinkPct(settingsFor(before).intensityPctMso, settingsFor(next).intensityPctMso),
  };
  return Math.max(againMs, changeMs(change));
}

/** In the order of `prepare`, which leaves out what the device is set to already. */
function grantsFor(dose: Dose): readonly Hazard[] {
  const { intensityPctMso, isiMs } = settingsFor(dose);
  const interval = intervalSetting(isiMs ?? SINGLE_INTERVAL_MS);
  const [first = 0, second = 0] = intensityPctMso;
  if (interval === null) return [];
  const setting = (name: string, value: number): Hazard => ({
    kind: "setting",
    setting: name,
    value,
  });
  const power = (channel: Channel, pctMso: number): readonly Hazard[] =>
    pctMso === 0 ? [] : [{ kind: "intensity", channel, pctMso }];
  return [
    ...power("A", first),
    ...power("B", second),
    setting("highResolution", interval.highResolution ? 1 : 0),
    setting("intervalRaw", interval.raw),
  ];
}

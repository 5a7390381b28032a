/** A DuoMAG as plain facts and pure judgements; the variants differ in data only. */
import { ok } from "../../../src/base/result.ts";
import type { Dose } from "../../../src/contract/dose.ts";
import type { Hazard } from "../../../src/contract/hazard.ts";
import type { Result } from "../../../src/contract/result.ts";
import type {
  Capabilities,
  DeviceModel,
  DeviceProblem,
  SettingRange,
  StimulatorConfig,
  StimulatorSettings,
} from "../../../src/contract/stimulator.ts";
import { delayUs, UNITS_US } from "../wire/delay.ts";
import { type DuomagOptions, readDuomagOptions, type Variant } from "./options.ts";

export const DUOMAG_MODELS: readonly string[] = ["duomag"];

const SOURCE = "nigelrogasch/MAGIC";
/** Two fresh statuses before a dose and two after it, ms. */
const STATUS_AHEAD_MS = 100;
/** From an order of intensity to a charged device at it, worst case, ms. Ours: nobody says. */
const WORST_READY_MS = 3000;

interface VariantFacts {
  readonly name: string;
  readonly waveform: "monophasic" | "biphasic";
}

const VARIANT_FACTS: Readonly<Record<Variant, VariantFacts>> = {
  mp: { name: "DuoMAG MP", waveform: "monophasic" },
  xt: { name: "DuoMAG XT", waveform: "biphasic" },
  "mp-dual": { name: "DuoMAG MP-Dual", waveform: "monophasic" },
};

export function describe(config: StimulatorConfig): Result<DeviceModel, string> {
  const options = readDuomagOptions(config);
  if (!options.ok) return options;
  const facts = options.value;
  const restMs = restAfterMs(facts);
  return ok({
    capabilities: capabilitiesOf(config.driver, facts),
    judgeDose: (dose) => judgeDose(dose, facts),
    minRestAfterMs: () => restMs,
    maxFrequencyHz: () => 1000 / (restMs + STATUS_AHEAD_MS),
    settingsFor,
    grantsFor: (dose) => grantsFor(dose, facts),
    confirmationFor: (dose) => confirmationFor(dose, facts),
  });
}

/** From a pulse to charged again, ms. */
export function restAfterMs({ chargeMs, rechargeDelay }: DuomagOptions): number {
  return delayUs(rechargeDelay) / 1000 + chargeMs;
}

export const worstReadyMs: number = WORST_READY_MS;

function capabilitiesOf(model: string, options: DuomagOptions): Capabilities {
  const { name, waveform } = VARIANT_FACTS[options.variant];
  return {
    model,
    vendor: `Deymed (${name})`,
    deviceTimed: {
      train: false,
      burst: false,
      pair: options.deviceIsiMs !== null,
      burstTrain: false,
    },
    externalTrigger: true,
    storedProtocol: false,
    channels: 1,
    hostMinIntervalMs: restAfterMs(options) + STATUS_AHEAD_MS,
    maxPctMso: 100,
    intensityStepPctMso: 1,
    evidence: "status",
    waveform,
    pulseShapes: [waveform],
    currentDirections: ["normal"],
    ranges: RANGES,
    worstLatencyMs: { serial: 5, trigger: 1 },
    reportsTemperature: false,
    worstReadyMs: WORST_READY_MS,
  };
}

const DELAY_SCALE = UNITS_US.map((unitUs) => ({
  from: 0,
  to: Math.min(600, (127 * unitUs) / 1000),
  step: unitUs / 1000,
}));

const RANGES: readonly SettingRange[] = [
  {
    setting: "intensity",
    unit: "%MSO",
    scale: [{ from: 0, to: 100, step: 1 }],
    source: "nigelrogasch/MAGIC, puichuentam/duomagmp-toolbox-py",
  },
  { setting: "rechargeDelay", unit: "ms", scale: DELAY_SCALE, source: SOURCE },
  { setting: "triggerOutDelay", unit: "ms", scale: DELAY_SCALE, source: SOURCE },
];

function judgeDose(dose: Dose, options: DuomagOptions): readonly DeviceProblem[] {
  const shape = shapeProblem(dose.shape, options);
  const intensity = intensityProblem(dose);
  return [
    ...(shape === null ? [] : [{ rule: "DEV-01" as const, detail: shape, source: SOURCE }]),
    ...(intensity === null ? [] : [{ rule: "INT-03" as const, detail: intensity, source: SOURCE }]),
  ];
}

/** Why the device cannot make the shape; null when it can. */
function shapeProblem(shape: Dose["shape"], options: DuomagOptions): string | null {
  switch (shape.kind) {
    case "pulse":
      return options.deviceIsiMs === null
        ? null
        : `the rig file says that the device gives pairs (\`deviceIsiMs: ${options.deviceIsiMs}\`), so one start would be two pulses; set it to single pulses and take the option out`;
    case "pair":
      return pairProblem(shape.isiMs, options);
    case "train":
    case "burst":
    case "burst-train":
      return `the wire has no command for a ${shape.kind}; plan pulses that the host times, as far apart as the device charges, or use its trigger input with an external window`;
    case "external":
      return externalProblem(shape, options);
  }
}

function pairProblem(isiMs: number, { variant, deviceIsiMs }: DuomagOptions): string | null {
  if (variant !== "mp-dual")
    return "only the MP-Dual gives pairs; an MP or XT gives one pulse a start";
  if (deviceIsiMs === null) {
    return `the wire cannot set the interval between the pulses of an MP-Dual; set ${isiMs} ms at the device and write \`deviceIsiMs: ${isiMs}\` into the rig file`;
  }
  return Math.abs(deviceIsiMs - isiMs) < 1e-6
    ? null
    : `the pair has ${isiMs} ms, the rig file says that ${deviceIsiMs} ms is set at the device`;
}

function externalProblem(
  shape: Extract<Dose["shape"], { kind: "external" }>,
  options: DuomagOptions,
): string | null {
  if (shape.by === "stored-protocol") return "no stored protocol can be started over the wire";
  if (options.deviceIsiMs !== null)
    return "each trigger would give a pair, and the wire tells one discharge; use single pulses";
  const leastMs = restAfterMs(options);
  return shape.minIntervalMs >= leastMs
    ? null
    : `pulses ${shape.minIntervalMs} ms apart cannot be told one from the other; at least ${leastMs} ms`;
}

function intensityProblem({ intensityPctMso, shape }: Dose): string | null {
  const wanted = shape.kind === "pair" ? 2 : 1;
  if (intensityPctMso.length !== wanted)
    return `${intensityPctMso.length} intensities for a ${shape.kind}`;
  const [first = 0] = intensityPctMso;
  if (intensityPctMso.some((pct) => pct !== first))
    return `a port carries one intensity, the pair has ${intensityPctMso.join(" and ")} %`;
  return Number.isInteger(first) && first >= 1 && first <= 100
    ? null
    : `${first} %: this device is driven from 1 to 100 % in whole percents; nobody says what a start at 0 does`;
}

function settingsFor({ shape, intensityPctMso }: Dose): StimulatorSettings {
  return { intensityPctMso, train: null, isiMs: shape.kind === "pair" ? shape.isiMs : null };
}

/** In the order of `prepare`, which leaves out what the device shows already: the intensity is last. */
function grantsFor(
  dose: Dose,
  { rechargeDelay, triggerOutDelay }: DuomagOptions,
): readonly Hazard[] {
  const [pctMso = 0] = dose.intensityPctMso;
  return [
    { kind: "setting", setting: "rechargeDelayUs", value: delayUs(rechargeDelay) },
    ...(triggerOutDelay === null
      ? []
      : [
          {
            kind: "setting",
            setting: "triggerOutDelayUs",
            value: delayUs(triggerOutDelay),
          } as const,
        ]),
    { kind: "intensity", channel: "A", pctMso },
  ];
}

function confirmationFor({ shape, intensityPctMso }: Dose, options: DuomagOptions): string | null {
  if (shape.kind !== "pair" || options.deviceIsiMs === null) return null;
  return `The MP-Dual itself is set to pairs with ${options.deviceIsiMs} ms between the pulses, and both pulses to ${intensityPctMso[0] ?? 0} %: neither is told by the device.`;
}

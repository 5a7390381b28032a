/** A stimulator behind a trigger path, as plain facts: all of them are what a person typed in. */
import { ok } from "../../src/base/result.ts";
import type { Dose } from "../../src/contract/dose.ts";
import type { Result } from "../../src/contract/result.ts";
import type {
  Capabilities,
  DeviceModel,
  DeviceProblem,
  StimulatorConfig,
} from "../../src/contract/stimulator.ts";
import { readTypedIn, type TypedIn } from "./options.ts";

const SOURCE = "the options of the rig file";
/** The host times no starts closer than this, ms: a status and a permit stand in front of each. */
const LEAST_INTERVAL_MS = 50;
/** From the edge at its input to the pulse, ms. Ours: it differs by device, and the makers say less. */
const TRIGGER_TO_PULSE_MS = 1;

export function describe(config: StimulatorConfig): Result<DeviceModel, string> {
  const read = readTypedIn(config);
  if (!read.ok) return read;
  const typed = read.value;
  const intervalMs = Math.max(LEAST_INTERVAL_MS, 1000 / typed.maxRateHz);
  return ok({
    capabilities: capabilitiesOf(config.driver, typed, intervalMs),
    judgeDose: (dose) => judgeDose(dose, typed),
    minRestAfterMs: () => intervalMs,
    maxFrequencyHz: () => 1000 / intervalMs,
    settingsFor: ({ intensityPctMso }) => ({ intensityPctMso, train: null, isiMs: null }),
    grantsFor: () => [],
    confirmationFor: () => confirmationOf(typed),
  });
}

function capabilitiesOf(model: string, typed: TypedIn, hostMinIntervalMs: number): Capabilities {
  const { currentDirection, intensityPctMso, modelName, waveform } = typed;
  return {
    model,
    vendor: modelName,
    deviceTimed: { train: false, burst: false, pair: false, burstTrain: false },
    externalTrigger: false,
    storedProtocol: false,
    channels: 1,
    hostMinIntervalMs,
    maxPctMso: intensityPctMso,
    intensityStepPctMso: 1,
    evidence: "none",
    waveform,
    pulseShapes: [waveform],
    currentDirections: currentDirection === undefined ? [] : [currentDirection],
    ranges: [
      {
        setting: "intensity",
        unit: "%MSO",
        scale: [{ from: intensityPctMso, to: intensityPctMso, step: 1 }],
        source: SOURCE,
      },
    ],
    worstLatencyMs: { serial: null, trigger: TRIGGER_TO_PULSE_MS },
    reportsTemperature: false,
    worstReadyMs: 0,
  };
}

function judgeDose(dose: Dose, typed: TypedIn): readonly DeviceProblem[] {
  const shape = shapeProblem(dose.shape);
  const intensity = intensityProblem(dose, typed);
  return [
    ...(shape === null ? [] : [{ rule: "DEV-01" as const, detail: shape, source: SOURCE }]),
    ...(intensity === null ? [] : [{ rule: "INT-03" as const, detail: intensity, source: SOURCE }]),
  ];
}

/** Why the device cannot make the shape; null when it can. */
export function shapeProblem({ kind }: Dose["shape"]): string | null {
  switch (kind) {
    case "pulse":
      return null;
    case "external":
      return "this stimulator tells nothing, so nobody could count the pulses that somebody else starts; use a model that tells each pulse";
    case "train":
    case "burst":
    case "pair":
    case "burst-train":
      return `one trigger is one pulse here, and what this stimulator is set to give on a trigger cannot be read, so a ${kind} is not planned; plan pulses that the host times`;
  }
}

/** Why the intensity is not the one that the device stands at; null when it is. */
export function intensityProblem({ intensityPctMso }: Dose, typed: TypedIn): string | null {
  const isTyped = intensityPctMso.length === 1 && intensityPctMso[0] === typed.intensityPctMso;
  if (isTyped) return null;
  return `the dose has ${intensityPctMso.join(", ") || "no"} %, the rig file says that ${typed.modelName} is set to ${typed.intensityPctMso} % by hand; set the device and the rig file to the dose`;
}

/** What the operator must see with their own eyes. */
function confirmationOf(typed: TypedIn): string {
  const { coil, currentDirection, intensityPctMso, modelName, pulseWidthUs, waveform } = typed;
  const more = [
    ...(currentDirection === undefined ? [] : [`current direction ${currentDirection}`]),
    ...(pulseWidthUs === undefined ? [] : [`pulse width ${pulseWidthUs} µs`]),
  ];
  return [
    `${modelName} is set to ${intensityPctMso} % of its output`,
    `${waveform} pulses`,
    ...more,
    `coil ${coil}`,
    "one pulse a trigger, and armed: it tells none of this itself",
  ].join(", ");
}

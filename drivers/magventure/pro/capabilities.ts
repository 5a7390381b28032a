/** The MagPro group as plain facts and pure judgements. */
import { ok } from "../../../src/base/result.ts";
import type { Dose } from "../../../src/contract/dose.ts";
import type { Result } from "../../../src/contract/result.ts";
import type {
  Capabilities,
  DeviceModel,
  SettingRange,
  StimulatorConfig,
} from "../../../src/contract/stimulator.ts";
import type { Mode, Waveform } from "../wire/names.ts";
import { judgeDose, makesBursts, makesPairs, onSteps, ratesOf, SOURCE } from "./doses.ts";
import { MAGPROS } from "./models.ts";
import { type ProFacts, proFacts } from "./options.ts";
import { grantsFor, settingsFor } from "./orders.ts";
import {
  BURST_INTERVAL_MS,
  BURST_PULSES,
  CHARGE_DELAY_MS,
  highestOf,
  INPUT_DELAY_MS,
  OUTPUT_DELAY_MS,
  PULSES_IN_TRAIN,
  pairIntervals,
  RATIO,
  type Scale,
} from "./scales.ts";

export const PRO_MODELS: readonly string[] = MAGPROS.map(({ model }) => model);

/**
 * Between two starts over the wire, ms: up to 85 until a pulse is reported, as much for a question of
 * the watch over the panel, and 120 from the status query to the next start.
 */
const HOST_MIN_INTERVAL_MS = 300;
/** After a pair or burst the reports are waited for a little longer, ms. */
const SEVERAL_REST_MS = 400;
/** The end of a train is told after its last pulse, ms. */
const TRAIN_REST_MS = 500;
/** An answer takes so long at most, ms (see `docs/devices/magpro.md`). */
const ANSWER_MS = 85;
/**
 * Where only the intensity changes, from one dose to the next: disabling; status, settings, train, delays,
 * page, amplitude, status; status, enabling, status.
 */
const ANSWERS_TO_RESET = 11;
/** Reading, setting, reading back and arming: a dozen answers of up to 85 ms, and 300 ms for a write. */
const WORST_READY_MS = 2000;
/** A pulse has been seen to follow its command as late as an answer does, ms; nothing is published. */
const SERIAL_LATENCY_MS = 100;

/** The pulse shape in words; in mode Power the same percentage is another output. */
export function shapeName(waveform: Waveform, mode: Mode): string {
  return `${waveform.toLowerCase()}${mode === "Power" ? " (power)" : ""}`;
}

export function describe(config: StimulatorConfig): Result<DeviceModel, string> {
  const checked = proFacts(config);
  if (!checked.ok) return checked;
  const facts = checked.value;
  return ok({
    capabilities: capabilitiesOf(facts),
    judgeDose: (dose) => judgeDose(dose, facts),
    minRestAfterMs,
    minRestBetweenMs,
    maxFrequencyHz: () => highestOf(ratesOf(facts, "pulse")),
    onSteps: (shape) => onSteps(shape, facts),
    settingsFor,
    grantsFor: (dose) => grantsFor(facts, dose),
  });
}

function minRestAfterMs({ shape }: Dose): number {
  switch (shape.kind) {
    case "pulse":
      return HOST_MIN_INTERVAL_MS;
    case "pair":
    case "burst":
      return SEVERAL_REST_MS;
    case "train":
    case "burst-train":
    case "external":
      return TRAIN_REST_MS;
  }
}

/** In Twin another intensity of a pair may be another ratio, which is one of the settings. */
function minRestBetweenMs(before: Dose, next: Dose): number {
  const { shape } = before;
  const restMs = minRestAfterMs(before);
  const sameShape = JSON.stringify(shape) === JSON.stringify(next.shape);
  const sameOutput = String(before.intensityPctMso) === String(next.intensityPctMso);
  if (!sameShape || shape.kind === "external") return restMs + ANSWER_MS + WORST_READY_MS;
  if (sameOutput) return restMs;
  return (
    restMs + (shape.kind === "pair" ? ANSWER_MS + WORST_READY_MS : ANSWERS_TO_RESET * ANSWER_MS)
  );
}

function capabilitiesOf(facts: ProFacts): Capabilities {
  const burst = makesBursts(facts);
  const pair = makesPairs(facts);
  const modes = facts.modes.filter((mode) => mode === "Standard" || mode === "Power");
  return {
    model: facts.model,
    vendor: "MagVenture",
    deviceTimed: { train: true, burst, pair, burstTrain: burst },
    externalTrigger: true,
    storedProtocol: true,
    channels: pair ? 2 : 1,
    hostMinIntervalMs: HOST_MIN_INTERVAL_MS,
    maxPctMso: 100,
    intensityStepPctMso: 1,
    evidence: "per-pulse",
    waveform: shapeName(facts.waveform, facts.mode),
    pulseShapes: modes.flatMap((mode) => facts.waveforms.map((one) => shapeName(one, mode))),
    currentDirections: facts.directions.map((one) => one.toLowerCase()),
    ranges: rangesOf(facts),
    worstLatencyMs: { serial: SERIAL_LATENCY_MS, trigger: 1 },
    reportsTemperature: true,
    worstReadyMs: WORST_READY_MS,
  };
}

function rangesOf(facts: ProFacts): readonly SettingRange[] {
  const range = (setting: string, unit: string, scale: Scale): SettingRange => ({
    setting,
    unit,
    scale,
    source: SOURCE,
  });
  const pairs = makesPairs(facts)
    ? [
        range("pair interval", "ms", pairIntervals(facts.waveform)),
        range("pair B/A ratio (Twin)", "", RATIO),
        range("pair repetition rate", "Hz", ratesOf(facts, "pair")),
      ]
    : [];
  const bursts = makesBursts(facts)
    ? [
        range("burst interval", "ms", BURST_INTERVAL_MS),
        range("burst pulses", "", BURST_PULSES),
        range("burst repetition rate", "Hz", ratesOf(facts, "burst")),
      ]
    : [];
  return [
    range("repetition rate", "Hz", ratesOf(facts, "pulse")),
    range("pulses in train", "", PULSES_IN_TRAIN),
    ...pairs,
    ...bursts,
    range("trigger input delay", "ms", INPUT_DELAY_MS),
    range("trigger output delay", "ms", OUTPUT_DELAY_MS),
    range("charge delay", "ms", CHARGE_DELAY_MS),
  ];
}

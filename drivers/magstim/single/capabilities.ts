/** The 200² as plain facts and pure judgements: single pulses, and nothing that it times by itself. */
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
import {
  complaintOf,
  judgeIntensities,
  judgeKind,
  judgeWindow,
  type Starts,
} from "../device/doses.ts";
import {
  ARM_DELAY_MS,
  SINK_MS_PER_PCT,
  STATUS_AHEAD_MS,
  WORST_LATENCY_MS,
} from "../device/figures.ts";
import { REFIRE_LEAST_MS, refireMs } from "./figures.ts";

export const SINGLE_MODELS: readonly string[] = ["magstim-200"];

const SOURCE = "nicolasmcnair/magpy; neuromti/ctrl-magstim_stimulators";

export function describe(config: StimulatorConfig): Result<DeviceModel, string> {
  const words = complaintOf(config, SINGLE_MODELS, []);
  if (words !== null) return err(words);
  return ok({
    capabilities: capabilitiesOf(config.driver),
    judgeDose,
    minRestAfterMs,
    minRestBetweenMs,
    maxFrequencyHz: (pctMso) => 1000 / refireMs(pctMso),
    settingsFor,
    grantsFor,
  });
}

function capabilitiesOf(model: string): Capabilities {
  return {
    model,
    vendor: "Magstim",
    deviceTimed: { train: false, burst: false, pair: false, burstTrain: false },
    externalTrigger: true,
    storedProtocol: false,
    channels: 1,
    // At low power; the bands above it are in `minRestAfterMs`.
    hostMinIntervalMs: REFIRE_LEAST_MS + STATUS_AHEAD_MS,
    maxPctMso: 100,
    intensityStepPctMso: 1,
    evidence: "status",
    waveform: "monophasic",
    pulseShapes: ["monophasic"],
    currentDirections: ["normal"],
    ranges: [
      {
        setting: "power",
        unit: "%MSO",
        scale: [{ from: 0, to: 100, step: 1 }],
        source: SOURCE,
      },
    ],
    worstLatencyMs: WORST_LATENCY_MS,
    reportsTemperature: true,
    worstReadyMs: ARM_DELAY_MS + 100 * SINK_MS_PER_PCT,
  };
}

const SINGLE_ONLY = "one start of this device gives one pulse, and it recharges for 2 to 4 s";

const STARTS: Starts = {
  makes: ["pulse", "external"],
  lacks: {
    pair: `${SINGLE_ONLY}; \`magstim-bistim\` makes pairs`,
    burst: `${SINGLE_ONLY}; \`magpro-x100\` makes bursts`,
    "burst-train": `${SINGLE_ONLY}; \`magpro-x100\` makes bursts`,
    train: `${SINGLE_ONLY}, so at most 0.5 Hz by single pulses; \`magstim-rapid2\`, \`magstim-super-rapid2\` and \`magstim-horizon\` make trains`,
  },
};

function judgeDose(dose: Dose): readonly DeviceProblem[] {
  const unmakable = judgeKind(dose, STARTS, SOURCE);
  if (unmakable.length > 0) return unmakable;
  const wrong = judgeIntensities(dose, 1, SOURCE);
  const [powerPct] = dose.intensityPctMso;
  if (wrong.length > 0 || powerPct === undefined) return wrong;
  return judgeWindow(dose, refireMs(powerPct), SOURCE);
}

function minRestAfterMs({ intensityPctMso }: Dose): number {
  return refireMs(Math.max(0, ...intensityPctMso));
}

function minRestBetweenMs(before: Dose, next: Dose): number {
  const againMs = minRestAfterMs(before) + STATUS_AHEAD_MS;
  if (staysSet(before, next)) return againMs;
  const change: Change = {
    heldMs: 0,
    ordersToPower: 1,
    ordersAfter: 0,
    settleMs: 0,
    questions: 0,
    sinkPct: sinkPct(before.intensityPctMso, next.intensityPctMso),
  };
  return Math.max(againMs, changeMs(change));
}

function settingsFor({ shape, intensityPctMso }: Dose): StimulatorSettings {
  return { intensityPctMso, train: null, isiMs: "isiMs" in shape ? shape.isiMs : null };
}

function grantsFor({ intensityPctMso: [pctMso = 0] }: Dose): readonly Hazard[] {
  return pctMso === 0 ? [] : [{ kind: "intensity", channel: "A", pctMso }];
}

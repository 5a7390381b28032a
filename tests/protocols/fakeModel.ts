import type { ExpandContext } from "../../protocols/expand.ts";
import type { Dose } from "../../src/contract/dose.ts";
import type { Threshold } from "../../src/contract/session.ts";
import type { Capabilities, DeviceModel, DeviceProblem } from "../../src/contract/stimulator.ts";

const ABLE: Capabilities = {
  model: "fake",
  vendor: "Test",
  deviceTimed: { train: true, burst: true, pair: true, burstTrain: false },
  externalTrigger: true,
  storedProtocol: false,
  channels: 2,
  hostMinIntervalMs: 100,
  maxPctMso: 100,
  intensityStepPctMso: 1,
  evidence: "per-pulse",
  waveform: "biphasic",
  pulseShapes: ["biphasic"],
  currentDirections: ["normal"],
  ranges: [],
  worstLatencyMs: { serial: 10, trigger: 1 },
  reportsTemperature: false,
  worstReadyMs: 0,
};

/** A stimulator that can do everything, unless a test takes something away. */
export function fakeModel(
  capabilities: Partial<Capabilities> = {},
  judgeDose: (dose: Dose) => readonly DeviceProblem[] = () => [],
  minRestMs = 0,
): DeviceModel {
  return {
    capabilities: { ...ABLE, ...capabilities },
    judgeDose,
    minRestAfterMs: () => minRestMs,
    maxFrequencyHz: () => 100,
    settingsFor: (dose) => ({ intensityPctMso: dose.intensityPctMso, train: null, isiMs: null }),
    grantsFor: () => [],
  };
}

export function threshold(
  kind: Threshold["kind"],
  percentMso: number,
  hemisphere: "left" | "right" | null = null,
): Threshold {
  return {
    kind,
    percentMso,
    hemisphere,
    muscle: null,
    coilSerial: null,
    stimulator: null,
    waveform: null,
    currentDirection: null,
    method: null,
    measuredAt: null,
  };
}

export function context(change: Partial<ExpandContext> = {}): ExpandContext {
  const model = change.model ?? fakeModel();
  return {
    thresholds: [threshold("RMT", 45), threshold("AMT", 40)],
    model,
    capabilities: model.capabilities,
    seed: 1,
    hash: "0".repeat(64),
    ...change,
  };
}

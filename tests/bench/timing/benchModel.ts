import type { Dose, Plan } from "../../../src/contract/dose.ts";
import type { DeviceModel } from "../../../src/contract/stimulator.ts";
import {
  INTERVAL_MS,
  LATE_LIMIT_MS,
  PERIOD_MS,
  POWER_PCT_MSO,
  PULSES_PER_TRAIN,
} from "./schedule.ts";

/**
 * A Rapid makes one pulse a second when the host times them; the bench's body makes twenty. Only
 * what the model says of intervals differs from the driver's own.
 */
export function fastModel(model: DeviceModel): DeviceModel {
  return {
    ...model,
    capabilities: { ...model.capabilities, hostMinIntervalMs: INTERVAL_MS },
    judgeDose: () => [],
    minRestAfterMs: () => INTERVAL_MS,
  };
}

/** Trains of 20 Hz, each pulse timed by the host. */
export function benchPlan(trains: number): Plan {
  const doses: Dose[] = [];
  for (let train = 0; train < trains; train += 1) {
    for (let position = 0; position < PULSES_PER_TRAIN; position += 1) {
      doses.push({
        index: doses.length,
        dueMs: train * PERIOD_MS + position * INTERVAL_MS,
        shape: { kind: "pulse" },
        intensityPctMso: [POWER_PCT_MSO],
        request: { value: POWER_PCT_MSO, base: "%MSO", threshold: null },
        place: { block: 0, train: train + 1, trains, condition: null },
        hostTrain: { position, count: PULSES_PER_TRAIN },
        lateLimitMs: LATE_LIMIT_MS,
      });
    }
  }
  return {
    protocol: { id: "bench-20hz", name: "timing bench", hash: "0".repeat(64) },
    species: "rodent",
    blocks: [{ index: 0, label: "20 Hz", pattern: "conventional", target: null }],
    doses,
    durationMs: trains * PERIOD_MS,
    pulses: doses.length,
    roundings: [],
    holds: [],
    interSessionMin: null,
  };
}

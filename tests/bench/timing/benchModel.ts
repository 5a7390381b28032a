import type { Dose, DoseShape, Plan } from "../../../src/contract/dose.ts";
import type { DeviceModel } from "../../../src/contract/stimulator.ts";

/**
 * Real devices need seconds between pulses that the host times; the bodies of the bench do not. Only
 * what the model says of intervals differs from the driver's own.
 */
export function fastModel(model: DeviceModel, minIntervalMs: number): DeviceModel {
  return {
    ...model,
    capabilities: { ...model.capabilities, hostMinIntervalMs: minIntervalMs },
    judgeDose: () => [],
    minRestAfterMs: () => minIntervalMs,
    minRestBetweenMs: () => minIntervalMs,
  };
}

/** Starts that the host times, `intervalMs` apart, in trains that begin `periodMs` apart. */
export interface PlanShape {
  readonly trains: number;
  readonly starts: number;
  readonly intervalMs: number;
  readonly periodMs: number;
  readonly shape: DoseShape;
  readonly intensityPctMso: readonly number[];
  /** True: a start that is skipped takes the rest of its train with it. */
  readonly isTrain: boolean;
}

/** Rule WDG-02. */
export const LATE_LIMIT_MS = 5;

export function benchPlan(of: PlanShape): Plan {
  const doses = Array.from({ length: of.trains * of.starts }, (_, index) => doseOf(of, index));
  return {
    protocol: { id: "bench", name: "timing bench", hash: "0".repeat(64) },
    species: "rodent",
    blocks: [{ index: 0, label: "bench", pattern: "conventional", target: null }],
    doses,
    durationMs: of.trains * of.periodMs,
    pulses: doses.length * of.intensityPctMso.length,
    roundings: [],
    holds: [],
    interSessionMin: null,
  };
}

function doseOf(of: PlanShape, index: number): Dose {
  const train = Math.floor(index / of.starts);
  const position = index % of.starts;
  const [powerPct = 0] = of.intensityPctMso;
  return {
    index,
    dueMs: train * of.periodMs + position * of.intervalMs,
    shape: of.shape,
    intensityPctMso: of.intensityPctMso,
    request: { value: powerPct, base: "%MSO", threshold: null },
    place: { block: 0, train: train + 1, trains: of.trains, condition: null },
    hostTrain: of.isTrain ? { position, count: of.starts } : null,
    lateLimitMs: LATE_LIMIT_MS,
  };
}

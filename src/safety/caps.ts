import type { Dose } from "../contract/dose.ts";
import { extent, type GuardCaps } from "./guard.ts";
import type { CheckInput } from "./types.ts";

/** A pause longer than this ends a train, ms. */
const TRAIN_GAP_MS = 1000;
/**
 * Twice the slack of the guard: where rounding decides whether a pause ends a train, the guard's
 * answer must not refuse what the plan holds.
 */
const SLACK_MS = 0.02;

interface PlanNumbers {
  maxPctMso: number;
  minInterPulseMs: number;
  maxPulsesPerTrain: number;
  minRestAfterTrainMs: number;
  pulses: number;
}

function numbersOf(doses: readonly Dose[]): PlanNumbers {
  const numbers: PlanNumbers = {
    maxPctMso: 0,
    minInterPulseMs: Number.POSITIVE_INFINITY,
    maxPulsesPerTrain: 0,
    minRestAfterTrainMs: Number.POSITIVE_INFINITY,
    pulses: 0,
  };
  let lastMs: number | null = null;
  let run = 0;
  for (const dose of doses) {
    const { pulses, gapMs, spanMs, leadMs } = extent(dose);
    const sinceMs = lastMs === null ? Number.POSITIVE_INFINITY : dose.dueMs - leadMs - lastMs;
    if (sinceMs > TRAIN_GAP_MS && run > 1) {
      numbers.minRestAfterTrainMs = Math.min(numbers.minRestAfterTrainMs, sinceMs);
    }
    run = (sinceMs <= TRAIN_GAP_MS + SLACK_MS ? run : 0) + pulses;
    numbers.maxPctMso = Math.max(numbers.maxPctMso, ...dose.intensityPctMso);
    numbers.minInterPulseMs = Math.min(numbers.minInterPulseMs, sinceMs, gapMs);
    numbers.maxPulsesPerTrain = Math.max(numbers.maxPulsesPerTrain, run);
    numbers.pulses += pulses;
    lastMs = dose.dueMs + spanMs;
  }
  return numbers;
}

/** The numbers that the guard holds a run to: those of the plan that the check let through. */
export function capsOf(input: CheckInput): GuardCaps {
  const { limits, plan, earlier, device } = input;
  const { minInterPulseMs, minRestAfterTrainMs, pulses, ...rest } = numbersOf(plan.doses);
  const given = earlier.reduce((sum, dose) => sum + extent(dose).pulses, 0);
  const human = plan.species === "human";
  return {
    ...rest,
    minInterPulseMs: Number.isFinite(minInterPulseMs) ? minInterPulseMs : 0,
    minRestAfterTrainMs: Number.isFinite(minRestAfterTrainMs) ? minRestAfterTrainMs : 0,
    maxPulses: human ? Math.min(pulses, limits.dose.session.max - given) : pulses,
    maxIntensityDifferencePctMso: limits.runtime.maxIntensityDifferencePctMso,
    statusMaxAgeMs: limits.runtime.statusMaxAgeMs,
    maxLateMs: limits.runtime.maxLateMs,
    hardC: limits.thermal.hardC,
    staleTemperatureMs: limits.thermal.staleReadingS * 1000,
    reportsTemperature: device.capabilities.reportsTemperature,
  };
}

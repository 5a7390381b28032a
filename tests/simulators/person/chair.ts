/** A simulated person with a stimulator at hand, and what electrodes and truth show of each trial. */

import type { HowFelt, PersonWithTruth } from "../../../simulators/person/index.ts";
import { person } from "../../../simulators/person/index.ts";
import type { Epoch } from "../../../src/analysis/signal/epoch.ts";
import type { Discharge } from "../../../src/contract/simulator.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";

export interface ChairOptions {
  readonly seed?: number;
  readonly channels?: readonly string[];
}

export interface TrialOptions {
  readonly pct: number | readonly number[];
  readonly isiMs?: number;
  /** A stimulus of the nerve so long before the last pulse. */
  readonly nerveLeadMs?: number;
  readonly waveform?: string;
  readonly hemispheres?: HowFelt["hemispheres"];
  /** From the last pulse before; 5 s unless told. */
  readonly afterMs?: number;
}

export const RATE_HZ = 5000;
const STEP_MS = 1000 / RATE_HZ;

export interface Chair {
  readonly person: PersonWithTruth;
  readonly clock: VirtualClock;
  nowMs(): number;
  /** Lets time pass. */
  wait(ms: number): Promise<void>;
  /** One trial without looking at the electrodes; peak to peak of the last pulse's response in FDI. */
  respond(trial: TrialOptions): number;
  responses(trials: number, trial: TrialOptions): readonly number[];
  /** One trial through the electrodes, from -520 to `toMs` around its last pulse. */
  epochs(trial: TrialOptions, toMs?: number): readonly Epoch[];
}

/** Samples of one channel from `fromMs` on. */
export function read(
  chair: PersonWithTruth,
  channel: number,
  fromMs: number,
  lengthMs: number,
  stepMs: number = STEP_MS,
): Float64Array {
  const out = new Float64Array(Math.round(lengthMs / stepMs));
  chair.fill(channel, fromMs, stepMs, out);
  return out;
}

export function sit(subject: string, options: ChairOptions = {}): Chair {
  const { seed = 1, channels = ["FDI"] } = options;
  const clock = createVirtualClock({ startUtcMs: 0 });
  const someone = person.create({ subject, seed, clock, channels });
  let nowMs = 0;
  let n = 0;

  const give = (trial: TrialOptions): number => {
    const { pct, isiMs, nerveLeadMs, waveform = "monophasic", hemispheres, afterMs = 5000 } = trial;
    const intensities = typeof pct === "number" ? [pct] : pct;
    nowMs += afterMs;
    const lastMs = nowMs + (intensities.length - 1) * (isiMs ?? 0);
    if (nerveLeadMs !== undefined) someone.nerve(lastMs - nerveLeadMs);
    const discharge: Discharge = {
      atMs: nowMs,
      n: ++n,
      intensityPctMso: intensities,
      cause: "serial",
      ...(isiMs === undefined ? {} : { isiMs }),
    };
    someone.discharge(
      discharge,
      hemispheres === undefined ? { waveform } : { waveform, hemispheres },
    );
    nowMs = lastMs;
    return lastMs;
  };

  /** Pulses less than 6 ms apart make one response, that of the larger. */
  const respond = (trial: TrialOptions): number => {
    give(trial);
    const isOneVolley = trial.isiMs !== undefined && trial.isiMs < 6;
    const sizes = someone.truth
      .responses()
      .slice(isOneVolley ? -2 : -1)
      .map(({ muscles }) => muscles.get("FDI")?.peakToPeakUv ?? 0);
    return Math.max(...sizes);
  };

  return {
    person: someone,
    clock,
    nowMs: () => nowMs,
    async wait(ms) {
      nowMs += ms;
      await clock.advanceTo(nowMs);
    },
    respond,
    responses: (trials, trial) => Array.from({ length: trials }, () => respond(trial)),
    epochs(trial, toMs = 450) {
      const pulseMs = give(trial);
      const beforeMs = 520;
      nowMs = pulseMs + toMs;
      return channels.map((_, channel) => ({
        samples: read(someone, channel, pulseMs - beforeMs, beforeMs + toMs),
        rateHz: RATE_HZ,
        pulseIndex: (beforeMs * RATE_HZ) / 1000,
        unit: "uV",
        range: null,
      }));
    },
  };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

export function shareOf<T>(values: readonly T[], holds: (x: T) => boolean): number {
  return values.filter(holds).length / values.length;
}

/** Mean of the logs, as the factor that it stands for. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(meanOf(values.map((x) => Math.log(x))));
}

/**
 * Two thresholds (Mills and Nithi 1997): the highest intensity that never had an answer, the lowest that always had
 * one; the threshold is their mean.
 */
import { floorReached, found, missesAtTheCeiling, pulseAt, type ThresholdCore } from "./core.ts";
import { machine } from "./machine.ts";
import type { ThresholdMethod } from "./types.ts";

export interface MillsNithiOptions {
  readonly startPctMso: number;
  /** Step until the first hit. */
  readonly climbPctMso: number;
  readonly stepPctMso: number;
  /** So many without an exception make a threshold. */
  readonly pulsesPerLevel: number;
}

interface Level {
  readonly intensityPctMso: number;
  readonly hits: number;
  readonly misses: number;
}

interface Memory {
  readonly phase: "climb" | "down" | "up";
  readonly intensityPctMso: number;
  readonly lowerPctMso: number | null;
  /** Counts at a level go on over visits. */
  readonly levels: readonly Level[];
}

function counted(
  levels: readonly Level[],
  intensityPctMso: number,
  hit: boolean,
): readonly Level[] {
  const old = levels.find((level) => level.intensityPctMso === intensityPctMso);
  const level = {
    intensityPctMso,
    hits: (old?.hits ?? 0) + (hit ? 1 : 0),
    misses: (old?.misses ?? 0) + (hit ? 0 : 1),
  };
  return [...levels.filter((other) => other !== old), level];
}

const levelAt = (levels: readonly Level[], intensityPctMso: number): Level =>
  levels.find((level) => level.intensityPctMso === intensityPctMso) ?? {
    intensityPctMso,
    hits: 0,
    misses: 0,
  };

const highestMiss = (levels: readonly Level[]): number =>
  Math.max(...levels.filter(({ misses }) => misses > 0).map((level) => level.intensityPctMso));

const core: ThresholdCore<MillsNithiOptions, Memory> = {
  name: "mills-nithi",
  version: 1,
  defaults: { startPctMso: 20, climbPctMso: 10, stepPctMso: 1, pulsesPerLevel: 10 },
  needsAmplitude: false,
  begin: ({ startPctMso }) => ({
    phase: "climb",
    intensityPctMso: startPctMso,
    lowerPctMso: null,
    levels: [],
  }),
  wish: ({ intensityPctMso, lowerPctMso, levels }, { pulsesPerLevel }, settings) => {
    if (intensityPctMso < settings.minPctMso) return floorReached();
    if (lowerPctMso === null) return pulseAt(intensityPctMso);
    const { hits, misses } = levelAt(levels, intensityPctMso);
    // One miss at the ceiling, and the upper threshold lies above it.
    if (misses > 0 && intensityPctMso >= settings.maxPctMso) return missesAtTheCeiling(settings);
    return misses === 0 && hits >= pulsesPerLevel
      ? found(
          (lowerPctMso + intensityPctMso) / 2,
          [lowerPctMso, intensityPctMso],
          `lower and upper threshold: no hit and no miss in ${pulsesPerLevel}; no confidence interval`,
        )
      : pulseAt(intensityPctMso);
  },
  learn: (memory, { intensityPctMso, hit }, options, { maxPctMso }) => {
    const { climbPctMso, stepPctMso, pulsesPerLevel } = options;
    const levels = counted(memory.levels, intensityPctMso, hit);
    const upTo = (by: number, from: number): number => Math.min(from + by, maxPctMso);
    switch (memory.phase) {
      case "climb":
        return hit
          ? { ...memory, levels, phase: "down", intensityPctMso: intensityPctMso - stepPctMso }
          : { ...memory, levels, intensityPctMso: upTo(climbPctMso, intensityPctMso) };
      case "down": {
        if (hit) return { ...memory, levels, intensityPctMso: intensityPctMso - stepPctMso };
        const { hits, misses } = levelAt(levels, intensityPctMso);
        if (hits > 0 || misses < pulsesPerLevel) return { ...memory, levels };
        return {
          levels,
          phase: "up",
          lowerPctMso: intensityPctMso,
          intensityPctMso: upTo(stepPctMso, highestMiss(levels)),
        };
      }
      case "up":
        return hit
          ? { ...memory, levels }
          : { ...memory, levels, intensityPctMso: upTo(stepPctMso, intensityPctMso) };
    }
  },
};

export const millsNithi: ThresholdMethod<MillsNithiOptions> = machine(core);

/**
 * Lowest intensity with at least half of the pulses answered (Rossini 2015, 10.1016/j.clinph.2015.02.001). A level is left
 * as soon as its count is decided, which gives the same threshold as all its pulses would.
 */
import { floorReached, found, missesAtTheCeiling, pulseAt, type ThresholdCore } from "./core.ts";
import { machine } from "./machine.ts";
import type { ThresholdMethod, ThresholdSettings } from "./types.ts";

export interface RelativeFrequencyOptions {
  /** `descending` starts where nearly every pulse is answered, `ascending` below threshold. */
  readonly form: "descending" | "ascending";
  readonly startPctMso: number;
  readonly stepPctMso: number;
  /** Step upwards until responses are consistent. */
  readonly climbPctMso: number;
  /** So many hits and no miss at a level are consistent; the climb leaves it at the first miss. */
  readonly consistentHits: number;
  /** Pulses that a level is judged by, 10 or 20. */
  readonly pulsesPerLevel: number;
}

interface Memory {
  readonly phase: "climb" | "descend";
  readonly levelPctMso: number;
  readonly hits: number;
  readonly misses: number;
  /** Lowest level that passed. */
  readonly passedPctMso: number | null;
  readonly end: "found" | "floor" | "ceiling" | null;
}

const at = (phase: Memory["phase"], levelPctMso: number, memory: Memory | null): Memory => ({
  phase,
  levelPctMso,
  hits: 0,
  misses: 0,
  passedPctMso: memory?.passedPctMso ?? null,
  end: null,
});

function climbed(memory: Memory, options: RelativeFrequencyOptions, maxPctMso: number): Memory {
  if (memory.misses > 0) {
    // At the ceiling there is no way up: the level itself is judged.
    if (memory.levelPctMso >= maxPctMso) return { ...memory, phase: "descend" };
    return at("climb", Math.min(memory.levelPctMso + options.climbPctMso, maxPctMso), memory);
  }
  return memory.hits >= options.consistentHits ? { ...memory, phase: "descend" } : memory;
}

function descended(
  memory: Memory,
  options: RelativeFrequencyOptions,
  { minPctMso, maxPctMso }: ThresholdSettings,
): Memory {
  const half = options.pulsesPerLevel / 2;
  if (memory.hits >= half) {
    const passed = { ...memory, passedPctMso: memory.levelPctMso };
    const below = memory.levelPctMso - options.stepPctMso;
    return below < minPctMso ? { ...passed, end: "floor" } : at("descend", below, passed);
  }
  if (memory.misses <= options.pulsesPerLevel - half) return memory;
  if (memory.passedPctMso !== null) return { ...memory, end: "found" };
  if (memory.levelPctMso >= maxPctMso) return { ...memory, end: "ceiling" };
  return at("climb", Math.min(memory.levelPctMso + options.climbPctMso, maxPctMso), memory);
}

const core: ThresholdCore<RelativeFrequencyOptions, Memory> = {
  name: "relative-frequency",
  version: 1,
  defaults: {
    form: "descending",
    startPctMso: 65,
    stepPctMso: 1,
    climbPctMso: 5,
    consistentHits: 3,
    pulsesPerLevel: 10,
  },
  needsAmplitude: false,
  begin: ({ form, startPctMso }) =>
    at(form === "ascending" ? "climb" : "descend", startPctMso, null),
  wish: (memory, _options, settings) => {
    switch (memory.end) {
      case null:
        return pulseAt(memory.levelPctMso);
      case "found":
        return found(memory.passedPctMso ?? memory.levelPctMso);
      case "floor":
        return floorReached();
      case "ceiling":
        return missesAtTheCeiling(settings);
    }
  },
  learn: (memory, { intensityPctMso, hit }, options, settings) => {
    // A pulse that was held lower than the level judges the level where it was delivered.
    const level =
      intensityPctMso === memory.levelPctMso ? memory : at(memory.phase, intensityPctMso, memory);
    const counted = {
      ...level,
      hits: level.hits + (hit ? 1 : 0),
      misses: level.misses + (hit ? 0 : 1),
    };
    return counted.phase === "climb"
      ? climbed(counted, options, settings.maxPctMso)
      : descended(counted, options, settings);
  },
};

export const relativeFrequency: ThresholdMethod<RelativeFrequencyOptions> = machine(core);

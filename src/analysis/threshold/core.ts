/** What a method itself is: where it wants the next pulse, and what a response teaches it. */
import type { ThresholdOutcome, ThresholdSettings } from "./types.ts";

/** A trial that says something. */
export interface Response {
  /** As delivered. */
  readonly intensityPctMso: number;
  readonly hit: boolean;
  /** Null when it was only seen. */
  readonly peakToPeakUv: number | null;
}

export type Wish =
  | { readonly kind: "pulse"; readonly intensityPctMso: number }
  | { readonly kind: "end"; readonly outcome: ThresholdOutcome };

/**
 * Range, step cap, rejected trials and the trace are the machine's business (`machine.ts`): a core hears
 * of the intensity that was really delivered, which need not be the one it wished for.
 */
export interface ThresholdCore<Options extends object, Memory> {
  readonly name: string;
  readonly version: number;
  readonly defaults: Options;
  /** A yes or no is not enough: a trial without an amplitude says nothing to it. */
  readonly needsAmplitude: boolean;
  begin(options: Options, settings: ThresholdSettings): Memory;
  wish(memory: Memory, options: Options, settings: ThresholdSettings): Wish;
  learn(memory: Memory, response: Response, options: Options, settings: ThresholdSettings): Memory;
}

export function pulseAt(intensityPctMso: number): Wish {
  return { kind: "pulse", intensityPctMso };
}

export function found(
  thresholdPctMso: number,
  intervalPctMso: readonly [number, number] | null = null,
  intervalMeans: string | null = null,
): Wish {
  return {
    kind: "end",
    outcome: { kind: "found", thresholdPctMso, intervalPctMso, intervalMeans },
  };
}

export function floorReached(): Wish {
  return { kind: "end", outcome: { kind: "gave-up", why: "floor-reached" } };
}

export function missesAtTheCeiling(settings: ThresholdSettings): Wish {
  const why = "misses-at-the-ceiling";
  return {
    kind: "end",
    outcome: { kind: "not-obtainable", abovePctMso: settings.maxPctMso, why },
  };
}

export function estimateAboveTheCeiling(abovePctMso: number): Wish {
  const why = "estimate-above-the-ceiling";
  return { kind: "end", outcome: { kind: "not-obtainable", abovePctMso, why } };
}

/** What all electrodes of a person see parts of. */
import type { PulseResponse } from "./cortex/response.ts";
import type { DrawKey } from "./draws.ts";
import type { Effort } from "./muscle/effort.ts";
import type { Place } from "./series/timeline.ts";

/** A response with what the electrodes keep of it and of those before: their step, in steps of one full pulse. */
export interface Happened {
  readonly response: PulseResponse;
  readonly step: number;
}

export interface World {
  readonly seed: number;
  /** By time; those that no sample shows any more are not there. */
  happened(): readonly Happened[];
  nervesMs(): readonly number[];
  readonly effort: Effort;
  readonly mainsHz: number;
  readonly stepTauMs: number;
  readonly keys: Readonly<Record<"blinks" | "sep", DrawKey>>;
}

/** One electrode. Adds nothing of its own memory to another. */
export interface Channel {
  /** Overwrites the samples of a block. */
  write(out: Float64Array, place: Place): void;
}

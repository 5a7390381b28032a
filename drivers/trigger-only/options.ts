/** What a person types into the rig file of a stimulator that tells nothing by itself. */
import { z } from "zod";
import { readOptions } from "../../src/base/options.ts";
import type { Result } from "../../src/contract/result.ts";
import type { StimulatorConfig } from "../../src/contract/stimulator.ts";

export interface TypedIn {
  /** Maker and model, as it stands on the device. */
  readonly modelName: string;
  /** What its own panel is set to. */
  readonly intensityPctMso: number;
  /** In the words that a threshold is written down with: `biphasic`, `monophasic`. */
  readonly waveform: string;
  readonly coil: string;
  /** Starts a second that the device keeps up with at this intensity. */
  readonly maxRateHz: number;
  readonly currentDirection?: string | undefined;
  readonly pulseWidthUs?: number | undefined;
}

const words = z.string().trim().min(1);
const schema = z.strictObject({
  modelName: words,
  intensityPctMso: z.number().min(1).max(100),
  waveform: words,
  coil: words,
  maxRateHz: z.number().positive().max(100),
  currentDirection: words.optional(),
  pulseWidthUs: z.number().positive().optional(),
});

export function readTypedIn(config: StimulatorConfig): Result<TypedIn, string> {
  return readOptions(schema, config.options, config.driver);
}

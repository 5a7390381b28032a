/** The NeurOne as a rig file names it, and as plain facts. */
import { z } from "zod";
import { err, ok } from "../../src/base/result.ts";
import type { AmplifierCapabilities, AmplifierConfig } from "../../src/contract/amplifier.ts";
import type { Result } from "../../src/contract/result.ts";
import {
  channelName,
  mepFitness,
  rateTolerance,
  readAmplifierOptions,
  USUAL_CHANNELS,
} from "../amplifiers-common/facts.ts";

export const MODELS = ["neurone"] as const;

const FULL_SCALE = 2 ** 23 - 1;

export interface NeurOneChannel {
  readonly name: string;
  /** Input of the amplifier: 1-32 EEG, 33-40 bipolar, 41 the first of the next one. */
  readonly source?: number | undefined;
}

export interface NeurOneOptions {
  readonly channels: readonly NeurOneChannel[];
  readonly rateHz: number;
  readonly nvPerCount: number;
  readonly triggerChannel: boolean;
  readonly rateTolerance: number;
}

const schema = z.strictObject({
  /** With sources in any order and number; without, all that the device sends, in its order. */
  channels: z
    .array(z.strictObject({ name: channelName, source: z.int().min(1).max(64_999).optional() }))
    .min(1, "name the channels of the digital out")
    .max(480)
    .default([...USUAL_CHANNELS]),
  rateHz: z.int().positive().max(100_000).default(5000),
  /** Where no start packet tells the types of the channels: 100 is DC mode. */
  nvPerCount: z.number().positive().default(100),
  /** The trigger channel stands behind the others; the start packet, when it comes, knows better. */
  triggerChannel: z.boolean().default(true),
  rateTolerance,
});

export function readNeurOne(config: AmplifierConfig): Result<NeurOneOptions, string> {
  const { driver } = config;
  const read = readAmplifierOptions(schema, config);
  if (!read.ok) return read;
  const sourced = read.value.channels.filter(({ source }) => source !== undefined).length;
  if (sourced !== 0 && sourced !== read.value.channels.length)
    return err(`${driver}: \`channels\`: name the source of all of them or of none`);
  return ok(read.value);
}

export function describe(config: AmplifierConfig): Result<AmplifierCapabilities, string> {
  const read = readNeurOne(config);
  if (!read.ok) return read;
  const { channels, rateHz, nvPerCount } = read.value;
  const resolution = nvPerCount / 1000;
  return ok({
    model: config.driver,
    vendor: "Bittium",
    channels: channels.map(({ name }) => ({
      name,
      unit: "uV",
      resolution,
      min: -(FULL_SCALE + 1) * resolution,
      max: FULL_SCALE * resolution,
    })),
    rateHz,
    bandHz: null,
    resolutionBits: 24,
    triggerInput: "sample",
    mep: mepFitness(rateHz, "Raise the rate of the digital out."),
    // The index of a sample has 64 bit.
    lossAmbiguousAfter: Number.MAX_SAFE_INTEGER,
  });
}

/** The Recorder behind its remote data access, as a rig file names it, and as plain facts. */
import { z } from "zod";
import { ok } from "../../src/base/result.ts";
import type { AmplifierCapabilities, AmplifierConfig } from "../../src/contract/amplifier.ts";
import type { Result } from "../../src/contract/result.ts";
import {
  channelName,
  mepFitness,
  rateTolerance,
  readAmplifierOptions,
  USUAL_CHANNELS,
} from "../amplifiers-common/facts.ts";

export const MODELS = ["brainvision-rda"] as const;

/** Of the integers that the Recorder scales. */
const FULL_SCALE = 32_767;
/** The number of a block is 32 bit. */
export const BLOCKS: number = 2 ** 32;

const schema = z.strictObject({
  /** In the order of the Recorder's workspace, by its names. */
  channels: z
    .array(z.strictObject({ name: channelName }))
    .min(1, "name the channels of the Recorder's workspace, in its order")
    .max(256)
    .default([...USUAL_CHANNELS]),
  rateHz: z.number().positive().max(100_000).default(5000),
  /** Of the workspace, microvolt a step; for what is told of the range. The Recorder's own is used. */
  resolutionUv: z.number().positive().default(0.5),
  rateTolerance,
});

export interface RdaOptions {
  readonly channels: readonly { readonly name: string }[];
  readonly rateHz: number;
  readonly resolutionUv: number;
  readonly rateTolerance: number;
}

export const readRda = (config: AmplifierConfig): Result<RdaOptions, string> =>
  readAmplifierOptions(schema, config);

export function describe(config: AmplifierConfig): Result<AmplifierCapabilities, string> {
  const read = readRda(config);
  if (!read.ok) return read;
  const { channels, rateHz, resolutionUv } = read.value;
  const max = FULL_SCALE * resolutionUv;
  return ok({
    model: config.driver,
    vendor: "Brain Products",
    channels: channels.map(({ name }) => ({
      name,
      unit: "uV",
      resolution: resolutionUv,
      min: -max - resolutionUv,
      max,
    })),
    rateHz,
    bandHz: null,
    resolutionBits: 16,
    triggerInput: "event",
    mep: mepFitness(rateHz, "Raise the sampling rate of the Recorder's workspace."),
    lossAmbiguousAfter: null,
  });
}

/** The BITalino as a rig file names it, and as plain facts. */
import { z } from "zod";
import { err, ok } from "../../src/base/result.ts";
import type {
  AmplifierCapabilities,
  AmplifierConfig,
  ChannelInfo,
} from "../../src/contract/amplifier.ts";
import type { Result } from "../../src/contract/result.ts";
import {
  channelName,
  mepFitness,
  rateTolerance,
  readAmplifierOptions,
} from "../amplifiers-common/facts.ts";
import { INPUTS, type Input, type RateHz } from "./wire/commands.ts";
import { bitsOf, SEQUENCES } from "./wire/frame.ts";

export const MODELS = ["bitalino"] as const;

/** Supply of the converter, volt. */
const SUPPLY_V = 3.3;
/** ECG: data sheet. EMG: not verified against a data sheet. */
const SENSOR_GAINS = { emg: 1009, ecg: 1100 } as const;
/** A review lists 25-482 Hz for the EMG sensor; not verified. */
const EMG_BAND_HZ = [25, 480] as const;

/** `value = (count - zero) * scale`. */
export interface BitalinoChannel {
  readonly input: Input;
  readonly name: string;
  readonly unit: "uV" | "count";
  readonly bits: 10 | 6;
  readonly zero: number;
  readonly scale: number;
}

export interface BitalinoOptions {
  readonly rateHz: RateHz;
  /** In the order of the inputs, which is their order in the frame. */
  readonly channels: readonly BitalinoChannel[];
  readonly isEmg: boolean;
  readonly simulatedSignal: boolean;
  readonly rateTolerance: number;
}

const channel = z.strictObject({
  input: z.enum(INPUTS),
  name: channelName.optional(),
  sensor: z.enum(["emg", "ecg", "raw"]).default("emg"),
  /** Of the sensor, where it is another. */
  gain: z.number().positive().optional(),
  /** Measured by a calibration; goes before everything else. */
  uvPerCount: z.number().positive().optional(),
});
type ChannelOption = z.infer<typeof channel>;

const RATE_WORDS = z.union(
  [z.literal(1), z.literal(10), z.literal(100), z.literal(1000)],
  "expected 1, 10, 100 or 1000",
);

const schema = z.strictObject({
  rateHz: RATE_WORDS.default(1000),
  channels: z.array(channel).min(1).max(6).optional(),
  /** Of the sensors, for every EMG or ECG channel without its own. */
  gain: z.number().positive().optional(),
  /** The box sends a signal of its own in frames of the same form: a test without electrodes. */
  simulatedSignal: z.boolean().default(false),
  rateTolerance,
});

const EMG_ON_A1: readonly ChannelOption[] = [{ input: "A1", sensor: "emg" }];

export function readBitalino(config: AmplifierConfig): Result<BitalinoOptions, string> {
  const { driver } = config;
  const read = readAmplifierOptions(schema, config);
  if (!read.ok) return read;
  const { channels = EMG_ON_A1, gain, ...rest } = read.value;
  const inputs = channels.map(({ input }) => input);
  const twice = inputs.find((input, place) => inputs.indexOf(input) !== place);
  if (twice !== undefined) return err(`${driver}: \`channels\`: ${twice} is named twice`);
  const sorted = channels.toSorted((a, b) => a.input.localeCompare(b.input));
  return ok({
    ...rest,
    channels: sorted.map((option, place) =>
      placed(option.sensor === "raw" ? option : { gain, ...option }, place),
    ),
    isEmg: sorted.every(({ sensor }) => sensor === "emg"),
  });
}

function placed(option: ChannelOption, place: number): BitalinoChannel {
  const bits = bitsOf(place);
  const { input, name = option.input } = option;
  const zero = 2 ** (bits - 1);
  const scale = uvPerCount(option, bits);
  return scale === null
    ? { input, name, unit: "count", bits, zero: 0, scale: 1 }
    : { input, name, unit: "uV", bits, zero, scale };
}

/** Null: nobody told a scale. A calibration is of ten bits; of the upper six a count is sixteen. */
function uvPerCount(option: ChannelOption, bits: number): number | null {
  if (option.uvPerCount !== undefined) return option.uvPerCount * 2 ** (10 - bits);
  const gain = option.gain ?? (option.sensor === "raw" ? undefined : SENSOR_GAINS[option.sensor]);
  return gain === undefined ? null : ((SUPPLY_V / gain) * 1e6) / 2 ** bits;
}

const WHY_NOT =
  "The BITalino is marginal: 10 bits and an EMG sensor of about 25-480 Hz show that an MEP is there; amplitude and latency (steps of 1 ms) are not for publication. Teaching and pilots.";

export function describe(config: AmplifierConfig): Result<AmplifierCapabilities, string> {
  const read = readBitalino(config);
  if (!read.ok) return read;
  const { channels, rateHz, isEmg } = read.value;
  return ok({
    model: config.driver,
    vendor: "PLUX",
    channels: channels.map(channelInfo),
    rateHz,
    bandHz: isEmg ? EMG_BAND_HZ : null,
    resolutionBits: 10,
    triggerInput: "sample",
    mep: mepFitness(rateHz, WHY_NOT),
    lossAmbiguousAfter: SEQUENCES - 1,
  });
}

function channelInfo({ name, unit, bits, zero, scale }: BitalinoChannel): ChannelInfo {
  return {
    name,
    unit,
    resolution: scale,
    min: (0 - zero) * scale,
    max: (2 ** bits - 1 - zero) * scale,
  };
}

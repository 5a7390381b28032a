/** A SpikerBox as a rig file names it, and as plain facts. */
import { z } from "zod";
import { err, ok, orList } from "../../src/base/result.ts";
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
import { AVR_BAUD, boardOf, HARDWARE } from "./boards.ts";

export const MODELS = ["spikerbox"] as const;

export interface SpikerChannel {
  readonly name: string;
  readonly unit: "uV" | "count";
  /** `value = (count - zero) * scale`. */
  readonly zero: number;
  readonly scale: number;
}

export interface SpikerOptions {
  readonly hardware: string;
  readonly bits: 10 | 14;
  readonly rateHz: number;
  readonly channels: readonly SpikerChannel[];
  readonly baudRate: number;
  readonly needsStart: boolean;
  readonly rateTolerance: number;
}

const BITS_WORDS = z.union([z.literal(10), z.literal(14)], "expected 10 or 14");

const schema = z.strictObject({
  hardware: z.string().default("MUSCLESS"),
  channels: z
    .array(
      z.strictObject({
        name: channelName.optional(),
        uvPerCount: z.number().positive().optional(),
      }),
    )
    .min(1)
    .max(6)
    .default([{}]),
  /** The rate of this very box, where it was measured. */
  rateHz: z.number().positive().max(100_000).optional(),
  /** From a calibration with a known voltage; nobody publishes one. For all channels without their own. */
  uvPerCount: z.number().positive().optional(),
  bits: BITS_WORDS.optional(),
  baudRate: z.int().positive().optional(),
  rateTolerance,
});
type Options = z.infer<typeof schema>;

export function readSpiker(config: AmplifierConfig): Result<SpikerOptions, string> {
  const { driver } = config;
  const read = readAmplifierOptions(schema, config);
  if (!read.ok) return read;
  const wanted = read.value;
  const { hardware, channels } = wanted;
  if (!HARDWARE.includes(hardware))
    return err(`${driver}: \`hardware: ${hardware}\`: expected ${orList(HARDWARE)}`);
  const board = boardOf(hardware);
  const bits = wanted.bits ?? board?.bits;
  const rateHz = wanted.rateHz ?? board?.rateHz(channels.length);
  if (bits === undefined || rateHz === undefined) {
    return err(
      `${driver}: nobody publishes rate and bits of ${hardware}: measure them and name \`rateHz\` and \`bits\``,
    );
  }
  const most = board?.mostChannels ?? channels.length;
  if (channels.length > most) return err(`${driver}: ${hardware} has ${most} channels at most`);
  return ok({
    hardware,
    bits,
    rateHz,
    channels: channels.map((_, place) => placed(wanted, place, bits)),
    baudRate: wanted.baudRate ?? board?.baudRate ?? AVR_BAUD,
    needsStart: board?.needsStart ?? true,
    rateTolerance: wanted.rateTolerance,
  });
}

function placed(wanted: Options, place: number, bits: number): SpikerChannel {
  const { name = `ch${place + 1}`, uvPerCount = wanted.uvPerCount } = wanted.channels[place] ?? {};
  return uvPerCount === undefined
    ? { name, unit: "count", zero: 0, scale: 1 }
    : { name, unit: "uV", zero: 2 ** (bits - 1), scale: uvPerCount };
}

const WHY_NOT = "Fewer channels make the shields faster.";

export function describe(config: AmplifierConfig): Result<AmplifierCapabilities, string> {
  const read = readSpiker(config);
  if (!read.ok) return read;
  const { channels, rateHz, bits } = read.value;
  return ok({
    model: config.driver,
    vendor: "Backyard Brains",
    channels: channels.map((channel) => channelInfo(channel, bits)),
    rateHz,
    bandHz: null,
    resolutionBits: bits,
    triggerInput: "event",
    mep: mepFitness(rateHz, WHY_NOT),
    // There is no counter: a hole between two whole frames cannot be seen.
    lossAmbiguousAfter: null,
  });
}

function channelInfo({ name, unit, zero, scale }: SpikerChannel, bits: number): ChannelInfo {
  const most = 2 ** bits - 1;
  return { name, unit, resolution: scale, min: (0 - zero) * scale, max: (most - zero) * scale };
}

/** The Cyton as a rig file names it, and as plain facts. */
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
import { BOARD_MODES, type ChannelSettings, type Gain, INPUTS } from "./wire/commands.ts";
import { CHANNELS, FULL_SCALE, NUMBERS, uvPerCount } from "./wire/packet.ts";

export const MODELS = ["openbci-cyton", "openbci-cyton-daisy"] as const;

/** Packets a second that the radio carries. */
export const PACKET_HZ = 250;

export interface CytonChannel extends ChannelSettings {
  readonly name: string;
}

export interface CytonOptions {
  readonly isDaisy: boolean;
  /** Every channel of the board in its order. */
  readonly channels: readonly CytonChannel[];
  readonly boardMode: (typeof BOARD_MODES)[number];
  readonly timeStamps: boolean;
  readonly rateTolerance: number;
}

const GAIN_WORDS = z.union(
  [
    z.literal(1),
    z.literal(2),
    z.literal(4),
    z.literal(6),
    z.literal(8),
    z.literal(12),
    z.literal(24),
  ],
  "expected 1, 2, 4, 6, 8, 12 or 24",
);

const channel = z.strictObject({
  /** 1 to 8; 9 to 16 are on the Daisy. */
  channel: z
    .int()
    .min(1)
    .max(2 * CHANNELS),
  name: channelName.optional(),
  gain: GAIN_WORDS.optional(),
  input: z.enum(INPUTS).default("normal"),
  /** Two electrodes of one muscle on the channel's own two pins: SRB2 and bias off, gain 8. */
  bipolar: z.boolean().default(false),
  on: z.boolean().default(true),
});
type ChannelOption = z.infer<typeof channel>;

const schema = z.strictObject({
  channels: z.array(channel).default([]),
  rateHz: z.number().optional(),
  boardMode: z.enum(BOARD_MODES).default("default"),
  timeStamps: z.boolean().default(false),
  rateTolerance,
});

/** The settings of the board after a reset (`060110`), or those for bipolar EMG. */
function settingsOf(number: number, option: ChannelOption | undefined): CytonChannel {
  const bipolar = option?.bipolar === true;
  const gain: Gain = option?.gain ?? (bipolar ? 8 : 24);
  return {
    channel: number,
    name: option?.name ?? `ch${number}`,
    power_down: option?.on === false,
    gain,
    input: option?.input ?? "normal",
    bias: !bipolar,
    srb2: !bipolar,
    srb1: false,
  };
}

export function readCyton(config: AmplifierConfig): Result<CytonOptions, string> {
  const read = readAmplifierOptions(schema, config);
  if (!read.ok) return read;
  const { channels, rateHz, boardMode, timeStamps, rateTolerance: tolerance } = read.value;
  const isDaisy = config.driver === "openbci-cyton-daisy";
  const most = isDaisy ? 2 * CHANNELS : CHANNELS;
  const complaint =
    rateComplaint(config.driver, rateHz, isDaisy) ?? channelComplaint(channels, most);
  if (complaint !== null) return err(complaint);
  return ok({
    isDaisy,
    channels: Array.from({ length: most }, (_, index) =>
      settingsOf(
        index + 1,
        channels.find((one) => one.channel === index + 1),
      ),
    ),
    boardMode,
    timeStamps,
    rateTolerance: tolerance,
  });
}

/** The firmware itself goes back to 250 Hz when a stream is started over the serial radio. */
function rateComplaint(
  driver: string,
  rateHz: number | undefined,
  isDaisy: boolean,
): string | null {
  const only = rateOf(isDaisy);
  if (rateHz === undefined || rateHz === only) return null;
  return `${driver}: \`rateHz: ${rateHz}\` cannot be had over the serial radio: the firmware falls back to ${PACKET_HZ} packets a second when a stream is started there (${only} Hz a channel); other rates reach its SD card or the WiFi shield alone`;
}

function channelComplaint(channels: readonly ChannelOption[], most: number): string | null {
  const numbers = channels.map((one) => one.channel);
  const beyond = numbers.find((number) => number > most);
  if (beyond !== undefined)
    return `\`channels\`: ${beyond} is on the Daisy, which this model has not`;
  const twice = numbers.find((number, place) => numbers.indexOf(number) !== place);
  if (twice !== undefined) return `\`channels\`: ${twice} is named twice`;
  const loud = channels.find(({ bipolar, gain = 8 }) => bipolar && gain > 8);
  if (loud === undefined) return null;
  return `\`channels\`: ${loud.channel} is bipolar EMG with gain ${loud.gain}: 8 at most, or the artefact of the pulse stays at the end of its range`;
}

export const rateOf = (isDaisy: boolean): number => (isDaisy ? PACKET_HZ / 2 : PACKET_HZ);

const WHY_NOT =
  "The radio of the Cyton carries a band below 125 Hz (below 62 Hz with a Daisy): EEG at rest and monitoring only.";

export function describe(config: AmplifierConfig): Result<AmplifierCapabilities, string> {
  const read = readCyton(config);
  if (!read.ok) return read;
  const { channels, isDaisy, boardMode } = read.value;
  const rateHz = rateOf(isDaisy);
  return ok({
    model: config.driver,
    vendor: "OpenBCI",
    channels: channels.map(channelInfo),
    rateHz,
    bandHz: [0, rateHz / 2],
    resolutionBits: 24,
    triggerInput: boardMode === "digital" || boardMode === "marker" ? "sample" : "none",
    mep: mepFitness(rateHz, WHY_NOT),
    lossAmbiguousAfter: (isDaisy ? NUMBERS / 2 : NUMBERS) - 1,
  });
}

function channelInfo({ name, gain }: CytonChannel): ChannelInfo {
  const resolution = uvPerCount(gain);
  const max = FULL_SCALE * resolution;
  return { name, unit: "uV", resolution, min: -max - resolution, max };
}

/** A stream of one or more channels whose sample at frame n is n, cut into blocks. */
import type { AmplifierTrigger, ChannelInfo, SampleBlock } from "../../src/contract/amplifier.ts";

export function block(
  firstIndex: number,
  frames: number,
  options: {
    readonly channels?: number;
    readonly lostBefore?: number;
    readonly triggers?: readonly AmplifierTrigger[];
    readonly arrivedMs?: number;
  } = {},
): SampleBlock {
  const { channels = 1, lostBefore = 0, triggers = [], arrivedMs = 0 } = options;
  return {
    firstIndex,
    frames,
    channels: Array.from({ length: channels }, (_, channel) =>
      Float32Array.from({ length: frames }, (__, i) => firstIndex + i + 0.25 * channel),
    ),
    triggers,
    arrivedMs,
    lostBefore,
    deviceMs: null,
  };
}

export const CHANNEL: ChannelInfo = {
  name: "FDI",
  unit: "uV",
  resolution: 0.1,
  min: -5000,
  max: 5000,
};

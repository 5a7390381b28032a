/** Which channels of a rig's amplifier show the rhythm under the coil. */
import type { AmplifierCapabilities } from "../../contract/amplifier.ts";
import type { EegSource } from "../../engine/phaseWatch.ts";
import type { RigConfig } from "../config/rig.ts";

/** Over the left hand area, unless the rig says otherwise. */
export const USUAL_EEG_CHANNEL = "C3";

/** Electrodes around one, for its surface Laplacian (Zrenner 2018: C3 with FC1, FC5, CP1, CP5); the other side by mirror. */
const AROUND: Readonly<Record<string, readonly string[]>> = {
  C3: ["FC1", "FC5", "CP1", "CP5"],
  C4: ["FC2", "FC6", "CP2", "CP6"],
};

export interface NamedEegSource extends EegSource {
  readonly channel: string;
  readonly minus: readonly string[];
}

/** Null: the amplifier has no such electrode. Neighbours count when all of them are there. */
export function eegSourceOf(
  rig: RigConfig["amplifier"],
  { channels, rateHz }: Pick<AmplifierCapabilities, "channels" | "rateHz">,
): NamedEegSource | null {
  const channel = rig?.eegChannel ?? USUAL_EEG_CHANNEL;
  const indexOf = (wanted: string): number => channels.findIndex(({ name }) => name === wanted);
  const active = indexOf(channel);
  if (active < 0) return null;
  const names = AROUND[channel] ?? [];
  const found = names.map(indexOf);
  const minus = found.includes(-1) ? [] : names;
  return {
    rateHz,
    channelCount: channels.length,
    active,
    around: minus.length === 0 ? [] : found,
    channel,
    minus,
  };
}

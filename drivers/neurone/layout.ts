/** Which value of a packet belongs to which channel, and how large a count of it is. */
import { err, ok, type Result } from "../../src/base/result.ts";
import type { NeurOneOptions } from "./options.ts";
import { FIRST_TRIGGER_SOURCE, nvPerCount, type Start } from "./wire/packets.ts";

export interface Layout {
  /** Values of a bundle. */
  readonly columns: number;
  /** Place of each channel in a bundle. */
  readonly places: readonly number[];
  readonly uvPerCount: readonly number[];
  /** Place of the trigger channel; null: there is none. */
  readonly trigger: number | null;
}

/** As the rig file has it, for a device that sends no start packet. */
export function layoutOf({ channels, nvPerCount: nv, triggerChannel }: NeurOneOptions): Layout {
  return {
    columns: channels.length + (triggerChannel ? 1 : 0),
    places: channels.map((_, place) => place),
    uvPerCount: channels.map(() => nv / 1000),
    trigger: triggerChannel ? channels.length : null,
  };
}

/** Fails with words when the start packet does not have what the rig file names. */
export function layoutFrom(start: Start, options: NeurOneOptions): Result<Layout, string> {
  const { sources, types, rateHz } = start;
  const electrodes = sources.filter((source) => source < FIRST_TRIGGER_SOURCE);
  if (rateHz !== options.rateHz)
    return err(`the device sends ${rateHz} Hz, the rig file says ${options.rateHz}`);
  const places = placesIn(sources, electrodes, options);
  if (!places.ok) return places;
  const trigger = sources.findIndex((source) => source >= FIRST_TRIGGER_SOURCE);
  return ok({
    columns: sources.length,
    places: places.value,
    uvPerCount: places.value.map((place) => {
      const type = types?.[place];
      return (type === undefined ? options.nvPerCount : nvPerCount(type)) / 1000;
    }),
    trigger: trigger < 0 ? null : trigger,
  });
}

function placesIn(
  sources: readonly number[],
  electrodes: readonly number[],
  { channels }: NeurOneOptions,
): Result<readonly number[], string> {
  const isSourced = channels.every(({ source }) => source !== undefined);
  if (!isSourced) {
    if (electrodes.length !== channels.length)
      return err(
        `the device sends ${electrodes.length} channels, the rig file names ${channels.length}`,
      );
    return ok(electrodes.map((source) => sources.indexOf(source)));
  }
  const places = channels.map(({ source }) => sources.indexOf(source ?? 0));
  const missing = channels.filter((_, n) => places[n] === -1).map(({ name }) => name);
  if (missing.length > 0)
    return err(
      `the device sends no source for ${missing.join(", ")} (it has ${electrodes.join(" ")})`,
    );
  return ok(places);
}

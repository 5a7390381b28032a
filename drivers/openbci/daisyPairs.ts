/**
 * Two boards in turn: even numbers carry the Daisy (channels 9-16), odd ones the main board (1-8), each
 * the mean of two conversions and 4 ms apart. A pair is an even number and the odd one behind it;
 * without comparing numbers, one lost packet would join halves of different samples for good.
 */
import type { SampleWriter } from "../amplifiers-common/writer.ts";
import { createAuxEdges } from "./auxEdges.ts";
import type { CytonOptions } from "./options.ts";
import type { PacketTarget } from "./packetTarget.ts";
import {
  auxKind,
  boardMs,
  CHANNELS,
  countOf,
  footerOf,
  numberOf,
  uvPerCount,
} from "./wire/packet.ts";

/** From the half of the Daisy to that of the main board, ms. */
export const HALVES_APART_MS = 4;

export function createDaisyPairs(writer: SampleWriter, options: CytonOptions): PacketTarget {
  const scales = Float64Array.from(options.channels, ({ gain }) => uvPerCount(gain));
  const half = new Float64Array(CHANNELS);
  const edges = createAuxEdges(options.boardMode);
  /** Packets since the stream began, lost ones counted in; its parity is that of the number. */
  let place: number | null = null;
  let heldPair: number | null = null;
  let lastPair: number | null = null;
  let isUnsure = false;
  let stampMs: number | null = null;
  let found: number[] = [];

  const value = (bytes: Uint8Array, at: number, channel: number, scale: number): number =>
    countOf(bytes, at, channel) * (scales[scale] ?? 0);

  const takeDaisy = (bytes: Uint8Array, at: number, pair: number): void => {
    heldPair = pair;
    stampMs = timeOf(bytes, at);
    found = [edges.look(bytes, at)];
    for (let channel = 0; channel < CHANNELS; channel += 1)
      half[channel] = value(bytes, at, channel, channel + CHANNELS);
  };

  const takeMain = (bytes: Uint8Array, at: number, pair: number): void => {
    const rose = edges.look(bytes, at);
    if (heldPair !== pair) return;
    heldPair = null;
    const lost = lastPair === null ? 0 : pair - lastPair - 1;
    if (lost > 0) writer.lose(lost, isUnsure);
    isUnsure = false;
    lastPair = pair;
    const { channels, at: frame } = writer;
    for (let channel = 0; channel < CHANNELS; channel += 1) {
      const main = channels[channel];
      const daisy = channels[channel + CHANNELS];
      if (main !== undefined) main[frame] = value(bytes, at, channel, channel);
      if (daisy !== undefined) daisy[frame] = half[channel] ?? 0;
    }
    if (stampMs !== null) writer.stamp(stampMs);
    for (const one of [...found, rose]) edges.mark(one, writer);
    writer.commit();
  };

  return {
    begin: () => {
      place = null;
      heldPair = null;
      lastPair = null;
      isUnsure = false;
      edges.forget();
    },
    packet: (bytes, at, ahead, atLeast) => {
      const isFirst = place === null;
      place = place === null ? numberOf(bytes, at) : place + ahead;
      if (ahead > 1) edges.forget();
      isUnsure ||= ahead > 1 && atLeast;
      const pair = Math.floor(place / 2);
      // The first packet is not averaged yet, so its half is of no use.
      if (isFirst && place === 0) return;
      if (place % 2 === 0) takeDaisy(bytes, at, pair);
      else takeMain(bytes, at, pair);
    },
  };
}

function timeOf(bytes: Uint8Array, at: number): number | null {
  const kind = auxKind(footerOf(bytes, at));
  return kind === "time-acceleration" || kind === "time-aux" ? boardMs(bytes, at) : null;
}

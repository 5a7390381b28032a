/** Packets of one board, or of two, into samples. */

import type { StreamCodec } from "../amplifiers-common/amplifier.ts";
import { stepBetween } from "../amplifiers-common/sequence.ts";
import type { SampleWriter } from "../amplifiers-common/writer.ts";
import { type Accelerometer, createAccelerometer } from "./accelerometer.ts";
import { createAuxEdges } from "./auxEdges.ts";
import { createDaisyPairs } from "./daisyPairs.ts";
import type { CytonOptions } from "./options.ts";
import { PACKET_HZ } from "./options.ts";
import type { PacketTarget } from "./packetTarget.ts";
import { createFramer } from "./wire/framer.ts";
import {
  auxKind,
  boardMs,
  CHANNELS,
  countOf,
  footerOf,
  NUMBERS,
  numberOf,
  PACKET_BYTES,
  uvPerCount,
} from "./wire/packet.ts";

export interface CytonCodec extends StreamCodec {
  readonly accelerometer: Accelerometer;
}

/** A silence in which the number of a packet may have gone round once or more, ms. */
const TURN_MS = (NUMBERS * 1000) / PACKET_HZ;

export function createCytonCodec(writer: SampleWriter, options: CytonOptions): CytonCodec {
  const accelerometer = createAccelerometer();
  const target = options.isDaisy
    ? createDaisyPairs(writer, options)
    : createSingleBoard(writer, options);
  let previous: number | null = null;

  const packet = (bytes: Uint8Array, at: number): void => {
    writer.inStep();
    if (auxKind(footerOf(bytes, at)) === "invalid") {
      writer.junk(bytes, at, at + PACKET_BYTES);
      return;
    }
    const number = numberOf(bytes, at);
    const mayHaveTurned = writer.silenceMs() >= TURN_MS;
    const ahead = aheadOf(number, mayHaveTurned);
    if (ahead === 0) return writer.repeat(1);
    previous = number;
    accelerometer.take(bytes, at);
    target.packet(bytes, at, ahead, mayHaveTurned);
  };

  /** 1: the next one; 0: the same once more. */
  const aheadOf = (number: number, mayHaveTurned: boolean): number => {
    if (previous === null) return 1;
    const step = stepBetween(previous, number, NUMBERS);
    // After a second of silence the same number is a turn of packets that were lost.
    if (step.kind === "repeat") return mayHaveTurned ? NUMBERS : 0;
    if (step.wrapped) writer.wrap();
    return step.kind === "next" ? 1 : step.lost + 1;
  };

  let framer = createFramer({ packet, junk: writer.junk });
  return {
    accelerometer,
    push: (bytes) => framer.push(bytes),
    flush: () => framer.flush(),
    begin: () => {
      framer = createFramer({ packet, junk: writer.junk });
      previous = null;
      target.begin();
      accelerometer.begin();
    },
  };
}

function createSingleBoard(writer: SampleWriter, options: CytonOptions): PacketTarget {
  const scales = Float64Array.from(options.channels, ({ gain }) => uvPerCount(gain));
  const edges = createAuxEdges(options.boardMode);
  return {
    begin: edges.forget,
    packet: (bytes, at, ahead, atLeast) => {
      if (ahead > 1) {
        writer.lose(ahead - 1, atLeast);
        edges.forget();
      }
      const { channels, at: frame } = writer;
      for (let channel = 0; channel < CHANNELS; channel += 1) {
        const samples = channels[channel];
        if (samples !== undefined)
          samples[frame] = countOf(bytes, at, channel) * (scales[channel] ?? 0);
      }
      const kind = auxKind(footerOf(bytes, at));
      if (kind === "time-acceleration" || kind === "time-aux") writer.stamp(boardMs(bytes, at));
      edges.mark(edges.look(bytes, at), writer);
      writer.commit();
    },
  };
}

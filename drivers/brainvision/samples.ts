/** Messages of the Recorder into samples and marks. */
import type { StreamCodec } from "../amplifiers-common/amplifier.ts";
import { stepBetween } from "../amplifiers-common/sequence.ts";
import type { SampleWriter } from "../amplifiers-common/writer.ts";
import { BLOCKS } from "./options.ts";
import { createFramer } from "./wire/framer.ts";
import {
  type Data,
  type Marker,
  type Message,
  readMessage,
  type Start,
  sampleOf,
  viewOf,
} from "./wire/messages.ts";

export interface RdaCodec extends StreamCodec {
  /** What the Recorder said last of its channels; null: nothing yet. */
  readonly told: Start | null;
}

/** Blocks that cannot have been lost at once: the number went back. */
const MOST_LOST = 2 ** 31;

/** `channels`: the number that is expected; data of another number are dropped. */
export function createRdaCodec(writer: SampleWriter, channels: number): RdaCodec {
  let told: Start | null = null;
  let isWrongTold = false;
  let previous: { readonly block: number; readonly points: number } | null = null;

  const take = (bytes: Uint8Array): void => {
    const read = readMessage(bytes, told?.channels ?? 0);
    if (!read.ok) {
      writer.junk(bytes, 0, bytes.length);
      return;
    }
    writer.inStep();
    follow(read.value, bytes);
  };

  const follow = (message: Message, bytes: Uint8Array): void => {
    switch (message.kind) {
      case "start":
        return begin(message);
      case "data":
        return data(message, bytes);
      case "stop":
        return writer.tell("the Recorder says stop");
      case "other":
        return;
    }
  };

  const begin = (start: Start): void => {
    if (told !== null) writer.tell("the Recorder says start");
    told = start;
    previous = null;
    isWrongTold = false;
  };

  const complain = (found: number): void => {
    if (isWrongTold) return;
    isWrongTold = true;
    writer.fault(
      "DEVICE_EQUIPMENT_CHANGED",
      `the Recorder sends ${found} channels, the rig file names ${channels}; its data are dropped`,
    );
  };

  const data = (message: Data, bytes: Uint8Array): void => {
    if (told === null) return;
    if (told.channels !== channels) return complain(told.channels);
    if (!isNew(message)) return;
    previous = { block: message.block, points: message.points };
    writePoints(message, bytes, told);
    writer.flush();
  };

  /** False: a block that came before. */
  const isNew = ({ block, points }: Data): boolean => {
    if (previous === null) return true;
    const step = stepBetween(previous.block, block, BLOCKS);
    if (step.kind === "repeat") {
      writer.repeat(points);
      return false;
    }
    if (step.kind === "gap" && step.lost >= MOST_LOST) {
      writer.tell(`the number of the block went back from ${previous.block} to ${block}`);
      writer.lose(0, true);
      return true;
    }
    if (step.wrapped) writer.wrap();
    // Blocks of one length are the rule; of others nobody knows how long the lost ones were.
    if (step.kind === "gap") writer.lose(step.lost * previous.points, points !== previous.points);
    return true;
  };

  const writePoints = (message: Data, bytes: Uint8Array, { resolutionsUv }: Start): void => {
    const view = viewOf(bytes);
    const markers = message.markers.toSorted((a, b) => a.position - b.position);
    let next = 0;
    for (let point = 0; point < message.points; point += 1) {
      const { channels: samples, at } = writer;
      for (let channel = 0; channel < channels; channel += 1) {
        const target = samples[channel];
        const value = sampleOf(view, message, point * channels + channel);
        if (target !== undefined) target[at] = value * (resolutionsUv[channel] ?? 1);
      }
      for (; (markers[next]?.position ?? Infinity) <= point; next += 1) mark(markers[next]);
      writer.commit();
    }
    for (const late of markers.slice(next))
      writer.tell(`marker ${late.description} lies behind its block`);
  };

  const mark = (marker: Marker | undefined): void => {
    if (marker === undefined) return;
    writer.mark(codeOf(marker), marker.description === "" ? marker.type : marker.description);
  };

  const framer = createFramer({ message: take, junk: writer.junk });
  return {
    get told() {
      return told;
    },
    push: (bytes) => framer.push(bytes),
    // The Recorder goes on; what is held belongs to its next message.
    flush: () => undefined,
    begin: () => {
      previous = null;
      isWrongTold = false;
    },
  };
}

/** `R128` and `S  1` carry their code at the end; 0: none. */
const codeOf = ({ description }: Marker): number => Number(/(\d+)\s*$/.exec(description)?.[1] ?? 0);

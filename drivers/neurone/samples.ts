/** Datagrams into samples. The index of a sample says what is lost; the sequence only tells of packets. */
import type { StreamCodec } from "../amplifiers-common/amplifier.ts";
import { stepBetween } from "../amplifiers-common/sequence.ts";
import type { SampleWriter } from "../amplifiers-common/writer.ts";
import { type Layout, layoutFrom, layoutOf } from "./layout.ts";
import type { NeurOneOptions } from "./options.ts";
import {
  countOf,
  type Packet,
  readPacket,
  type Samples,
  SEQUENCES,
  type Start,
  TRIGGER_BITS,
  type TriggerWords,
} from "./wire/packets.ts";

export interface NeurOneCodec extends StreamCodec {
  readonly start: Start | null;
  /** Values of a bundle in the last samples that came; null: none have. */
  readonly columns: number | null;
  /** Packets of samples since opening. */
  readonly packets: number;
}

/** Sources of trigger packets, in the order in which the manual names the ports. */
const TRIGGER_SOURCES = ["A", "B", "parallel", "button", "SyncBox"] as const;

export function createNeurOneCodec(writer: SampleWriter, options: NeurOneOptions): NeurOneCodec {
  let layout: Layout = layoutOf(options);
  let start: Start | null = null;
  let columns: number | null = null;
  let packets = 0;
  let sequence: number | null = null;
  let nextIndex: number | null = null;
  let lines = 0;
  /** What the start packet has otherwise than the rig file; null: nothing. */
  let misfit: string | null = null;
  let isWrongTold = false;
  /** Trigger packets whose samples are still to come. */
  let early: TriggerWords[] = [];

  const take = (bytes: Uint8Array): void => {
    const read = readPacket(bytes);
    if (read.ok) {
      writer.inStep();
      follow(read.value, bytes);
    } else writer.junk(bytes, 0, bytes.length);
  };

  const follow = (packet: Packet, bytes: Uint8Array): void => {
    switch (packet.kind) {
      case "start":
        return begin(packet);
      case "samples":
        return samples(packet, bytes);
      case "triggers":
        return triggers(packet.triggers);
      case "end":
        nextIndex = null;
        sequence = null;
        return writer.tell(`the device says end after ${packet.samples} samples`);
      case "hardware":
      case "join":
        return;
    }
  };

  /** Comes again with every request that is answered. */
  const begin = (packet: Start): void => {
    start = packet;
    const made = layoutFrom(packet, options);
    if (made.ok) layout = made.value;
    misfit = made.ok ? null : made.error;
  };

  const complain = (words: string): void => {
    if (isWrongTold) return;
    isWrongTold = true;
    writer.fault("DEVICE_EQUIPMENT_CHANGED", `${words}; its samples are dropped`);
  };

  const samples = (packet: Samples, bytes: Uint8Array): void => {
    columns = packet.channels;
    packets += 1;
    if (misfit !== null) return complain(misfit);
    if (packet.channels !== layout.columns)
      return complain(`bundles of ${packet.channels} values, expected ${layout.columns}`);
    if (!isNew(packet)) return;
    for (let bundle = 0; bundle < packet.bundles; bundle += 1) {
      writer.stamp((packet.firstUs + (bundle * 1e6) / options.rateHz) / 1000);
      if (early.length > 0) markEarly(packet.firstIndex + bundle);
      writeBundle(bytes, bundle * layout.columns);
    }
    nextIndex = packet.firstIndex + packet.bundles;
  };

  const writeBundle = (bytes: Uint8Array, first: number): void => {
    const { channels, at } = writer;
    const { places, uvPerCount, trigger } = layout;
    for (let channel = 0; channel < places.length; channel += 1) {
      const target = channels[channel];
      if (target === undefined) continue;
      target[at] = countOf(bytes, first + (places[channel] ?? 0)) * (uvPerCount[channel] ?? 0);
    }
    if (trigger !== null) markLines(countOf(bytes, first + trigger));
    writer.commit();
  };

  const markLines = (now: number): void => {
    const rose = now & ~lines;
    lines = now;
    if (rose === 0) return;
    for (const { bit, code, source } of TRIGGER_BITS)
      if ((rose & bit) !== 0) writer.mark(code, source);
  };

  /** False: they came before. */
  const isNew = (packet: Samples): boolean => {
    const before = sequence;
    const expected = nextIndex;
    if (expected !== null && packet.firstIndex < expected) return isRestart(packet, expected);
    if (expected !== null && packet.firstIndex > expected) {
      writer.lose(packet.firstIndex - expected, false);
      lines = 0;
    }
    sequence = packet.sequence;
    if (before !== null && packet.sequence < before) writer.wrap();
    if (before !== null && packet.firstIndex === expected) tellGap(before, packet.sequence);
    return true;
  };

  const tellGap = (before: number, now: number): void => {
    const step = stepBetween(before, now, SEQUENCES);
    if (step.kind === "gap")
      writer.tell(`${step.lost} packets without samples are missing before ${now}`);
  };

  /** Datagrams come twice or late within moments; an index far back is a measurement begun anew. */
  const isRestart = (packet: Samples, expected: number): boolean => {
    if (expected - packet.firstIndex <= options.rateHz) {
      writer.repeat(packet.bundles);
      return false;
    }
    writer.tell(`the index went back from ${expected} to ${packet.firstIndex}`);
    writer.lose(0, true);
    sequence = packet.sequence;
    lines = 0;
    return true;
  };

  /** Beside a trigger channel they say the same a second time. */
  const triggers = (words: readonly TriggerWords[]): void => {
    if (layout.trigger !== null) return;
    for (const one of words) {
      if (nextIndex === null || one.index >= nextIndex) early.push(one);
      else if (!writer.markBefore(nextIndex - one.index, one.code, sourceOf(one)))
        writer.tell(`trigger ${one.code} at sample ${one.index} came behind its block`);
    }
    // Samples that never come must not keep their triggers for ever.
    early = early.slice(-MOST_EARLY);
  };

  const markEarly = (index: number): void => {
    for (const one of early) if (one.index === index) writer.mark(one.code, sourceOf(one));
    early = early.filter((one) => one.index > index);
  };

  return {
    get start() {
      return start;
    },
    get columns() {
      return columns;
    },
    get packets() {
      return packets;
    },
    push: take,
    flush: () => undefined,
    begin: () => {
      sequence = null;
      nextIndex = null;
      lines = 0;
      early = [];
      isWrongTold = false;
    },
  };
}

const MOST_EARLY = 64;

const sourceOf = ({ source }: TriggerWords): string =>
  TRIGGER_SOURCES[source] ?? `source ${source}`;

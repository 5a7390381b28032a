/** Every simulated amplifier, with how to start it and how to read what it sends. */
import { simulator as bitalino } from "../../../simulators/bitalino/index.ts";
import { simulator as brainvision } from "../../../simulators/brainvision/index.ts";
import { simulator as neurone } from "../../../simulators/neurone/index.ts";
import { simulator as openbci } from "../../../simulators/openbci/index.ts";
import { simulator as spikerbox } from "../../../simulators/spikerbox/index.ts";
import type { SimulatorModule } from "../../../src/contract/simulator.ts";
import { readFrames } from "../bitalino/reader.ts";
import { readRda } from "../brainvision/reader.ts";
import { readNeurone } from "../neurone/reader.ts";
import { readPackets } from "../openbci/reader.ts";
import { framesOf, messagesOf, readSpiker } from "../spikerbox/reader.ts";
import { stepsOf } from "./bench.ts";

/** What a reader finds in a stretch of a stream. */
export interface Reading {
  /** First channel, in steps of the converter. */
  readonly first: readonly number[];
  /** Steps of the numbers of packets that are not 1; empty where there are no numbers. */
  readonly jumps: readonly number[];
  readonly packets: number;
  readonly marks: number;
}

export interface Model {
  readonly model: string;
  readonly simulator: SimulatorModule;
  readonly options: Readonly<Record<string, unknown>>;
  readonly start: string;
  readonly rateHz: number;
  /** The value of a channel that sees nothing, and at its upper end. */
  readonly zero: number;
  readonly top: number;
  readonly hasNumbers: boolean;
  /** Of the host: harmless, and answered where anything is. */
  readonly question: string;
  /** Emissions, as they came. */
  read(parts: readonly Uint8Array[]): Reading;
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const jumpsOf = (numbers: readonly number[], modulus: number): readonly number[] =>
  stepsOf(numbers, modulus).filter((by) => by !== 1);

const cyton = (model: string): Model => ({
  model,
  simulator: openbci,
  options: { blockFrames: 1 },
  start: "/3b",
  rateHz: 250,
  zero: 0,
  top: 8_388_607,
  hasNumbers: true,
  question: "V",
  read: (parts) => {
    const packets = readPackets(joined(parts));
    const halves =
      model === "openbci-cyton" ? packets : packets.filter((one) => one.number % 2 === 1);
    return {
      first: halves.map(({ counts }) => counts[0] ?? 0),
      jumps: jumpsOf(
        packets.map(({ number }) => number),
        256,
      ),
      packets: packets.length,
      marks: packets.filter(({ footer, aux }) => footer === 0xc1 && aux.readUInt32BE(0) !== 0)
        .length,
    };
  },
});

export const MODELS: readonly Model[] = [
  cyton("openbci-cyton"),
  cyton("openbci-cyton-daisy"),
  {
    model: "bitalino",
    simulator: bitalino,
    options: {},
    start: "\x0d",
    rateHz: 1000,
    zero: 512,
    top: 1023,
    hasNumbers: true,
    question: "\x07",
    read: (parts) => {
      const frames = readFrames(joined(parts), 2);
      return {
        first: frames.map(({ values }) => values[0] ?? 0),
        jumps: jumpsOf(
          frames.map(({ number }) => number),
          16,
        ),
        packets: frames.length,
        marks: frames.filter(({ digital }) => digital[0] === 1).length,
      };
    },
  },
  {
    model: "spikerbox",
    simulator: spikerbox,
    options: { trueRateHz: 10_000 },
    start: "",
    rateHz: 10_000,
    zero: 512,
    top: 1023,
    hasNumbers: false,
    question: "b:;\n",
    read: (parts) => {
      const items = readSpiker(joined(parts), 1);
      const frames = framesOf(items);
      return {
        first: frames.map(([value = 0]) => value),
        jumps: [],
        packets: frames.length,
        marks: messagesOf(items).filter((text) => text.startsWith("EVNT")).length,
      };
    },
  },
  {
    model: "brainvision-rda",
    simulator: brainvision,
    options: {},
    start: "",
    rateHz: 5000,
    zero: 0,
    top: 32_767,
    hasNumbers: true,
    question: "anything",
    read: (parts) => {
      const data = readRda(joined(parts), 8).flatMap((one) => ("rows" in one ? [one] : []));
      return {
        first: data.flatMap(({ rows }) => rows.map(([value = 0]) => value)),
        jumps: jumpsOf(
          data.map(({ block }) => block),
          2 ** 32,
        ),
        packets: data.length,
        marks: data.reduce((sum, { markers }) => sum + markers.length, 0),
      };
    },
  },
  {
    model: "neurone",
    simulator: neurone,
    options: {},
    start: "",
    rateHz: 5000,
    zero: 0,
    top: 8_388_607,
    hasNumbers: true,
    question: "\x80\x00\x00\x00",
    read: (parts) => {
      const packets = parts.map(readNeurone);
      const data = packets.flatMap((one) => (one.type === "samples" ? [one] : []));
      return {
        first: data.flatMap(({ rows }) => rows.map(([value = 0]) => value)),
        jumps: jumpsOf(
          data.map(({ sequence }) => sequence),
          2 ** 32,
        ),
        packets: data.length,
        marks: data.flatMap(({ rows }) => rows.filter((row) => row.at(-1) !== 0)).length,
      };
    },
  },
];

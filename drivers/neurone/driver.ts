import type { AmplifierConfig } from "../../src/contract/amplifier.ts";
import type { LabClock } from "../../src/contract/time.ts";
import type { BytePort } from "../../src/contract/transport.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import {
  createAmplifier,
  type StreamAmplifier,
  type StreamCodec,
} from "../amplifiers-common/amplifier.ts";
import { orBadRig } from "../amplifiers-common/facts.ts";
import type { Talk } from "../amplifiers-common/talk.ts";
import type { SampleWriter } from "../amplifiers-common/writer.ts";
import { layoutFrom, layoutOf } from "./layout.ts";
import { type NeurOneOptions, readNeurOne } from "./options.ts";
import { createNeurOneCodec, type NeurOneCodec } from "./samples.ts";
import { JOIN } from "./wire/packets.ts";

/** Requests for the start packet before the samples have to speak for themselves. */
const JOINS = 5;
const JOIN_MS = 1000;
/** The peers ask again after so many packets, because the answer does not always come. */
const PACKETS_PER_JOIN = 1000;

export function createNeurOne(context: {
  readonly config: AmplifierConfig;
  readonly clock: LabClock;
  readonly port: BytePort;
}): StreamAmplifier {
  const { config, clock, port } = context;
  const options = orBadRig(readNeurOne(config));
  const made: { codec: NeurOneCodec | null } = { codec: null };
  const codec = (writer: SampleWriter): StreamCodec => {
    const inner = createNeurOneCodec(writer, options);
    made.codec = inner;
    const push = (bytes: Uint8Array): void => pushAndAsk(inner, bytes, port);
    return { push, flush: inner.flush, begin: inner.begin };
  };
  return createAmplifier({
    model: config.driver,
    clock,
    port,
    channels: options.channels.length,
    rateHz: options.rateHz,
    rateTolerance: options.rateTolerance,
    turnFrames: null,
    blockFrames: null,
    codec,
    readsAlways: true,
    identify: (talk) => identify(talk, options, made),
    begin: async () => undefined,
    end: async () => undefined,
  }).amplifier;
}

/** A request more when samples come and nobody has said what they are. */
function pushAndAsk(codec: NeurOneCodec, bytes: Uint8Array, port: BytePort): void {
  const before = codec.packets;
  codec.push(bytes);
  const isDue = codec.packets !== before && codec.packets % PACKETS_PER_JOIN === 0;
  if (isDue && codec.start === null && port.isOpen) port.write(JOIN).drained.catch(() => undefined);
}

async function identify(
  talk: Talk,
  options: NeurOneOptions,
  { codec }: { readonly codec: NeurOneCodec | null },
): Promise<Readonly<Record<string, string>>> {
  if (codec === null) throw new PulsetrainError("CLI_BUG", "no codec was made");
  let bytes = 0;
  const take = (datagram: Uint8Array): true | null => {
    codec.push(datagram);
    return codec.start === null ? null : true;
  };
  for (let n = 0; n < JOINS && codec.start === null; n += 1)
    bytes += (await talk.ask(JOIN, take, JOIN_MS)).bytes;
  return codec.start === null ? bySamples(codec, options, bytes) : byStart(codec, options);
}

function byStart(
  { start }: NeurOneCodec,
  options: NeurOneOptions,
): Readonly<Record<string, string>> {
  if (start === null) throw new PulsetrainError("CLI_BUG", "no start packet");
  const layout = layoutFrom(start, options);
  if (!layout.ok) {
    const isRate = start.rateHz !== options.rateHz;
    throw new PulsetrainError(isRate ? "DEVICE_WRONG_RATE" : "DEVICE_WRONG_ANSWER", layout.error);
  }
  return {
    setup: "start packet",
    rateHz: String(start.rateHz),
    sources: start.sources.join(" "),
    uvPerCount: [...new Set(layout.value.uvPerCount)].join(" "),
    scale: start.types === null ? "rig file: the device tells no channel types" : "device",
  };
}

/** The device may be set not to send start packets: then its samples must fit the rig file. */
function bySamples(
  { columns }: NeurOneCodec,
  options: NeurOneOptions,
  bytes: number,
): Readonly<Record<string, string>> {
  if (columns === null) {
    throw bytes === 0
      ? new PulsetrainError(
          "DEVICE_SILENT",
          "nothing comes: is the digital out of the NeurOne switched on and sent to this host and port?",
        )
      : new PulsetrainError("DEVICE_NOT_FOUND", `${bytes} bytes came and no packet of a NeurOne`);
  }
  const wanted = layoutOf(options).columns;
  const isSourced = options.channels.some(({ source }) => source !== undefined);
  if (columns !== wanted || isSourced) {
    throw new PulsetrainError(
      "DEVICE_WRONG_ANSWER",
      `no start packet came, and bundles of ${columns} values do not tell which is which: switch start packets on, or name all ${columns} channels without sources`,
    );
  }
  return { setup: "rig file: no start packet came", rateHz: String(options.rateHz) };
}

import type { StreamCodec } from "../../../drivers/amplifiers-common/amplifier.ts";
import type { SampleWriter } from "../../../drivers/amplifiers-common/writer.ts";
import { createWriter } from "../../../drivers/amplifiers-common/writer.ts";
import { readBitalino } from "../../../drivers/bitalino/options.ts";
import { createBitalinoCodec } from "../../../drivers/bitalino/samples.ts";
import { readCyton } from "../../../drivers/openbci/options.ts";
import { createCytonCodec } from "../../../drivers/openbci/samples.ts";
import { readSpiker } from "../../../drivers/spikerbox/options.ts";
import { createSpikerCodec } from "../../../drivers/spikerbox/samples.ts";
import type { Result } from "../../../src/contract/result.ts";
import { type Figure, figure, median, type Section } from "../figure.ts";

const ROUNDS = 15;
const ROUND_MS = 60;
const LEAST_OF_BARE = 0.1;
/** As a serial port hands them on under load: not on the borders of packets. */
const CHUNK_BYTES = 4001;
const PACKETS = 20_000;

/** One stream of a device, and the least that turns its bytes into the same samples. */
interface Subject {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly packets: number;
  readonly channels: number;
  readonly blockFrames: number;
  readonly codec: (writer: SampleWriter) => StreamCodec;
  /** Puts the values of the packet at a place into the arrays of a block; false: it is none. */
  readonly bare: (
    bytes: Uint8Array,
    at: number,
    block: readonly Float32Array[],
    frame: number,
  ) => boolean;
  readonly packetBytes: number;
}

function orThrow<T>(read: Result<T, string>): T {
  if (read.ok) return read.value;
  throw new Error(read.error);
}

/** Bytes that look like nothing in particular, and the same in every run. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
}

function stream(packetBytes: number, fill: (packet: Uint8Array, n: number) => void): Uint8Array {
  const bytes = new Uint8Array(packetBytes * PACKETS);
  for (let n = 0; n < PACKETS; n += 1)
    fill(bytes.subarray(n * packetBytes, (n + 1) * packetBytes), n);
  return bytes;
}

const SCALE = 0.02235;

/** `blockFrames`: 5 are 20 ms; of a whole second the arrays cost nothing any more. */
function cyton(name: string, blockFrames: number): Subject {
  const options = orThrow(readCyton({ driver: "openbci-cyton", options: {} }));
  const next = noise(1);
  return {
    name,
    packetBytes: 33,
    packets: PACKETS,
    channels: 8,
    blockFrames,
    bytes: stream(33, (packet, n) => {
      for (let i = 2; i < 26; i += 1) packet[i] = next();
      packet[0] = 0xa0;
      packet[1] = n;
      packet[32] = 0xc0;
    }),
    codec: (writer) => createCytonCodec(writer, options),
    bare: (bytes, at, block, frame) => {
      for (let channel = 0; channel < 8; channel += 1) {
        const from = at + 2 + 3 * channel;
        const count =
          (((bytes[from] ?? 0) << 24) |
            ((bytes[from + 1] ?? 0) << 16) |
            ((bytes[from + 2] ?? 0) << 8)) >>
          8;
        const samples = block[channel];
        if (samples !== undefined) samples[frame] = count * SCALE;
      }
      return bytes[at] === 0xa0 && ((bytes[at + 32] ?? 0) & 0xf0) === 0xc0;
    },
  };
}

function bitalino(): Subject {
  const channels = [{ input: "A1" }, { input: "A2" }];
  const options = orThrow(readBitalino({ driver: "bitalino", options: { channels } }));
  const next = noise(2);
  return {
    name: "bitalino",
    packetBytes: 4,
    packets: PACKETS,
    channels: 2,
    blockFrames: 20,
    bytes: stream(4, (packet, n) => {
      packet[0] = next();
      packet[1] = next();
      packet[2] = next() & 0x0f;
      packet[3] = (n & 0x0f) << 4;
      packet[3] |= crcOf(packet, 0, 4);
    }),
    codec: (writer) => createBitalinoCodec(writer, options),
    bare: (bytes, at, [first, second], frame) => {
      const middle = bytes[at + 1] ?? 0;
      if (first === undefined || second === undefined) return false;
      first[frame] = ((((bytes[at + 2] ?? 0) & 0x0f) << 6) | (middle >> 2)) * SCALE;
      second[frame] = (((middle & 3) << 8) | (bytes[at] ?? 0)) * SCALE;
      return crcOf(bytes, at, 4) === ((bytes[at + 3] ?? 0) & 0x0f);
    },
  };
}

/** What the polynomial makes of four bits: the least that a check of this CRC takes. */
const FOUR_BITS = Uint8Array.of(0, 3, 6, 5, 12, 15, 10, 9, 11, 8, 13, 14, 7, 4, 1, 2);

function crcOf(bytes: Uint8Array, at: number, length: number): number {
  let state = 0;
  for (let i = at; i < at + length; i += 1) {
    const byte = bytes[i] ?? 0;
    state = (FOUR_BITS[state] ?? 0) ^ (byte >> 4);
    state = (FOUR_BITS[state] ?? 0) ^ (i < at + length - 1 ? byte & 0x0f : 0);
  }
  return state;
}

function spikerBox(): Subject {
  const options = orThrow(readSpiker({ driver: "spikerbox", options: { channels: [{}, {}] } }));
  const next = noise(3);
  return {
    name: "spikerbox",
    packetBytes: 4,
    packets: PACKETS,
    channels: 2,
    blockFrames: 101,
    bytes: stream(4, (packet) => {
      packet[0] = 0x80 | (next() & 0x07);
      packet[1] = next() & 0x7f;
      packet[2] = next() & 0x07;
      packet[3] = next() & 0x7f;
    }),
    codec: (writer) => createSpikerCodec(writer, options),
    bare: (bytes, at, [first, second], frame) => {
      if (first === undefined || second === undefined) return false;
      first[frame] = (((bytes[at] ?? 0) & 0x7f) << 7) | (bytes[at + 1] ?? 0);
      second[frame] = ((bytes[at + 2] ?? 0) << 7) | (bytes[at + 3] ?? 0);
      return (bytes[at] ?? 0) >= 0x80;
    },
  };
}

/** A pass over the whole stream; returns how many packets came out. */
type Pass = () => number;

/** As the driver does it: chunks into the codec, blocks out of the writer. */
function ourPass(subject: Subject): Pass {
  let frames = 0;
  const control = createWriter({
    channels: subject.channels,
    blockFrames: subject.blockFrames,
    onBlock: (block) => {
      frames += block.frames;
    },
    onEvent: (event) => {
      throw new Error(`${subject.name}: ${event.kind}`);
    },
  });
  const codec = subject.codec(control.writer);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < subject.bytes.length; at += CHUNK_BYTES)
    chunks.push(subject.bytes.slice(at, at + CHUNK_BYTES));
  return () => {
    frames = 0;
    control.begin(0);
    codec.begin();
    for (const chunk of chunks) codec.push(chunk);
    codec.flush();
    control.end();
    return frames;
  };
}

/** The least that makes the same blocks: packets at known places, their marks looked at, new arrays. */
function barePass({ bytes, packetBytes, packets, channels, blockFrames, bare }: Subject): Pass {
  const fresh = (): Float32Array[] => {
    const arrays: Float32Array[] = [];
    for (let n = 0; n < channels; n += 1) arrays.push(new Float32Array(blockFrames));
    return arrays;
  };
  return () => {
    let frames = 0;
    let block = fresh();
    for (let n = 0; n < packets; n += 1) {
      if (n % blockFrames === 0) block = fresh();
      if (bare(bytes, n * packetBytes, block, n % blockFrames)) frames += 1;
    }
    return frames;
  };
}

/** Packets a second in one round. */
function measure(pass: Pass, packets: number): number {
  const startMs = performance.now();
  for (let passes = 1; ; passes += 1) {
    if (pass() !== packets) throw new Error("packets were lost");
    const tookMs = performance.now() - startMs;
    if (tookMs >= ROUND_MS) return (passes * packets * 1000) / tookMs;
  }
}

function compare(subject: Subject): { readonly figure: Figure; readonly values: number[] } {
  const ours = ourPass(subject);
  const bare = barePass(subject);
  const values: number[] = [];
  const floors: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    values.push(measure(ours, subject.packets));
    floors.push(measure(bare, subject.packets));
  }
  const made = figure(`amplifiers.${subject.name}`, "packets/s", median(values), median(floors), {
    kind: "ratio at least",
    limit: LEAST_OF_BARE,
  });
  return { figure: made, values };
}

/** Packets a second from bytes to blocks, beside a bare loop over the same bytes. */
export function benchAmplifiers(): Section {
  const compared = [cyton("cyton", 5), cyton("cyton-1-s-blocks", 250), bitalino(), spikerBox()].map(
    (subject) => ({
      subject,
      ...compare(subject),
    }),
  );
  return {
    title: "Codecs of amplifiers",
    samples: compared.map(({ subject, values }) => ({
      label: subject.name,
      unit: "packets/s",
      values,
    })),
    figures: compared.map((one) => one.figure),
    notes: [
      `ours: chunks of ${CHUNK_BYTES} bytes, framing, counters, scales, blocks of 20 ms; bare loop: the same blocks from packets whose place is known, marks or CRC looked at, nothing else`,
    ],
  };
}

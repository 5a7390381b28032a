/**
 * The file of raw samples: a header line of JSON, then records that stand alone. A record is a length,
 * a checksum and one block of samples, lossless. Whatever ends the writer, everything up to the last
 * whole record can be read; a damaged record costs itself and nothing after it.
 */
import { crc32 } from "node:zlib";
import type { AmplifierTrigger, SampleBlock } from "../contract/amplifier.ts";

export const FORMAT = "pulsetrain-samples";
export const FORMAT_VERSION = 1;
/** In front of every record, so that a reader finds the next one behind damage: `PTS1`. */
export const MARK = 0x31535450;
/** Mark, payload length, checksum of the payload: three 32-bit words, little endian. */
export const HEAD_BYTES = 12;
/** A length above this is damage: 256 channels of a second at 20 kHz. */
export const MAX_PAYLOAD_BYTES: number = 256 * 20_000 * 4 + 65_536;

export interface SamplesHeader {
  readonly format: typeof FORMAT;
  readonly version: typeof FORMAT_VERSION;
  readonly session: string;
  readonly model: string;
  readonly rateHz: number;
  readonly channels: readonly { readonly name: string; readonly unit: string }[];
  readonly startedUtc: string;
}

/** firstIndex, arrivedMs, deviceMs: doubles; frames, channels, lostBefore, triggers: 32 bit. */
const FIXED_BYTES = 3 * 8 + 4 * 4;

const text = new TextEncoder();
const words = new TextDecoder();

/**
 * One record, head and payload, ready to be written with one call. It lies in what `room` returns, at least as
 * long as it was asked for: whoever writes block after block has the same room for all.
 */
export function encodeRecord(
  block: SampleBlock,
  room: (bytes: number) => Buffer = Buffer.allocUnsafe,
): Buffer {
  const sources = block.triggers.map(({ source }) => text.encode(source).subarray(0, 0xffff));
  const triggerBytes = sources.reduce((sum, source) => sum + 10 + source.length, 0);
  const sampleBytes = block.channels.length * block.frames * 4;
  const payload = FIXED_BYTES + triggerBytes + sampleBytes;
  const record = room(HEAD_BYTES + payload).subarray(0, HEAD_BYTES + payload);
  let at = writeFixed(record, block);
  for (const [i, trigger] of block.triggers.entries()) {
    const source = sources[i] ?? new Uint8Array();
    record.writeUInt32LE(trigger.offset, at);
    record.writeInt32LE(trigger.code, at + 4);
    record.writeUInt16LE(source.length, at + 8);
    record.set(source, at + 10);
    at += 10 + source.length;
  }
  for (const channel of block.channels) {
    record.set(new Uint8Array(channel.buffer, channel.byteOffset, block.frames * 4), at);
    at += block.frames * 4;
  }
  record.writeUInt32LE(MARK, 0);
  record.writeUInt32LE(payload, 4);
  record.writeUInt32LE(crc32(record.subarray(HEAD_BYTES)), 8);
  return record;
}

function writeFixed(record: Buffer, block: SampleBlock): number {
  record.writeDoubleLE(block.firstIndex, HEAD_BYTES);
  record.writeDoubleLE(block.arrivedMs, HEAD_BYTES + 8);
  record.writeDoubleLE(block.deviceMs ?? Number.NaN, HEAD_BYTES + 16);
  record.writeUInt32LE(block.frames, HEAD_BYTES + 24);
  record.writeUInt32LE(block.channels.length, HEAD_BYTES + 28);
  record.writeUInt32LE(block.lostBefore, HEAD_BYTES + 32);
  record.writeUInt32LE(block.triggers.length, HEAD_BYTES + 36);
  return HEAD_BYTES + FIXED_BYTES;
}

/** The block of a payload whose checksum holds; null when its lengths contradict each other. */
export function decodePayload(payload: Buffer): SampleBlock | null {
  if (payload.length < FIXED_BYTES) return null;
  const deviceMs = payload.readDoubleLE(16);
  const frames = payload.readUInt32LE(24);
  const channelCount = payload.readUInt32LE(28);
  const triggers: AmplifierTrigger[] = [];
  let at = FIXED_BYTES;
  for (let i = payload.readUInt32LE(36); i > 0; i--) {
    if (at + 10 > payload.length) return null;
    const length = payload.readUInt16LE(at + 8);
    const source = words.decode(payload.subarray(at + 10, at + 10 + length));
    triggers.push({ offset: payload.readUInt32LE(at), code: payload.readInt32LE(at + 4), source });
    at += 10 + length;
  }
  if (at + channelCount * frames * 4 !== payload.length) return null;
  const channels = Array.from({ length: channelCount }, (_, i) => {
    const samples = new Float32Array(frames);
    const start = at + i * frames * 4;
    new Uint8Array(samples.buffer).set(payload.subarray(start, start + frames * 4));
    return samples;
  });
  return {
    firstIndex: payload.readDoubleLE(0),
    frames,
    channels,
    triggers,
    arrivedMs: payload.readDoubleLE(8),
    lostBefore: payload.readUInt32LE(32),
    deviceMs: Number.isNaN(deviceMs) ? null : deviceMs,
  };
}

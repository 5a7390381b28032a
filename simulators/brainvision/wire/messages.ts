import { asciiBytes } from "../../amplifiers/bytes.ts";

/** Remote data access of a Recorder: little endian, no padding; each message begins with the same 16 bytes. */
const GUID = Uint8Array.of(
  ...[0x8e, 0x45, 0x58, 0x43, 0x96, 0xc9, 0x86, 0x4c],
  ...[0xaf, 0x4a, 0x98, 0xbb, 0xf6, 0xc9, 0x14, 0x50],
);
const HEADER_BYTES = 24;
const TYPE = { start: 1, int16: 2, stop: 3, float32: 4 } as const;

export type SampleFormat = "float32" | "int16";

export interface Marker {
  /** From 0 within its block. */
  readonly position: number;
  readonly points: number;
  /** -1: all. */
  readonly channel: number;
  readonly type: string;
  readonly description: string;
}

interface Message {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

function message(size: number, type: number): Message {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set(GUID);
  view.setUint32(16, size, true);
  view.setUint32(20, type, true);
  return { bytes, view };
}

export function encodeStart(
  intervalUs: number,
  channels: readonly { readonly name: string; readonly resolutionUv: number }[],
): Uint8Array {
  const names = channels.map(({ name }) => asciiBytes(`${name}\0`));
  const namesAt = HEADER_BYTES + 12 + 8 * channels.length;
  const size = names.reduce((sum, { length }) => sum + length, namesAt);
  const { bytes, view } = message(size, TYPE.start);
  view.setUint32(24, channels.length, true);
  view.setFloat64(28, intervalUs, true);
  for (const [index, { resolutionUv }] of channels.entries()) {
    view.setFloat64(36 + 8 * index, resolutionUv, true);
  }
  let at = namesAt;
  for (const name of names) {
    bytes.set(name, at);
    at += name.length;
  }
  return bytes;
}

export function encodeStop(): Uint8Array {
  return message(HEADER_BYTES, TYPE.stop).bytes;
}

/** Values are in units of the channels' resolutions, one array a channel, all of one length. */
export function encodeData(
  format: SampleFormat,
  block: number,
  columns: readonly Float64Array[],
  markers: readonly Marker[],
): Uint8Array {
  const width = format === "float32" ? 4 : 2;
  const points = columns[0]?.length ?? 0;
  const tails = markers.map(encodeMarker);
  const valuesAt = HEADER_BYTES + 12;
  const tailAt = valuesAt + width * points * columns.length;
  const size = tails.reduce((sum, { length }) => sum + length, tailAt);
  const { bytes, view } = message(size, TYPE[format]);
  view.setUint32(24, block, true);
  view.setUint32(28, points, true);
  view.setUint32(32, markers.length, true);
  for (const [channel, column] of columns.entries()) {
    writeColumn(view, valuesAt + width * channel, width * columns.length, format, column);
  }
  let at = tailAt;
  for (const tail of tails) {
    bytes.set(tail, at);
    at += tail.length;
  }
  return bytes;
}

/** All channels of a point stand together, so that one channel comes every `stride` bytes. */
function writeColumn(
  view: DataView,
  firstAt: number,
  stride: number,
  format: SampleFormat,
  column: Float64Array,
): void {
  let at = firstAt;
  for (const value of column) {
    if (format === "float32") view.setFloat32(at, value, true);
    else view.setInt16(at, value, true);
    at += stride;
  }
}

function encodeMarker({ position, points, channel, type, description }: Marker): Uint8Array {
  const words = asciiBytes(`${type}\0${description}\0`);
  const bytes = new Uint8Array(16 + words.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint32(4, position, true);
  view.setUint32(8, points, true);
  view.setInt32(12, channel, true);
  bytes.set(words, 16);
  return bytes;
}

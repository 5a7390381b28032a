/**
 * Messages of the Recorder's remote data access: little endian, without padding (`RDA.h` of 2000,
 * `belevtsoff/rdaclient.py`). The host says nothing.
 */
import { err, ok, type Result } from "../../../src/base/result.ts";

export const GUID: Uint8Array = Uint8Array.from([
  ...[0x8e, 0x45, 0x58, 0x43, 0x96, 0xc9, 0x86, 0x4c],
  ...[0xaf, 0x4a, 0x98, 0xbb, 0xf6, 0xc9, 0x14, 0x50],
]);
export const HEADER_BYTES = 24;
/** A longer message is damage: a second of 256 channels at 5 kHz has 5 million bytes. */
export const MOST_BYTES = 8_000_000;
const MOST_CHANNELS = 1024;

export interface Start {
  readonly kind: "start";
  readonly channels: number;
  readonly samplingIntervalUs: number;
  readonly resolutionsUv: readonly number[];
  readonly names: readonly string[];
}

export interface Marker {
  readonly size: number;
  /** From 0 within the block. */
  readonly position: number;
  readonly points: number;
  /** -1: all. */
  readonly channel: number;
  readonly type: string;
  readonly description: string;
}

export interface Data {
  readonly kind: "data";
  readonly block: number;
  readonly points: number;
  /** Where the values begin: all channels of the first point first. */
  readonly valuesAt: number;
  /** Bytes of a value: 4 for a float, 2 for an integer. */
  readonly width: 2 | 4;
  readonly markers: readonly Marker[];
}

export type Message = Start | Data | { readonly kind: "stop" } | { readonly kind: "other" };

const START = 1;
const DATA_16 = 2;
const STOP = 3;
const DATA_32 = 4;

export const typeOf = (bytes: Uint8Array): number => viewOf(bytes).getUint32(20, true);
export const sizeOf = (bytes: Uint8Array, at: number): number =>
  viewOf(bytes).getUint32(at + 16, true);

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** One whole message. `channels`: what the last start message said. */
export function readMessage(bytes: Uint8Array, channels: number): Result<Message, string> {
  switch (typeOf(bytes)) {
    case START:
      return readStart(bytes);
    case DATA_16:
      return readData(bytes, channels, 2);
    case DATA_32:
      return readData(bytes, channels, 4);
    case STOP:
      return bytes.length === HEADER_BYTES ? ok({ kind: "stop" }) : err("a stop with a body");
    default:
      return ok({ kind: "other" });
  }
}

function readStart(bytes: Uint8Array): Result<Start, string> {
  if (bytes.length < HEADER_BYTES + 12) return err("a start that is too short");
  const view = viewOf(bytes);
  const channels = view.getUint32(24, true);
  const samplingIntervalUs = view.getFloat64(28, true);
  if (channels === 0 || channels > MOST_CHANNELS) return err(`${channels} channels`);
  if (!(samplingIntervalUs > 0 && samplingIntervalUs <= 1e6))
    return err(`a sampling interval of ${samplingIntervalUs} us`);
  const namesAt = HEADER_BYTES + 12 + 8 * channels;
  if (bytes.length < namesAt) return err("fewer resolutions than channels");
  const resolutionsUv = Array.from({ length: channels }, (_, channel) =>
    view.getFloat64(36 + 8 * channel, true),
  );
  const names = stringsIn(bytes, namesAt, bytes.length);
  if (names?.length !== channels) return err("names and channels differ in number");
  return ok({ kind: "start", channels, samplingIntervalUs, resolutionsUv, names });
}

function readData(bytes: Uint8Array, channels: number, width: 2 | 4): Result<Data, string> {
  if (bytes.length < HEADER_BYTES + 12) return err("data that are too short");
  const view = viewOf(bytes);
  const [block, points, count] = [24, 28, 32].map((at) => view.getUint32(at, true));
  const valuesAt = HEADER_BYTES + 12;
  if (block === undefined || points === undefined || count === undefined) return err("no head");
  const markersAt = valuesAt + points * channels * width;
  if (markersAt > bytes.length)
    return err(`${points} points of ${channels} channels do not fit into ${bytes.length} bytes`);
  const markers = readMarkers(bytes, markersAt, count);
  if (markers === null) return err(`the ${count} markers do not fill what the values leave`);
  return ok({ kind: "data", block, points, valuesAt, width, markers });
}

/** Null unless they end where the message ends. */
function readMarkers(bytes: Uint8Array, from: number, count: number): readonly Marker[] | null {
  const view = viewOf(bytes);
  const markers: Marker[] = [];
  let at = from;
  while (markers.length < count) {
    if (at + 16 > bytes.length) return null;
    const size = view.getUint32(at, true);
    const texts = size < 16 ? null : stringsIn(bytes, at + 16, at + size);
    if (texts === null) return null;
    markers.push({
      size,
      position: view.getUint32(at + 4, true),
      points: view.getUint32(at + 8, true),
      channel: view.getInt32(at + 12, true),
      type: texts[0] ?? "",
      description: texts[1] ?? "",
    });
    at += size;
  }
  return at === bytes.length ? markers : null;
}

/** Texts that each end with 00; null when the last one does not, or the end is not there. */
function stringsIn(bytes: Uint8Array, from: number, to: number): readonly string[] | null {
  if (to > bytes.length || (to > from && bytes[to - 1] !== 0)) return null;
  const text = Buffer.from(bytes.subarray(from, to)).toString("latin1");
  return text.split("\0").slice(0, -1);
}

/** A value of a block, in the unit of the Recorder. */
export function sampleOf(view: DataView, data: Data, index: number): number {
  return data.width === 4
    ? view.getFloat32(data.valuesAt + 4 * index, true)
    : view.getInt16(data.valuesAt + 2 * index, true);
}

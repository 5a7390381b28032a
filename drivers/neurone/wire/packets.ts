/**
 * Datagrams of the NeurOne's digital out, big endian, one packet each (NeurOne user manual 2.11,
 * appendix; `NeuroSimo/neurosimo`). Nothing is sent twice: what is lost on the network is lost.
 */
import { err, ok, type Result } from "../../../src/base/result.ts";

/** Asks for the start packet again. */
export const JOIN: Uint8Array = Uint8Array.of(0x80, 0, 0, 0);
/** Sequence numbers are 32 bit. */
export const SEQUENCES: number = 2 ** 32;
/** From here on, sources are no electrodes but triggers: 65535, and 65534 and below for SyncBox units. */
export const FIRST_TRIGGER_SOURCE = 65_000;

export interface Start {
  readonly kind: "start";
  readonly unit: number;
  readonly rateHz: number;
  readonly sources: readonly number[];
  /** Null: left out, as the simulators of the peers do. */
  readonly types: readonly number[] | null;
}

export interface Samples {
  readonly kind: "samples";
  readonly unit: number;
  readonly sequence: number;
  readonly channels: number;
  readonly bundles: number;
  readonly firstIndex: number;
  readonly firstUs: number;
}

export interface TriggerWords {
  readonly us: number;
  readonly index: number;
  readonly source: number;
  readonly mode: number;
  readonly code: number;
}

export type Packet =
  | Start
  | Samples
  | { readonly kind: "triggers"; readonly triggers: readonly TriggerWords[] }
  | { readonly kind: "end"; readonly samples: number }
  | { readonly kind: "hardware" }
  | { readonly kind: "join" };

const START_HEAD = 18;
export const SAMPLES_HEAD = 28;
const TRIGGERS_HEAD = 8;
const TRIGGER_BYTES = 20;
const END_BYTES = 12;
const MOST_RATE_HZ = 100_000;

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Exact as a number up to 2^53, which no sample index reaches. */
const u64 = (view: DataView, at: number): number =>
  view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);

export function readPacket(bytes: Uint8Array): Result<Packet, string> {
  switch (bytes[0]) {
    case 1:
      return readStart(bytes);
    case 2:
      return readSamples(bytes);
    case 3:
      return readTriggers(bytes);
    case 4:
      if (bytes.length !== END_BYTES) return err(`an end of ${bytes.length} bytes`);
      return ok({ kind: "end", samples: u64(viewOf(bytes), 4) });
    case 5:
      return ok({ kind: "hardware" });
    case 0x80:
      return bytes.length === JOIN.length ? ok({ kind: "join" }) : err("a join with a body");
    default:
      return err(
        bytes.length === 0 ? "an empty datagram" : `packets of type ${bytes[0]} are not known`,
      );
  }
}

function readStart(bytes: Uint8Array): Result<Start, string> {
  if (bytes.length < START_HEAD) return err(`a start of ${bytes.length} bytes`);
  const view = viewOf(bytes);
  const rateHz = view.getUint32(4);
  const count = view.getUint16(16);
  const typesAt = START_HEAD + 2 * count;
  const hasTypes = bytes.length === typesAt + count;
  if (!hasTypes && bytes.length !== typesAt)
    return err(`a start with ${count} channels in ${bytes.length} bytes`);
  if (count === 0 || rateHz === 0 || rateHz > MOST_RATE_HZ)
    return err(`a start with ${count} channels at ${rateHz} Hz`);
  const sources = Array.from({ length: count }, (_, n) => view.getUint16(START_HEAD + 2 * n));
  const types = hasTypes ? [...bytes.subarray(typesAt)] : null;
  return ok({ kind: "start", unit: bytes[1] ?? 0, rateHz, sources, types });
}

function readSamples(bytes: Uint8Array): Result<Samples, string> {
  if (bytes.length < SAMPLES_HEAD) return err(`samples in ${bytes.length} bytes`);
  const view = viewOf(bytes);
  const channels = view.getUint16(8);
  const bundles = view.getUint16(10);
  const wanted = SAMPLES_HEAD + 3 * channels * bundles;
  if (bytes.length !== wanted)
    return err(`${bundles} bundles of ${channels} channels in ${bytes.length} bytes`);
  return ok({
    kind: "samples",
    unit: bytes[1] ?? 0,
    sequence: view.getUint32(4),
    channels,
    bundles,
    firstIndex: u64(view, 12),
    firstUs: u64(view, 20),
  });
}

function readTriggers(bytes: Uint8Array): Result<Packet, string> {
  if (bytes.length < TRIGGERS_HEAD) return err(`triggers in ${bytes.length} bytes`);
  const view = viewOf(bytes);
  const count = view.getUint16(2);
  if (bytes.length !== TRIGGERS_HEAD + count * TRIGGER_BYTES)
    return err(`${count} triggers in ${bytes.length} bytes`);
  const triggers = Array.from({ length: count }, (_, n): TriggerWords => {
    const at = TRIGGERS_HEAD + n * TRIGGER_BYTES;
    const how = view.getUint8(at + 16);
    return {
      us: u64(view, at),
      index: u64(view, at + 8),
      source: how >> 4,
      mode: how & 0x0f,
      code: view.getUint8(at + 17),
    };
  });
  return ok({ kind: "triggers", triggers });
}

/** Count at a place among all values of a samples packet: 24 bit, two's complement. */
export function countOf(bytes: Uint8Array, place: number): number {
  const at = SAMPLES_HEAD + 3 * place;
  return (
    (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8)) >> 8
  );
}

/** Bits of the trigger channel that the peers read. */
export const TRIGGER_BITS = [
  { bit: 0x02, code: 1, source: "A" },
  { bit: 0x08, code: 2, source: "B" },
] as const;

/**
 * Nanovolt a count by the channel's type: bits 0-2 coupling, bits 3-4 input. The manual calls the figures
 * dividers; peers multiply by 100 in DC mode, and nobody has tried the AC ones.
 */
export function nvPerCount(type: number): number {
  const isDc = (type & 0x07) === 1;
  const isTesla = ((type >> 3) & 0x03) === 1;
  if (isDc) return 100;
  return isTesla ? 20 : 1;
}

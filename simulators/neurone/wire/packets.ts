/** Digital out: big endian; the first byte is the type. */
const TYPE = { start: 1, samples: 2, triggers: 3, end: 4 } as const;
const JOIN = 0x80;
const JOIN_BYTES = 4;
const FORMAT = 0x80000018;
/** The trigger channel, always last. */
export const TRIGGER_SOURCE = 65_535;
const TRIGGER_TYPE = 0x80;
export const LARGEST_PACKET_BYTES = 1472;
const SAMPLES_AT = 28;
const COUNT_BYTES = 3;
const TRIGGERS_AT = 8;
const TRIGGER_BYTES = 20;

export interface InputChannel {
  /** 1 to 32 EEG, 33 to 40 bipolar, the next amplifier from 41 on. */
  readonly source: number;
  readonly isDc: boolean;
  readonly isTesla: boolean;
}

export interface SampleRow {
  readonly sequence: number;
  readonly firstIndex: number;
  readonly firstUs: number;
}

export interface TriggerEvent {
  readonly us: number;
  readonly index: number;
  /** Port in the upper four bits, mode in the lower. */
  readonly sourceAndMode: number;
  readonly code: number;
}

export function isJoin(datagram: Uint8Array): boolean {
  return datagram.length === JOIN_BYTES && datagram[0] === JOIN;
}

/** `inputs` without the trigger channel, which every packet has. */
export function encodeStart(
  rateHz: number,
  triggerTypes: number,
  inputs: readonly InputChannel[],
): Uint8Array {
  const channels = inputs.length + 1;
  const bytes = new Uint8Array(18 + 3 * channels);
  const view = new DataView(bytes.buffer);
  bytes[0] = TYPE.start;
  view.setUint32(4, rateHz);
  view.setUint32(8, FORMAT);
  view.setUint32(12, triggerTypes);
  view.setUint16(16, channels);
  const typesAt = 18 + 2 * channels;
  for (const [index, { source, isDc, isTesla }] of inputs.entries()) {
    view.setUint16(18 + 2 * index, source);
    bytes[typesAt + index] = Number(isDc) | (Number(isTesla) << 3);
  }
  view.setUint16(18 + 2 * inputs.length, TRIGGER_SOURCE);
  bytes[typesAt + inputs.length] = TRIGGER_TYPE;
  return bytes;
}

export function samplesBytes(channels: number, bundles: number): number {
  return SAMPLES_AT + COUNT_BYTES * channels * bundles;
}

/** Rows `from` to `from + bundles` of the columns, one column a channel, the trigger channel among them. */
export function encodeSamples(
  row: SampleRow,
  columns: readonly Int32Array[],
  from: number,
  bundles: number,
): Uint8Array {
  const bytes = new Uint8Array(samplesBytes(columns.length, bundles));
  const view = new DataView(bytes.buffer);
  bytes[0] = TYPE.samples;
  view.setUint32(4, row.sequence);
  view.setUint16(8, columns.length);
  view.setUint16(10, bundles);
  writeLong(view, 12, row.firstIndex);
  writeLong(view, 20, row.firstUs);
  const stride = COUNT_BYTES * columns.length;
  for (const [channel, column] of columns.entries()) {
    let at = SAMPLES_AT + COUNT_BYTES * channel;
    for (let bundle = 0; bundle < bundles; bundle++) {
      const count = column[from + bundle] ?? 0;
      bytes[at] = count >> 16;
      bytes[at + 1] = count >> 8;
      bytes[at + 2] = count;
      at += stride;
    }
  }
  return bytes;
}

export function encodeTriggers(events: readonly TriggerEvent[]): Uint8Array {
  const bytes = new Uint8Array(TRIGGERS_AT + TRIGGER_BYTES * events.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = TYPE.triggers;
  view.setUint16(2, events.length);
  for (const [index, { us, index: sample, sourceAndMode, code }] of events.entries()) {
    const at = TRIGGERS_AT + TRIGGER_BYTES * index;
    writeLong(view, at, us);
    writeLong(view, at + 8, sample);
    bytes[at + 16] = sourceAndMode;
    bytes[at + 17] = code;
  }
  return bytes;
}

export function encodeEnd(totalSamples: number): Uint8Array {
  const bytes = new Uint8Array(12);
  bytes[0] = TYPE.end;
  writeLong(new DataView(bytes.buffer), 4, totalSamples);
  return bytes;
}

function writeLong(view: DataView, at: number, value: number): void {
  view.setUint32(at, Math.floor(value / 2 ** 32));
  view.setUint32(at + 4, value % 2 ** 32);
}

/** A reader of NeurOne datagrams for tests, written apart from the simulator. */
export interface NeuroneStart {
  readonly type: "start";
  readonly rateHz: number;
  readonly sources: readonly number[];
  readonly channelTypes: readonly number[];
}
export interface NeuroneSamples {
  readonly type: "samples";
  readonly sequence: number;
  readonly channels: number;
  readonly index: number;
  readonly us: number;
  readonly rows: readonly (readonly number[])[];
}
export interface NeuroneTriggers {
  readonly type: "triggers";
  readonly events: readonly {
    readonly us: number;
    readonly index: number;
    readonly sourceAndMode: number;
    readonly code: number;
  }[];
}
export interface NeuroneEnd {
  readonly type: "end";
  readonly total: number;
}
export type NeuronePacket =
  | NeuroneStart
  | NeuroneSamples
  | NeuroneTriggers
  | NeuroneEnd
  | { readonly type: "bad" };

export function readNeurone(datagram: Uint8Array): NeuronePacket {
  const packet = Buffer.from(datagram);
  switch (packet[0]) {
    case 1:
      return readStart(packet);
    case 2:
      return readSamples(packet);
    case 3:
      return readTriggers(packet);
    case 4:
      return { type: "end", total: Number(packet.readBigUInt64BE(4)) };
    default:
      return { type: "bad" };
  }
}

function readStart(packet: Buffer): NeuroneStart {
  const count = packet.readUInt16BE(16);
  const places = Array.from({ length: count }, (_, i) => i);
  return {
    type: "start",
    rateHz: packet.readUInt32BE(4),
    sources: places.map((i) => packet.readUInt16BE(18 + 2 * i)),
    channelTypes: places.map((i) => packet.readUInt8(18 + 2 * count + i)),
  };
}

function readSamples(packet: Buffer): NeuronePacket {
  const channels = packet.readUInt16BE(8);
  const bundles = packet.readUInt16BE(10);
  if (packet.length !== 28 + 3 * channels * bundles) return { type: "bad" };
  return {
    type: "samples",
    sequence: packet.readUInt32BE(4),
    channels,
    index: Number(packet.readBigUInt64BE(12)),
    us: Number(packet.readBigUInt64BE(20)),
    rows: Array.from({ length: bundles }, (_, bundle) =>
      Array.from({ length: channels }, (__, channel) =>
        packet.readIntBE(28 + 3 * (bundle * channels + channel), 3),
      ),
    ),
  };
}

function readTriggers(packet: Buffer): NeuroneTriggers {
  const places = Array.from({ length: packet.readUInt16BE(2) }, (_, i) => 8 + 20 * i);
  return {
    type: "triggers",
    events: places.map((at) => ({
      us: Number(packet.readBigUInt64BE(at)),
      index: Number(packet.readBigUInt64BE(at + 8)),
      sourceAndMode: packet.readUInt8(at + 16),
      code: packet.readUInt8(at + 17),
    })),
  };
}

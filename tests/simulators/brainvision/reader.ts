/** A reader of RDA messages for tests, written apart from the simulator. */
export type RdaMessage =
  | {
      readonly type: 1;
      readonly intervalUs: number;
      readonly resolutions: readonly number[];
      readonly names: readonly string[];
    }
  | {
      readonly type: 2 | 4;
      readonly block: number;
      readonly points: number;
      readonly rows: readonly (readonly number[])[];
      readonly markers: readonly RdaMarker[];
    }
  | { readonly type: 3 }
  | { readonly type: "other"; readonly code: number };

export interface RdaMarker {
  readonly size: number;
  readonly position: number;
  readonly points: number;
  readonly channel: number;
  readonly type: string;
  readonly description: string;
}

const GUID = Buffer.from("8e45584396c9864caf4a98bbf6c91450", "hex");

/**
 * Looks for the next identifier wherever a message does not begin with it. `known`: the channels of a
 * stream whose start was read before.
 */
export function readRda(bytes: Uint8Array, known = 0): readonly RdaMessage[] {
  const buffer = Buffer.from(bytes);
  const messages: RdaMessage[] = [];
  let channels = known;
  for (let at = buffer.indexOf(GUID); at >= 0 && at + 24 <= buffer.length; ) {
    const size = buffer.readUInt32LE(at + 16);
    const next = buffer.indexOf(GUID, at + 1);
    const end = at + size;
    const isWhole = size >= 24 && end <= buffer.length && (next < 0 || next >= end);
    if (isWhole) {
      const message = readMessage(buffer.subarray(at, end), channels);
      if (message.type === 1) channels = message.names.length;
      messages.push(message);
    }
    at = isWhole ? buffer.indexOf(GUID, end) : next;
  }
  return messages;
}

export function readMessage(message: Buffer, channels: number): RdaMessage {
  const type = message.readUInt32LE(20);
  switch (type) {
    case 1:
      return readStart(message);
    case 2:
    case 4:
      return readData(message, type, channels);
    case 3:
      return { type };
    default:
      return { type: "other", code: type };
  }
}

function readStart(message: Buffer): RdaMessage {
  const count = message.readUInt32LE(24);
  const names = message
    .subarray(36 + 8 * count)
    .toString("latin1")
    .split("\0");
  return {
    type: 1,
    intervalUs: message.readDoubleLE(28),
    resolutions: Array.from({ length: count }, (_, i) => message.readDoubleLE(36 + 8 * i)),
    names: names.slice(0, count),
  };
}

function readData(message: Buffer, type: 2 | 4, channels: number): RdaMessage {
  const points = message.readUInt32LE(28);
  const width = type === 4 ? 4 : 2;
  const valueAt = (at: number): number =>
    type === 4 ? message.readFloatLE(at) : message.readInt16LE(at);
  const rows = Array.from({ length: points }, (_, point) =>
    Array.from({ length: channels }, (__, channel) =>
      valueAt(36 + width * (point * channels + channel)),
    ),
  );
  const markers: RdaMarker[] = [];
  for (let at = 36 + width * points * channels; at < message.length; ) {
    const size = message.readUInt32LE(at);
    if (size < 18) throw new Error(`no marker has ${size} bytes`);
    const [kind = "", description = ""] = message
      .subarray(at + 16, at + size)
      .toString("latin1")
      .split("\0");
    markers.push({
      size,
      position: message.readUInt32LE(at + 4),
      points: message.readUInt32LE(at + 8),
      channel: message.readInt32LE(at + 12),
      type: kind,
      description,
    });
    at += size;
  }
  return { type, block: message.readUInt32LE(24), points, rows, markers };
}

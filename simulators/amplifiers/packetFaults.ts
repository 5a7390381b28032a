export type PacketFault = "drop" | "repeat" | "cut" | "corrupt";

/** How the packets of a family lie in a stream, and which byte of one tells that it was spoilt. */
export interface PacketShape {
  readonly corruptAt: number;
  readonly corruptBits: number;
}

/** Bytes of a stream: packets of one length side by side, the first of them at `firstAt`. */
export interface Packets {
  readonly bytes: Uint8Array;
  readonly packetBytes: number;
  readonly firstAt: number;
}

/**
 * The packets with one fault each, in order, and the faults that found none. What is before the
 * first packet, and what is after the last that a fault is for, stays as it is. A packet that comes
 * twice is two parts: two datagrams, where there are datagrams.
 */
export function spoilPackets(
  { bytes, packetBytes, firstAt }: Packets,
  faults: readonly PacketFault[],
  shape: PacketShape,
): { readonly parts: readonly Uint8Array[]; readonly left: readonly PacketFault[] } {
  const count = Math.floor((bytes.length - firstAt) / packetBytes);
  const now = faults.slice(0, count);
  const spoilt = now.flatMap((fault, index) => {
    const from = firstAt + index * packetBytes;
    return spoilPacket(bytes.subarray(from, from + packetBytes), fault, shape);
  });
  const rest = bytes.subarray(firstAt + now.length * packetBytes);
  return {
    parts: [bytes.subarray(0, firstAt), ...spoilt, rest],
    left: faults.slice(count),
  };
}

function spoilPacket(
  packet: Uint8Array,
  fault: PacketFault,
  shape: PacketShape,
): readonly Uint8Array[] {
  switch (fault) {
    case "drop":
      return [];
    case "repeat":
      return [packet, packet];
    case "cut":
      return [packet.subarray(0, packet.length >> 1)];
    case "corrupt":
      return [packet.map((byte, at) => (at === shape.corruptAt ? byte ^ shape.corruptBits : byte))];
  }
}

/** A reader of Cyton packets for tests, written apart from the simulator. */
export interface ReadPacket {
  readonly at: number;
  readonly number: number;
  readonly counts: readonly number[];
  readonly footer: number;
  readonly aux: Buffer;
}

const LENGTH = 33;

/** A packet begins with A0 and ends with a footer Cx; what is none is passed over byte by byte. */
export function readPackets(bytes: Uint8Array): readonly ReadPacket[] {
  const buffer = Buffer.from(bytes);
  const packets: ReadPacket[] = [];
  for (let at = 0; at + LENGTH <= buffer.length; ) {
    const isPacket = buffer[at] === 0xa0 && buffer.readUInt8(at + 32) >> 4 === 0xc;
    if (!isPacket) {
      at += 1;
      continue;
    }
    packets.push({
      at,
      number: buffer.readUInt8(at + 1),
      counts: Array.from({ length: 8 }, (_, i) => buffer.readIntBE(at + 2 + 3 * i, 3)),
      footer: buffer.readUInt8(at + 32),
      aux: buffer.subarray(at + 26, at + 32),
    });
    at += LENGTH;
  }
  return packets;
}

/** Channels 1 to 16 from an even packet and the odd one that follows it. */
export function pairDaisy(packets: readonly ReadPacket[]): readonly (readonly number[])[] {
  return packets.flatMap((packet, i) => {
    const next = packets[i + 1];
    const isPair = packet.number % 2 === 0 && next?.number === packet.number + 1;
    return isPair ? [[...next.counts, ...packet.counts]] : [];
  });
}

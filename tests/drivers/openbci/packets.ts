/** Packets put together here, not by the codec under test. */

/** Counts 1000 * number + channel, so that a sample tells where it comes from. */
export function packetOf(number: number, aux: readonly number[] = [], footer = 0xc0): Uint8Array {
  const packet = new Uint8Array(33);
  const view = new DataView(packet.buffer);
  view.setUint8(0, 0xa0);
  view.setUint8(1, number);
  for (let channel = 0; channel < 8; channel += 1) {
    const count = countOf(number, channel);
    view.setInt16(2 + channel * 3, count >> 8);
    view.setUint8(4 + channel * 3, count & 0xff);
  }
  packet.set(aux, 26);
  view.setUint8(32, footer);
  return packet;
}

export const countOf = (number: number, channel: number): number => 1000 * number + channel;

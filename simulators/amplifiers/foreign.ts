import type { Subscription } from "rxjs";
import type { LabClock } from "../../src/contract/time.ts";

/** An OpenEEG ModularEEG (P2): 17 bytes a packet, 256 packets a second, deaf. */
const PACKET_BYTES = 17;
const BLOCK_PACKETS = 16;
const BLOCK_MS = 62.5;
const CHANNELS = 6;

/** Another device in the place of this one. Returns how to take it away. */
export function streamForeign(clock: LabClock, send: (bytes: Uint8Array) => void): () => void {
  let count = 0;
  let waiting: Subscription;
  const wait = (dueMs: number): void => {
    waiting = clock.at(dueMs, () => {
      send(foreignBlock(count));
      count = (count + BLOCK_PACKETS) % 256;
      wait(dueMs + BLOCK_MS);
    });
  };
  wait(clock.now() + BLOCK_MS);
  return () => waiting.unsubscribe();
}

function foreignBlock(firstCount: number): Uint8Array {
  const block = new Uint8Array(BLOCK_PACKETS * PACKET_BYTES);
  for (let packet = 0; packet < BLOCK_PACKETS; packet++) {
    const at = packet * PACKET_BYTES;
    block.set([0xa5, 0x5a, 0x02, (firstCount + packet) % 256], at);
    // Every channel rests in the middle of its ten bits.
    for (let channel = 0; channel < CHANNELS; channel++) block[at + 4 + 2 * channel] = 0x02;
  }
  return block;
}

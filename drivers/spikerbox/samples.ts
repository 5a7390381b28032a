/** Frames into samples, and messages between them into marks and news. */
import type { StreamCodec } from "../amplifiers-common/amplifier.ts";
import type { SampleWriter } from "../amplifiers-common/writer.ts";
import { EXPANSION_CHANNELS } from "./boards.ts";
import type { SpikerOptions } from "./options.ts";
import { countOf, createStream, partsOf, type SpikerStream } from "./wire/stream.ts";

export function createSpikerCodec(writer: SampleWriter, options: SpikerOptions): StreamCodec {
  const count = options.channels.length;
  const zeros = options.channels.map(({ zero }) => zero);
  const scales = options.channels.map(({ scale }) => scale);
  /** Events for the frame that comes out next, and for the one behind it. */
  let next: number[] = [];
  let behind: number[] = [];
  /** A box that sends all the time is joined in the middle of a frame. */
  let joining = 0;

  const advance = (): void => {
    next = [...next, ...behind];
    behind = [];
  };

  const frame = (bytes: Uint8Array): void => {
    writer.inStep();
    const { channels, at } = writer;
    for (let channel = 0; channel < count; channel += 1) {
      const samples = channels[channel];
      if (samples !== undefined)
        samples[at] = (countOf(bytes, channel) - (zeros[channel] ?? 0)) * (scales[channel] ?? 1);
    }
    if (next.length > 0) for (const code of next) writer.mark(code, "EVNT");
    next = [];
    writer.commit();
    joining = 0;
    if (behind.length > 0) advance();
  };

  const broken = (bytes: Uint8Array, length: number): void => {
    writer.junk(bytes, 0, bytes.length);
    writer.lose(Math.max(1, Math.ceil(length / (2 * count))), true);
    advance();
  };

  const junk = (bytes: Uint8Array, from: number, to: number): void => {
    if (joining > 0) joining -= 1;
    else writer.junk(bytes, from, to);
  };

  const message = (text: string, hasBegun: boolean): void => {
    for (const part of partsOf(text)) {
      const event = /^EVNT:(\d)$/.exec(part)?.[1];
      if (event !== undefined) (hasBegun ? behind : next).push(Number(event));
      else tell(part);
    }
  };

  /** A joystick speaks all the time and says nothing that matters here. */
  const tell = (part: string): void => {
    if (part.startsWith("JOY")) return;
    writer.tell(part);
    const expansion = EXPANSION_CHANNELS.get(/^BRD:(\d)$/.exec(part)?.[1] ?? "");
    if (expansion === undefined || expansion === count) return;
    writer.fault(
      "DEVICE_EQUIPMENT_CHANGED",
      `${part}: the box now sends ${expansion} channels, and ${count} are expected; unplug the expansion board or name its channels in the rig file`,
    );
  };

  const fresh = (): SpikerStream => createStream(count, { frame, broken, message, junk });
  let stream = fresh();
  return {
    push: (bytes) => stream.push(bytes),
    flush: () => stream.flush(),
    begin: () => {
      stream = fresh();
      next = [];
      behind = [];
      joining = 2 * count - 1;
    },
  };
}

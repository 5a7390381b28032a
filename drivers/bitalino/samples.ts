/** Frames into samples, losses by their sequence, marks from the digital inputs. */
import type { StreamCodec } from "../amplifiers-common/amplifier.ts";
import { stepBetween } from "../amplifiers-common/sequence.ts";
import type { SampleWriter } from "../amplifiers-common/writer.ts";
import type { BitalinoOptions } from "./options.ts";
import { countOf, digitalOf, frameBytes, SEQUENCES, sequenceOf } from "./wire/frame.ts";
import { createFramer, type Framer } from "./wire/framer.ts";

/** Bits of I1 and I2 among the digital lines. */
const INPUT_BITS = [
  { bit: 8, code: 1, source: "I1" },
  { bit: 4, code: 2, source: "I2" },
] as const;

export function createBitalinoCodec(writer: SampleWriter, options: BitalinoOptions): StreamCodec {
  const length = frameBytes(options.channels.length);
  const zeros = options.channels.map(({ zero }) => zero);
  const scales = options.channels.map(({ scale }) => scale);
  const turnMs = (SEQUENCES * 1000) / options.rateHz;
  const last = new Uint8Array(length);
  let previous: number | null = null;
  let lines: number | null = null;

  /** Links repeat whole frames; fifteen frames that are lost come back to the same number with others. */
  const isSameFrame = (bytes: Uint8Array, at: number): boolean =>
    last.every((byte, place) => byte === bytes[at + place]);

  const lose = (frames: number, atLeast: boolean): void => {
    writer.lose(frames, atLeast);
    lines = null;
  };

  /** False: it is the frame before once more. */
  const follow = (bytes: Uint8Array, at: number): boolean => {
    if (previous === null) return true;
    const mayHaveTurned = writer.silenceMs() >= turnMs;
    const step = stepBetween(previous, sequenceOf(bytes, at, length), SEQUENCES);
    if (step.kind === "repeat") {
      if (isSameFrame(bytes, at)) {
        writer.repeat(1);
        return false;
      }
      writer.wrap();
      lose(SEQUENCES - 1, mayHaveTurned);
      return true;
    }
    if (step.wrapped) writer.wrap();
    if (step.kind === "gap") lose(step.lost, mayHaveTurned);
    return true;
  };

  const frame = (bytes: Uint8Array, at: number): void => {
    writer.inStep();
    if (!follow(bytes, at)) return;
    previous = sequenceOf(bytes, at, length);
    for (let place = 0; place < length; place += 1) last[place] = bytes[at + place] ?? 0;
    const { channels, at: place } = writer;
    for (let channel = 0; channel < scales.length; channel += 1) {
      const samples = channels[channel];
      if (samples === undefined) continue;
      const count = countOf(bytes, at, length, channel);
      samples[place] = (count - (zeros[channel] ?? 0)) * (scales[channel] ?? 1);
    }
    markEdges(digitalOf(bytes, at, length));
    writer.commit();
  };

  const markEdges = (now: number): void => {
    const rose = lines === null ? 0 : now & ~lines;
    lines = now;
    if (rose === 0) return;
    for (const { bit, code, source } of INPUT_BITS) {
      if ((rose & bit) !== 0) writer.mark(code, source);
    }
  };

  // Bytes of the time before the start may still be on their way, so nothing is in step yet.
  const fresh = (): Framer => createFramer(length, { frame, junk: writer.junk }, false);
  let framer = fresh();
  return {
    push: (bytes) => framer.push(bytes),
    flush: () => framer.flush(),
    begin: () => {
      framer = fresh();
      previous = null;
      lines = null;
    },
  };
}

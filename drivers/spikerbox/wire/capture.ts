/** Whole captures for `wire decode`. The number of channels is that of the frame length seen most. */
import type { DecodedFrame, DecodeOptions } from "../../../src/contract/decode.ts";
import { ascii } from "../../amplifiers-common/bytes.ts";
import { bad, createCaptured, good } from "../../amplifiers-common/captured.ts";
import { decode, linesOf } from "./commands.ts";
import { countOf, createStream, partsOf } from "./stream.ts";

const MOST_CHANNELS = 6;

export function decodeCapture(
  bytes: Uint8Array,
  { direction }: DecodeOptions,
): readonly DecodedFrame[] {
  return direction === "host" ? hostFrames(bytes) : framesOf(bytes, channelsIn(bytes));
}

export function framesOf(bytes: Uint8Array, channels: number): readonly DecodedFrame[] {
  const captured = createCaptured((junk) =>
    bad(junk, "WIRE_UNKNOWN_FRAME", "no frame begins here"),
  );
  const stream = createStream(channels, {
    frame: (frame) => {
      const counts = Array.from({ length: channels }, (_, channel) => countOf(frame, channel));
      captured.add(good(frame, { channels, decoded: { frames: [counts], messages: [] } }));
    },
    broken: (piece, length) =>
      captured.add(
        bad(piece, "WIRE_CUT_FRAME", `${length} bytes between two marks, not ${2 * channels}`),
      ),
    message: (text) =>
      captured.add(
        good(ascii(text), { channels, decoded: { frames: [], messages: partsOf(text) } }),
      ),
    junk: captured.junk,
  });
  stream.push(bytes);
  stream.flush();
  return captured.frames();
}

/** Bytes from one mark to the next, messages taken out: the most frequent length is the frame's. */
function channelsIn(bytes: Uint8Array): number {
  const counts = new Map<number, number>();
  const note = (length: number): void => {
    if (length % 2 === 0) counts.set(length / 2, (counts.get(length / 2) ?? 0) + 1);
  };
  const stream = createStream(MOST_CHANNELS, {
    frame: (frame) => note(frame.length),
    broken: (_, length) => note(length),
    message: () => undefined,
    junk: () => undefined,
  });
  stream.push(bytes);
  stream.flush();
  const [most = 1] = [...counts].toSorted((a, b) => b[1] - a[1]).map(([channels]) => channels);
  return Math.min(MOST_CHANNELS, Math.max(1, most));
}

function hostFrames(bytes: Uint8Array): readonly DecodedFrame[] {
  return linesOf(bytes).map(({ bytes: piece, line }) => {
    if (line === null) return bad(piece, "WIRE_CUT_FRAME", "a command without its line feed");
    const decoded = decode(line);
    if (decoded === null) return bad(piece, "WIRE_UNKNOWN_FRAME", "no command that is known here");
    return good(piece, { text: `${line}\n`, decoded });
  });
}

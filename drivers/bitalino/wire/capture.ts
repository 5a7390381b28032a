/** Whole captures for `wire decode`. The wire does not tell the number of channels: the length that fits best does. */
import type { DecodedFrame, DecodeOptions } from "../../../src/contract/decode.ts";
import { ascii, textOf } from "../../amplifiers-common/bytes.ts";
import { bad, createCaptured, good } from "../../amplifiers-common/captured.ts";
import { readStatus, readVersion } from "./answers.ts";
import { decode } from "./commands.ts";
import { countOf, digitalOf, frameBytes, isFrame, sequenceOf } from "./frame.ts";
import { createFramer } from "./framer.ts";

/** Frames of five and of six channels are as long; what is printed for five has a sixth of 0. */
const COUNTS = [1, 2, 3, 4, 6] as const;

export function decodeCapture(
  bytes: Uint8Array,
  { direction }: DecodeOptions,
): readonly DecodedFrame[] {
  if (direction === "host") return hostFrames(bytes);
  return versionFrames(bytes) ?? streamFrames(bytes);
}

function versionFrames(bytes: Uint8Array): readonly DecodedFrame[] | null {
  const text = textOf(bytes);
  const at = text.indexOf("BITalino");
  const version = at < 0 || !text.endsWith("\n") ? null : readVersion(text.slice(at));
  if (version === null) return null;
  const noise = text.slice(0, at);
  return [
    ...(noise === "" ? [] : [bad(ascii(noise), "WIRE_UNKNOWN_FRAME", "noise before the name")]),
    good(ascii(text.slice(at)), { decoded: version.raw }),
  ];
}

function streamFrames(bytes: Uint8Array): readonly DecodedFrame[] {
  const tries = COUNTS.map((channels) => framesOf(bytes, channels));
  const goodness = (frames: readonly DecodedFrame[]): number =>
    frames.reduce((sum, { ok, hex }) => sum + (ok ? hex.length : 0), 0);
  const best = tries.reduce((a, b) => (goodness(b) > goodness(a) ? b : a));
  const status = readStatus(bytes);
  if (status === null || goodness(best) === 2 * bytes.length) return best;
  const { pwm, ...decoded } = status;
  return [good(bytes, pwm === null ? { decoded } : { decoded, pwm })];
}

/** A capture begins with a frame. */
export function framesOf(bytes: Uint8Array, channels: number): readonly DecodedFrame[] {
  const length = frameBytes(channels);
  const captured = createCaptured((junk) => junkWords(junk, length));
  const frame = (chunk: Uint8Array, at: number): void =>
    captured.add(frameWords(chunk.slice(at, at + length), channels));
  const framer = createFramer(length, { frame, junk: captured.junk }, true);
  framer.push(bytes);
  framer.flush();
  return captured.frames();
}

function frameWords(frame: Uint8Array, channels: number): DecodedFrame {
  const { length } = frame;
  const lines = digitalOf(frame, 0, length);
  const row = [
    sequenceOf(frame, 0, length),
    ...[8, 4, 2, 1].map((bit) => ((lines & bit) === 0 ? 0 : 1)),
    ...Array.from({ length: channels }, (_, place) => countOf(frame, 0, length, place)),
  ];
  const columns = [
    ...["seq", "I1", "I2", "O1", "O2"],
    ...Array.from({ length: channels }, (_, place) => `A${place + 1}`),
  ];
  return good(frame, { channels, frame_bytes: length, decoded: { rows: [row], columns } });
}

function junkWords(bytes: Uint8Array, length: number): DecodedFrame {
  return bytes.length === length && !isFrame(bytes, 0, length)
    ? bad(bytes, "WIRE_BAD_CHECKSUM", "the CRC of the frame is wrong")
    : bad(bytes, "WIRE_UNKNOWN_FRAME", "no frames whose CRC and sequence agree");
}

function hostFrames(bytes: Uint8Array): readonly DecodedFrame[] {
  const frames: DecodedFrame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const read = decode(bytes, at);
    const end = at + (read?.length ?? 1);
    const piece = bytes.slice(at, end);
    frames.push(
      read === null
        ? bad(piece, "WIRE_UNKNOWN_FRAME", "no command that is known here")
        : good(piece, read.meaning),
    );
    at = end;
  }
  return frames;
}

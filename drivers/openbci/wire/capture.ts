/** Whole captures for `wire decode`: packets and texts of the board, commands of the host. */
import { toHex } from "../../../src/base/hex.ts";
import type { DecodedFrame, DecodeOptions } from "../../../src/contract/decode.ts";
import { ascii, textOf } from "../../amplifiers-common/bytes.ts";
import { bad, createCaptured, good, type Meaning } from "../../amplifiers-common/captured.ts";
import { END_OF_TEXT, readAnswer } from "./answers.ts";
import { decode } from "./commands.ts";
import { createFramer } from "./framer.ts";
import {
  auxInt16,
  auxKind,
  auxWord,
  axisOf,
  boardMs,
  CHANNELS,
  countOf,
  footerOf,
  G_PER_COUNT,
  numberOf,
  PACKET_BYTES,
  uvPerCount,
} from "./packet.ts";

/** What the board powers up with; a capture does not tell its gains. */
export const DEFAULT_GAIN = 24;
const DEFAULT_GAINS: readonly number[] = Array.from({ length: CHANNELS }, () => DEFAULT_GAIN);

export function decodeCapture(
  bytes: Uint8Array,
  { direction }: DecodeOptions,
): readonly DecodedFrame[] {
  if (direction === "host") return hostFrames(bytes);
  return isText(bytes) ? textFrames(textOf(bytes)) : packetFrames(bytes);
}

/** Texts are plain letters from the first byte on; a stream has A0 among its first packet lengths. */
function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x0d || byte === 0x0a || (byte >= 0x20 && byte < 0x7f));
}

function textFrames(text: string): readonly DecodedFrame[] {
  const parts = text.split(END_OF_TEXT);
  const tail = parts.pop() ?? "";
  const frames = parts.map((part): DecodedFrame => {
    const whole = part + END_OF_TEXT;
    return good(ascii(whole), { text: whole, decoded: readAnswer(whole) });
  });
  if (tail === "") return frames;
  return [...frames, bad(ascii(tail), "WIRE_CUT_FRAME", "text without its end $$$")];
}

function packetFrames(bytes: Uint8Array): readonly DecodedFrame[] {
  const captured = createCaptured((junk) =>
    bad(junk, "WIRE_UNKNOWN_FRAME", "no packet begins here"),
  );
  const packet = (chunk: Uint8Array, at: number): void =>
    captured.add(packetFrame(chunk.slice(at, at + PACKET_BYTES)));
  const framer = createFramer({ packet, junk: captured.junk });
  framer.push(bytes);
  framer.flush();
  return captured.frames();
}

function packetFrame(packet: Uint8Array): DecodedFrame {
  const footer = footerOf(packet, 0);
  if (auxKind(footer) === "invalid") {
    const why = `packet ${numberOf(packet, 0)}: footer ${toHex(Uint8Array.of(footer))} is not defined`;
    return bad(packet, "WIRE_BAD_FIELD", why);
  }
  return good(packet, packetMeaning(packet, DEFAULT_GAINS));
}

/** A packet in the words of the vectors. */
export function packetMeaning(packet: Uint8Array, gains: readonly number[]): Meaning {
  const footer = footerOf(packet, 0);
  const kind = auxKind(footer);
  const counts = Array.from({ length: CHANNELS }, (_, channel) => countOf(packet, 0, channel));
  return {
    footer: toHex(Uint8Array.of(footer)),
    sample_number: numberOf(packet, 0),
    gains,
    decoded: {
      valid: kind !== "invalid" && kind !== "user",
      counts,
      uV: counts.map((count, channel) => count * uvPerCount(gains[channel] ?? DEFAULT_GAIN)),
      ...auxMeaning(packet),
    },
  };
}

function auxMeaning(packet: Uint8Array): Meaning {
  switch (auxKind(footerOf(packet, 0))) {
    case "acceleration": {
      const counts = [0, 1, 2].map((word) => auxInt16(packet, 0, word));
      return { accel_counts: counts, accel_g: counts.map((count) => count * G_PER_COUNT) };
    }
    case "aux":
      return {
        aux_bytes: toHex(packet.subarray(26, 32)),
        aux_words: [0, 1, 2].map((word) => auxWord(packet, 0, word)),
      };
    case "time-acceleration": {
      const axis = axisOf(numberOf(packet, 0));
      return {
        board_time_ms: boardMs(packet, 0),
        accel_axis: axis,
        accel_count: axis === null ? null : auxInt16(packet, 0, 0),
      };
    }
    case "time-aux":
      return { board_time_ms: boardMs(packet, 0), aux_bytes: toHex(packet.subarray(26, 28)) };
    case "user":
    case "invalid":
      return {};
  }
}

function hostFrames(bytes: Uint8Array): readonly DecodedFrame[] {
  const frames: DecodedFrame[] = [];
  let text = textOf(bytes);
  while (text !== "") {
    const read = decode(text);
    const length = read?.length ?? 1;
    const piece = text.slice(0, length);
    text = text.slice(length);
    if (read === null) {
      frames.push(bad(ascii(piece), "WIRE_UNKNOWN_FRAME", "no command that is known here"));
      continue;
    }
    const { kind: _, ...decoded } = read.command;
    frames.push(good(ascii(piece), { text: piece, decoded }));
  }
  return frames;
}

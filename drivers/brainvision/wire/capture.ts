/** Whole captures for `wire decode`. A data message alone does not tell its channels: what fits does. */
import type { DecodedFrame, DecodeOptions } from "../../../src/contract/decode.ts";
import { bad, createCaptured, good, type Meaning } from "../../amplifiers-common/captured.ts";
import { createFramer } from "./framer.ts";
import { type Data, type Message, readMessage, sampleOf, typeOf, viewOf } from "./messages.ts";

const MOST_GUESSED = 256;

export function decodeCapture(
  bytes: Uint8Array,
  { direction }: DecodeOptions,
): readonly DecodedFrame[] {
  if (direction === "host")
    return bytes.length === 0 ? [] : [bad(bytes, "WIRE_UNKNOWN_FRAME", "the client says nothing")];
  let channels: number | null = null;
  const captured = createCaptured((junk) =>
    bad(junk, "WIRE_UNKNOWN_FRAME", "no message begins here"),
  );
  const framer = createFramer({
    message: (message) => {
      const told = channels ?? guessChannels(message);
      const read = readMessage(message, told);
      if (!read.ok) return captured.add(bad(message.slice(), "WIRE_BAD_FIELD", read.error));
      if (read.value.kind === "start") channels = read.value.channels;
      captured.add(good(message.slice(), meaningOf(message, read.value, told)));
    },
    junk: captured.junk,
  });
  framer.push(bytes);
  framer.flush();
  return captured.frames();
}

/** The number of channels with which values and markers fill a message exactly; 0: it needs none. */
function guessChannels(message: Uint8Array): number {
  const type = typeOf(message);
  if (type !== 2 && type !== 4) return 0;
  for (let channels = 1; channels <= MOST_GUESSED; channels += 1)
    if (readMessage(message, channels).ok) return channels;
  return 0;
}

function meaningOf(bytes: Uint8Array, message: Message, channels: number): Meaning {
  const head = { type: typeOf(bytes), size: bytes.length };
  switch (message.kind) {
    case "start":
      return {
        decoded: {
          ...head,
          channels: message.channels,
          sampling_interval_us: message.samplingIntervalUs,
          sampling_rate_hz: 1e6 / message.samplingIntervalUs,
          resolutions_uV: message.resolutionsUv,
          names: message.names,
        },
      };
    case "data": {
      const { block, points, markers } = message;
      const rows = rowsOf(bytes, message, channels);
      return { decoded: { ...head, block, points, rows, markers }, channels };
    }
    case "stop":
    case "other":
      return { decoded: head };
  }
}

function rowsOf(bytes: Uint8Array, data: Data, channels: number): readonly (readonly number[])[] {
  const view = viewOf(bytes);
  return Array.from({ length: data.points }, (_, point) =>
    Array.from({ length: channels }, (__, channel) =>
      sampleOf(view, data, point * channels + channel),
    ),
  );
}

/** The raw traffic that a session kept, as frames with the instants at which their last byte passed. */
import { fromHex } from "../base/hex.ts";
import type { DecodedFrame, DecodeOptions } from "../contract/decode.ts";
import type { StoredEvent } from "../contract/events.ts";
import type { Decoder } from "./decoders.ts";

export interface Passage {
  /** On the session's clock, ms. */
  readonly atMs: number;
  /** Place in the recording: an answer and the question after it may pass in the same instant. */
  readonly order: number;
  readonly bytes: Uint8Array;
}

export interface RecordedFrame {
  readonly atMs: number;
  readonly direction: "host" | "device";
  readonly frame: DecodedFrame;
}

/** What passed one cable in one direction; `port` undefined is the stimulator's. */
export function passagesOf(
  events: readonly StoredEvent[],
  port: string | undefined,
  direction: "host" | "device",
): readonly Passage[] {
  const wanted = direction === "host" ? "tx" : "rx";
  let order = 0;
  return events.flatMap((event) =>
    event.kind !== "wire" || event.port !== port
      ? []
      : event.frames.flatMap(([atMs, way, hex]) => {
          const bytes = fromHex(hex);
          order += 1;
          return way !== wanted || bytes === null ? [] : [{ atMs, order, bytes }];
        }),
  );
}

/**
 * Frames of one cable in order of time. A frame may come in several pieces and several in one, so
 * each direction is read as one stream; a decoder returns every byte of it as frame or junk.
 */
export function framesOf(
  decoder: Decoder,
  model: string,
  sides: readonly {
    readonly direction: "host" | "device";
    readonly passages: readonly Passage[];
  }[],
  options: Omit<DecodeOptions, "direction">,
): readonly RecordedFrame[] {
  const frames = sides.flatMap(({ direction, passages }) => {
    const bytes = joined(passages);
    const decoded = decoder.decodeCapture(model, bytes, { ...options, direction });
    return timed(decoded, passages).map((passed) => ({ ...passed, direction }));
  });
  return frames
    .sort((a, b) => a.atMs - b.atMs || a.order - b.order)
    .map(({ atMs, direction, frame }) => ({ atMs, direction, frame }));
}

function joined(passages: readonly Passage[]): Uint8Array {
  const length = passages.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const all = new Uint8Array(length);
  let offset = 0;
  for (const { bytes } of passages) {
    all.set(bytes, offset);
    offset += bytes.length;
  }
  return all;
}

function timed(
  decoded: readonly DecodedFrame[],
  passages: readonly Passage[],
): readonly { readonly atMs: number; readonly order: number; readonly frame: DecodedFrame }[] {
  let passage = 0;
  let passed = passages[0]?.bytes.length ?? 0;
  let end = 0;
  return decoded.map((frame) => {
    end += frame.hex.length / 2;
    while (end > passed && passage + 1 < passages.length) {
      passage += 1;
      passed += passages[passage]?.bytes.length ?? 0;
    }
    const { atMs = 0, order = 0 } = passages[passage] ?? {};
    return { atMs, order, frame };
  });
}

/** The simulator's codec against bytes that other people's programs read. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameBytes, writeFrame } from "../../../simulators/spikerbox/wire/frames.ts";
import {
  encodeMessage,
  LONGEST_TEXT,
  START_UP_TEXT,
} from "../../../simulators/spikerbox/wire/messages.ts";
import { createOrderReader } from "../../../simulators/spikerbox/wire/orders.ts";
import { textOf } from "../amplifiers/bench.ts";
import { bytesOf, hexOf, vector, vectorsOf } from "../amplifiers/vectors.ts";
import { framesOf, messagesOf, readSpiker } from "./reader.ts";

interface StreamMeaning {
  readonly channels?: number;
  readonly decoded: {
    readonly frames: readonly (readonly number[])[];
    readonly messages: readonly string[];
  };
}

const STREAMS = vectorsOf<StreamMeaning>("Backyard").filter(({ meaning }) => meaning.channels);
/** Bytes are lost in these, so that nobody would write them. */
const DAMAGED = ["spikerbox_lost_low_byte", "spikerbox_lost_frame_byte_2ch"];

function hexOfFrame(values: readonly number[]): string {
  const out = new Uint8Array(frameBytes(values.length));
  writeFrame(out, 0, values);
  return hexOf(out);
}

describe("frames and messages", () => {
  it.each(STREAMS)("of $name are read as it says", ({ hex, meaning }) => {
    const items = readSpiker(bytesOf(hex), meaning.channels ?? 0);
    expect(framesOf(items)).toEqual(meaning.decoded.frames);
    expect(messagesOf(items)).toEqual(meaning.decoded.messages);
  });

  const whole = STREAMS.filter(({ name }) => !DAMAGED.includes(name));
  it.each(whole)("of $name are written as it has them", ({ name, hex, meaning }) => {
    const message = hexOf(encodeMessage(...meaning.decoded.messages));
    const hasMessage = meaning.decoded.messages.length > 0;
    if (hasMessage) expect(hex).toContain(message);
    const greeting = name.includes("startup") ? hexOf(Buffer.from(START_UP_TEXT)) : "";
    const frames = meaning.decoded.frames.map(hexOfFrame).join("");
    expect(hasMessage ? hex.replace(message, "") : hex).toBe(greeting + frames);
  });

  it("have one byte with bit 7, the first, whatever is in them", () => {
    const values = fc.array(fc.integer({ min: 0, max: 16_383 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(values, (frame) => {
        const bytes = bytesOf(hexOfFrame(frame));
        expect([...bytes].map((byte) => byte >> 7)).toEqual(
          [...bytes].map((_, i) => (i === 0 ? 1 : 0)),
        );
        expect(framesOf(readSpiker(bytes, frame.length))).toEqual([frame]);
      }),
    );
  });

  it("have texts of no more than 64 bytes", () => {
    expect(encodeMessage("FWV:1.0", "HWT:MUSCLESS", "HWV:1.0").length - 12).toBeLessThanOrEqual(
      LONGEST_TEXT,
    );
  });
});

describe("orders", () => {
  it.each([
    ["spikerbox_cmd_type", [{ name: "b", value: "" }]],
    [
      "spikerbox_cmd_channels_2",
      [
        { name: "s", value: "10000" },
        { name: "c", value: "2" },
      ],
    ],
    ["spikerbox_cmd_start", [{ name: "start", value: "" }]],
    ["spikerbox_cmd_stop", [{ name: "h", value: "" }]],
    ["spikerbox_cmd_pulse", [{ name: "p", value: "1" }]],
  ])("of %s are understood, whatever they are cut into", (name, orders) => {
    const bytes = bytesOf(vector(name).hex);
    expect(createOrderReader()(bytes)).toEqual(orders);
    const read = createOrderReader();
    expect([...bytes].flatMap((byte) => read(Uint8Array.of(byte)))).toEqual(orders);
  });

  it("that never end are given up", () => {
    const read = createOrderReader();
    read(new Uint8Array(1000).fill(0x41));
    expect(textOf(Buffer.from(JSON.stringify(read(Buffer.from(";b:;")).at(-1))))).toContain('"b"');
  });
});

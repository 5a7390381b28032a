import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCapture, framesOf } from "../../../drivers/spikerbox/wire/capture.ts";
import { ASK_TYPE, configure, START, STOP } from "../../../drivers/spikerbox/wire/commands.ts";
import { countOf, createStream } from "../../../drivers/spikerbox/wire/stream.ts";
import type { DecodedFrame } from "../../../src/contract/decode.ts";
import { chunksOf, concat, decodedOf, vector, vectorsOf } from "../amplifiers-common/vectors.ts";
import { frameOf, messageOf } from "./frames.ts";

interface Words {
  readonly frames: readonly (readonly number[])[];
  readonly messages: readonly string[];
}

const OPTIONS = { direction: "device", softwareVersion: null, highResolution: false } as const;

function wordsOf(frames: readonly DecodedFrame[]): Words {
  const words = frames.flatMap((frame) => (frame.ok ? [decodedOf<Words>(frame)] : []));
  return {
    frames: words.flatMap((one) => one.frames),
    messages: words.flatMap((one) => one.messages),
  };
}

describe("the stream of a SpikerBox", () => {
  const streams = vectorsOf("spikerbox_").filter(({ fromHost }) => !fromHost);

  it.each(streams.map((one) => [one.name, one] as const))("%s", (_, one) => {
    expect(wordsOf(framesOf(one.bytes, Number(one.meaning["channels"])))).toEqual(decodedOf(one));
    expect(wordsOf(decodeCapture(one.bytes, OPTIONS))).toEqual(decodedOf(one));
  });

  it("drops a broken frame whole and says so", () => {
    const frames = framesOf(vector("spikerbox_lost_frame_byte_2ch").bytes, 2);
    expect(frames.map(({ ok }) => ok)).toEqual([true, false, true, true, true]);
    expect(frames[1]).toMatchObject({ code: "WIRE_CUT_FRAME", hex: "800300" });
  });

  it("finds a message behind a sample of FF, which its peer does not", () => {
    // The upper bits of a 14-bit sample are all set and the box speaks before the lower ones leave.
    const bytes = concat(
      Uint8Array.of(0xff),
      messageOf("EVNT:3;"),
      Uint8Array.of(0x01, 0x80, 0x05),
    );
    expect(wordsOf(framesOf(bytes, 1))).toEqual({
      frames: [[(0x7f << 7) | 1], [5]],
      messages: ["EVNT:3"],
    });
  });

  it("lets a message go that never ends, and reads what follows as samples", () => {
    const opening = messageOf("").slice(0, 6);
    const samples = concat(...Array.from({ length: 50 }, (_, n) => frameOf([n])));
    const { frames, messages } = wordsOf(framesOf(concat(opening, samples), 1));
    expect(messages).toEqual([]);
    expect(frames.length).toBeGreaterThanOrEqual(49);
    expect(frames.at(-1)).toEqual([49]);
  });

  it("is the same however it is chunked, and frames keep their bytes whatever stands between", () => {
    const part = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.tuple(fc.nat(16_383), fc.nat(16_383)).map((counts) => frameOf(counts)),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom("EVNT:1;", "HWT:MUSCLESS;", "BRD:4;").map(messageOf),
      },
      { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 90 }) },
    );
    const whole = fc.array(part, { maxLength: 20 }).map((parts) => concat(...parts));
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 });
    const property = fc.property(whole, sizes, (bytes, cuts) => {
      const run = (chunks: readonly Uint8Array[]): readonly unknown[] => {
        const out: unknown[] = [];
        const stream = createStream(2, {
          frame: (frame) => out.push([countOf(frame, 0), countOf(frame, 1)]),
          broken: (piece, length) => out.push({ broken: [...piece], length }),
          message: (text, hasBegun) => out.push({ text, hasBegun }),
          junk: (chunk, from, to) => out.push(...chunk.slice(from, to)),
        });
        for (const chunk of chunks) {
          stream.push(chunk);
          expect(stream.held).toBeLessThan(90);
        }
        stream.flush();
        return out;
      };
      expect(run(chunksOf(bytes, cuts))).toEqual(run([bytes]));
    });
    fc.assert(property);
  });

  it("never makes a sample of two moments: any bytes lost cost whole frames", () => {
    const counts = Array.from({ length: 12 }, (_, n) => [100 + n, 1000 + n] as const);
    const bytes = concat(...counts.map((pair) => frameOf(pair)));
    const hole = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 7 }));
    const property = fc.property(hole, ([at, length]) => {
      const { frames } = wordsOf(framesOf(concat(bytes.slice(0, at), bytes.slice(at + length)), 2));
      // Bytes of two frames may add up to one; everything else is a frame that was sent.
      const strange = frames.filter(
        ([a = 0, b = 0]) => !counts.some((pair) => pair[0] === a && pair[1] === b),
      );
      expect(strange.length).toBeLessThanOrEqual(length % 4 === 0 && at % 4 !== 0 ? 1 : 0);
      expect(frames.length).toBeGreaterThanOrEqual(12 - Math.ceil(length / 4) - 2);
    });
    fc.assert(property);
  });
});

describe("commands to a SpikerBox", () => {
  const encoded: Readonly<Record<string, Uint8Array>> = {
    spikerbox_cmd_type: ASK_TYPE,
    spikerbox_cmd_channels_2: configure(10_000, 2),
    spikerbox_cmd_start: START,
    spikerbox_cmd_stop: STOP,
  };

  it.each(vectorsOf("spikerbox_cmd").map((one) => [one.name, one] as const))("%s", (name, one) => {
    expect(decodeCapture(one.bytes, { ...OPTIONS, direction: "host" })).toMatchObject([
      { ok: true, meaning: { text: one.meaning["text"], decoded: one.meaning["decoded"] } },
    ]);
    // The message line of a shield is a pulse on a pin: never sent by this driver.
    if (name === "spikerbox_cmd_pulse") return;
    expect(encoded[name]).toEqual(one.bytes);
  });

  it("without a line feed, or unknown, are told apart", () => {
    const host = (text: string): readonly DecodedFrame[] =>
      decodeCapture(Buffer.from(text), { ...OPTIONS, direction: "host" });
    expect(host("b:;")).toMatchObject([{ ok: false, code: "WIRE_CUT_FRAME" }]);
    expect(host("hello\nhpfon:1;\n")).toMatchObject([
      { ok: false, code: "WIRE_UNKNOWN_FRAME" },
      { ok: true, meaning: { decoded: { name: "hpfon", value: "1" } } },
    ]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lookAtDevice } from "../../../drivers/magstim/wire/answers.ts";
import { lookAtHost } from "../../../drivers/magstim/wire/commands.ts";
import type { Dialect } from "../../../drivers/magstim/wire/dialect.ts";
import {
  createSplitter,
  type Looker,
  MAX_FRAME_BYTES,
  MAX_JUNK_BYTES,
  type Piece,
} from "../../../drivers/magstim/wire/splitter.ts";
import { toHex } from "../../../src/base/hex.ts";
import { vectors } from "./vectors.ts";

const dialect: Dialect = { model: "rapid", major: 9, highResolution: false };
const lookers: readonly (readonly [string, Looker<unknown>, readonly Uint8Array[]])[] = (
  ["host", "device"] as const
).map((direction) => [
  direction,
  direction === "host" ? lookAtHost(dialect) : lookAtDevice(dialect),
  vectors
    .filter(
      (one) =>
        one.model === "rapid" &&
        one.softwareVersion === "9.0" &&
        one.direction === direction &&
        one.valid,
    )
    .map((one) => one.bytes),
]);

const concat = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const asText = (pieces: readonly Piece<unknown>[]): string[] =>
  pieces.map((piece) => `${piece.kind} ${toHex(piece.bytes)}`);

/** Frames of the vectors and arbitrary bytes, mixed. */
const streams = (frames: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.oneof(fc.constantFrom(...frames), fc.uint8Array({ maxLength: 12 })), {
      maxLength: 12,
    })
    .map(concat);

describe.each(lookers)("the splitter of %s bytes", (_, look, frames) => {
  it("gives the same pieces for any chunking", () => {
    const property = fc.property(
      streams(frames),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      (bytes, sizes) => {
        const whole = createSplitter(look);
        const expected = asText([...whole.push(bytes), ...whole.flush()]);
        const chunked = createSplitter(look);
        const pieces: Piece<unknown>[] = [];
        for (let at = 0; at < bytes.length; ) {
          const size = sizes.next().value;
          pieces.push(...chunked.push(bytes.subarray(at, at + size)));
          at += size;
        }
        pieces.push(...chunked.flush());
        expect(asText(pieces)).toEqual(expected);
      },
    );
    fc.assert(property);
  });

  it("gives every byte back in order", () => {
    const property = fc.property(streams(frames), (bytes) => {
      const splitter = createSplitter(look);
      const pieces = [...splitter.push(bytes), ...splitter.flush()];
      expect(toHex(concat(pieces.map((piece) => piece.bytes)))).toBe(toHex(bytes));
    });
    fc.assert(property);
  });

  it("finds a frame behind any single junk byte, unless the checksum takes the two for another frame", () => {
    let swallowed = 0;
    for (let byte = 0; byte < 256; byte++) {
      for (const frame of frames) {
        const splitter = createSplitter(look);
        const pieces = [
          ...splitter.push(Uint8Array.of(byte)),
          ...splitter.push(frame),
          ...splitter.flush(),
        ];
        const text = asText(pieces);
        const junk = toHex(Uint8Array.of(byte));
        const isFound = text.includes(`frame ${toHex(frame)}`);
        const isSwallowed = text.some((one) =>
          one.startsWith(`frame ${junk}${toHex(frame.subarray(0, 1))}`),
        );
        expect(isFound || isSwallowed, `${junk} ${toHex(frame)}: ${text.join(", ")}`).toBe(true);
        if (isSwallowed) swallowed += 1;
      }
    }
    // One checksum byte lets one wrong frame in 256 pass; here it is fewer.
    expect(swallowed / (256 * frames.length)).toBeLessThan(1 / 256);
  });

  it("costs one frame only when a byte of it is damaged", () => {
    const property = fc.property(
      fc.array(fc.constantFrom(...frames), { minLength: 3, maxLength: 6 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (sent, where, flip) => {
        const victim = where % (sent.length - 1);
        const damaged = sent.map((frame, place) => {
          const copy = Uint8Array.from(frame);
          if (place === victim) copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ flip;
          return copy;
        });
        const splitter = createSplitter(look);
        const found = asText([...splitter.push(concat(damaged)), ...splitter.flush()]);
        const last = sent.at(-1) ?? new Uint8Array();
        expect(found.at(-1)).toBe(`frame ${toHex(last)}`);
        expect(found.filter((one) => one.startsWith("frame")).length).toBeGreaterThanOrEqual(
          sent.length - 1,
        );
      },
    );
    fc.assert(property);
  });

  it("holds a bounded number of bytes whatever arrives", () => {
    const property = fc.property(fc.uint8Array({ minLength: 500, maxLength: 2000 }), (bytes) => {
      const splitter = createSplitter(look);
      for (const byte of bytes) {
        splitter.push(Uint8Array.of(byte));
        expect(splitter.held).toBeLessThanOrEqual(MAX_FRAME_BYTES + MAX_JUNK_BYTES);
      }
      splitter.flush();
      expect(splitter.held).toBe(0);
    });
    fc.assert(property, { numRuns: 20 });
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createSplitter,
  MAX_JUNK_BYTES,
  type Piece,
} from "../../../drivers/magventure/wire/splitter.ts";
import { toHex } from "../../../src/base/hex.ts";
import { streams, vectors } from "./vectors.ts";

const asText = (pieces: readonly Piece[]): string[] =>
  pieces.map((piece) => `${piece.kind} ${toHex(piece.bytes)}`);

const bodiesOf = (pieces: readonly Piece[]): string[] =>
  pieces.flatMap((piece) => (piece.kind === "frame" ? [toHex(piece.body)] : []));

/** Frames of the vectors and arbitrary bytes, mixed; flags are frequent. */
const mixed = fc
  .array(
    fc.oneof(
      fc.constantFrom(...vectors.map(({ bytes }) => bytes)),
      fc.uint8Array({ maxLength: 12 }),
      fc.array(fc.constantFrom(0xfe, 0xff, 0x04), { maxLength: 6 }).map((a) => Uint8Array.from(a)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => new Uint8Array(Buffer.concat(parts)));

describe("the splitter", () => {
  it.each(streams)("$name", ({ bytes, bodies, discarded, pending }) => {
    const splitter = createSplitter();
    const pieces = splitter.push(bytes);
    expect(bodiesOf(pieces)).toEqual(bodies);
    expect(splitter.pending).toBe(pending);
    const all = [...pieces, ...splitter.flush()];
    const junk = all.reduce((sum, one) => sum + (one.kind === "junk" ? one.bytes.length : 0), 0);
    expect(junk).toBe(discarded + pending);
  });

  it("gives the same pieces for any chunking, and every byte in order", () => {
    fc.assert(
      fc.property(mixed, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (bytes, sizes) => {
        const whole = createSplitter();
        const expected = [...whole.push(bytes), ...whole.flush()];
        const chunked = createSplitter();
        const pieces: Piece[] = [];
        for (let at = 0; at < bytes.length; ) {
          const size = sizes.next().value;
          pieces.push(...chunked.push(bytes.subarray(at, at + size)));
          at += size;
        }
        pieces.push(...chunked.flush());
        expect(asText(pieces)).toEqual(asText(expected));
        expect(toHex(Buffer.concat(pieces.map((piece) => piece.bytes)))).toBe(toHex(bytes));
      }),
    );
  });

  it("finds a frame behind any junk that holds no frame of its own", () => {
    const [frame] = vectors;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (junk) => {
        const splitter = createSplitter();
        const bytes = new Uint8Array(Buffer.concat([junk, frame!.bytes]));
        const pieces = [...splitter.push(bytes), ...splitter.flush()];
        expect(bodiesOf(pieces)).toContain("00");
      }),
    );
  });

  it("holds no more than a frame and a run of junk", () => {
    const splitter = createSplitter();
    for (let i = 0; i < 1000; i += 1) {
      splitter.push(Uint8Array.from([0xfe, 0x40, i & 0xff, 0x00, 0xfe]));
      expect(splitter.held).toBeLessThanOrEqual(68 + MAX_JUNK_BYTES);
    }
  });

  it("drops a beginning to which nothing more came, and finds what stands inside", () => {
    const splitter = createSplitter();
    const inner = vectors.find(({ name }) => name === "amplitude 50/0, enabled");
    expect(splitter.push(Uint8Array.from([0xfe, 0x30, ...(inner?.bytes ?? [])]))).toEqual([]);
    expect(asText(splitter.flush())).toEqual(["junk fe30", "frame fe040132007487ff"]);
  });
});

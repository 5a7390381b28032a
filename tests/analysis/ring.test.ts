import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSampleRing } from "../../src/analysis/ring.ts";
import { block } from "./stream.ts";

interface Piece {
  readonly frames: number;
  readonly gap: number;
}

/** A ring that has heard the pieces, which frames they held, and the first frame to come. */
function heard(pieces: readonly Piece[], capacityFrames: number) {
  const ring = createSampleRing(2, capacityFrames);
  const arrived = new Set<number>();
  let next = 0;
  for (const [i, { frames, gap }] of pieces.entries()) {
    const lostBefore = i === 0 ? 0 : gap;
    const at = next + lostBefore;
    expect(ring.push(block(at, frames, { channels: 2, lostBefore })).ok).toBe(true);
    for (let frame = at; frame < at + frames; frame += 1) arrived.add(frame);
    next = at + frames;
  }
  return { ring, arrived, next };
}

describe("the sample ring", () => {
  it("gives back what is held, however it came in, and says what is gone, lost or not there yet", () => {
    const piece = fc.record({
      frames: fc.integer({ min: 0, max: 40 }),
      gap: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 30 })),
    });
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 1, max: 60 }),
        (pieces, from, length) => {
          const { ring, arrived, next } = heard(pieces, 64);
          const to = from + length;
          const wanted = Array.from({ length }, (_, i) => from + i);
          const read = ring.read(from, to);
          if (from < Math.max(0, next - 64)) expect(read.kind).toBe("gone");
          else if (wanted.some((frame) => frame < next && !arrived.has(frame)))
            expect(read.kind).toBe("lost");
          else if (to > next) expect(read).toEqual({ kind: "waiting", missing: to - next });
          else {
            expect(read).toEqual({
              kind: "whole",
              channels: [Float32Array.from(wanted), Float32Array.from(wanted, (x) => x + 0.25)],
            });
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("does not read across a loss of unknown length, which has no room in the count", () => {
    const ring = createSampleRing(1, 100);
    ring.push(block(0, 10));
    ring.push(block(10, 10, { lostBefore: 1 }));
    expect(ring.read(5, 15)).toEqual({ kind: "lost", frames: 1 });
    expect(ring.read(0, 10).kind).toBe("whole");
    expect(ring.read(10, 20).kind).toBe("whole");
  });

  it("hands out copies that later samples do not reach", () => {
    const ring = createSampleRing(1, 10);
    ring.push(block(0, 10));
    const read = ring.read(0, 5);
    ring.push(block(10, 10));
    expect(read).toEqual({ kind: "whole", channels: [Float32Array.of(0, 1, 2, 3, 4)] });
    expect(ring.read(0, 5).kind).toBe("gone");
  });

  it("keeps marks as long as their frames", () => {
    const ring = createSampleRing(1, 20);
    ring.push(block(0, 10, { triggers: [{ offset: 3, code: 1, source: "ttl" }] }));
    ring.push(block(10, 10, { triggers: [{ offset: 5, code: 2, source: "ttl" }] }));
    expect(ring.triggers().map(({ index }) => index)).toEqual([3, 15]);
    ring.push(block(20, 10));
    expect(ring.triggers().map(({ index }) => index)).toEqual([15]);
    expect(ring.held()).toEqual({ from: 10, to: 30 });
  });

  it("may begin anywhere in a stream, and refuses what cannot be its continuation", () => {
    const ring = createSampleRing(1, 20);
    expect(ring.read(0, 5)).toEqual({ kind: "waiting", missing: 5 });
    ring.push(block(1000, 10));
    expect(ring.read(990, 1005).kind).toBe("gone");
    expect(ring.read(1000, 1010).kind).toBe("whole");
    expect(ring.push(block(1005, 10))).toEqual({ ok: false, error: "backwards" });
    expect(ring.push(block(1010, 5, { channels: 2 }))).toEqual({ ok: false, error: "channels" });
    expect(ring.push(block(1010, 21))).toEqual({ ok: false, error: "too-long" });
    expect(ring.read(1000, 1010).kind).toBe("whole");
  });
});

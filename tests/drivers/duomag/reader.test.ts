import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createStatusReader, type Reading } from "../../../drivers/duomag/wire/reader.ts";
import { toHex } from "../../../src/base/hex.ts";
import { bytesOf } from "./vectors.ts";

const NEW = "003250515200000305000000000001";
const OLD = "00325051520000030500000000";

function read(...chunks: readonly string[]): readonly Reading[] {
  const reader = createStatusReader();
  return chunks.flatMap((chunk) => reader.push(bytesOf(chunk)));
}

const frames = (readings: readonly Reading[]): readonly string[] =>
  readings.flatMap(({ kind, bytes }) => (kind === "status" ? [toHex(bytes)] : []));
const junk = (readings: readonly Reading[]): readonly string[] =>
  readings.flatMap(({ kind, bytes }) => (kind === "junk" ? [toHex(bytes)] : []));

describe("finding statuses in the stream", () => {
  it("believes a length when two pieces in a row have it, and drops what stood before the first sync", () => {
    expect(frames(read(`${NEW}ff`))).toEqual([]);
    expect(frames(read(`${NEW}ff${NEW}ff`))).toEqual([]);
    expect(frames(read(`${NEW}ff${NEW}ff${NEW}ff`))).toEqual([NEW]);
    expect(frames(read(`aaff${OLD}ff${OLD}ff${OLD}ff`))).toEqual([OLD, OLD]);
  });

  it("does not believe a length that changes from piece to piece", () => {
    const mixed = `ff${NEW}ff${OLD}ff`.repeat(5);
    expect(frames(read(mixed))).toEqual([]);
  });

  it("takes nothing of another length once one is believed", () => {
    const lost = NEW.slice(0, -2);
    const readings = read(`ff${NEW}ff${NEW}ff${lost}ff${NEW}ff`);
    expect(frames(readings)).toEqual([NEW, NEW]);
    expect(junk(readings)).toEqual([lost]);
  });

  it("joins a piece that was cut by a byte of data that looks like the sync byte", () => {
    for (const place of [2, 3, 4, 5, 12, 13, 14]) {
      const bytes = bytesOf(NEW);
      bytes[place] = 0xff;
      const hex = toHex(bytes);
      expect(frames(read(`ff${NEW}ff${NEW}ff${hex}ff${NEW}ff`)), hex).toEqual([NEW, hex, NEW]);
    }
  });

  it("joins over two such bytes side by side", () => {
    const bytes = bytesOf(NEW);
    bytes[2] = 0xff;
    bytes[3] = 0xff;
    const hex = toHex(bytes);
    expect(frames(read(`ff${NEW}ff${NEW}ff${hex}ff${NEW}ff`))).toEqual([NEW, hex, NEW]);
  });

  it("starts over after ten rejected pieces, and finds a device of another length", () => {
    const readings = read(`ff${NEW}ff${NEW}ff`, `${OLD}ff`.repeat(30));
    expect(frames(readings).filter((hex) => hex === OLD).length).toBeGreaterThan(5);
  });

  it("finds its way back after a run of noise without a sync byte, and holds no more than a piece", () => {
    const noise = "11".repeat(500);
    const readings = read(`ff${NEW}ff${NEW}ff`, noise, `ff${NEW}ff${NEW}ff${NEW}ff`);
    expect(frames(readings).length).toBeGreaterThanOrEqual(3);
    for (const one of readings) expect(one.bytes.length).toBeLessThanOrEqual(64);
  });

  it("says the same however the stream is chunked", () => {
    const part = fc.constantFrom(NEW, OLD, "", "11", NEW.slice(0, 10), NEW.replace("50", "ff"));
    const stream = fc.array(part, { maxLength: 12 }).map((parts) => `${parts.join("ff")}ff`);
    const property = fc.property(
      stream,
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      (hex, sizes) => {
        const bytes = bytesOf(hex);
        const chunked: Reading[] = [];
        const reader = createStatusReader();
        for (let at = 0; at < bytes.length; ) {
          const size = sizes.next().value ?? 1;
          chunked.push(...reader.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(chunked).toEqual(read(hex));
      },
    );
    fc.assert(property);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { driver } from "../../../drivers/duomag/index.ts";
import { type Command, encode } from "../../../drivers/duomag/wire/commands.ts";
import { delayFor, delayUs } from "../../../drivers/duomag/wire/delay.ts";
import { toHex } from "../../../src/base/hex.ts";
import type { DecodedFrame } from "../../../src/contract/decode.ts";
import { bytesOf, hostVectors, requestedDelays, statusVectors, streamVectors } from "./vectors.ts";

function decode(hex: string, direction: "host" | "device"): readonly DecodedFrame[] {
  const options = { direction, softwareVersion: null, highResolution: false };
  return driver.decodeCapture("duomag", bytesOf(hex), options);
}

describe("the codec of the DuoMAG", () => {
  it.each(hostVectors)("reads a command of the vectors: $name", ({ hex, meaning }) => {
    expect(decode(hex, "host")).toEqual([{ ok: true, hex, meaning }]);
  });

  it.each(hostVectors.filter(({ meaning }) => meaning["command"] !== null))(
    "writes a command of the vectors: $name",
    ({ hex, meaning }) => {
      const { setMs: _, ...command } = meaning;
      const encoded = encode(command as unknown as Command);
      expect(encoded.ok && toHex(encoded.value)).toBe(hex);
    },
  );

  it.each(requestedDelays)("takes $requestedMs ms as the vectors do", (one) => {
    const { requestedMs, steps, exponent } = one;
    expect(delayFor(Math.round(requestedMs * 1000))).toEqual({ steps, exponent });
  });

  it("never makes a delay longer than was asked, and hits every multiple of 0.05 ms up to 6.35 ms", () => {
    for (let us = 50; us <= 6350; us += 50) expect(delayUs(delayFor(us) ?? never())).toBe(us);
    const property = fc.property(fc.integer({ min: 0, max: 1_270_000 }), (us) => {
      const madeUs = delayUs(delayFor(us) ?? never());
      expect(madeUs).toBeLessThanOrEqual(us);
      expect(us - madeUs).toBeLessThan(10_000);
    });
    fc.assert(property);
    expect(delayFor(1_270_001)).toBeNull();
    expect(delayFor(-1)).toBeNull();
    expect(delayFor(Number.NaN)).toBeNull();
  });

  it("refuses what the wire cannot carry", () => {
    const commands: readonly Command[] = [
      { command: "intensity", percent: 101 },
      { command: "intensity", percent: -1 },
      { command: "intensity", percent: 0.5 },
      { command: "recharge delay", steps: 128, exponent: 0 },
      { command: "recharge delay", steps: 1, exponent: 8 },
      { command: "trigger-out delay", steps: 1.5, exponent: 0 },
    ];
    for (const command of commands)
      expect(encode(command)).toMatchObject({ ok: false, error: { code: "WIRE_OUT_OF_RANGE" } });
  });

  it("shows halves of delays that stand alone", () => {
    expect(decode("8f8f", "host")).toMatchObject([{ ok: false, code: "WIRE_CUT_FRAME" }]);
    expect(decode("b4b4", "host")).toMatchObject([{ ok: false, code: "WIRE_UNKNOWN_FRAME" }]);
    // The lower half of the other delay does not complete it.
    expect(decode("8f8fe4e4", "host").map(({ ok }) => ok)).toEqual([false, false]);
    expect(decode("8f8f7979b4b4", "host").map(({ ok }) => ok)).toEqual([false, true, false]);
  });

  it("reads commands behind each other, and every byte comes out again", () => {
    const property = fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const frames = decode(toHex(bytes), "host");
      expect(frames.map(({ hex }) => hex).join("")).toBe(toHex(bytes));
    });
    fc.assert(property);
    const all = decode("32328f8fb4b47979", "host");
    expect(all.map(({ hex }) => hex)).toEqual(["3232", "8f8fb4b4", "7979"]);
  });

  it.each(statusVectors)("reads a status of the vectors: $name", ({ hex, meaning }) => {
    expect(decode(hex, "device")).toEqual([{ ok: true, hex, meaning }]);
  });

  it.each(streamVectors)("cuts a stream of the vectors: $name", ({ hex, bodies, rejected }) => {
    const frames = decode(hex, "device");
    const taken = frames.flatMap((frame) => (frame.ok ? [frame.hex.slice(0, -2)] : []));
    expect(taken).toEqual(bodies);
    // What is cut at the ends of a capture is shown, and is no rejection.
    const refused = frames.filter((frame) => !frame.ok && frame.code !== "WIRE_CUT_FRAME");
    expect(refused).toHaveLength(rejected);
  });

  it("calls a piece no status when a bit is set that nobody reads, or more than 100 % is told", () => {
    const good = "000050515200000205000000000001ff";
    const damage: readonly (readonly [number, number])[] = [
      [0, 0x80],
      [0, 0x40],
      [1, 0x65],
      [6, 0x80],
      [6, 0x01],
      [7, 0x80],
      [7, 0x20],
      [9, 0x80],
      [10, 0x80],
      [11, 0x80],
      [11, 0x08],
    ];
    for (const [place, value] of damage) {
      const bytes = bytesOf(good);
      bytes[place] = value;
      expect(decode(toHex(bytes), "device")).toMatchObject([{ ok: false }]);
    }
  });

  it("never throws, and accounts for every byte but the sync bytes", () => {
    const property = fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const frames = decode(toHex(bytes), "device");
      const told = frames.map(({ hex }) => hex).join("");
      expect(withoutSync(told)).toBe(withoutSync(toHex(bytes)));
    });
    fc.assert(property);
  });
});

function withoutSync(hex: string): string {
  return (hex.match(/../g) ?? []).filter((pair) => pair !== "ff").join("");
}

function never(): never {
  throw new Error("no delay");
}

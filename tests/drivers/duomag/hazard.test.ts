import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classify } from "../../../drivers/duomag/hazard.ts";
import { encode } from "../../../drivers/duomag/wire/commands.ts";
import { delayUs } from "../../../drivers/duomag/wire/delay.ts";
import type { Hazard } from "../../../src/contract/hazard.ts";
import { bytesOf, hostVectors } from "./vectors.ts";

/** What a person says that a vector does; neither the encoder nor the classifier is asked. */
function expectedHazard(meaning: Readonly<Record<string, unknown>>): Hazard | { kind: "unknown" } {
  const value = Math.round(Number(meaning["setMs"]) * 1000);
  switch (meaning["command"]) {
    case "fire":
      return { kind: "fire" };
    case "intensity":
      return meaning["percent"] === 0
        ? { kind: "safe" }
        : { kind: "intensity", channel: "A", pctMso: Number(meaning["percent"]) };
    case "recharge delay":
      return { kind: "setting", setting: "rechargeDelayUs", value };
    case "trigger-out delay":
      return { kind: "setting", setting: "triggerOutDelayUs", value };
    default:
      return { kind: "unknown" };
  }
}

describe("the hazard of bytes to a DuoMAG", () => {
  it.each(hostVectors)("is known for the vectors: $name", ({ bytes, meaning }) => {
    expect(classify(bytes)).toMatchObject(expectedHazard(meaning));
  });

  it("of every pair of equal bytes is what the table of the page says", () => {
    for (let value = 0; value < 256; value += 1) {
      const { kind } = classify(Uint8Array.of(value, value));
      const expected =
        value === 0 ? "safe" : value <= 100 ? "intensity" : value === 121 ? "fire" : "unknown";
      expect(kind, String(value)).toBe(expected);
    }
  });

  it("is unknown for two different bytes, whatever they are", () => {
    for (let a = 0; a < 256; a += 1)
      for (let b = 0; b < 256; b += 1)
        if (a !== b) expect(classify(Uint8Array.of(a, b)).kind).toBe("unknown");
  });

  it("agrees with the encoder for every delay", () => {
    for (const command of ["recharge delay", "trigger-out delay"] as const) {
      const setting = command === "recharge delay" ? "rechargeDelayUs" : "triggerOutDelayUs";
      for (let steps = 0; steps <= 127; steps += 1) {
        for (let exponent = 0; exponent < 8; exponent += 1) {
          const encoded = encode({ command, steps, exponent });
          expect(encoded.ok && classify(encoded.value)).toEqual({
            kind: "setting",
            setting,
            value: delayUs({ steps, exponent }),
          });
        }
      }
    }
  });

  it("is unknown for cut, glued and mixed frames", () => {
    const odd = ["", "79", "00", "797979", "79797979", "00000000", "3232 7979", "00007979"];
    const halves = ["8f8f", "b4b4", "8f8fe4e4", "cfcfb4b4", "b4b48f8f", "8fb48fb4", "8f8fb4b5"];
    const long = ["8f8fb4b400", "8f8fb4b47979", "32328f8fb4b4"];
    for (const hex of [...odd, ...halves, ...long])
      expect(classify(bytesOf(hex)).kind, hex).toBe("unknown");
  });

  it("is safe for nothing but intensity 0, and never throws", () => {
    const property = fc.property(fc.uint8Array({ maxLength: 10 }), (bytes) => {
      if (classify(bytes).kind === "safe") expect([...bytes]).toEqual([0, 0]);
    });
    fc.assert(property, { numRuns: 2000 });
  });

  it("is unknown when any single bit of a frame flips", () => {
    for (const { bytes } of hostVectors) {
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const flipped = Uint8Array.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        // Everything is sent twice, so one flip always breaks a pair.
        expect(classify(flipped).kind).toBe("unknown");
      }
    }
  });
});

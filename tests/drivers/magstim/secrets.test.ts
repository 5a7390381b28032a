import { describe, expect, it } from "vitest";
import { redact } from "../../../drivers/magstim/secrets.ts";
import { toHex } from "../../../src/base/hex.ts";
import { bytesOf, vectors } from "./vectors.ts";

const CODE = "613162322d63336434653566362d3162";

describe("recorded bytes", () => {
  it("show stars in place of an unlock code, and a checksum that tells nothing of it", () => {
    expect(toHex(redact(bytesOf(`51${CODE}37`)))).toBe(`51${"2a".repeat(16)}0e`);
  });

  it("hide a code that comes back on an echoing cable, among other bytes", () => {
    const shown = toHex(redact(bytesOf(`4500 51${CODE}37 518925`)));
    expect(shown).toBe(`450051${"2a".repeat(16)}0e518925`);
  });

  it("hide a code that was cut or misspelled", () => {
    expect(toHex(redact(bytesOf("51613162322d6333")))).toBe(`51${"2a".repeat(7)}`);
    expect(toHex(redact(bytesOf("51613162322d6333643465356636322d3163bb")))).toMatch(/^51(2a)+$/);
  });

  it("leave every frame without a code as it is", () => {
    for (const { bytes, hex, meaning } of vectors) {
      if ("unlockCode" in meaning) continue;
      expect(toHex(redact(bytes))).toBe(hex);
    }
  });
});

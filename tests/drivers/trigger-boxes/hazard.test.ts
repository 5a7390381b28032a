import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { trigger } from "../../../drivers/trigger-boxes/index.ts";
import { sealLine } from "../../../drivers/trigger-boxes/pulse-box/text.ts";
import { bytesOf, configOf, hexBytes } from "./bench.ts";

function kindOf(model: string, line: number | null, bytes: Uint8Array): string {
  return trigger.classifier(configOf(model, line))(bytes).kind;
}

describe("the hazard of bytes to a trigger box", () => {
  it.each(["mmbt-s", "brainproducts-triggerbox-plus"])(
    "is fire for every byte that raises the stimulator's line, and for no other: %s",
    (model) => {
      for (let line = 1; line <= 8; line += 1) {
        for (let byte = 0; byte < 256; byte += 1) {
          const expected = (byte >> (line - 1)) % 2 === 1 ? "fire" : "safe";
          expect(kindOf(model, line, Uint8Array.of(byte))).toBe(expected);
        }
      }
      expect(kindOf(model, null, Uint8Array.of(255))).toBe("safe");
    },
  );

  it.each(["mmbt-s", "brainproducts-triggerbox-plus"])(
    "is unknown for more than a byte: %s",
    (model) => {
      for (const hex of ["", "0000", "0100", "80ff"])
        expect(kindOf(model, 8, hexBytes(hex))).toBe("unknown");
    },
  );

  it("of a BBTK module is told from its two characters", () => {
    for (let mask = 0; mask < 256; mask += 1) {
      const text = mask.toString(16).toUpperCase().padStart(2, "0");
      expect(kindOf("bbtk-ttl", 3, bytesOf(text))).toBe((mask & 4) === 4 ? "fire" : "safe");
    }
    expect(kindOf("bbtk-ttl", 3, bytesOf("RR"))).toBe("safe");
    for (const text of ["", "R", "rr", "1f", "1", "1F0", "RR00", "0G"])
      expect(kindOf("bbtk-ttl", 3, bytesOf(text)), text).toBe("unknown");
  });

  it("of a Cedrus box is fire when the mask holds the stimulator's line", () => {
    const cases: readonly (readonly [string, string])[] = [
      ["6d680000", "safe"],
      ["6d680100", "safe"],
      ["6d680400", "fire"],
      ["6d680f00", "fire"],
      ["6d680004", "safe"],
      ["6d68ffff", "fire"],
      ["6d7005000000", "safe"],
      ["6d70e8030000", "safe"],
      ["5f6331", "safe"],
      ["5f6d70", "safe"],
      ["633130", "safe"],
    ];
    for (const [hex, kind] of cases) expect(kindOf("cedrus-xid", 3, hexBytes(hex)), hex).toBe(kind);
    expect(kindOf("cedrus-xid", 16, hexBytes("6d680080"))).toBe("fire");
  });

  it("of a Cedrus box is unknown for what raises lines 9 to 16, whatever line is the stimulator's", () => {
    for (const line of [null, 1, 9, 16])
      expect(kindOf("cedrus-xid", line, hexBytes("6d6800ff"))).toBe("unknown");
  });

  it("of a Cedrus box is unknown for endless pulses, cut and glued commands and the pulse table", () => {
    const odd = ["6d7000000000", "6d70e9030000", "6d6800", "6d68000000", "6d680000 5f6331", "6d63"];
    for (const hex of [...odd, "6d740000000001 00", "6d72", "6135", "6535", "", "633131"])
      expect(kindOf("cedrus-xid", 3, hexBytes(hex)), hex).toBe("unknown");
  });

  it("of the pulse box is told from the words of a whole line", () => {
    const cases: readonly (readonly [string, string])[] = [
      ["?", "safe"],
      ["Z", "safe"],
      ["P 01 1000", "fire"],
      ["P 03 20", "fire"],
      ["P 02 100000", "safe"],
      ["L 00", "safe"],
      ["L 06", "safe"],
      ["L 05", "fire"],
      ["N 01 1000 10 100000", "unknown"],
      ["N 02 1000 10 100000", "unknown"],
      ["P 00 1000", "unknown"],
      ["P 01 19", "unknown"],
      ["P 02 100001", "unknown"],
      ["P 02 0100", "unknown"],
      ["P 2 1000", "unknown"],
      ["P 0a 1000", "unknown"],
      ["P  02 1000", "unknown"],
      ["P 02 1000 1", "unknown"],
      ["L 100", "unknown"],
      ["X", "unknown"],
    ];
    for (const [words, kind] of cases)
      expect(kindOf("pulse-box", 1, sealLine(3, words)), words).toBe(kind);
    expect(kindOf("pulse-box", null, sealLine(3, "P FF 1000"))).toBe("safe");
  });

  it("of the pulse box is unknown for cut, glued and damaged lines", () => {
    const whole = Buffer.from(sealLine(3, "P 02 1000")).toString("latin1");
    for (let length = 0; length < whole.length; length += 1)
      expect(kindOf("pulse-box", 1, bytesOf(whole.slice(0, length)))).toBe("unknown");
    expect(kindOf("pulse-box", 1, bytesOf(whole + whole))).toBe("unknown");
    expect(kindOf("pulse-box", 1, bytesOf(`${whole.slice(0, -1)}\r\n`))).toBe("unknown");
    expect(kindOf("pulse-box", 1, bytesOf(`\n${whole}`))).toBe("unknown");
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const bytes = bytesOf(whole);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(kindOf("pulse-box", 1, bytes)).toBe("unknown");
    }
  });

  it("never throws, and garbage is hardly ever anything", () => {
    const models = fc.constantFrom(...trigger.models);
    const property = fc.property(models, fc.uint8Array({ maxLength: 30 }), (model, bytes) => {
      expect(["safe", "fire", "unknown"]).toContain(kindOf(model, 1, bytes));
    });
    fc.assert(property);
  });
});

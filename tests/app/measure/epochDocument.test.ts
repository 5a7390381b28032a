import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Epoch } from "../../../src/analysis/signal/epoch.ts";
import { fromDocument, toDocument } from "../../../src/app/measure/epochDocument.ts";

const EPOCH: Epoch = {
  samples: Float32Array.from([1.5, -2.25, 1e-7, 8191.75]),
  rateHz: 5000,
  pulseIndex: 1.3,
  unit: "uV",
  range: [-8192, 8191.75],
};

describe("an epoch as a document", () => {
  it("comes back to the bit through JSON, on whatever bytes its samples lie", () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 50 }),
        fc.nat(7),
        (values, shift) => {
          const whole = Float32Array.from([...Array<number>(shift).fill(0), ...values]);
          const samples = whole.subarray(shift);
          const text = JSON.stringify(toDocument({ ...EPOCH, samples }, "FDI"));
          const read = fromDocument(JSON.parse(text));
          expect(read).toEqual({ ok: true, value: { ...EPOCH, samples, channel: "FDI" } });
        },
      ),
    );
  });

  it("is little endian single precision, whoever reads it", () => {
    const { samples } = toDocument({ ...EPOCH, samples: Float64Array.from([1, -2]) }, "FDI");
    expect(Buffer.from(samples, "base64").toString("hex")).toBe("0000803f000000c0");
  });

  it("is refused in words when it is none", () => {
    const good = toDocument(EPOCH, "FDI");
    const bad = [
      null,
      {},
      { ...good, samples: 7 },
      { ...good, samples: Buffer.from([1, 2, 3]).toString("base64") },
      { ...good, rateHz: 0 },
      { ...good, unit: "V" },
      { ...good, range: [1] },
    ];
    for (const document of bad)
      expect(fromDocument(document)).toMatchObject({
        ok: false,
        error: expect.stringContaining("no epoch"),
      });
  });
});

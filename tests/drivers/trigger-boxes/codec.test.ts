import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linesCommand, pulseCommand } from "../../../drivers/trigger-boxes/cedrus/commands.ts";
import { trigger } from "../../../drivers/trigger-boxes/index.ts";
import { crc16, openLine, sealLine } from "../../../drivers/trigger-boxes/pulse-box/text.ts";
import { toHex } from "../../../src/base/hex.ts";
import type { DecodedFrame } from "../../../src/contract/decode.ts";
import file from "../../vectors/amplifiers.json" with { type: "json" };
import pulseFile from "../../vectors/pulse-box.json" with { type: "json" };
import { bytesOf, hexBytes } from "./bench.ts";

const MODEL_OF: Readonly<Record<string, string>> = {
  "NeuroSpec MMBT-S": "mmbt-s",
  "Black Box ToolKit USB TTL module": "bbtk-ttl",
  "Cedrus XID (c-pod / StimTracker)": "cedrus-xid",
  "Brain Products TriggerBox Plus": "brainproducts-triggerbox-plus",
};
const vectors = file.vectors.flatMap(({ name, device, hex, meaning }) => {
  const model = MODEL_OF[device];
  return model === undefined ? [] : [{ name, model, hex, meaning }];
});

function decode(
  model: string,
  hex: string,
  direction: "host" | "device" = "host",
): readonly DecodedFrame[] {
  const options = { direction, softwareVersion: null, highResolution: false };
  return trigger.decodeCapture(model, hexBytes(hex), options);
}

const NOTES = ["note", "answer_hex", "answer_ms"];

describe("the codecs of the trigger boxes", () => {
  it("have vectors", () => {
    expect(vectors.length).toBe(13);
  });

  it.each(vectors)("read a vector: $name", ({ model, hex, meaning }) => {
    const known = Object.entries(meaning ?? {}).filter(([key]) => !NOTES.includes(key));
    expect(decode(model, hex)).toEqual([{ ok: true, hex, meaning: Object.fromEntries(known) }]);
  });

  it("read the answers that the vectors of a Cedrus box name", () => {
    expect(decode("cedrus-xid", "5f78696430", "device")).toMatchObject([
      { ok: true, meaning: { decoded: { protocol: "0" } } },
    ]);
    expect(decode("cedrus-xid", "5f6d702c010000", "device")).toMatchObject([
      { ok: true, meaning: { decoded: { pulse_ms: 300 } } },
    ]);
  });

  it("write what the vectors of a Cedrus box hold", () => {
    expect(toHex(linesCommand(0))).toBe("6d680000");
    expect(toHex(linesCommand(0x41))).toBe("6d684100");
    expect(toHex(linesCommand(0x100))).toBe("6d680001");
    expect(toHex(pulseCommand(5))).toBe("6d7005000000");
    expect(toHex(pulseCommand(70_000))).toBe("6d7070110100");
  });

  it("take commands behind each other apart, and show what is none", () => {
    expect(decode("cedrus-xid", "5f63316d68010099").map(({ hex }) => hex)).toEqual([
      "5f6331",
      "6d680100",
      "99",
    ]);
    expect(decode("bbtk-ttl", "52523146ff3030").map(({ hex, ok }) => [hex, ok])).toEqual([
      ["5252", true],
      ["3146", true],
      ["ff", false],
      ["3030", true],
    ]);
    expect(decode("brainproducts-triggerbox-plus", "0001000200").map(({ hex }) => hex)).toEqual([
      "00",
      "0100",
      "0200",
    ]);
  });

  it("never throw, and every byte comes out again", () => {
    const models = fc.constantFrom(...trigger.models);
    const direction = fc.constantFrom("host" as const, "device" as const);
    const property = fc.property(
      models,
      direction,
      fc.uint8Array({ maxLength: 60 }),
      (model, way, bytes) => {
        const told = decode(model, toHex(bytes), way)
          .map(({ hex }) => hex)
          .join("");
        // Empty lines of the pulse box are passed over.
        if (model !== "pulse-box") expect(told).toBe(toHex(bytes));
        else expect(told.length).toBeLessThanOrEqual(2 * bytes.length);
      },
    );
    fc.assert(property);
  });

  it("are of known models only", () => {
    expect(() => decode("nobody", "00")).toThrow("DEVICE_UNKNOWN_DRIVER");
    expect(() => decode("constructor", "00")).toThrow("DEVICE_UNKNOWN_DRIVER");
  });
});

interface PulseVector {
  readonly name: string;
  readonly direction: "host" | "device";
  readonly hex: string;
  readonly valid: boolean;
  readonly meaning: Readonly<Record<string, unknown>> | null;
}
const pulseVectors = pulseFile.vectors as unknown as readonly PulseVector[];
const valid = pulseVectors.filter((one) => one.valid);
/** Commands that a box carries out, without a carriage return. */
const commands = valid.filter(
  ({ direction, hex, meaning }) =>
    direction === "host" && meaning?.["refusal"] === undefined && !hex.endsWith("0d0a"),
);

describe("lines of the pulse box", () => {
  it.each(valid)("are read as the vectors say: $name", ({ direction, hex, meaning }) => {
    expect(decode("pulse-box", hex, direction)).toEqual([{ ok: true, hex, meaning }]);
  });

  it.each(pulseVectors.filter((one) => !one.valid))(
    "are refused when the vectors say so: $name",
    ({ direction, hex }) => {
      expect(decode("pulse-box", hex, direction)).toMatchObject([{ ok: false, hex }]);
    },
  );

  it("have the checksum that the page gives for the digits", () => {
    expect(crc16("123456789")).toBe(0x29b1);
  });

  it.each(commands)("are written as in the vectors: $name", ({ hex }) => {
    const text = Buffer.from(hexBytes(hex)).toString("latin1");
    const { seq, words } = /^(?<seq>..) (?<words>.*)\*/.exec(text)?.groups ?? {};
    expect(toHex(sealLine(Number.parseInt(seq ?? "", 16), words ?? ""))).toBe(hex);
  });

  it("are refused when one bit is wrong, when they are cut, and when two are glued", () => {
    for (const { direction, hex } of valid) {
      const text = Buffer.from(hexBytes(hex)).toString("latin1").trim();
      const bytes = bytesOf(text);
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const bent = Uint8Array.from([...bytes, 0x0a]);
        bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(decode("pulse-box", toHex(bent), direction).some(({ ok }) => ok)).toBe(false);
      }
      expect(openLine(text.slice(0, -1)).ok).toBe(false);
      expect(openLine(text + text).ok).toBe(false);
    }
  });

  it("are no answers with other words, more words or other numbers", () => {
    const bad = [
      "OK",
      "OK 01",
      "OK -1",
      "OK 4294967296",
      "OK 1 2",
      "OK 1 pulse-box 1",
      "OK 1 pulse-box 1 8",
      "OK 1 other-box 1 8 2000",
      "OK 1 pulse-box 1 8 x",
      "E 1",
      "D 1 x",
      "D 1 2 3",
      "HELLO 1 pulse-box 1 8",
      "W 1",
      "ok 1",
    ];
    for (const words of bad)
      expect(decode("pulse-box", toHex(sealLine(1, words)), "device"), words).toMatchObject([
        { ok: false, code: "WIRE_BAD_FIELD" },
      ]);
  });
});

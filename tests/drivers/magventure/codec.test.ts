import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCapture } from "../../../drivers/magventure/wire/capture.ts";
import { type Command, encode } from "../../../drivers/magventure/wire/commands.ts";
import { crc8, seal } from "../../../drivers/magventure/wire/frame.ts";
import { readMessage } from "../../../drivers/magventure/wire/messages.ts";
import { readCommand } from "../../../drivers/magventure/wire/readCommand.ts";
import { BURST_INTERVALS_MS, PAIR_INTERVALS_MS } from "../../../drivers/magventure/wire/scales.ts";
import { toHex } from "../../../src/base/hex.ts";
import { bytesOf, streams, vectors } from "./vectors.ts";

const decode = (bytes: Uint8Array, direction: "host" | "device") =>
  decodeCapture("magpro-x100", bytes, { direction, softwareVersion: null, highResolution: false });

describe("vectors of the open clients", () => {
  it("are all there", () => {
    expect(vectors.filter(({ direction }) => direction === "host").length).toBe(52);
    expect(vectors.filter(({ direction }) => direction === "device").length).toBe(40);
    expect(streams.length).toBe(12);
  });

  it.each(vectors.filter(({ direction }) => direction === "host"))(
    "encodes byte for byte: $name",
    ({ meaning, hex }) => {
      const { command: _, ...rest } = meaning;
      const encoded = encode(rest as unknown as Command);
      expect(encoded.ok && toHex(encoded.value)).toBe(hex);
    },
  );

  it.each(vectors)("decodes: $name", ({ bytes, direction, hex, meaning }) => {
    expect(decode(bytes, direction)).toEqual([{ ok: true, hex, meaning }]);
  });

  it("decodes all of one direction in one capture, in order", () => {
    const device = vectors.filter(({ direction }) => direction === "device");
    const decoded = decode(bytesOf(device.map(({ hex }) => hex).join("")), "device");
    expect(decoded.map(({ hex }) => hex)).toEqual(device.map(({ hex }) => hex));
    expect(decoded.every(({ ok }) => ok)).toBe(true);
  });
});

describe("the checksum", () => {
  it.each([
    ["00", 0x00],
    ["013200", 0x17],
    ["03", 0xe2],
    ["04", 0x61],
    ["0201", 0xcf],
    ["0c00", 0x4d],
    ["0200001c", 0x39],
  ])("of %s", (hex, sum) => expect(crc8(bytesOf(hex))).toBe(sum));

  it("leaves nothing over when it follows its own body", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (body) => {
        expect(crc8(Uint8Array.from([...body, crc8(body)]))).toBe(0);
      }),
    );
  });
});

describe("the tables of intervals", () => {
  it("have the published ends, corners and lengths", () => {
    expect(BURST_INTERVALS_MS.length).toBe(196);
    expect([0, 80, 81, 100, 101, 195].map((i) => BURST_INTERVALS_MS[i])).toEqual([
      100, 20, 19.5, 10, 9.9, 0.5,
    ]);
    expect(PAIR_INTERVALS_MS.length).toBe(261);
    expect(
      [0, 20, 21, 30, 31, 70, 71, 150, 151, 170, 171, 250, 260].map((i) => PAIR_INTERVALS_MS[i]),
    ).toEqual([3000, 1000, 950, 500, 490, 100, 99, 20, 19.5, 10, 9.9, 2, 1]);
  });

  it("read an index with its low byte first", () => {
    // Index 257: the clients that join hex digits read 17 here.
    const read = readMessage(bytesOf("09000303000103010150"));
    expect(read).toMatchObject({ ok: true, value: { ipiIndex: 257, ipiMs: 1.3 } });
  });
});

describe("what the format cannot carry", () => {
  const cases: readonly Command[] = [
    { what: "set amplitude", amplitudeA: 256, amplitudeB: 0 },
    { what: "set amplitude", amplitudeA: 50.5, amplitudeB: 0 },
    { what: "set amplitude", amplitudeA: -1, amplitudeB: 0 },
    { what: "set amplitude", amplitudeA: Number.NaN, amplitudeB: 0 },
    { what: "set delays", inputTrigMs: 6554, outputTrigMs: 0, chargeMs: 0 },
    { what: "set delays", inputTrigMs: 0, outputTrigMs: -3277, chargeMs: 0 },
    { what: "set delays", inputTrigMs: 0, outputTrigMs: 0.05, chargeMs: 0 },
    {
      what: "set train (documented form)",
      repRateHz: 0.55,
      pulsesInTrain: 1,
      numberOfTrains: 1,
      itiS: 1,
    },
    {
      what: "set settings",
      model: "X100",
      mode: "Standard",
      currentDirection: "Normal",
      waveform: "Biphasic Burst",
      burstPulses: 6,
      ipiMs: 20,
      baRatio: 1,
    },
    {
      what: "set settings",
      model: "X100",
      mode: "Standard",
      currentDirection: "Normal",
      waveform: "Biphasic Burst",
      burstPulses: 1,
      ipiMs: 20,
      baRatio: 1,
    },
  ];
  it.each(cases)("is refused: %o", (command) => {
    expect(encode(command)).toMatchObject({ ok: false, error: { code: "WIRE_OUT_OF_RANGE" } });
  });

  it("rounds ratios, which other clients cut off", () => {
    for (let hundredths = 20; hundredths <= 500; hundredths += 5) {
      const encoded = encode({
        what: "set settings",
        model: "X100+Option",
        mode: "Twin",
        currentDirection: "Normal",
        waveform: "Biphasic",
        burstPulses: 2,
        ipiMs: 10,
        baRatio: hundredths / 100,
      });
      const bytes = encoded.ok ? encoded.value : new Uint8Array();
      expect((bytes[11] ?? 0) * 256 + (bytes[12] ?? 0)).toBe(hundredths);
    }
  });
});

describe("damaged and unknown bytes", () => {
  it.each([
    ["a checksum", "fe040132007486ff", "WIRE_BAD_CHECKSUM"],
    ["an end", "fe04013200748700", "WIRE_BAD_FIELD"],
    ["the rest", "fe0401320074", "WIRE_CUT_FRAME"],
    ["a start", "0401320074", "WIRE_UNKNOWN_FRAME"],
  ])("%s that is wrong is named", (_, hex, code) => {
    expect(decode(bytesOf(hex), "device")).toMatchObject([{ ok: false, hex, code }]);
  });

  it("messages of a wrong length or with a wrong number are faults with their number", () => {
    expect(decode(seal(bytesOf("0132")), "device")).toMatchObject([
      { ok: false, code: "WIRE_BAD_FIELD", why: expect.stringMatching(/message 1/) },
    ]);
    expect(decode(seal(bytesOf("09000004000003000050")), "device")).toMatchObject([
      { ok: false, code: "WIRE_BAD_FIELD" },
    ]);
  });

  it("commands that no client sends are faults", () => {
    expect(decode(seal(bytesOf("0d00")), "host")).toMatchObject([{ code: "WIRE_UNKNOWN_FRAME" }]);
    expect(decode(seal(bytesOf("0202")), "host")).toMatchObject([{ code: "WIRE_BAD_FIELD" }]);
    expect(decode(seal(bytesOf("0c01")), "host")).toMatchObject([{ code: "WIRE_BAD_FIELD" }]);
  });

  it("reading never throws, whatever the body", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (body) => {
        readMessage(body);
        readCommand(body);
      }),
    );
  });

  it("takes bytes behind the messages that nobody documented", () => {
    const read = readMessage(bytesOf("0a000000fffe000000ff"));
    expect(read).toMatchObject({ ok: true, value: { outputTrigMs: -0.2 } });
  });
});

import { describe, expect, it } from "vitest";
import { decodeAnswer } from "../../../drivers/magstim/wire/answers.ts";
import { decodeCapture } from "../../../drivers/magstim/wire/capture.ts";
import { type Command, decodeCommand, encode } from "../../../drivers/magstim/wire/commands.ts";
import type { Dialect } from "../../../drivers/magstim/wire/dialect.ts";
import { toHex } from "../../../src/base/hex.ts";
import { bytesOf, NAME_OF, vectors } from "./vectors.ts";

const rapid = (major: number): Dialect => ({ model: "rapid", major, highResolution: false });

describe("vectors of the open clients", () => {
  const host = vectors.filter((one) => one.direction === "host" && one.valid);
  const device = vectors.filter((one) => one.direction === "device" && one.valid);

  it("are all there", () => {
    expect(vectors.length).toBe(171);
    expect(host.length + device.length).toBe(166);
  });

  it.each(host)("encodes byte for byte: $name", ({ meaning, dialect, hex }) => {
    const { effect: _, ...command } = meaning;
    const encoded = encode(command as unknown as Command, dialect);
    expect(encoded.ok && toHex(encoded.value)).toBe(hex);
  });

  it.each(vectors.filter((one) => one.valid))("decodes a capture of one frame: $name", (vector) => {
    const { model, softwareVersion, direction, dialect, bytes, hex, meaning } = vector;
    const { highResolution } = dialect;
    const frames = decodeCapture(NAME_OF[model], bytes, {
      direction,
      softwareVersion,
      highResolution,
    });
    expect(frames).toEqual([{ ok: true, hex, meaning }]);
  });

  it.each(vectors.filter((one) => !one.valid && one.meaning["error"] === "checksum mismatch"))(
    "refuses: $name",
    ({ model, softwareVersion, direction, bytes, hex }) => {
      const frames = decodeCapture(NAME_OF[model], bytes, {
        direction,
        softwareVersion,
        highResolution: false,
      });
      expect(frames).toMatchObject([{ ok: false, hex, code: "WIRE_BAD_CHECKSUM" }]);
    },
  );

  it("decodes many frames in one capture, in order", () => {
    const frames = device.filter((one) => one.model === "rapid" && one.softwareVersion === "9.0");
    const capture = bytesOf(frames.map((one) => one.hex).join(""));
    const decoded = decodeCapture("magstim-rapid2", capture, {
      direction: "device",
      softwareVersion: "9.0",
      highResolution: false,
    });
    expect(decoded.map((one) => one.hex)).toEqual(frames.map((one) => one.hex));
    expect(decoded.every((one) => one.ok)).toBe(true);
  });
});

describe("faults of frames", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["a frame that ends too early", "4030", "WIRE_CUT_FRAME"],
    ["bytes of no command", "0102", "WIRE_UNKNOWN_FRAME"],
    ["a command of another model", "4a4075", "WIRE_UNKNOWN_FRAME"],
    ["a letter where a digit belongs", "403041301e", "WIRE_BAD_FIELD"],
    ["a mode that does not exist", "455a60", "WIRE_BAD_FIELD"],
    ["a wrong checksum", "455a61", "WIRE_BAD_CHECKSUM"],
  ];
  it.each(cases)("names %s", (_, hex, code) => {
    const decoded = decodeCapture("magstim-rapid2", bytesOf(hex), {
      direction: "host",
      softwareVersion: "9.0",
      highResolution: false,
    });
    expect(decoded).toMatchObject([{ ok: false, hex, code }]);
  });

  it("finds the frames around damaged bytes", () => {
    const capture = bytesOf(`518925 ff00 5c89 518a24 3f 458931`);
    const decoded = decodeCapture("magstim-rapid2", capture, {
      direction: "device",
      softwareVersion: "9.0",
      highResolution: false,
    });
    expect(decoded.map(({ ok, hex }) => [ok, hex])).toEqual([
      [true, "518925"],
      [false, "ff005c89"],
      [true, "518a24"],
      [true, "3f"],
      [true, "458931"],
    ]);
  });

  it("keeps two damaged frames apart", () => {
    const capture = bytesOf("518926 518a25");
    const decoded = decodeCapture("magstim-rapid2", capture, {
      direction: "device",
      softwareVersion: "9.0",
      highResolution: false,
    });
    expect(decoded.map(({ ok, hex }) => [ok, hex])).toEqual([
      [false, "518926"],
      [false, "518a25"],
    ]);
  });

  it("takes no lone question mark inside junk for an answer", () => {
    const decoded = decodeCapture("magstim-rapid2", bytesOf("003f00"), {
      direction: "device",
      softwareVersion: "9.0",
      highResolution: false,
    });
    expect(decoded).toMatchObject([{ ok: false, hex: "003f00" }]);
  });

  it("refuses an answer with bytes behind its checksum", () => {
    expect(decodeAnswer(bytesOf("51892500"), rapid(9))).toMatchObject({
      ok: false,
      error: { code: "WIRE_UNKNOWN_FRAME" },
    });
  });
});

describe("what the format cannot carry", () => {
  const cases: readonly (readonly [Command, number])[] = [
    [{ command: "setPower", power: 111 }, 9],
    [{ command: "setPower", power: 50.5 }, 9],
    [{ command: "setPower", power: -1 }, 9],
    [{ command: "setPower", power: Number.NaN }, 9],
    [{ command: "setPulses", pulses: 1001 }, 8],
    [{ command: "setPulses", pulses: 6001 }, 9],
    [{ command: "setDuration", durationS: 10.1 }, 8],
    [{ command: "setDuration", durationS: 0.05 }, 9],
    [{ command: "setFrequency", frequencyHz: 33.33 }, 9],
    [{ command: "setChargeDelay", chargeDelay: 2001 }, 9],
  ];
  it.each(cases)("refuses %o on version %i", (command, major) => {
    expect(encode(command, rapid(major))).toMatchObject({
      ok: false,
      error: { code: "WIRE_OUT_OF_RANGE" },
    });
  });

  it("refuses commands that a version does not have", () => {
    expect(encode({ command: "getSystemStatus" }, rapid(8))).toMatchObject({
      ok: false,
      error: { code: "WIRE_UNKNOWN_FRAME" },
    });
    expect(encode({ command: "setChargeDelay", chargeDelay: 5 }, rapid(8))).toMatchObject({
      ok: false,
    });
  });

  it("does not repeat an unlock code that it refuses", () => {
    const refused = encode(
      { command: "enableRemoteControl", unlockCode: "not-a-code-zz-99" },
      rapid(9),
    );
    expect(refused.ok).toBe(false);
    expect(JSON.stringify(refused)).not.toContain("zz-99");
  });

  it("decodes what it encodes, over the whole range of every number", () => {
    for (const major of [5, 7, 9, 10, 11]) {
      for (let power = 0; power <= 110; power++) {
        const command: Command = { command: "setPower", power };
        const encoded = encode(command, rapid(major));
        expect(encoded.ok && decodeCommand(encoded.value, rapid(major))).toEqual({
          ok: true,
          value: command,
        });
      }
      for (let tenths = 1; tenths <= 1000; tenths += 7) {
        const command: Command = { command: "setFrequency", frequencyHz: tenths / 10 };
        const encoded = encode(command, rapid(major));
        expect(encoded.ok && decodeCommand(encoded.value, rapid(major))).toEqual({
          ok: true,
          value: command,
        });
      }
    }
  });
});

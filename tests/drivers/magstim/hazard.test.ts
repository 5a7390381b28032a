import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classify } from "../../../drivers/magstim/hazard.ts";
import { type Command, decodeCommand, encode } from "../../../drivers/magstim/wire/commands.ts";
import type { Dialect } from "../../../drivers/magstim/wire/dialect.ts";
import { toHex } from "../../../src/base/hex.ts";
import type { Hazard } from "../../../src/contract/hazard.ts";
import { bytesOf, vectors } from "./vectors.ts";

const host = vectors.filter((one) => one.direction === "host" && one.valid);

/** What a person says that a command does; neither the encoder nor the classifier is asked. */
function expectedHazard(command: Command): Hazard {
  switch (command.command) {
    case "setMode":
      return command.mode === "disarm" ? { kind: "safe" } : { kind: command.mode };
    case "setPower":
      return command.power === 0
        ? { kind: "safe" }
        : { kind: "intensity", channel: "A", pctMso: command.power };
    case "setPowerB":
      return command.power === 0
        ? { kind: "safe" }
        : { kind: "intensity", channel: "B", pctMso: command.power };
    case "setFrequency":
      return {
        kind: "setting",
        setting: "frequencyTenthsHz",
        value: Math.round(command.frequencyHz * 10),
      };
    case "setDuration":
      return {
        kind: "setting",
        setting: "durationTenthsS",
        value: Math.round(command.durationS * 10),
      };
    case "setPulses":
      return { kind: "setting", setting: "pulses", value: command.pulses };
    case "setChargeDelay":
      return { kind: "setting", setting: "chargeDelayMs", value: command.chargeDelay };
    case "setPulseInterval":
      return {
        kind: "setting",
        setting: "intervalRaw",
        value: Math.round(command.intervalMs * (command.highResolution ? 10 : 1)),
      };
    case "highResolution":
      return { kind: "setting", setting: "highResolution", value: command.enable ? 1 : 0 };
    case "enhancedPower":
      return command.enable
        ? { kind: "setting", setting: "enhancedPower", value: 1 }
        : { kind: "setting", setting: "enhancedPowerOff", value: 0 };
    case "ignoreCoilSafetySwitch":
      return { kind: "setting", setting: "ignoreCoilSwitch", value: 1 };
    default:
      return { kind: "safe" };
  }
}

describe("the hazard of bytes", () => {
  it.each(host)("is known for every frame of the vectors: $name", ({ bytes, meaning }) => {
    expect(classify(bytes)).toEqual(expectedHazard(meaning as unknown as Command));
  });

  const dialects = fc.record({
    model: fc.constantFrom("200", "bistim", "rapid", "horizon"),
    major: fc.integer({ min: 5, max: 11 }),
    highResolution: fc.boolean(),
  }) satisfies fc.Arbitrary<Dialect>;
  const commands: fc.Arbitrary<Command> = fc.oneof(
    fc.constantFrom<Command[]>(
      { command: "enableRemoteControl" },
      { command: "disableRemoteControl" },
      { command: "enableRemoteControl", unlockCode: "a1b2-c3d4e5f6-1b" },
      { command: "setMode", mode: "arm" },
      { command: "setMode", mode: "disarm" },
      { command: "setMode", mode: "fire" },
      { command: "getVersion" },
      { command: "getParameters" },
      { command: "getSystemStatus" },
      { command: "getSystemMode" },
      { command: "getTemperature" },
      { command: "getErrorCode" },
      { command: "getChargeDelay" },
      { command: "ignoreCoilSafetySwitch" },
      { command: "highResolution", enable: true },
      { command: "highResolution", enable: false },
      { command: "enhancedPower", enable: true },
      { command: "enhancedPower", enable: false },
    ),
    fc.integer({ min: 0, max: 110 }).map((power): Command => ({ command: "setPower", power })),
    fc.integer({ min: 0, max: 100 }).map((power): Command => ({ command: "setPowerB", power })),
    fc
      .integer({ min: 0, max: 1000 })
      .map((tenths): Command => ({ command: "setFrequency", frequencyHz: tenths / 10 })),
    fc
      .integer({ min: 0, max: 6000 })
      .map((tenths): Command => ({ command: "setDuration", durationS: tenths / 10 })),
    fc.integer({ min: 0, max: 6000 }).map((pulses): Command => ({ command: "setPulses", pulses })),
    fc.tuple(fc.integer({ min: 0, max: 999 }), fc.boolean()).map(
      ([raw, highResolution]): Command => ({
        command: "setPulseInterval",
        highResolution,
        intervalMs: highResolution ? raw / 10 : raw,
      }),
    ),
    fc
      .integer({ min: 0, max: 10_000 })
      .map((chargeDelay): Command => ({ command: "setChargeDelay", chargeDelay })),
  );

  it("agrees with the encoder for every command of every model and version", () => {
    const property = fc.property(commands, dialects, (command, dialect) => {
      const encoded = encode(command, dialect);
      fc.pre(encoded.ok);
      expect(classify(encoded.value)).toEqual(expectedHazard(command));
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("is unknown for two frames in one write", () => {
    for (const first of host) {
      for (const second of [bytesOf("454179"), bytesOf("454872"), bytesOf("51406e")]) {
        const glued = new Uint8Array([...first.bytes, ...second]);
        expect(classify(glued).kind, toHex(glued)).toBe("unknown");
      }
    }
  });

  it("is unknown for a cut frame", () => {
    for (const { bytes } of host) {
      for (let length = 0; length < bytes.length; length++) {
        expect(classify(bytes.subarray(0, length)).kind, toHex(bytes.subarray(0, length))).toBe(
          "unknown",
        );
      }
    }
  });

  it("is unknown when any single bit is flipped, and such a frame decodes to no command", () => {
    for (const { bytes, dialect } of host) {
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = Uint8Array.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(classify(flipped).kind, toHex(flipped)).toBe("unknown");
        expect(decodeCommand(flipped, dialect).ok).toBe(false);
      }
    }
  });

  it("is never safe for garbage, and never throws", () => {
    const property = fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
      const hazard = classify(bytes);
      // Three random bytes can be a question by chance; then the decoder must call it one too.
      if (hazard.kind === "safe")
        expect(bytes.length === 3 || bytes.length === 5 || bytes.length === 18).toBe(true);
    });
    fc.assert(property, { numRuns: 1000 });
  });

  it("is unknown for a padding byte that nobody sends", () => {
    expect(classify(bytesOf("514f5f")).kind).toBe("unknown");
  });
});

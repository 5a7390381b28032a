import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  delayMs,
  type HostBytes,
  type HostCommand,
  NOTHING_HEARD,
  pushHostBytes,
} from "../../../simulators/duomag/hostBytes.ts";
import { encodeStatus, type StatusFields } from "../../../simulators/duomag/statusFrame.ts";
import { bytesOf, duomagVectors, hexOf } from "./bench.ts";

const hostVectors = duomagVectors().filter(({ direction }) => direction === "host");
const frameVectors = duomagVectors().filter(({ meaning }) => "coilTemperatureAdc" in meaning);

/** In the words of the vectors. */
function meaningOf(command: HostCommand | undefined): object {
  if (command === undefined) return { command: null };
  switch (command.kind) {
    case "intensity":
      return { command: "intensity", percent: command.pct };
    case "fire":
      return { command: "fire" };
    case "delay": {
      const { steps, exponent } = command.delay;
      return {
        command: command.of === "recharge" ? "recharge delay" : "trigger-out delay",
        ...{ steps, exponent, setMs: delayMs(command.delay) },
      };
    }
  }
}

/** A vector's delay as a device that was told it would hold it. */
const DELAYS: Readonly<Record<number, { readonly steps: number; readonly exponent: number }>> = {
  0: { steps: 0, exponent: 0 },
  50: { steps: 50, exponent: 4 },
  120: { steps: 60, exponent: 5 },
  1270: { steps: 127, exponent: 7 },
};

function fieldsOf(meaning: Readonly<Record<string, unknown>>): StatusFields {
  const number = (key: string): number => Number(meaning[key] ?? 0);
  const flag = (key: string): boolean => meaning[key] === true;
  return {
    demandOnStimTtl: flag("demandOnStimTtl"),
    changeIntensity: number("changeIntensity"),
    intensityPct: number("intensity"),
    coilAdc: number("coilTemperatureAdc"),
    resistorAdc: number("resistorTemperatureAdc"),
    dischargeAdc: number("dischargeTemperatureAdc"),
    omittedPulses: number("omittedPulses"),
    powerOverheat: flag("powerOverheat"),
    coilDisconnected: flag("coilDisconnected"),
    voltageHoldError: flag("voltageHoldError"),
    voltageRechargeError: flag("voltageRechargeError"),
    powerFanSeized: flag("powerFanSeized"),
    coilOverheat: flag("coilOverheat"),
    resistorOverheat: flag("resistorOverheat"),
    dischargeOverheat: flag("dischargeOverheat"),
    coilDataOk: flag("coilDataOk"),
    receivingUsb: flag("receivingUsb"),
    idleTime: flag("idleTime"),
    charged: flag("charged"),
    triggerOutDelay: DELAYS[number("triggerOutDelayMs")] ?? { steps: -1, exponent: -1 },
    rechargeDelay: DELAYS[number("rechargeDelayMs")] ?? { steps: -1, exponent: -1 },
    coilType: number("coilType"),
  };
}

describe("bytes of the host", () => {
  it.each(hostVectors)("are understood as the vectors say: $name", ({ hex, meaning }) => {
    const { commands } = pushHostBytes(NOTHING_HEARD, bytesOf(hex));
    expect(commands.length).toBe(meaning["command"] === null ? 0 : 1);
    expect(meaning).toMatchObject(meaningOf(commands[0]));
  });

  it("mean the same in whatever chunks they come", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const often = fc.constantFrom(121, 121, 50, 0x8f, 0xb4, 0xdf, 0xff, 110);
    fc.assert(
      fc.property(
        fc.array(fc.oneof(byte, often), { maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        (bytes, sizes) => {
          const whole = pushHostBytes(NOTHING_HEARD, Uint8Array.from(bytes));
          let state: HostBytes = NOTHING_HEARD;
          const commands: HostCommand[] = [];
          for (let at = 0, i = 0; at < bytes.length; i += 1) {
            const size = sizes[i % sizes.length] ?? 1;
            const pushed = pushHostBytes(state, Uint8Array.from(bytes.slice(at, at + size)));
            state = pushed.state;
            commands.push(...pushed.commands);
            at += size;
          }
          expect({ state, commands }).toEqual(whole);
        },
      ),
    );
  });

  it.each([
    [
      "a byte that another one follows does not act, and the other becomes the candidate",
      "7932",
      "",
    ],
    ["three equal bytes act once", "797979", "fire"],
    ["four equal bytes act twice", "79797979", "fire fire"],
    ["a candidate waits for its twin over another pair's end", "793232", "intensity"],
    ["a lower half without an upper half is ignored", "b4b4", ""],
    ["a lower half after the upper half of the other delay is ignored", "cfcfb4b4", ""],
    ["a lower half counts once", "8f8fb4b4b4b4", "delay"],
    ["a setting between the halves makes the upper half stale", "8f8f3232b4b4", "intensity"],
    ["a single stray byte between the halves does not", "8f8f05b4b4", "delay"],
    ["101 to 120 and 122 to 127 do nothing", "656578787a7a7f7f", ""],
  ])("%s", (_words, hex, kinds) => {
    const { commands } = pushHostBytes(NOTHING_HEARD, bytesOf(hex));
    expect(commands.map(({ kind }) => kind).join(" ")).toBe(kinds);
  });
});

describe("status frames", () => {
  it("are among the vectors", () => expect(frameVectors.length).toBeGreaterThanOrEqual(14));

  it.each(frameVectors)("are made as the vectors have them: $name", ({ hex, meaning }) => {
    expect(hexOf(encodeStatus(fieldsOf(meaning), hex.length / 2 - 1))).toBe(hex);
  });

  it("never have bits set that no program reads", () => {
    const flags = fc.boolean();
    fc.assert(
      fc.property(
        fc.integer({ min: -16, max: 15 }),
        fc.integer({ min: 0, max: 100 }),
        flags,
        flags,
        fc.integer({ min: 0, max: 127 }),
        fc.integer({ min: 0, max: 7 }),
        (turn, pct, one, two, steps, exponent) => {
          const base = fieldsOf(frameVectors[0]?.meaning ?? {});
          const delay = { steps, exponent };
          const frame = encodeStatus(
            {
              ...base,
              ...{ changeIntensity: turn, intensityPct: pct, demandOnStimTtl: one },
              ...{ powerOverheat: one, coilOverheat: two, receivingUsb: two },
              ...{ rechargeDelay: delay, triggerOutDelay: delay },
            },
            15,
          );
          const unread = [0xc0, 0, 0, 0, 0, 0, 0x87, 0xa0, 0xfa, 0x80, 0x80, 0x88];
          expect(unread.map((mask, i) => (frame[i] ?? 0) & mask)).toEqual(unread.map(() => 0));
        },
      ),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classify } from "../../../drivers/magventure/hazard.ts";
import { seal } from "../../../drivers/magventure/wire/frame.ts";
import { toHex } from "../../../src/base/hex.ts";
import type { Hazard } from "../../../src/contract/hazard.ts";
import { bytesOf, vectors } from "./vectors.ts";

const SAFE: Hazard = { kind: "safe" };
const setting = (name: string, value: number): Hazard => ({
  kind: "setting",
  setting: name,
  value,
});
const several = (hazards: readonly Hazard[]): Hazard => ({ kind: "several", hazards });

const MODES = ["Standard", "Power", "Twin", "Dual"];
const WAVEFORMS = ["Monophasic", "Biphasic", "Halfsine", "Biphasic Burst"];
const MODELS = ["R30", "X100", "R30+Option", "X100+Option", "R30+Option+Mono", "MST"];
const TIMINGS = ["Sequence", "External Trig", "Ext Seq. Start", "Ext Seq. Cont"];

type Meaning = Readonly<Record<string, unknown>>;
const tenths = (value: unknown): number => Math.round(Number(value) * 10);

function trainOf(m: Meaning): Hazard[] {
  return [
    setting("frequencyTenthsHz", tenths(m["repRateHz"])),
    setting("pulses", Number(m["pulsesInTrain"])),
    setting("trains", Number(m["numberOfTrains"])),
    setting("betweenTrainsTenthsS", tenths(m["itiS"])),
  ];
}

function delaysOf(m: Meaning): Hazard {
  return several([
    setting("inputDelayTenthsMs", tenths(m["inputTrigMs"])),
    setting("outputDelayTenthsMs", tenths(m["outputTrigMs"])),
    setting("chargeDelayMs", Number(m["chargeMs"])),
  ]);
}

function amplitudesOf(m: Meaning): Hazard {
  const hazards = (["A", "B"] as const).flatMap((channel): Hazard[] => {
    const pctMso = Number(m[`amplitude${channel}`] ?? 0);
    return pctMso === 0 ? [] : [{ kind: "intensity", channel, pctMso }];
  });
  if (hazards.length === 0) return SAFE;
  return hazards.length === 1 ? (hazards[0] ?? SAFE) : several(hazards);
}

/** What a person says that a command does; neither the encoder nor the classifier is asked. */
function expected(m: Meaning): Hazard {
  switch (m["what"]) {
    case "set amplitude":
      return amplitudesOf(m);
    case "enable":
      return { kind: "arm" };
    case "fire pulse or burst":
    case "start train or protocol":
      return { kind: "fire" };
    case "set page":
      return setting("page", Number(m["page"]));
    case "set train (documented form)":
      return several(trainOf(m));
    case "set train":
      return several([
        setting("timingControl", TIMINGS.indexOf(String(m["timingControl"]))),
        ...trainOf(m),
        setting("warningSound", m["priorWarningSound"] === true ? 1 : 0),
        ...("rampUp" in m
          ? [
              setting("rampPct", Math.round(Number(m["rampUp"]) * 100)),
              setting("rampTrains", Number(m["rampUpTrains"])),
            ]
          : []),
      ]);
    case "set delays":
    case "set delays (documented form)":
      return delaysOf(m);
    case "set settings":
      return several([
        setting("model", MODELS.indexOf(String(m["model"]))),
        setting("mode", MODES.indexOf(String(m["mode"]))),
        setting("currentDirection", m["currentDirection"] === "Reverse" ? 1 : 0),
        setting("waveform", WAVEFORMS.indexOf(String(m["waveform"]))),
        setting("burstPulses", Number(m["burstPulses"])),
        setting("intervalTenthsMs", tenths(m["ipiMs"])),
        setting("ratioHundredths", Math.round(Number(m["baRatio"]) * 100)),
      ]);
    default:
      return SAFE;
  }
}

const host = vectors.filter(({ direction }) => direction === "host");

describe("the hazard of bytes", () => {
  it.each(host)("is known for every frame of the vectors: $name", ({ bytes, meaning }) => {
    expect(classify(bytes)).toEqual(expected(meaning));
  });

  it("is unknown for several frames in one write, even safe ones", () => {
    fc.assert(
      fc.property(fc.constantFrom(...host), fc.constantFrom(...host), (a, b) => {
        const glued = new Uint8Array(Buffer.concat([a.bytes, b.bytes]));
        expect(classify(glued).kind).toBe("unknown");
      }),
    );
  });

  it("is unknown for cut frames", () => {
    for (const { bytes } of host)
      for (let end = 0; end < bytes.length; end += 1)
        expect(classify(bytes.subarray(0, end)).kind).toBe("unknown");
  });

  it("is unknown after any change of a single byte", () => {
    for (const { bytes, name } of host) {
      for (let at = 0; at < bytes.length; at += 1) {
        for (let other = 0; other < 256; other += 1) {
          if (other === bytes[at]) continue;
          const changed = Uint8Array.from(bytes);
          changed[at] = other;
          expect(classify(changed).kind, `${name}: ${toHex(changed)}`).toBe("unknown");
        }
      }
    }
  });

  it("of arbitrary bodies is safe for questions, disabling and amplitude 0 alone", () => {
    const questions = new Set(["00", "05", "0900", "0a00", "0b00", "0c00", `09${"00".repeat(10)}`]);
    const harmless = new Set([...questions, "0200", "0100", "010000"]);
    const bodies = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 16 }),
      fc
        .tuple(fc.integer({ min: 0, max: 13 }), fc.uint8Array({ maxLength: 13 }))
        .map(([number, rest]) => Uint8Array.from([number, ...rest])),
      fc
        .tuple(fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 14 }))
        .map(([number, zeros]) => Uint8Array.from([number, ...Array<number>(zeros).fill(0)])),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        const { kind } = classify(seal(body));
        if (kind === "safe") expect(harmless).toContain(toHex(body));
        if (harmless.has(toHex(body))) expect(kind).toBe("safe");
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ["command 3 with another trailing byte", "0302"],
    ["command 4 with a trailing byte", "0401"],
    ["enable with another number", "0202"],
    ["a page with another trailing byte", "070201"],
    ["a padded query that is not all zeros", "0900000000000000000001"],
    ["settings for a model that does not exist", "0901060000010300640064"],
    ["settings with a mode that does not exist", "0901000400010300640064"],
    ["a timing with the bit of the device's option", "0b011000640005000100" + "0a00"],
    ["delays with a third form", "080000000000000001"],
    ["a command that nobody knows", "0d"],
  ])("is unknown for %s", (_, body) => {
    expect(classify(seal(bytesOf(body))).kind).toBe("unknown");
  });

  it("is unknown for a legal write that holds a start of a train inside", () => {
    // 51.0 ms and ratio 2.60 are legal; FE 01 04 61 FF is what a device that lost the first FE reads.
    const choices = [6, 4, 2, 4, 4].map((count) => Array.from({ length: count }, (_, i) => i));
    const all = choices.reduce<readonly (readonly number[])[]>(
      (rows, next) => rows.flatMap((row) => next.map((value) => [...row, value])),
      [[]],
    );
    const frames = all.map((row) => seal(Uint8Array.from([9, 1, ...row, 1, 0xfe, 1, 4])));
    const found = frames.filter((frame) => frame[13] === 0x61);
    for (const frame of found)
      expect(classify(frame)).toEqual({ kind: "unknown", why: "a frame that holds another one" });
    expect(found.length).toBeGreaterThan(0);
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void classify(bytes)));
  });
});

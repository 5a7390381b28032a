import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Command, Refusal } from "../../../simulators/magstim/core/commandTable.ts";
import { dataLengthOf, decodeCommand } from "../../../simulators/magstim/rapid/commands.ts";
import type { RapidInput } from "../../../simulators/magstim/rapid/inputs.ts";
import { goodAnswer, type Reading } from "../../../simulators/magstim/rapid/reply.ts";
import { type RapidVariant, rapidVariant } from "../../../simulators/magstim/rapid/variant.ts";
import { type Answer, encodeAnswer } from "../../../simulators/magstim/wire/answers.ts";
import {
  EMPTY_STREAM,
  type HostItem,
  pushHostBytes,
} from "../../../simulators/magstim/wire/hostStream.ts";
import { bytesOf, hexOf, hostFrame, magstimVectors, type Vector } from "./vectors.ts";

type RapidCommand = Command<RapidInput>;

function variantOf(softwareVersion: string, unlockCode: string | null = null): RapidVariant {
  return rapidVariant({
    model: "magstim-super-rapid2",
    type: "super",
    mains: 240,
    softwareVersion,
    unlockCode,
  });
}

function split(bytes: Uint8Array, variant: RapidVariant): readonly HostItem[] {
  return pushHostBytes(EMPTY_STREAM, bytes, 0, { dataLength: dataLengthOf(variant), gapMs: 100 })
    .items;
}

/** What a vector's meaning should come out as. */
function expectedCommand(meaning: Vector["meaning"]): RapidCommand {
  const act = (input: object): RapidCommand => ({ kind: "act", input }) as RapidCommand;
  const tenths = (key: string): number => Math.round(Number(meaning[key]) * 10);
  switch (meaning["command"]) {
    case "enableRemoteControl":
      return { kind: "take-control", code: (meaning["unlockCode"] as string | undefined) ?? null };
    case "disableRemoteControl":
      return act({ kind: "give-up-control" });
    case "getVersion":
      return { kind: "query", what: "version" };
    case "getParameters":
      return { kind: "query", what: "parameters" };
    case "getTemperature":
      return { kind: "query", what: "temperature" };
    case "getErrorCode":
      return { kind: "query", what: "error-code" };
    case "getSystemStatus":
      return { kind: "query", what: "system-status" };
    case "getChargeDelay":
      return { kind: "query", what: "charge-delay" };
    case "ignoreCoilSafetySwitch":
      return act({ kind: "ignore-switch" });
    case "enhancedPower":
      return act({ kind: "enhanced-power", on: meaning["enable"] });
    case "setPower":
      return act({ kind: "set-power", pct: meaning["power"] });
    case "setFrequency":
      return act({ kind: "set-frequency", tenthsHz: tenths("frequencyHz") });
    case "setPulses":
      return act({ kind: "set-pulses", pulses: meaning["pulses"] });
    case "setDuration":
      return act({ kind: "set-duration", tenthsS: tenths("durationS") });
    case "setChargeDelay":
      return act({ kind: "set-charge-delay", delayMs: meaning["chargeDelay"] });
    case "setMode":
      return act(
        meaning["mode"] === "fire" ? { kind: "fire", cause: "serial" } : { kind: meaning["mode"] },
      );
    default:
      throw new Error(`no expectation for ${JSON.stringify(meaning)}`);
  }
}

type Flags = Readonly<Record<string, number>>;
const NO_FLAGS: Flags = {};

/** The reading that a vector's meaning describes. */
function readingOf(meaning: Vector["meaning"]): Reading {
  const instr = (meaning["instr"] ?? NO_FLAGS) as Flags;
  const rapid = (meaning["rapid"] ?? NO_FLAGS) as Flags;
  const extended = (meaning["extInstr"] ?? NO_FLAGS) as Flags;
  const shown = (meaning["rapidParam"] ?? NO_FLAGS) as Flags;
  const is = (flags: Flags, key: string): boolean => flags[key] === 1;
  return {
    instrument: {
      standby: is(instr, "standby"),
      armed: is(instr, "armed"),
      ready: is(instr, "ready"),
      coilPresent: is(instr, "coilPresent"),
      replaceCoil: is(instr, "replaceCoil"),
      errorPresent: is(instr, "errorPresent"),
      errorType: is(instr, "errorType"),
      remote: is(instr, "remoteStatus"),
    },
    rapid: {
      enhancedPower: is(rapid, "enhancedPowerMode"),
      train: is(rapid, "train"),
      wait: is(rapid, "wait"),
      singlePulse: is(rapid, "singlePulseMode"),
      supplyConnected: is(rapid, "hvpsuConnected"),
      coilReady: is(rapid, "coilReady"),
      thetaSupply: is(rapid, "thetaPSUDetected"),
      modifiedCoilAlgorithm: is(rapid, "modifiedCoilAlgorithm"),
    },
    extended: {
      plus1: is(extended, "plus1ModuleDetected"),
      specialTrigger: is(extended, "specialTriggerModeActive"),
      chargeDelaySet: is(extended, "chargeDelaySet"),
    },
    parameters: {
      powerPct: shown["power"] ?? 0,
      frequencyTenthsHz: Math.round((shown["frequency"] ?? 0) * 10),
      pulses: shown["nPulses"] ?? 0,
      durationTenthsS: Math.round((shown["duration"] ?? 0) * 10),
      waitTenthsS: Math.round((shown["wait"] ?? 0) * 10),
    },
    temperaturesC: [24, 24],
    errorCode: (meaning["errorCode"] as string | undefined) ?? "000",
    chargeDelayMs: (meaning["chargeDelay"] as number | undefined) ?? 0,
  };
}

function expectedAnswer(vector: Vector, variant: RapidVariant): Answer {
  const command = String(vector.meaning["reply"]).charCodeAt(0);
  if (vector.meaning["error"] === "unknown command") return { kind: "unknown-command" };
  if (vector.meaning["error"] === "bad data") return { kind: "bad-data", command };
  if (vector.meaning["error"] === "conflict") return { kind: "conflict", command };
  return goodAnswer(command, readingOf(vector.meaning), variant);
}

const RAPID = magstimVectors().filter(({ model }) => model === "rapid");
/** Frames of the 200 that the whole family has. */
const SHARED_LETTERS = ["R", "@", "E", "F"];
const SHARED = magstimVectors().filter(
  ({ model, valid, hex }) =>
    model === "200" &&
    valid &&
    SHARED_LETTERS.includes(String.fromCharCode(Number.parseInt(hex.slice(0, 2), 16))),
);
const HOST = [...RAPID, ...SHARED].filter(({ direction }) => direction === "host");
const DEVICE = RAPID.filter(({ direction }) => direction === "device");

describe("golden vectors of the Rapid group", () => {
  it.each(HOST.map((vector) => [vector.name, vector] as const))(
    "reads the host frame: %s",
    (_name, vector) => {
      const variant = variantOf(vector.softwareVersion ?? "9.0");
      const [item, ...more] = split(bytesOf(vector.hex), variant);
      expect(more).toEqual([]);
      if (item?.kind !== "frame") throw new Error("no frame");
      expect(item.checksumOk).toBe(true);
      expect(decodeCommand(item.command, item.data, variant)).toEqual(
        expectedCommand(vector.meaning),
      );
    },
  );

  it.each(DEVICE.map((vector) => [vector.name, vector] as const))(
    "writes the device frame: %s",
    (_name, vector) => {
      const variant = variantOf(vector.softwareVersion ?? "9.0");
      expect(hexOf(encodeAnswer(expectedAnswer(vector, variant)))).toBe(vector.hex);
    },
  );

  it("covers every vector of the group", () => {
    expect(HOST.length).toBeGreaterThanOrEqual(40);
    expect(DEVICE.length).toBeGreaterThanOrEqual(39);
  });

  it("writes two coil temperatures in tenths of a degree", () => {
    const reading = {
      ...readingOf({ instr: { standby: 1, coilPresent: 1, remoteStatus: 1 } }),
      temperaturesC: [24, 31.26] as const,
    };
    const bytes = encodeAnswer(goodAnswer("F".charCodeAt(0), reading, variantOf("11.0")));
    expect(Buffer.from(bytes.slice(2, -1)).toString("latin1")).toBe("240313");
  });
});

describe("splitting the host's bytes", () => {
  it("sees a wrong checksum and keeps the frame's bounds", () => {
    const items = split(bytesOf("403035302b455b5b"), variantOf("9.0"));
    expect(items.map((item) => item.kind === "frame" && item.checksumOk)).toEqual([false, false]);
  });

  it("drops an incomplete frame after the pause and keeps it before", () => {
    const options = { dataLength: dataLengthOf(variantOf("9.0")), gapMs: 100 };
    const first = pushHostBytes(EMPTY_STREAM, bytesOf("4030"), 0, options);
    expect(pushHostBytes(first.stream, bytesOf("35302a"), 99, options).items).toHaveLength(1);
    const afterPause = pushHostBytes(first.stream, hostFrame("EA"), 100, options);
    expect(afterPause.items).toMatchObject([{ kind: "frame", command: 0x45, checksumOk: true }]);
  });

  it("drops all that has arrived with an unknown command byte", () => {
    const [item, ...more] = split(bytesOf("4a4075454179"), variantOf("9.0"));
    expect(more).toEqual([]);
    expect(item).toMatchObject({ kind: "unknown-command" });
  });

  it("takes a short Q on a unit with a code for a whole frame", () => {
    const items = split(bytesOf("51406e"), variantOf("9.0", "a1b2-c3d4e5f6-1b"));
    expect(items).toMatchObject([{ kind: "frame", command: 0x51, data: [0x40] }]);
  });

  it("does not know the commands of later versions", () => {
    for (const text of ["x@", "n0500", "o@"]) {
      expect(split(hostFrame(text), variantOf("8.0"))).toMatchObject([{ kind: "unknown-command" }]);
    }
  });

  it("finds the same frames however the bytes are cut into chunks", () => {
    const variant = variantOf("10.2");
    const bytes = Buffer.concat(
      ["@050", "EB", "EH", "x@", "D00020", "[0010", "B0250"].map(hostFrame),
    );
    const options = { dataLength: dataLengthOf(variant), gapMs: 100 };
    const whole = pushHostBytes(EMPTY_STREAM, bytes, 0, options).items;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 30, maxLength: 30 }),
        (sizes) => {
          let stream = EMPTY_STREAM;
          let from = 0;
          const items: HostItem[] = [];
          for (const size of sizes) {
            const pushed = pushHostBytes(stream, bytes.subarray(from, from + size), 0, options);
            stream = pushed.stream;
            from += size;
            items.push(...pushed.items);
          }
          const rest = pushHostBytes(stream, bytes.subarray(from), 0, options);
          expect([...items, ...rest.items]).toEqual(whole);
        },
      ),
    );
  });

  it("never throws and never grows beyond one frame on random bytes", () => {
    const options = { dataLength: dataLengthOf(variantOf("11.0")), gapMs: 100 };
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 }), (chunks) => {
        let stream = EMPTY_STREAM;
        for (const chunk of chunks) stream = pushHostBytes(stream, chunk, 0, options).stream;
        expect(stream.pending.length).toBeLessThan(18);
      }),
    );
  });
});

describe("values of the host", () => {
  const decode = (text: string, version: string): RapidCommand | Refusal | null => {
    const variant = variantOf(version);
    const [item] = split(hostFrame(text), variant);
    return item?.kind === "frame" ? decodeCommand(item.command, item.data, variant) : null;
  };

  it.each([
    ["a letter among digits", "@0x0", "9.0"],
    ["power above 110", "@111", "9.0"],
    ["frequency 0", "B0000", "9.0"],
    ["tenths above 30 Hz", "B0305", "9.0"],
    ["no pulses", "D00000", "9.0"],
    ["more than 6000 pulses", "D06001", "9.0"],
    ["more than 1000 pulses on old software", "D1001", "8.0"],
    ["more than 600 s", "[6001", "9.0"],
    ["more than 10 s on old software", "[101", "8.0"],
    ["tenths above 30 s", "[0301", "9.0"],
    ["a charge delay above 2000 on version 9", "n2001", "9.0"],
    ["a charge delay above 10000 on version 10", "n10001", "10.0"],
    ["an unknown letter behind E", "EX", "9.0"],
    ["a version query with another letter", "NX", "9.0"],
  ])("does not accept %s", (_name, text, version) => {
    expect(["bad-data", "out-of-range"]).toContain(decode(text, version));
  });

  it("accepts tenths above 30 on old software and any padding byte", () => {
    expect(decode("B0305", "8.0")).toMatchObject({ kind: "act" });
    expect(decode("\\!", "9.0")).toEqual({ kind: "query", what: "parameters" });
  });

  it("refuses a software version that is no version", () => {
    expect(() => variantOf("newest")).toThrow(/CLI_BAD_CALL/);
  });
});

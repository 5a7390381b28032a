import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCommand, type HostCommand } from "../../../simulators/magventure/wire/commands.ts";
import { framed } from "../../../simulators/magventure/wire/frame.ts";
import {
  EMPTY_STREAM,
  giveUpWaiting,
  pushHostBytes,
  type Split,
} from "../../../simulators/magventure/wire/hostStream.ts";
import { bodyOf, type Flags, type Message } from "../../../simulators/magventure/wire/messages.ts";
import type { Mode, Waveform } from "../../../simulators/magventure/wire/words.ts";
import { bytesOf, frame, hexOf, magventureVectors, type Vector } from "./vectors.ts";

const MODELS = ["R30", "X100", "R30+Option", "X100+Option", "R30+Option+Mono", "MST"];
const MODES: Readonly<Record<string, Mode>> = {
  Standard: "standard",
  Power: "power",
  Twin: "twin",
  Dual: "dual",
};
const WAVEFORMS: Readonly<Record<string, Waveform>> = {
  Monophasic: "monophasic",
  Biphasic: "biphasic",
  Halfsine: "halfsine",
  "Biphasic Burst": "burst",
};
const TIMING: Readonly<Record<string, string>> = {
  Sequence: "sequence",
  "External Trig": "external",
  "Ext Seq. Start": "external-start",
  "Ext Seq. Cont": "external-cont",
};

type Meaning = Vector["meaning"];
const number = (meaning: Meaning, key: string): number => Number(meaning[key]);
const times = (meaning: Meaning, key: string, factor: number): number =>
  Math.round(number(meaning, key) * factor);
const named = <T>(table: Readonly<Record<string, T>>, meaning: Meaning, key: string): T =>
  table[String(meaning[key])] as T;

const isStream = ({ meaning }: Vector): boolean => "bodies" in meaning;
const vectors = magventureVectors();
const hostVectors = vectors.filter(({ direction }) => direction === "host");
const deviceVectors = vectors.filter((one) => one.direction === "device" && !isStream(one));
const streams = vectors.filter(isStream);

/** What a host vector's meaning should come out as. */
function expectedCommand(meaning: Meaning): HostCommand {
  switch (meaning["command"]) {
    case 0:
      return { kind: "query", what: "short-status" };
    case 1: {
      const b = meaning["amplitudeB"] === undefined ? null : number(meaning, "amplitudeB");
      return { kind: "set-amplitude", a: number(meaning, "amplitudeA"), b };
    }
    case 2:
      return { kind: meaning["enabled"] === true ? "enable" : "disable" };
    case 3:
      return { kind: "fire" };
    case 4:
      return { kind: "start" };
    case 5:
      return { kind: "query", what: "long-status" };
    case 7:
      return { kind: "show-page", page: number(meaning, "page") };
    default:
      return String(meaning["what"]).startsWith("set")
        ? expectedWrite(meaning)
        : ({
            kind: "query",
            what: String(meaning["what"]).slice(6).replaceAll(" ", "-"),
          } as HostCommand);
  }
}

function expectedWrite(meaning: Meaning): HostCommand {
  if (meaning["command"] === 9) {
    return {
      kind: "write-settings",
      settings: {
        modelByte: MODELS.indexOf(String(meaning["model"])),
        mode: named(MODES, meaning, "mode"),
        direction: meaning["currentDirection"] === "Reverse" ? "reverse" : "normal",
        waveform: named(WAVEFORMS, meaning, "waveform"),
        burstPulses: number(meaning, "burstPulses"),
        intervalTenthsMs: times(meaning, "ipiMs", 10),
        ratioHundredths: times(meaning, "baRatio", 100),
      },
    };
  }
  const isDocumented = meaning["command"] === 6 || meaning["command"] === 8;
  const form = isDocumented ? "documented" : "experimental";
  if (meaning["command"] === 8 || meaning["command"] === 10) {
    return {
      kind: "write-delays",
      form,
      delays: {
        inputTenthsMs: times(meaning, "inputTrigMs", 10),
        outputTenthsMs: times(meaning, "outputTrigMs", 10),
        chargeMs: number(meaning, "chargeMs"),
      },
    };
  }
  const train = {
    rateTenthsHz: times(meaning, "repRateHz", 10),
    pulses: number(meaning, "pulsesInTrain"),
    trains: number(meaning, "numberOfTrains"),
    itiTenthsS: times(meaning, "itiS", 10),
  };
  if (isDocumented) return { kind: "write-train", form: "documented", train };
  const ramp =
    meaning["rampUp"] === undefined
      ? null
      : { pct: times(meaning, "rampUp", 100), trains: number(meaning, "rampUpTrains") };
  const extras = {
    timingControl: named(TIMING, meaning, "timingControl"),
    warningSound: meaning["priorWarningSound"],
    ramp,
  };
  return { kind: "write-train", form: "experimental", train, extras } as HostCommand;
}

const pair = (meaning: Meaning, name: string, factor = 1) => ({
  a: times(meaning, `${name}A`, factor),
  b: times(meaning, `${name}B`, factor),
});

function flagsOf(meaning: Meaning): Flags {
  return {
    mode: named(MODES, meaning, "mode"),
    waveform: named(WAVEFORMS, meaning, "waveform"),
    enabled: meaning["enabled"] === true,
    modelNumber: MODELS.indexOf(String(meaning["model"])),
  };
}

const statusOf = (meaning: Meaning) => ({
  flags: flagsOf(meaning),
  serialNumber: number(meaning, "serialNumber"),
  temperatureC: number(meaning, "temperatureC"),
  coilNumber: number(meaning, "coilNumber"),
  amplitudePct: pair(meaning, "amplitude"),
});

/** The message that a device vector's meaning describes; `hex` only for what nobody has explained. */
function messageOf({ meaning, hex }: Vector): Message {
  const page = number(meaning, "page");
  switch (meaning["message"]) {
    case 0:
      return { kind: "short-status", ...statusOf(meaning) };
    case 1:
      return {
        kind: "amplitude",
        amplitudePct: pair(meaning, "amplitude"),
        flags: flagsOf(meaning),
      };
    case 2:
      return { kind: "pulse", didtAPerUs: pair(meaning, "didt"), flags: flagsOf(meaning) };
    case 3:
      return { kind: "coil", ...statusOf(meaning) };
    case 4:
      return {
        kind: "mep",
        maximumUv: number(meaning, "maxAmplitudeUv"),
        minimumUv: number(meaning, "minAmplitudeUv"),
        timeOfMaximumUs: number(meaning, "maxTimeUs"),
      };
    case 5:
      return {
        kind: "long-status",
        ...statusOf(meaning),
        originalPct: pair(meaning, "original"),
        factorPct: pair(meaning, "factor", 100),
        page,
        running: meaning["running"] === true,
      };
    case 6:
      return {
        kind: "original-amplitude",
        originalPct: pair(meaning, "original"),
        flags: flagsOf(meaning),
      };
    case 7:
      return {
        kind: "amplitude-factor",
        factorPct: pair(meaning, "factor", 100),
        flags: flagsOf(meaning),
      };
    case 8:
      return { kind: "page", page, running: meaning["running"] === true, flags: flagsOf(meaning) };
    default:
      return settingsMessageOf(meaning, hex);
  }
}

function settingsMessageOf(meaning: Meaning, hex: string): Message {
  switch (meaning["message"]) {
    case 9:
      return {
        kind: "settings",
        modelByte: number(meaning, "modelByte"),
        mode: named(MODES, meaning, "mode"),
        direction: meaning["currentDirection"] === "Reverse" ? "reverse" : "normal",
        waveform: named(WAVEFORMS, meaning, "waveform"),
        burstPulses: number(meaning, "burstPulses"),
        intervalIndex: number(meaning, "ipiIndex"),
        pairByte: number(meaning, "ratioIndex"),
      };
    case 10:
      return {
        kind: "delays",
        inputTenthsMs: times(meaning, "inputTrigMs", 10),
        outputTenthsMs: times(meaning, "outputTrigMs", 10),
        chargeMs: number(meaning, "chargeMs"),
        tail: [],
      };
    case 11:
      return {
        kind: "train",
        timingControl: named(TIMING, meaning, "timingControl"),
        extendedRates: meaning["extendedRepRate"],
        rateTenthsHz: times(meaning, "repRateHz", 10),
        pulses: number(meaning, "pulsesInTrain"),
        trains: number(meaning, "numberOfTrains"),
        itiTenthsS: times(meaning, "itiS", 10),
        warningSound: meaning["priorWarningSound"],
        rampPct: times(meaning, "rampUp", 100),
        rampTrains: number(meaning, "rampUpTrains"),
      } as Message;
    default:
      return { kind: "unexplained", body: [...bytesOf(hex).slice(2, -2)] };
  }
}

const split = (bytes: Uint8Array): Split => pushHostBytes(EMPTY_STREAM, bytes);

describe("vectors of the host", () => {
  it("are all there", () => {
    expect([hostVectors.length, deviceVectors.length, streams.length]).toEqual([52, 40, 12]);
  });

  it.each(hostVectors.map((vector) => [vector.name, vector] as const))("%s", (_name, vector) => {
    const { bodies, dropped, stream } = split(bytesOf(vector.hex));
    expect({ count: bodies.length, dropped, left: stream.pending.length }).toEqual({
      count: 1,
      dropped: 0,
      left: 0,
    });
    expect(decodeCommand(bodies[0] ?? [])).toEqual(expectedCommand(vector.meaning));
    expect(hexOf(framed(bodies[0] ?? []))).toBe(vector.hex);
  });

  it("with any one bit turned over are no frame", () => {
    for (const { hex } of hostVectors) {
      const bytes = bytesOf(hex);
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const damaged = bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
        const pushed = split(damaged);
        const all = [...pushed.bodies, ...giveUpWaiting(pushed.stream).bodies].map(hexOf);
        expect(all, hexOf(damaged)).toEqual([]);
      }
    }
  });
});

describe("vectors of the device", () => {
  // The meaning of the counters names no trains, so these vectors are judged apart.
  const told = deviceVectors.filter(({ meaning }) => meaning["message"] !== 12);

  it.each(told.map((vector) => [vector.name, vector] as const))("%s", (_name, vector) => {
    expect(hexOf(framed(bodyOf(messageOf(vector))))).toBe(vector.hex);
  });

  it.each([
    ["counters: 300 stimuli, page Timing", 3, 15, 300, 2],
    ["counters: 65535 stimuli, page Main", 500, 1_000_000, 65_535, 1],
  ])("%s", (name, trains, pulsesTimesTrains, stimuli, page) => {
    const vector = deviceVectors.find((one) => one.name === name);
    const message: Message = {
      ...{ kind: "page-and-counters", trains, pulsesTimesTrains, stimuli, page },
    };
    expect(hexOf(framed(bodyOf(message)))).toBe(vector?.hex);
    expect(vector?.meaning).toMatchObject({ stimCount: stimuli, page });
  });

  it("carry a minimum below zero as two's complement", () => {
    const body = bodyOf({
      ...{ kind: "mep", maximumUv: 1250, minimumUv: -410, timeOfMaximumUs: 24_300 },
    });
    expect(hexOf(body)).toBe("04000004e2fffffe6600005eec");
  });
});

describe("streams", () => {
  it.each(streams.map((vector) => [vector.name, vector] as const))(
    "%s, in any pieces",
    (_name, { hex, meaning }) => {
      const bytes = bytesOf(hex);
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: bytes.length })), (cuts) => {
          expect(inPieces(bytes, cuts)).toEqual({
            bodies: meaning["bodies"],
            discarded: meaning["discarded"],
            pending: meaning["pending"],
          });
        }),
      );
    },
  );

  it("of anything yield every good frame between junk that begins none, and account for every byte", () => {
    const junk = fc.uint8Array({ maxLength: 12 }).map((bytes) => bytes.filter((b) => b !== 0xfe));
    const body = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 15 });
    const cuts = fc.array(fc.integer({ min: 1, max: 200 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(junk, body), { maxLength: 6 }), cuts, (parts, where) => {
        const bytes = Uint8Array.from(
          parts.flatMap(([noise, one]) => [...noise, ...frame(...one)]),
        );
        const seen = inPieces(bytes, where);
        expect(seen.bodies).toEqual(parts.map(([, one]) => hexOf(one)));
        expect(seen.discarded).toBe(parts.reduce((sum, [noise]) => sum + noise.length, 0));
      }),
    );
  });

  it("that stop in the middle are given up byte by byte, and a frame inside is found", () => {
    const waiting = split(Uint8Array.of(0xfe, 30, ...frame(0), 0xfe, 4, 1));
    expect(waiting.bodies).toEqual([]);
    const given = giveUpWaiting(waiting.stream);
    expect(given.bodies).toEqual([[0]]);
    expect(given.stream.pending).toEqual([]);
    expect(given.dropped).toBe(5);
  });
});

function inPieces(bytes: Uint8Array, cuts: readonly number[]) {
  const ends = [...new Set([...cuts, bytes.length])]
    .filter((end) => end <= bytes.length)
    .sort((one, other) => one - other);
  let stream = EMPTY_STREAM;
  let discarded = 0;
  let from = 0;
  const bodies: string[] = [];
  for (const end of ends) {
    const pushed = pushHostBytes(stream, bytes.slice(from, end));
    stream = pushed.stream;
    discarded += pushed.dropped;
    bodies.push(...pushed.bodies.map(hexOf));
    from = end;
  }
  return { bodies, discarded, pending: stream.pending.length };
}

describe("bodies without a meaning", () => {
  it.each([
    [[]],
    [[13]],
    [[0, 0]],
    [[1]],
    [[1, 2, 3, 4]],
    [[2, 2]],
    [[3, 1, 1]],
    [[4, 1]],
    [[6, 0, 10, 0, 5, 0, 3, 0]],
    [[8, 0, 0, 0, 0, 0, 0]],
    [[9, 1]],
    [[9, 2]],
    [[9, 1, 3, 4, 0, 1, 3, 0, 100, 0, 100]],
    [[9, 1, 3, 0, 2, 1, 3, 0, 100, 0, 100]],
    [[9, 1, 3, 0, 0, 4, 3, 0, 100, 0, 100]],
    [[9, 1, 3, 0, 0, 1, 4, 0, 100, 0, 100]],
    [[10, 1]],
    [[11, 1, 0, 0, 10, 0, 5, 0, 3, 0, 10, 1, 100]],
    [[12, 1]],
    [[240]],
  ])("%j are no command", (body) => {
    expect(decodeCommand(body)).toBeNull();
  });

  it("never throw, whatever they are", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 64 }), (body) => {
        expect(() => decodeCommand(body)).not.toThrow();
      }),
    );
  });
});

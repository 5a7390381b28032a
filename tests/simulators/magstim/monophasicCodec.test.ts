import { describe, expect, it } from "vitest";
import { choicesOf } from "../../../simulators/magstim/core/choices.ts";
import type { Command } from "../../../simulators/magstim/core/commandTable.ts";
import { MONOPHASIC_COMMANDS } from "../../../simulators/magstim/monophasic/commands.ts";
import type { MonophasicInput } from "../../../simulators/magstim/monophasic/inputs.ts";
import { goodAnswer } from "../../../simulators/magstim/monophasic/reply.ts";
import {
  type MonophasicVariant,
  monophasicVariant,
} from "../../../simulators/magstim/monophasic/variant.ts";
import { type Answer, encodeAnswer } from "../../../simulators/magstim/wire/answers.ts";
import { EMPTY_STREAM, pushHostBytes } from "../../../simulators/magstim/wire/hostStream.ts";
import { bytesOf, hexOf, hostFrame, magstimVectors, type Vector } from "./vectors.ts";

type MonophasicCommand = Command<MonophasicInput>;

const VARIANTS: Readonly<Record<string, MonophasicVariant>> = {
  "200": variantOf("200"),
  bistim: variantOf("bistim"),
};

function variantOf(type: "200" | "bistim"): MonophasicVariant {
  return monophasicVariant({ model: `magstim-${type}`, type, choices: choicesOf(undefined) });
}

function decode(bytes: Uint8Array, variant: MonophasicVariant) {
  const dataLength = MONOPHASIC_COMMANDS.dataLengthOf(variant);
  const { items, stream } = pushHostBytes(EMPTY_STREAM, bytes, 0, { dataLength, gapMs: 100 });
  const [item, ...more] = items;
  expect(more).toEqual([]);
  expect(stream.pending).toEqual([]);
  if (item?.kind !== "frame") return "unknown command";
  if (!item.checksumOk) return "wrong checksum";
  return MONOPHASIC_COMMANDS.decode(item.command, item.data, variant);
}

/** What a vector's meaning should come out as. */
function expectedCommand({ meaning }: Vector): MonophasicCommand {
  const act = (input: object): MonophasicCommand => ({ kind: "act", input }) as MonophasicCommand;
  switch (meaning["command"]) {
    case "enableRemoteControl":
      return { kind: "take-control", code: null };
    case "disableRemoteControl":
      return act({ kind: "give-up-control" });
    case "getParameters":
      return { kind: "query", what: "parameters" };
    case "getTemperature":
      return { kind: "query", what: "temperature" };
    case "getSystemMode":
      return { kind: "query", what: "system-mode" };
    case "setPower":
      return act({ kind: "set-power", pct: meaning["power"] });
    case "setPowerB":
      return act({ kind: "set-power-b", pct: meaning["power"] });
    case "highResolution":
      return act({ kind: "set-resolution", high: meaning["enable"] });
    case "setPulseInterval": {
      const perMs = meaning["highResolution"] === true ? 10 : 1;
      const digits = Math.round(Number(meaning["intervalMs"]) * perMs);
      return act({ kind: "set-interval", digits });
    }
    case "setMode":
      return act(
        meaning["mode"] === "fire" ? { kind: "fire", cause: "serial" } : { kind: meaning["mode"] },
      );
    default:
      throw new Error(`no expectation for ${JSON.stringify(meaning)}`);
  }
}

type Numbers = Readonly<Record<string, number>>;

function expectedAnswer({ meaning }: Vector): Answer {
  const command = String(meaning["reply"]).charCodeAt(0);
  if (meaning["error"] === "unknown command") return { kind: "unknown-command" };
  if (meaning["error"] === "bad data") return { kind: "bad-data", command };
  if (meaning["error"] === "conflict") return { kind: "conflict", command };
  const numbers = (key: string): Numbers => (meaning[key] ?? {}) as Numbers;
  const { coil1Temp = 24, coil2Temp = 24 } = numbers("magstimTemp");
  const shown = { ...numbers("magstimParam"), ...numbers("bistimParam") };
  return goodAnswer(command, {
    instrument: instrumentOf(numbers("instr")),
    powerPct: shown["power"] ?? shown["powerA"] ?? 0,
    powerBPct: shown["powerB"] ?? 0,
    interval: shown["ppOffset"] ?? 0,
    systemMode: String(meaning["systemMode"] ?? ""),
    temperaturesC: [coil1Temp, coil2Temp],
  });
}

function instrumentOf(flags: Numbers) {
  const is = (key: string): boolean => flags[key] === 1;
  return {
    standby: is("standby"),
    armed: is("armed"),
    ready: is("ready"),
    coilPresent: is("coilPresent"),
    replaceCoil: is("replaceCoil"),
    errorPresent: is("errorPresent"),
    errorType: is("errorType"),
    remote: is("remoteStatus"),
  };
}

const VECTORS = magstimVectors().filter(({ model }) => Object.hasOwn(VARIANTS, model));
const named = (list: readonly Vector[]) => list.map((vector) => [vector.name, vector] as const);
const HOST = VECTORS.filter(({ direction, valid }) => direction === "host" && valid);
const DEVICE = VECTORS.filter(({ direction, valid }) => direction === "device" && valid);
const DAMAGED = VECTORS.filter(({ direction, valid }) => direction === "host" && !valid);

const variantFor = ({ model }: Vector): MonophasicVariant => {
  const variant = VARIANTS[model];
  if (variant === undefined) throw new Error(`no variant of ${model}`);
  return variant;
};

describe("golden vectors of the 200² and the BiStim²", () => {
  it.each(named(HOST))("reads the host frame: %s", (_name, vector) => {
    expect(decode(bytesOf(vector.hex), variantFor(vector))).toEqual(expectedCommand(vector));
  });

  it.each(named(DEVICE))("writes the device frame: %s", (_name, vector) => {
    expect(hexOf(encodeAnswer(expectedAnswer(vector)))).toBe(vector.hex);
  });

  it.each(named(DAMAGED))("sees the damage of: %s", (_name, vector) => {
    expect(decode(bytesOf(vector.hex), variantFor(vector))).toBe("wrong checksum");
  });

  it("covers every vector of both", () => {
    expect([HOST.length, DEVICE.length, DAMAGED.length]).toEqual([33, 46, 2]);
  });
});

describe("values of the host", () => {
  it.each([
    ["200", "a letter among digits", "@0x0", "bad-data"],
    ["200", "power above 100", "@101", "out-of-range"],
    ["bistim", "power B above 100", "A101", "out-of-range"],
    ["bistim", "a letter in power B", "A0x0", "bad-data"],
    ["bistim", "a sign in the interval", "C-10", "bad-data"],
    ["200", "an unknown letter behind E", "EX", "bad-data"],
  ])("of a %s: %s is refused", (model, _what, text, why) => {
    expect(decode(hostFrame(text), variantOf(model === "200" ? "200" : "bistim"))).toBe(why);
  });

  it.each(["A050", "C010", "Y@", "Z@", "X@", "ND", "\\@", "I@", "b@", "x@", "B0100"])(
    "%s is unknown to a 200²",
    (text) => {
      expect(decode(hostFrame(text), variantOf("200"))).toBe("unknown command");
    },
  );

  it.each(["ND", "\\@", "I@", "b@", "^@", "B0100", "D0010", "[010", "x@"])(
    "%s is unknown to a BiStim²",
    (text) => {
      expect(decode(hostFrame(text), variantOf("bistim"))).toBe("unknown command");
    },
  );

  it("the padding byte is not looked at", () => {
    for (const text of ["Q!", "R!", "J!", "F!", "X!"])
      expect(decode(hostFrame(text), variantOf("bistim"))).not.toBeTypeOf("string");
  });
});

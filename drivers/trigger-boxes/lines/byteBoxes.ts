/** Boxes whose whole language is one byte, or two characters, for all lines. */
import { z } from "zod";
import { toHex } from "../../../src/base/hex.ts";
import { ok } from "../../../src/base/result.ts";
import type { DecodedFrame } from "../../../src/contract/decode.ts";
import type { TriggerCapabilities, TriggerConfig } from "../../../src/contract/trigger.ts";
import { byteHazard, hexHazard } from "../hazard.ts";
import { type BoxKind, lineAt, orBadRig, pulseMsField, readBoxOptions } from "../kind.ts";
import { createLineBox, type LineBoxParts } from "./lineBox.ts";

const LINES = 8;
const NO_ANSWERS = { says: "nothing; the box has no answers" } as const;
const oneByte = (mask: number): Uint8Array => Uint8Array.of(mask);

/** With its switch at P the box lowers a line after this time, ms. */
const MMBT_PULSE_MS = 8;
/**
 * The host lowers as well, with the switch in either place: the switch cannot be asked, and a line
 * that stays up has no next edge.
 */
const MMBT_HOST_LOWERS_MS = 10;

const mmbtOptions = z.strictObject({ switch: z.enum(["P", "S"]) });
/** NeuroSpec MMBT-S. Never at 1200 baud: that starts its bootloader. */
export const mmbtS: BoxKind = {
  line: { ...lineAt(9600), dtr: true },
  describe: (config) => {
    const options = readBoxOptions(config, LINES, mmbtOptions);
    if (!options.ok) return options;
    const isPulse = options.value.switch === "P";
    return ok({
      model: config.driver,
      lines: LINES,
      pulseMs: isPulse ? MMBT_PULSE_MS : null,
      minIntervalMs: 2 * MMBT_HOST_LOWERS_MS,
      // With P a byte waits in the box until the line of the one before has come down.
      worstLatencyMs: isPulse ? 3 + MMBT_PULSE_MS : 3,
      confirms: false,
    });
  },
  classifier: ({ stimulatorLine }) => byteHazard(stimulatorLine),
  create: (context) =>
    createLineBox(context, {
      lines: LINES,
      encode: oneByte,
      allLow: oneByte(0),
      pulseMs: MMBT_PULSE_MS,
      hostLowersMs: MMBT_HOST_LOWERS_MS,
      minIntervalMs: 2 * MMBT_HOST_LOWERS_MS,
      markGapMs: MMBT_PULSE_MS,
      identify: async () => NO_ANSWERS,
    }),
  decode: (bytes, direction) =>
    direction === "device" ? silentBox(bytes) : [...bytes].map(codeFrame),
};

const LEAST_PULSE_MS = 5;
const widthOptions = z.strictObject({ pulseMs: pulseMsField(LEAST_PULSE_MS) });
const shortOptions = z.strictObject({ pulseMs: pulseMsField(1) });

/** Brain Products TriggerBox Plus. */
export const triggerBoxPlus: BoxKind = {
  line: lineAt(2_000_000),
  describe: (config) => {
    const options = readBoxOptions(config, LINES, widthOptions);
    return options.ok ? ok(levelFacts(config, options.value.pulseMs)) : options;
  },
  classifier: ({ stimulatorLine }) => byteHazard(stimulatorLine),
  create: (context) =>
    createLineBox(context, {
      ...levelParts(widthOf(context.config, LEAST_PULSE_MS)),
      encode: oneByte,
      allLow: oneByte(0),
    }),
  decode: (bytes, direction) => (direction === "device" ? silentBox(bytes) : pulseFrames(bytes)),
};

const hexPair = (mask: number): Uint8Array =>
  new Uint8Array(Buffer.from(mask.toString(16).toUpperCase().padStart(2, "0"), "latin1"));

/** Black Box ToolKit USB TTL module. */
export const bbtkTtl: BoxKind = {
  line: lineAt(115_200),
  describe: (config) => {
    const options = readBoxOptions(config, LINES, shortOptions);
    return options.ok ? ok(levelFacts(config, options.value.pulseMs)) : options;
  },
  classifier: ({ stimulatorLine }) => hexHazard(stimulatorLine),
  create: (context) =>
    createLineBox(context, {
      ...levelParts(widthOf(context.config, 1)),
      encode: hexPair,
      allLow: new Uint8Array(Buffer.from("RR", "latin1")),
    }),
  decode: hexFrames,
};

/** A box whose lines stay as they are until the host lowers them. */
function levelFacts({ driver }: TriggerConfig, pulseMs: number): TriggerCapabilities {
  return {
    model: driver,
    lines: LINES,
    pulseMs: null,
    minIntervalMs: 2 * pulseMs,
    worstLatencyMs: 3,
    confirms: false,
  };
}

function levelParts(pulseMs: number): Omit<LineBoxParts, "encode" | "allLow"> {
  return {
    lines: LINES,
    pulseMs,
    hostLowersMs: pulseMs,
    minIntervalMs: 2 * pulseMs,
    markGapMs: 0,
    identify: async () => NO_ANSWERS,
  };
}

function widthOf(config: TriggerConfig, leastMs: number): number {
  return orBadRig(readBoxOptions(config, LINES, z.strictObject({ pulseMs: pulseMsField(leastMs) })))
    .pulseMs;
}

const codeFrame = (code: number): DecodedFrame => ({
  ok: true,
  hex: toHex(Uint8Array.of(code)),
  meaning: { decoded: { code } },
});

/** A code and the `00` behind it are one pulse. */
function pulseFrames(bytes: Uint8Array): readonly DecodedFrame[] {
  const frames: DecodedFrame[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    const code = bytes[at] ?? 0;
    if (code === 0 || bytes[at + 1] !== 0) {
      frames.push(codeFrame(code));
      continue;
    }
    const hex = toHex(bytes.subarray(at, at + 2));
    // biome-ignore lint/suspicious/noThenProperty: the field's name in the vectors; nothing awaits it
    frames.push({ ok: true, hex, meaning: { decoded: { code, then: 0 } } });
    at += 1;
  }
  return frames;
}

/** `RR` and pairs of digits, in both directions: inputs are told in the same form. */
function hexFrames(bytes: Uint8Array): readonly DecodedFrame[] {
  const frames: DecodedFrame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const pair = bytes.subarray(at, at + 2);
    const text = Buffer.from(pair).toString("latin1");
    const meaning = hexMeaning(text);
    const taken = meaning === null ? pair.subarray(0, 1) : pair;
    const hex = toHex(taken);
    const why = "neither RR nor two upper-case hexadecimal digits";
    frames.push(
      meaning === null
        ? { ok: false, hex, code: "WIRE_UNKNOWN_FRAME", why }
        : { ok: true, hex, meaning: { text, decoded: meaning } },
    );
    at += taken.length;
  }
  return frames;
}

function hexMeaning(text: string): unknown {
  if (text === "RR") return "all lines low";
  return /^[0-9A-F]{2}$/.test(text) ? { lines: Number.parseInt(text, 16) } : null;
}

function silentBox(bytes: Uint8Array): readonly DecodedFrame[] {
  if (bytes.length === 0) return [];
  const why = "this box has no answers";
  return [{ ok: false, hex: toHex(bytes), code: "WIRE_UNKNOWN_FRAME", why }];
}

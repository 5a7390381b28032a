import { lookAtDevice } from "../../../drivers/magstim/wire/answers.ts";
import { type Command, encode } from "../../../drivers/magstim/wire/commands.ts";
import type { Dialect } from "../../../drivers/magstim/wire/dialect.ts";
import { checksum, seal } from "../../../drivers/magstim/wire/frame.ts";
import { createSplitter } from "../../../drivers/magstim/wire/splitter.ts";
import { type Figure, figure, median, type Section } from "../figure.ts";

const DIALECT: Dialect = { model: "rapid", major: 11, highResolution: false };

/** What a session says, about as often as it says it. */
const COMMANDS: readonly Command[] = [
  { command: "getParameters" },
  { command: "setMode", mode: "fire" },
  { command: "getParameters" },
  { command: "getTemperature" },
  { command: "setPower", power: 55 },
  { command: "getParameters" },
  { command: "setPulses", pulses: 40 },
  { command: "setMode", mode: "disarm" },
];

/** The answers to them: armed and ready, remote, single-pulse mode. */
const STATUS = "\x8c";
const RAPID = "\x28";
const PARAMETERS = seal(`\\${STATUS}${RAPID}05501000004000200030`);
const ANSWERS: readonly Uint8Array[] = [
  PARAMETERS,
  seal(`E${STATUS}`),
  PARAMETERS,
  seal(`F${STATUS}025025`),
  seal(`@${STATUS}`),
  PARAMETERS,
  seal(`D${STATUS}${RAPID}`),
  seal(`E${STATUS}`),
];

const ROUNDS = 15;
const ROUND_MS = 60;
/** Between two looks at the clock. */
const PASSES = 50;
const LEAST_OF_BARE = 0.1;

/** A pass handles as many frames as there are in the tables and returns something to keep. */
type Pass = () => number;

function encodePass(): number {
  let bytes = 0;
  for (const command of COMMANDS) {
    const encoded = encode(command, DIALECT);
    if (!encoded.ok) throw new Error(encoded.error.why);
    bytes += encoded.value.length;
  }
  return bytes;
}

const ENCODED: readonly Uint8Array[] = COMMANDS.map((command) => {
  const encoded = encode(command, DIALECT);
  if (!encoded.ok) throw new Error(encoded.error.why);
  return encoded.value;
});

/** The least that makes the same bytes: a new array, each byte set, the sum at the end. */
function bareEncodePass(): number {
  let bytes = 0;
  for (const wanted of ENCODED) {
    const frame = new Uint8Array(wanted.length);
    let sum = 0;
    for (let i = 0; i < wanted.length - 1; i += 1) {
      const byte = wanted[i] ?? 0;
      frame[i] = byte;
      sum += byte;
    }
    frame[wanted.length - 1] = ~sum & 0xff;
    bytes += frame.length;
  }
  return bytes;
}

/** As bytes come from a port: a frame a chunk, cut and decoded by the splitter. */
function decodePass(): Pass {
  const splitter = createSplitter(lookAtDevice(DIALECT));
  return () => {
    let frames = 0;
    for (const chunk of ANSWERS) {
      for (const piece of splitter.push(chunk)) {
        if (piece.kind !== "frame") throw new Error(piece.why);
        if (piece.meaning.kind === "good") frames += 1;
      }
    }
    return frames;
  };
}

/** The least that hands on frames whose checksum holds: a sum over the bytes, and a copy. */
function bareDecodePass(): number {
  let frames = 0;
  for (const chunk of ANSWERS) {
    if (checksum(chunk, chunk.length - 1) !== chunk[chunk.length - 1])
      throw new Error("a checksum is wrong");
    if (chunk.slice().length > 0) frames += 1;
  }
  return frames;
}

/** Frames a second in one round. */
function measure(pass: Pass): number {
  const startMs = performance.now();
  let passes = 0;
  let kept = 0;
  for (;;) {
    for (let i = 0; i < PASSES; i += 1) kept += pass();
    passes += PASSES;
    const tookMs = performance.now() - startMs;
    if (tookMs >= ROUND_MS && kept > 0) return (passes * COMMANDS.length * 1000) / tookMs;
  }
}

function compare(
  name: string,
  ours: Pass,
  bare: Pass,
): { figure: Figure; ours: number[]; bare: number[] } {
  const values: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    values.ours.push(measure(ours));
    values.bare.push(measure(bare));
  }
  const made = figure(name, "frames/s", median(values.ours), median(values.bare), {
    kind: "ratio at least",
    limit: LEAST_OF_BARE,
  });
  return { figure: made, ...values };
}

/** Frames a second each way, beside a bare loop over the same bytes. */
export function benchCodecs(): Section {
  const encoding = compare("codec.encode", encodePass, bareEncodePass);
  const decoding = compare("codec.decode", decodePass(), bareDecodePass);
  return {
    title: "Codec of the Magstim Rapid group",
    samples: [
      { label: "encode", unit: "frames/s", values: encoding.ours },
      { label: "decode", unit: "frames/s", values: decoding.ours },
    ],
    figures: [encoding.figure, decoding.figure],
    notes: [
      "bare loop: makes the same bytes with their sum; or checks the sum of the same bytes and copies the frame out",
    ],
  };
}

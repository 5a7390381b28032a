import { lookAtDevice } from "../../../drivers/magstim/wire/answers.ts";
import { type Command, encode } from "../../../drivers/magstim/wire/commands.ts";
import type { Dialect } from "../../../drivers/magstim/wire/dialect.ts";
import { seal } from "../../../drivers/magstim/wire/frame.ts";
import { createSplitter } from "../../../drivers/magstim/wire/splitter.ts";
import { BARE_SUM } from "./bare.ts";
import type { CodecBench } from "./compare.ts";

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

function encoded(command: Command): Uint8Array {
  const frame = encode(command, DIALECT);
  if (!frame.ok) throw new Error(frame.error.why);
  return frame.value;
}

function encodeAll(): number {
  let bytes = 0;
  for (const command of COMMANDS) bytes += encoded(command).length;
  return bytes;
}

const splitter = createSplitter(lookAtDevice(DIALECT));

/** As bytes come from a port: a frame a chunk, cut and decoded by the splitter. */
function decodeAll(): number {
  let frames = 0;
  for (const chunk of ANSWERS) {
    for (const piece of splitter.push(chunk)) {
      if (piece.kind !== "frame") throw new Error(piece.why);
      if (piece.meaning.kind === "good") frames += 1;
    }
  }
  return frames;
}

/** The 200² and the BiStim² speak the same frames with other commands. */
export const magstimCodec: CodecBench = {
  name: "magstim",
  encode: {
    frames: COMMANDS.length,
    ours: encodeAll,
    bare: BARE_SUM.encode(COMMANDS.map(encoded)),
  },
  decode: { frames: ANSWERS.length, ours: decodeAll, bare: BARE_SUM.decode(ANSWERS) },
};

import { type Command, encode } from "../../../drivers/magventure/wire/commands.ts";
import { seal } from "../../../drivers/magventure/wire/frame.ts";
import { readMessage } from "../../../drivers/magventure/wire/messages.ts";
import { createSplitter } from "../../../drivers/magventure/wire/splitter.ts";
import { BARE_CRC_8 } from "./bare.ts";
import type { CodecBench } from "./compare.ts";

/** What a session says, about as often as it says it. */
const COMMANDS: readonly Command[] = [
  { what: "query long status" },
  { what: "fire pulse or burst", trailingByte: false },
  { what: "query long status" },
  { what: "query settings", padded: false },
  { what: "set amplitude", amplitudeA: 55 },
  { what: "query long status" },
  {
    what: "set train",
    timingControl: "Sequence",
    repRateHz: 20,
    pulsesInTrain: 40,
    numberOfTrains: 1,
    itiS: 1,
    priorWarningSound: false,
  },
  { what: "disable", enabled: false },
];

/** Enabled, biphasic, an X100 at 55 %: status, report of a pulse, settings, amplitude. */
const LONG_STATUS = seal(Uint8Array.of(5, 0x34, 0, 4, 210, 25, 60, 55, 0, 55, 0, 100, 100, 1, 0));
const MESSAGES: readonly Uint8Array[] = [
  LONG_STATUS,
  seal(Uint8Array.of(2, 83, 0, 0x34)),
  LONG_STATUS,
  seal(Uint8Array.of(9, 0, 1, 0, 0, 1, 3, 0, 0, 0)),
  seal(Uint8Array.of(1, 55, 0, 0x34)),
  LONG_STATUS,
  seal(Uint8Array.of(3, 25, 60, 0x34)),
  seal(Uint8Array.of(1, 55, 0, 0x24)),
];

function encoded(command: Command): Uint8Array {
  const frame = encode(command);
  if (!frame.ok) throw new Error(frame.error.why);
  return frame.value;
}

function encodeAll(): number {
  let bytes = 0;
  for (const command of COMMANDS) bytes += encoded(command).length;
  return bytes;
}

const splitter = createSplitter();

function decodeAll(): number {
  let frames = 0;
  for (const chunk of MESSAGES) {
    for (const piece of splitter.push(chunk)) {
      if (piece.kind !== "frame") throw new Error(piece.why);
      const message = readMessage(piece.body);
      if (!message.ok) throw new Error(message.error.why);
      frames += 1;
    }
  }
  return frames;
}

export const magventureCodec: CodecBench = {
  name: "magventure",
  encode: {
    frames: COMMANDS.length,
    ours: encodeAll,
    bare: BARE_CRC_8.encode(COMMANDS.map(encoded)),
  },
  decode: { frames: MESSAGES.length, ours: decodeAll, bare: BARE_CRC_8.decode(MESSAGES) },
};

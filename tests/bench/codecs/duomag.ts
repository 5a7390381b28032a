import { type Command, encode } from "../../../drivers/duomag/wire/commands.ts";
import { createStatusReader } from "../../../drivers/duomag/wire/reader.ts";
import { BARE_COPY } from "./bare.ts";
import type { CodecBench } from "./compare.ts";

const COMMANDS: readonly Command[] = [
  { command: "fire" },
  { command: "intensity", percent: 55 },
  { command: "recharge delay", steps: 100, exponent: 4 },
  { command: "fire" },
];

/** At 55 %, coil data read, not charged and charged, a 70BF; the sync byte stands behind each. */
const status = (charged: 0 | 1): Uint8Array =>
  Uint8Array.of(0, 55, 90, 80, 80, 0, 0, 2, charged, 0, 100, 0x40, 0, 0, 1, 0xff);
const STATUSES: readonly Uint8Array[] = [status(1), status(0), status(0), status(1)];

function encoded(command: Command): Uint8Array {
  const bytes = encode(command);
  if (!bytes.ok) throw new Error(bytes.error.why);
  return bytes.value;
}

function encodeAll(): number {
  let bytes = 0;
  for (const command of COMMANDS) bytes += encoded(command).length;
  return bytes;
}

const reader = createStatusReader();

function decodeAll(): number {
  let frames = 0;
  for (const chunk of STATUSES) {
    for (const reading of reader.push(chunk)) {
      if (reading.kind !== "status") throw new Error(reading.why);
      frames += 1;
    }
  }
  return frames;
}

export const duomagCodec: CodecBench = {
  name: "duomag",
  encode: {
    frames: COMMANDS.length,
    ours: encodeAll,
    bare: BARE_COPY.encode(COMMANDS.map(encoded)),
  },
  decode: { frames: STATUSES.length, ours: decodeAll, bare: BARE_COPY.decode(STATUSES) },
};

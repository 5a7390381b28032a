/** Trigger boxes. Those whose whole language is one byte for all lines have no codec to be timed. */
import { linesCommand } from "../../../drivers/trigger-boxes/cedrus/commands.ts";
import { answerOf } from "../../../drivers/trigger-boxes/pulse-box/answers.ts";
import {
  MAX_LINE_CHARS,
  openLine,
  sealLine,
} from "../../../drivers/trigger-boxes/pulse-box/text.ts";
import { createLineReader } from "../../../src/wire/lineReader.ts";
import { BARE_COPY, BARE_CRC_16 } from "./bare.ts";
import type { CodecBench } from "./compare.ts";

const LINES: readonly (readonly [number, string])[] = [
  [17, "P 01 5000"],
  [18, "P 82 5000"],
  [19, "P 01 5000"],
  [255, "Z"],
];
const ANSWERS: readonly Uint8Array[] = [
  sealLine(17, "OK 12345678"),
  sealLine(18, "OK 12445678"),
  sealLine(19, "E 12545678 6"),
  sealLine(255, "OK 12645678"),
];

function sealAll(): number {
  let bytes = 0;
  for (const [seq, words] of LINES) bytes += sealLine(seq, words).length;
  return bytes;
}

const reader = createLineReader(MAX_LINE_CHARS);

function openAll(): number {
  let answers = 0;
  for (const chunk of ANSWERS) {
    for (const reading of reader.push(chunk)) {
      const line = reading.kind === "line" ? openLine(reading.text) : null;
      if (line === null || !line.ok || answerOf(line.value) === null)
        throw new Error("no answer of the box");
      answers += 1;
    }
  }
  return answers;
}

export const pulseBoxCodec: CodecBench = {
  name: "pulse-box",
  encode: {
    frames: LINES.length,
    ours: sealAll,
    bare: BARE_CRC_16.encode(LINES.map(([seq, words]) => sealLine(seq, words))),
  },
  decode: { frames: ANSWERS.length, ours: openAll, bare: BARE_CRC_16.decode(ANSWERS) },
};

const MASKS: readonly number[] = [1, 0, 0x82, 0];

function linesOfAll(): number {
  let bytes = 0;
  for (const mask of MASKS) bytes += linesCommand(mask).length;
  return bytes;
}

/** In a session a Cedrus says nothing, so there is nothing to decode. */
export const cedrusCodec: CodecBench = {
  name: "cedrus-xid",
  encode: {
    frames: MASKS.length,
    ours: linesOfAll,
    bare: BARE_COPY.encode(MASKS.map(linesCommand)),
  },
  decode: null,
};

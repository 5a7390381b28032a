import { text } from "node:stream/consumers";
import { fromHex } from "../../base/hex.ts";
import type { DecodedFrame } from "../../contract/stimulator.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { findDecoder } from "../decoders.ts";
import type { Io } from "../io.ts";

export interface DecodeCliOptions {
  readonly device: string;
  readonly direction: "host" | "device";
  readonly softwareVersion?: string;
  readonly highResolution?: boolean;
  readonly json?: boolean;
}

/** Each line of stdin is one capture; junk is reported and is no failure, text that is not hex is. */
export async function wireDecode(options: DecodeCliOptions, io: Io): Promise<number> {
  const decoder = await findDecoder(options.device);
  const lines = (await text(process.stdin)).split("\n");
  const captures = lines.map((line, index) => {
    const bytes = fromHex(line.trim());
    if (bytes === null)
      throw new PulsetrainError(
        "CLI_BAD_CALL",
        `line ${index + 1} is not hex: ${line.trim().slice(0, 60)}`,
      );
    return bytes;
  });
  captures.forEach((bytes, index) => {
    if (bytes.length === 0) return;
    const frames = decoder.decodeCapture(options.device, bytes, {
      direction: options.direction,
      softwareVersion: options.softwareVersion ?? null,
      highResolution: options.highResolution === true,
    });
    for (const frame of frames)
      io.out(
        options.json === true
          ? JSON.stringify({ capture: index + 1, ...frame })
          : words(index + 1, frame),
      );
  });
  return 0;
}

function words(capture: number, frame: DecodedFrame): string {
  const what = frame.ok ? JSON.stringify(frame.meaning) : `discarded: ${frame.code} ${frame.why}`;
  return `${capture}: ${frame.hex}  ${what}`;
}

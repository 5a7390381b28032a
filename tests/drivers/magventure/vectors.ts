/** The vectors of the family, typed. */
import { fromHex } from "../../../src/base/hex.ts";
import file from "../../vectors/magventure.json" with { type: "json" };

export interface Vector {
  readonly name: string;
  readonly direction: "host" | "device";
  readonly hex: string;
  readonly bytes: Uint8Array;
  readonly meaning: Readonly<Record<string, unknown>>;
}

export interface StreamVector {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly bodies: readonly string[];
  readonly discarded: number;
  readonly pending: number;
}

export function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === null) throw new Error(`not hex: ${hex}`);
  return bytes;
}

/** A remark about the client that made the bytes, which no decoder can know. */
const NOTES = new Set(["encoderSlip"]);

export const vectors: readonly Vector[] = file
  .filter(({ meaning }) => !("bodies" in meaning))
  .map(({ name, direction, hex, meaning }) => ({
    name,
    direction: direction as "host" | "device",
    hex,
    bytes: bytesOf(hex),
    meaning: Object.fromEntries(Object.entries(meaning).filter(([key]) => !NOTES.has(key))),
  }));

export const streams: readonly StreamVector[] = file.flatMap(({ name, hex, meaning }) =>
  "bodies" in meaning
    ? [
        {
          name,
          bytes: bytesOf(hex),
          bodies: (meaning.bodies ?? []) as readonly string[],
          discarded: Number(meaning.discarded),
          pending: Number(meaning.pending),
        },
      ]
    : [],
);

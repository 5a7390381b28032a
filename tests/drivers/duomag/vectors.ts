import { fromHex } from "../../../src/base/hex.ts";
import file from "../../vectors/duomag.json" with { type: "json" };

export interface Vector {
  readonly name: string;
  readonly direction: "host" | "device";
  readonly bytes: Uint8Array;
  readonly hex: string;
  /** What a decoder can know: what was asked of a client is left out. */
  readonly meaning: Readonly<Record<string, unknown>>;
}

export function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === null) throw new Error(`not hex: ${hex}`);
  return bytes;
}

export const vectors: readonly Vector[] = file.map(({ name, direction, hex, meaning }) => ({
  name,
  direction: direction as Vector["direction"],
  hex,
  bytes: bytesOf(hex),
  meaning: Object.fromEntries(Object.entries(meaning).filter(([key]) => key !== "requestedMs")),
}));

export const hostVectors: readonly Vector[] = vectors.filter((one) => one.direction === "host");
export const statusVectors: readonly Vector[] = vectors.filter(
  (one) => one.direction === "device" && !("bodies" in one.meaning),
);
export const streamVectors: readonly (Vector & {
  readonly bodies: readonly string[];
  readonly rejected: number;
})[] = vectors.flatMap((one) =>
  "bodies" in one.meaning
    ? [
        {
          ...one,
          bodies: one.meaning["bodies"] as readonly string[],
          rejected: Number(one.meaning["rejected"]),
        },
      ]
    : [],
);
/** Requested delays and what they must become. */
export const requestedDelays: readonly {
  readonly requestedMs: number;
  readonly steps: number;
  readonly exponent: number;
}[] = file.flatMap(({ meaning }) =>
  "requestedMs" in meaning && meaning.requestedMs !== undefined
    ? [
        {
          requestedMs: meaning.requestedMs,
          steps: meaning.steps ?? -1,
          exponent: meaning.exponent ?? -1,
        },
      ]
    : [],
);

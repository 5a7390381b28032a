/** The vectors of the amplifiers, loosely typed: every device has fields of its own. */
import { fromHex } from "../../../src/base/hex.ts";
import file from "../../vectors/amplifiers.json" with { type: "json" };

export type Meaning = Readonly<Record<string, unknown>>;

export interface Vector {
  readonly name: string;
  readonly fromHost: boolean;
  readonly hex: string;
  readonly bytes: Uint8Array;
  readonly meaning: Meaning;
}

export function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === null) throw new Error(`not hex: ${hex}`);
  return bytes;
}

/** All whose name begins so. */
export function vectorsOf(prefix: string): readonly Vector[] {
  return file.vectors
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ name, direction, hex, meaning }) => ({
      name,
      fromHost: direction === "host->device",
      hex,
      bytes: bytesOf(hex),
      meaning: meaning as Meaning,
    }));
}

export function vector(name: string): Vector {
  const found = vectorsOf(name).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no vector ${name}`);
  return found;
}

export const decodedOf = <T>({ meaning }: { readonly meaning: Meaning }): T =>
  meaning["decoded"] as T;

/** Cut at the given places, which may lie anywhere. */
export function chunksOf(bytes: Uint8Array, sizes: readonly number[]): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, n = 0; at < bytes.length; n += 1) {
    const size = Math.max(1, sizes[n % sizes.length] ?? 1);
    chunks.push(bytes.slice(at, at + size));
    at += size;
  }
  return chunks;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

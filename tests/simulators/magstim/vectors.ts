import { readFileSync } from "node:fs";
import { asciiOf } from "../../../simulators/magstim/wire/checksum.ts";

/** One frame of the golden vectors, as far as these tests read it. */
export interface Vector {
  readonly name: string;
  readonly model: string;
  readonly softwareVersion?: string;
  readonly direction: "host" | "device";
  readonly hex: string;
  readonly valid: boolean;
  readonly meaning: Readonly<Record<string, unknown>>;
}

const FILE = new URL("../../vectors/magstim.json", import.meta.url);

export function magstimVectors(): readonly Vector[] {
  return (JSON.parse(readFileSync(FILE, "utf8")) as { vectors: readonly Vector[] }).vectors;
}

export function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** A host frame from its text, with a checksum worked out apart from the simulator's own function. */
export function hostFrame(text: string): Uint8Array {
  const bytes = asciiOf(text);
  let sum = 0;
  for (const byte of bytes) sum = (sum + byte) % 256;
  return Uint8Array.from([...bytes, 255 - sum]);
}

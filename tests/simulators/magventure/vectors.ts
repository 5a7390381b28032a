import { readFileSync } from "node:fs";

/** One frame or stream of the golden vectors, as far as these tests read it. */
export interface Vector {
  readonly name: string;
  readonly direction: "host" | "device";
  readonly hex: string;
  readonly meaning: Readonly<Record<string, unknown>>;
}

const FILE = new URL("../../vectors/magventure.json", import.meta.url);

export function magventureVectors(): readonly Vector[] {
  return JSON.parse(readFileSync(FILE, "utf8")) as readonly Vector[];
}

export function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

export function hexOf(bytes: Uint8Array | readonly number[]): string {
  return Buffer.from(bytes).toString("hex");
}

const mirrored = (byte: number): number =>
  Number.parseInt([...byte.toString(2).padStart(8, "0")].reverse().join(""), 2);

/**
 * A frame around a body. The checksum is worked out the other way round than the simulator does it:
 * bits mirrored, highest first, by the polynomial 0x31.
 */
export function frame(...body: readonly number[]): Uint8Array {
  let remainder = 0;
  for (const byte of body) {
    remainder ^= mirrored(byte);
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = (remainder & 0x80) === 0 ? remainder << 1 : ((remainder << 1) ^ 0x31) & 0xff;
    }
  }
  return Uint8Array.of(0xfe, body.length, ...body, mirrored(remainder & 0xff), 0xff);
}

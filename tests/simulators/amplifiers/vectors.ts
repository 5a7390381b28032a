import { readFileSync } from "node:fs";

/** One entry of the golden vectors; what it means differs by device. */
export interface Vector<M> {
  readonly name: string;
  readonly device: string;
  readonly direction: "host->device" | "device->host";
  readonly hex: string;
  readonly meaning: M;
}

const FILE = new URL("../../vectors/amplifiers.json", import.meta.url);

/** Those of one device whose names begin so. */
export function vectorsOf<M>(device: string, prefix = ""): readonly Vector<M>[] {
  const { vectors } = JSON.parse(readFileSync(FILE, "utf8")) as {
    readonly vectors: readonly Vector<M>[];
  };
  const found = vectors.filter(
    (one) => one.device.startsWith(device) && one.name.startsWith(prefix),
  );
  if (found.length === 0) throw new Error(`no vectors of ${device} ${prefix}`);
  return found;
}

export function vector<M>(name: string): Vector<M> {
  const [found] = vectorsOf<M>("", name).filter((one) => one.name === name);
  if (found === undefined) throw new Error(`no vector ${name}`);
  return found;
}

export function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

import { orList } from "../base/result.ts";
import type { AmplifierModule } from "../contract/amplifier.ts";
import type { DecodedFrame, DecodeOptions } from "../contract/decode.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { loadDeviceFolders } from "./deviceFolders.ts";
import { loadDrivers } from "./drivers.ts";
import { loadTriggers } from "./triggers.ts";

/** Everything that is driven can be decoded: stimulators, trigger boxes, amplifiers. */
export interface Decoder {
  readonly models: readonly string[];
  decodeCapture(model: string, bytes: Uint8Array, options: DecodeOptions): readonly DecodedFrame[];
}

const FOLDER = new URL("../../drivers/", import.meta.url);

/** Throws `DEVICE_UNKNOWN_DRIVER`, naming the devices whose wire format is known. */
export async function findDecoder(model: string): Promise<Decoder> {
  const decoders: readonly Decoder[] = [
    ...(await loadDrivers()),
    ...(await loadTriggers()),
    ...(await loadDeviceFolders<AmplifierModule>(FOLDER, "amplifier")),
  ];
  const found = decoders.find(({ models }) => models.includes(model));
  if (found !== undefined) return found;
  const known = decoders.flatMap(({ models }) => models);
  throw new PulsetrainError("DEVICE_UNKNOWN_DRIVER", `${model}: expected ${orList(known)}`);
}

import type { AmplifierModule } from "../../src/contract/amplifier.ts";
import { lineAt, orBadRig } from "../amplifiers-common/facts.ts";
import { createSpikerBox } from "./driver.ts";
import { describe, MODELS, readSpiker } from "./options.ts";
import { decodeCapture } from "./wire/capture.ts";

/** The serial boxes of Backyard Brains (`BackyardBrains/Spike-Recorder`, "Guide for USB Communication"). */
export const amplifier: AmplifierModule = {
  models: MODELS,
  kind: "amplifier",
  line: (config) => lineAt(orBadRig(readSpiker(config)).baudRate),
  describe,
  create: createSpikerBox,
  decodeCapture: (_model, bytes, options) => decodeCapture(bytes, options),
};

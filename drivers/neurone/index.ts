import type { AmplifierModule } from "../../src/contract/amplifier.ts";
import { createNeurOne } from "./driver.ts";
import { describe, MODELS } from "./options.ts";
import { decodeCapture } from "./wire/capture.ts";

/** The digital out of the Bittium NeurOne, UDP (NeurOne user manual 2.11; `NeuroSimo/neurosimo`). */
export const amplifier: AmplifierModule = {
  models: MODELS,
  kind: "amplifier",
  line: () => null,
  describe,
  create: createNeurOne,
  decodeCapture: (_model, bytes, options) => decodeCapture(bytes, options),
};

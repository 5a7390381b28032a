import type { AmplifierModule } from "../../src/contract/amplifier.ts";
import { createRda } from "./driver.ts";
import { describe, MODELS } from "./options.ts";
import { decodeCapture } from "./wire/capture.ts";

/** BrainVision Recorder over its remote data access, TCP (`L2K2/TMSEMG_toolbox`). */
export const amplifier: AmplifierModule = {
  models: MODELS,
  kind: "amplifier",
  line: () => null,
  describe,
  create: createRda,
  decodeCapture: (_model, bytes, options) => decodeCapture(bytes, options),
};

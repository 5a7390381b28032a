import type { AmplifierModule } from "../../src/contract/amplifier.ts";
import { lineAt } from "../amplifiers-common/facts.ts";
import { createCyton } from "./driver.ts";
import { describe, MODELS } from "./options.ts";
import { decodeCapture } from "./wire/capture.ts";

/** The Cyton behind its USB dongle, alone or with a Daisy (`OpenBCI/OpenBCI_Cyton_Library`). */
export const amplifier: AmplifierModule = {
  models: MODELS,
  kind: "amplifier",
  line: () => lineAt(115_200),
  describe,
  create: createCyton,
  decodeCapture: (_model, bytes, options) => decodeCapture(bytes, options),
};

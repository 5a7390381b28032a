import type { AmplifierModule } from "../../src/contract/amplifier.ts";
import { lineAt } from "../amplifiers-common/facts.ts";
import { createBitalino } from "./driver.ts";
import { describe, MODELS } from "./options.ts";
import { decodeCapture } from "./wire/capture.ts";

/** The BITalino (r)evolution over Bluetooth or a serial adapter (`BITalinoWorld/revolution-python-api`). */
export const amplifier: AmplifierModule = {
  models: MODELS,
  kind: "amplifier",
  line: () => lineAt(115_200),
  describe,
  create: createBitalino,
  decodeCapture: (_model, bytes, options) => decodeCapture(bytes, options),
};

import type { DriverModule } from "../../src/contract/stimulator.ts";
import { classify } from "./hazard.ts";
import { DUOMAG_MODELS, describe } from "./unit/capabilities.ts";
import { createDuomag } from "./unit/driver.ts";
import { decodeCapture } from "./wire/capture.ts";

/** Driver of the Deymed DuoMAG. The line: `nigelrogasch/MAGIC`, `prakarshyadav/TMS_gui`. */
export const driver: DriverModule = {
  models: DUOMAG_MODELS,
  kind: "stimulator",
  line: { baudRate: 1_000_000, dataBits: 8, parity: "none", stopBits: 2 },
  describe,
  classifier: () => classify,
  create: createDuomag,
  decodeCapture,
};

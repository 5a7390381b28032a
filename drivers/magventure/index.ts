import type { DriverModule } from "../../src/contract/stimulator.ts";
import { classify } from "./hazard.ts";
import { describe, PRO_MODELS } from "./pro/capabilities.ts";
import { createPro } from "./pro/driver.ts";
import { decodeCapture } from "./wire/capture.ts";

/**
 * Drivers of the MagVenture MagPro group. The line, on the port labelled COM2: `nigelrogasch/MAGIC`,
 * `xiangruili/MagventurePyTMS`; three wires, no flow control.
 */
export const driver: DriverModule = {
  models: PRO_MODELS,
  kind: "stimulator",
  line: { baudRate: 38_400, dataBits: 8, parity: "none", stopBits: 1 },
  describe,
  classifier: () => classify,
  create: createPro,
  decodeCapture,
};

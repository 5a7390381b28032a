import type { DriverModule } from "../../src/contract/stimulator.ts";
import { classify } from "./hazard.ts";
import { describe, RAPID_MODELS } from "./rapid/capabilities.ts";
import { createRapid } from "./rapid/driver.ts";
import { redact } from "./secrets.ts";
import { decodeCapture } from "./wire/capture.ts";

/** Drivers of the Magstim family. The line: `nicolasmcnair/magpy`; no flow control of any kind. */
export const driver: DriverModule = {
  models: RAPID_MODELS,
  kind: "stimulator",
  line: { baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1 },
  describe,
  classifier: () => classify,
  create: createRapid,
  decodeCapture,
  redact,
};
